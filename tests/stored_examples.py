"""Predictions of every kind as runs store them, small enough to be worked out by hand."""

from pathlib import Path

from xbench.results.record import Record
from xbench.results.store import Store, StoredRecord

# For each task: columns of the file, then the metrics of the record.
HAND_WORKED = {
    "xnli": (
        {
            "id": ["0", "1", "2", "3"],
            "input": [["first", "second"], ["a\x1b[31m", "b"], ["c", "d"], ["e", "f"]],
            "gold": ["neutral", "entailment", "neutral", "contradiction"],
            "prediction": ["neutral", "neutral", "neutral", "neutral"],
            "count_correct": [1.0, 0.0, 1.0, 0.0],
            "count_examples": [1.0] * 4,
        },
        {"accuracy": 50.0},
    ),
    "xcopa": (
        {
            "id": ["a", "b"],
            "input": [["The glass fell. So:", "it broke.", "it rang."], ["Cause?", "one", "two"]],
            "gold": [0, 1],
            "prediction": [0, 0],
            "count_correct": [1.0, 0.0],
            "count_examples": [1.0, 1.0],
        },
        {"accuracy": 50.0},
    ),
    "panx": (
        {
            "id": ["0", "1", "2"],
            "input": [["Berlin", "grows"], ["Ada", "Lovelace", "wrote"], ["It", "rains"]],
            "gold": [["B-LOC", "O"], ["B-PER", "I-PER", "O"], ["O", "O"]],
            "prediction": [["B-LOC", "O"], ["B-PER", "O", "O"], ["O", "O"]],
            "count_correct": [1.0, 0.0, 0.0],
            "count_predicted": [1.0, 1.0, 0.0],
            "count_gold": [1.0, 1.0, 0.0],
            "count_correct_tokens": [2.0, 2.0, 2.0],
            "count_tokens": [2.0, 3.0, 2.0],
        },
        {"f1": 50.0, "precision": 50.0, "recall": 50.0, "token_accuracy": 600 / 7},
    ),
    "xquad": (
        {
            "id": ["q1", "q2", "q3"],
            "input": [["Who?", "Ada Lovelace wrote it."], ["When?", "In 1843."], ["Where?", "In London."]],
            "gold": [["Ada Lovelace", "Ada Lovelace", "Lovelace"], ["1843"], ["London"]],
            "prediction": ["Ada", "1843", ""],
            "count_exact": [0.0, 1.0, 0.0],
            "count_overlap": [2 / 3, 1.0, 0.0],
            "count_examples": [1.0] * 3,
        },
        {"exact_match": 100 / 3, "f1": 500 / 9},
    ),
    "tatoeba": (
        {
            "id": ["0", "1"],
            "input": [["good morning"], ["good night"]],
            "gold": [[1], [0]],
            "prediction": [1, 1],
            "count_correct": [1.0, 0.0],
            "count_examples": [1.0, 1.0],
        },
        {"accuracy": 50.0},
    ),
    "bucc2018": (
        {
            "id": ["de-1", "de-2", "de-3"],
            "input": [["eins"], ["zwei"], ["drei"]],
            "gold": [[4], [], [7]],
            "prediction": [["en-5"], [], []],
            "count_correct": [1.0, 0.0, 0.0],
            "count_predicted": [1.0, 0.0, 0.0],
            "count_gold": [1.0, 0.0, 1.0],
        },
        {"f1": 200 / 3, "precision": 100.0, "recall": 50.0},
    ),
    "lareqa": (
        {
            "id": ["q1"],
            "input": [["Who wrote it?"]],
            "gold": [[3, 8]],
            "prediction": [["x-9", "x-4", "x-1", "x-0", "x-7"]],
            "count_average_precision": [0.5],
            "count_examples": [1.0],
        },
        {"map@20": 50.0},
    ),
    "multichecklist": (
        {
            "id": ["size/0/0", "size/0/1"],
            "input": [["Which is larger?", "A is larger than B."], ["Which is smaller?", "A is larger than B."]],
            "gold": [["A"], ["B"]],
            "prediction": ["A", "A"],
            "count_failed": [1.0, 0.0],
            "count_cases": [1.0, 0.0],
        },
        {"error_rate": 100.0},
    ),
}


def stored(make_record, root: Path, task: str, system: str = "one", language: str = "de", **changes) -> StoredRecord:
    """Store the hand-worked predictions of a task; what is given by the name of a column replaces it, else a field."""
    columns, scores = HAND_WORKED[task]
    columns = columns | {name: changes.pop(name) for name in list(changes) if name in columns}
    scores = changes.pop("scores", scores)
    record: Record = make_record(system, task, language, scores, **{"examples": len(columns["id"])} | changes)
    store = Store(root)
    store.save(record, columns)
    return StoredRecord(store.record_path(system, task, language, record.split), record)
