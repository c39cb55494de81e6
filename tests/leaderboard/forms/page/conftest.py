"""Boards small enough to be worked out by hand, with predictions on disk, and one whose every text is hostile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from xbench.leaderboard.averages import Mean
from xbench.leaderboard.board import Board, make_board
from xbench.leaderboard.published import PublishedRow
from xbench.leaderboard.statistics.gains import Gain, LanguageGain, Statistics, SystemGains
from xbench.results.reading import Results, read_results
from xbench.results.record import SystemDescription
from xbench.results.store import Store
from xbench.tasks.suites import TASKS

HOSTILE = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1><!--\u202e&amp;"
"""Ends the element it stands in, starts others, and turns the direction of what follows."""
ARABIC, ENGLISH = "هذا نص بالعربية.", "This is a text in English."

Example = tuple[str, list[str], Any, Any]
"""Id, texts, gold answer and prediction."""


@dataclass(frozen=True)
class Filed:
    """Results on disk and the board made of them."""

    results: Results
    board: Board


def counts_of(task: str, examples: list[Example]) -> dict[str, list[float]]:
    """The columns behind the score: rows that are right alone, which is all that these tests need."""
    right = [float(gold == prediction) for _, _, gold, prediction in examples]
    if TASKS[task].kind.name == "tagging":
        tokens = [sum(a == b for a, b in zip(gold, prediction, strict=True)) for _, _, gold, prediction in examples]
        sizes = [float(len(gold)) for _, _, gold, _ in examples]
        names = {"correct": tokens, "predicted": sizes, "gold": sizes, "correct_tokens": tokens, "tokens": sizes}
        return {name: [float(one) for one in column] for name, column in names.items()}
    if TASKS[task].kind.name == "span":
        right = [float(prediction in gold) for _, _, gold, prediction in examples]
        return {"exact": right, "overlap": right, "examples": [1.0] * len(right)}
    return {"correct": right, "examples": [1.0] * len(right)}


def scores_of(task: str, counts: Mapping[str, list[float]]) -> dict[str, float]:
    import numpy as np

    columns = {name: np.array(column) for name, column in counts.items()}
    return {metric.name: metric.value(columns) for metric in TASKS[task].kind.metrics}


@pytest.fixture(scope="session")
def file_results(record):
    """Write predictions of systems by (task, language) and read them back."""

    def write(root: Path, systems: Mapping[str, Mapping[tuple[str, str], list[Example]]]) -> Results:
        store = Store(root)
        for name, cells in systems.items():
            for (task, language), examples in cells.items():
                counts = counts_of(task, examples)
                ids, texts, gold, predictions = (list(column) for column in zip(*examples, strict=True))
                columns = {"id": ids, "input": texts, "gold": gold, "prediction": predictions}
                made = record(name, task, language, scores_of(task, counts), examples=len(examples))
                store.save(made, columns | {f"count_{key}": column for key, column in counts.items()})
            parameters = {"reference": "r", "fingerprint": "f", "parameters": 22_700_000, "model_type": "bert"}
            store.save_system(SystemDescription(name=name, checkpoints={"": parameters}))
        return read_results([root], "test")

    return write


def classified(language: str, texts: list[str], answers: str, gold: str = "eeee") -> list[Example]:
    """Examples of XNLI; a letter an answer."""
    words = {"e": "entailment", "n": "neutral", "c": "contradiction"}
    return [
        (f"{language}-{number}", texts, words[right], words[answer])
        for number, (right, answer) in enumerate(zip(gold, answers, strict=True))
    ]


def tagged(*predictions: list[str]) -> list[Example]:
    words, gold = ["הכלב", "רץ"], ["NOUN", "VERB"]
    return [(f"he-{number}", words, gold, list(tags)) for number, tags in enumerate(predictions)]


def answered(*predictions: str) -> list[Example]:
    context = "Nobody knew. " * 60 + "It was Ada who wrote it. " + "That is all. " * 60
    return [(f"q-{number}", ["Who wrote it?", context], ["Ada"], one) for number, one in enumerate(predictions)]


SYSTEMS = {
    "base": {
        ("xnli", "ar"): classified("ar", [ARABIC, ENGLISH], "eecc"),
        ("xnli", "de"): classified("de", ["Ein Satz.", "Noch einer."], "eeee"),
        ("udpos", "he"): tagged(["NOUN", "NOUN"], ["NOUN", "VERB"]),
        ("xquad", "en"): answered("Ada", "Nobody"),
    },
    "model": {
        ("xnli", "ar"): classified("ar", [ARABIC, ENGLISH], "eeec"),
        ("xnli", "de"): classified("de", ["Ein Satz.", "Noch einer."], "ncce"),
        ("udpos", "he"): tagged(["NOUN", "VERB"], ["VERB", "VERB"]),
        ("xquad", "en"): answered("Ada", "Ada"),
    },
}


def full_of(system, name: str, value: float):
    """A system that has everything, so that its averages are complete."""
    from xbench.tasks.suites import SUITES

    return system(name, dict.fromkeys(SUITES["xtreme"].tasks, value))


def with_statistics(board: Board) -> Board:
    """The board with made-up intervals of one point around its improvements; gains above two points are found."""
    assert board.baseline is not None

    def gain(difference: float, covers: Any) -> Gain:
        found = 0.01 if abs(difference) > 2 else 0.5
        return Gain(difference, difference - 1, difference + 1, found, found, covers)

    gains = []
    for one in board.improvements:
        mean = one.average.mean
        assert mean.partial is not None
        tasks = {key: gain(d.mean.partial, d.mean) for key, d in one.tasks.items() if d.mean.partial is not None}
        gains.append(
            SystemGains(
                name=one.system,
                systems=(one.system,),
                average=gain(mean.partial, mean),
                without_retrieval=gain(mean.partial, mean),
                tasks=tasks,
                groups={"classification": gain(mean.partial, mean)},
                slices={"resources: low": gain(mean.partial, mean)},
                cells={
                    (key, code): gain(value, Mean(value, 1, 1))
                    for key, delta in one.tasks.items()
                    for code, value in delta.languages.items()
                },
                languages=tuple(LanguageGain(d.language, d.tasks, gain(d.mean, mean)) for d in one.languages),
            )
        )
    letters = {board.baseline: "a", **{one.name: "ab" for one in gains}}
    statistics = Statistics(board.baseline, 0.95, 1000, False, tuple(gains), letters, ())
    return replace(board, statistics=statistics)


@pytest.fixture(scope="session")
def filed(tmp_path_factory, file_results, system) -> Filed:
    """Two systems with predictions, two complete ones without, one published row; statistics made up."""
    results = file_results(tmp_path_factory.mktemp("filed"), SYSTEMS)
    records = [*results.records, *full_of(system, "complete low", 40.0), *full_of(system, "complete high", 60.0)]
    board = make_board(records, suite="xtreme", baseline="base", systems=results.systems)
    published = PublishedRow("Published", "xtreme", {"xnli": {"accuracy": 79.2}}, 68.1, "A paper.", "Another setting.")
    return Filed(results, with_statistics(replace(board, published=(published,))))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory, file_results) -> Filed:
    """Whatever can be named by others is hostile: systems, ids, texts, answers, notices and sources."""
    texts = [HOSTILE, HOSTILE]
    systems = {
        f"{HOSTILE}{number}": {
            ("xnli", "ar"): [(HOSTILE, texts, HOSTILE, answer)],
            ("udpos", "he"): [(HOSTILE, texts, ["NOUN", HOSTILE], [HOSTILE, answer])],
            ("xquad", "en"): [(HOSTILE, texts, [HOSTILE], answer)],
        }
        for number, answer in enumerate([HOSTILE, HOSTILE + "x"])
    }
    results = file_results(tmp_path_factory.mktemp("hostile"), systems)
    board = make_board(results.records, suite="xtreme", baseline=next(iter(systems)))
    published = PublishedRow(HOSTILE, "xtreme", {}, 50.0, HOSTILE, HOSTILE)
    return Filed(results, replace(with_statistics(board), published=(published,), notes=(HOSTILE,), notices=(HOSTILE,)))
