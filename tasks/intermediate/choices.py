"""Readers of multiple choice: HellaSwag, Cosmos QA, CommonsenseQA, SocialIQA.

What is prompt and what is choice follows jiant (jiant/tasks/lib/{hellaswag,cosmosqa,commonsenseqa,socialiqa}.py).
"""

from collections.abc import Sequence
from pathlib import Path

from ..examples import Dataset, MultipleChoice
from ..readers import malformed, read_lines
from ..task import Task
from .records import Record, columns, index_of, read_records, text_of


def _dataset(path: Path, examples: Sequence[MultipleChoice]) -> Dataset[MultipleChoice]:
    """The examples of a file in which each stands on a line; batches need them to have one number of choices."""
    for number, example in enumerate(examples, start=1):
        if len(example.choices) != len(examples[0].choices):
            raise malformed(path, number, f"{len(example.choices)} choices, but {len(examples[0].choices)} in line 1")
    return Dataset(tuple(examples))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(text, str) for text in value):
        raise ValueError("expected a list of two texts or more")
    return tuple(value)


def _hellaswag(identity: str, record: Record) -> MultipleChoice:
    endings = _texts(record["endings"])
    label = record.get("label")
    gold = None if label is None else index_of(label, len(endings))
    if "ctx_a" not in record:
        return MultipleChoice(identity, text_of(record, "ctx"), endings, gold)
    # Articles of WikiHow have no second part; what would be left of it is a blank.
    second = text_of(record, "ctx_b")
    choices = tuple(f"{second} {ending}".lstrip() for ending in endings)
    return MultipleChoice(identity, text_of(record, "ctx_a"), choices, gold)


def read_hellaswag(paths: Sequence[Path], task: Task) -> Dataset[MultipleChoice]:
    """HellaSwag's lines of JSON: the prompt is `ctx_a`, a choice `ctx_b` and an ending.

    Where a copy has lost these two, the prompt is the whole `ctx` and a choice the ending alone.

    Raises:
        InputError: a line is malformed.
    """
    (path,) = paths
    return _dataset(path, read_records(path, task.title, _hellaswag))


def _csqa(identity: str, record: Record) -> MultipleChoice:
    question = record["question"]
    choices = _texts([choice["text"] for choice in question["choices"]])
    keys = [choice["label"] for choice in question["choices"]]
    key = record.get("answerKey")
    if key is not None and key not in keys:
        raise ValueError(f"answerKey {key!r} is none of {', '.join(map(str, keys))}")
    return MultipleChoice(identity, text_of(question, "stem"), choices, None if key is None else keys.index(key))


def read_csqa(paths: Sequence[Path], task: Task) -> Dataset[MultipleChoice]:
    """CommonsenseQA's lines of JSON, of version 1.11 (five choices) and 1.0 (three); the prompt is the stem.

    Raises:
        InputError: a line is malformed.
    """
    (path,) = paths
    return _dataset(path, read_records(path, task.title, _csqa))


_COSMOS = ("context", "question", "answer0", "answer1", "answer2", "answer3", "label")


def read_cosmosqa(paths: Sequence[Path], task: Task) -> Dataset[MultipleChoice]:
    """Cosmos QA's comma-separated table; the prompt is the context, a blank and the question.

    Raises:
        InputError: the header or a row is malformed.
    """
    (path,) = paths
    examples: list[MultipleChoice] = []
    for number, (context, question, *answers, label) in columns(path, _COSMOS, ",", quoted=True):
        if label not in ("0", "1", "2", "3"):
            raise malformed(path, number, f"label {label!r} is not the number of one of 4 choices, counted from 0")
        examples.append(MultipleChoice(str(len(examples)), f"{context} {question}", tuple(answers), int(label)))
    return Dataset(tuple(examples))


_SIQA = ("answerA", "answerB", "answerC")


def _siqa(identity: str, record: Record) -> MultipleChoice:
    prompt = f"{text_of(record, 'context')} {text_of(record, 'question')}"
    correct = record.get("correct")
    if correct not in ("A", "B", "C", None):
        raise ValueError(f"correct {correct!r} is none of A, B, C")
    choices = tuple(text_of(record, name) for name in _SIQA)
    return MultipleChoice(identity, prompt, choices, None if correct is None else "ABC".index(correct))


def _with_golds(examples: Sequence[MultipleChoice], path: Path, source: Path) -> list[MultipleChoice]:
    labels = read_lines(path)
    if len(labels) != len(examples):
        raise malformed(path, len(labels), f"{len(labels)} labels for the {len(examples)} examples of {source}")
    for number, label in enumerate(labels, start=1):
        if label.strip() not in ("1", "2", "3"):
            raise malformed(path, number, f"label {label!r} is none of 1, 2, 3")
    pairs = zip(examples, labels, strict=True)
    return [MultipleChoice(e.id, e.prompt, e.choices, int(label) - 1) for e, label in pairs]


def read_siqa(paths: Sequence[Path], task: Task) -> Dataset[MultipleChoice]:
    """SocialIQA's lines of JSON, and its labels (1 to 3) if they lie in a second file; the prompt as in Cosmos QA.

    Raises:
        InputError: a line is malformed, or there are not as many labels as examples.
    """
    path, *labels = paths
    examples = read_records(path, task.title, _siqa)
    return Dataset(tuple(_with_golds(examples, labels[0], path) if labels else examples))
