"""The means of gains that stand on a board: which places each is over, with what weights, and in which family."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..averages import Mean, TaskMean, mean_of_tasks, mean_over
from ..board import Board
from .samples import Place

Kind: TypeAlias = Literal["average", "without_retrieval", "group", "task", "slice", "cell", "language"]

FAMILIES: Mapping[Kind, str] = {
    "average": "totals",
    "without_retrieval": "totals",
    "group": "totals",
    "task": "totals",
    "slice": "slices",
    "cell": "cells",
    "language": "languages",
}
"""What a reader sees as one table is corrected as one family of comparisons, over all systems on the board."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A mean of gains.

    Attributes:
        kind: what it is over.
        key: of the task, group or slice; task and language of a cell; the language; nothing of an average.
        weights: of each place that it is over; they add up to 1.
        covers: the mean itself in points, and over how much of the suite it is.
    """

    kind: Kind
    key: tuple[str, ...]
    weights: Mapping[Place, float]
    covers: Mean | TaskMean


def quantities(board: Board, differences: Mapping[Place, float]) -> Iterator[Quantity]:
    """All means of the differences, in points, of a contender; those over nothing are left out.

    They are those of `improvement` and of `slice_average`.
    """
    wanted = {column.key: column.languages for column in board.columns if column.in_suite}
    speaking = {column.key for column in board.columns if column.in_suite and not column.retrieval}
    yield from _over("average", (), wanted, differences)
    yield from _over("without_retrieval", (), {key: wanted[key] for key in wanted if key in speaking}, differences)
    for group, keys in board.suite.groups.items():
        yield from _over("group", (group,), {key: wanted[key] for key in keys}, differences)
    for part in board.slices:
        inside = {key: [code for code in codes if code in part.languages] for key, codes in wanted.items()}
        yield from _over("slice", (part.key,), {key: codes for key, codes in inside.items() if codes}, differences)
    for language in dict.fromkeys(language for _, language in differences):
        speaking_it = {key: [language] for key, codes in wanted.items() if language in codes}
        yield from _over("language", (language,), speaking_it, differences)
    for key, codes in wanted.items():
        yield from _task(key, codes, differences)


def _over(
    kind: Kind, key: tuple[str, ...], wanted: Mapping[str, Sequence[str]], differences: Mapping[Place, float]
) -> Iterator[Quantity]:
    """The unweighted mean over tasks, each over the wanted languages."""
    there = {task: [code for code in codes if (task, code) in differences] for task, codes in wanted.items()}
    means = [
        mean_over({code: differences[task, code] for code in codes}, wanted[task]) for task, codes in there.items()
    ]
    covers = mean_of_tasks(means)
    weights = average_weights([(task, code) for task, codes in there.items() for code in codes])
    if weights:
        yield Quantity(kind, key, weights, covers)


def _task(key: str, codes: Sequence[str], differences: Mapping[Place, float]) -> Iterator[Quantity]:
    """A task, and each of its languages."""
    there = {code: differences[key, code] for code in codes if (key, code) in differences}
    if there:
        weights = {(key, code): 1 / len(there) for code in there}
        yield Quantity("task", (key,), weights, mean_over(there, codes))
    for code, difference in there.items():
        yield Quantity("cell", (key, code), {(key, code): 1.0}, Mean(difference, 1, 1))


def average_weights(places: Sequence[Place]) -> dict[Place, float]:
    """Of the unweighted mean over the tasks, each over its languages, in `places`."""
    sizes = Counter(task for task, _ in places)
    return {place: 1 / (len(sizes) * sizes[place[0]]) for place in places}
