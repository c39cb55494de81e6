"""Predictions for `metrics_agree.py`: real gold labels, perturbed, and a whole submission made of them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tasks.examples import Dataset, Query, Question
from ..tasks.readers import read_lines, read_squad
from ..tasks.sources import DirectorySource
from ..tasks.submission.layout import labels_text, predictions_text, submission_path
from ..tasks.suites import TASKS
from ..tasks.task import Task

SPLITS = {"mlqa": "dev"}  # else the test split
LIMIT = 2000  # examples of a task and language
FEW = 200  # of those in a submission
RATES = (0.03, 0.3, 1.0)  # of labels that are drawn anew
NOISE = (0.5, 1.0, 1.5)  # that is added to one vector of a pair
DIMENSIONS = 64
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Gold:
    """The labelled data of a directory, by language."""

    source: DirectorySource

    def datasets(self, key: str) -> dict[str, Dataset[Any]]:
        """What a task is scored on; of Mewsli-X, whose labels are not given away, questions of LAReQA.

        XQuAD-R's questions stand in where XQuAD and MLQA have no file.
        """
        if key == "mewslix":
            return {code: _one_right(dataset) for code, dataset in self.datasets("lareqa").items()}
        task, split = TASKS[key], SPLITS.get(key, "test")
        there = [code for code in task.languages if self.source.has(task, split, code)]
        loaded = {code: self.source.load(task, split, code) for code in there}
        own = {code: dataset.limited(LIMIT) for code, dataset in loaded.items() if dataset.labelled}
        return {**self._xquad_r(task), **own} if key in ("xquad", "mlqa") else own

    def _xquad_r(self, task: Task) -> dict[str, Dataset[Any]]:
        paths = {code: self.source.directory / f"lareqa/xquad-r/{code}.json" for code in task.languages}
        return {code: read_squad([path], task) for code, path in paths.items() if path.is_file()}

    def pairs(self) -> dict[str, list[str]]:
        """The lines of BUCC's gold files, which may be there without the sentences."""
        paths = {code: self.source.directory / f"bucc2018/{code}-en.dev.gold" for code in TASKS["bucc2018"].languages}
        return {code: read_lines(path) for code, path in paths.items() if path.is_file()}


def _one_right(dataset: Dataset[Query]) -> Dataset[Query]:
    return replace(dataset, examples=tuple(replace(e, gold=(e.gold or ())[:1]) for e in dataset.examples))


def perturbed(task: Task, dataset: Dataset[Any], rate: float, draw: random.Random) -> list[Any]:
    """A prediction for each example; `rate` is the share of labels and tags that are drawn anew."""
    golds, names = [example.gold for example in dataset.examples], dataset.candidates.ids

    def drawn(some: Sequence[Any], labels: Sequence[Any]) -> list[Any]:
        return [draw.choice(labels) if draw.random() < rate else gold for gold in some]

    made: dict[str, Callable[[], list[Any]]] = {
        "classification": lambda: drawn(golds, task.labels),
        "multiple choice": lambda: drawn(golds, (0, 1)),
        "retrieval": lambda: drawn([gold[0] for gold in golds], range(len(golds))),
        "tagging": lambda: [drawn(tags, task.labels + task.extra_labels) for tags in golds],
        "span": lambda: [other_answer(question, draw) for question in dataset.examples],
        "ranking": lambda: [other_ranking([names[row] for row in gold], names, draw) for gold in golds],
    }
    return made[task.kind.name]()


def other_answer(question: Question, draw: random.Random) -> str:
    """The answer, cut, shifted, dressed up or out of order, one from elsewhere, or none."""
    gold, start = draw.choice(list(zip(question.gold or (), question.starts, strict=True)))
    cut, left, right = (draw.randint(0, length) for length in (len(gold), 12, 12))
    elsewhere = draw.randrange(len(question.context))
    return draw.choice(
        (
            gold,
            gold[:cut],
            gold[cut:],
            question.context[max(0, start - left) : start + len(gold) + right],
            question.context[elsewhere : elsewhere + draw.randint(1, 40)],
            f" The {gold.upper()}, «{gold}»。",
            " ".join(draw.sample(gold.split(), len(gold.split()))),
            "",
        )
    )


def other_ranking(right: Sequence[str], names: Sequence[str], draw: random.Random) -> list[str]:
    """Some of what is right among what is not, one name twice, of any length up to 30."""
    mixed = draw.sample(names, 25) + draw.sample(right, draw.randint(0, len(right)))
    draw.shuffle(mixed)
    mixed.insert(draw.randrange(20), mixed[0])
    return mixed[: draw.randint(0, 30)]


def other_pairs(lines: Sequence[str], draw: random.Random) -> list[str]:
    """Some pairs dropped, some with another's translation."""
    pairs = [line.split("\t") for line in lines]
    kept = [pair for pair in pairs if draw.random() < 0.7]
    return sorted({f"{x}\t{draw.choice(pairs)[1] if draw.random() < 0.3 else y}" for x, y in kept})


def stretch(words: Sequence[str], draw: random.Random) -> str:
    """Some words in a row."""
    first = draw.randrange(len(words) or 1)
    return " ".join(words[first : first + draw.randint(1, 15)])


def vectors(rows: int, seed: int) -> Vectors:
    return np.random.default_rng(seed).standard_normal((rows, DIMENSIONS), np.float32)


def planted(dataset: Dataset[Query], noise: float, seed: int) -> tuple[Vectors, Vectors]:
    """Embeddings of both sides; those of gold pairs are near each other."""
    x, y = vectors(len(dataset.examples), seed), vectors(len(dataset.candidates.texts), seed + 1)
    for row, query in enumerate(dataset.examples):
        for gold in query.gold or ():
            y[gold] = x[row] + noise * y[gold]
    return x, y


def write_submission(
    gold: Gold, languages: Mapping[str, Sequence[str]], predictions: Path, labels: Path, draw: random.Random
) -> None:
    """Write the files of these tasks in all languages; those that are not at hand have the data of others."""
    for key, codes in languages.items():
        made = _pair_files(gold, draw) if key == "bucc2018" else _files(gold, TASKS[key], draw)
        for number, code in enumerate(codes if made else ()):
            for folder, text in zip((predictions, labels), made[number % len(made)], strict=True):
                path = submission_path(folder, TASKS[key], code)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")


def _pair_files(gold: Gold, draw: random.Random) -> list[tuple[str, str]]:
    return [("\n".join(other_pairs(lines, draw)) + "\n", "\n".join(lines) + "\n") for lines in gold.pairs().values()]


def _files(gold: Gold, task: Task, draw: random.Random) -> list[tuple[str, str]]:
    made = []
    for dataset in gold.datasets(task.key).values():
        few = dataset.limited(FEW)
        given = perturbed(task, few, draw.random(), draw)
        made.append((predictions_text(task, [e.id for e in few.examples], given).text, labels_text(task, few).text))
    return made
