"""All systems on the same examples of a task, kept so that one matrix product resamples all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .draws import Array, Draws
from .paired import Counts, task_value

Numbers: TypeAlias = NDArray[np.intp]
Place: TypeAlias = tuple[str, str]
"""A task and a language."""

# If fewer than one example in so many counts anywhere, as in BUCC, the others are drawn by their number alone.
_SPARSE = 10
# Whole numbers are summed in single precision, exact up to 2 ** 24; sums of resampled ones are not four times as large.
_EXACT = 1 << 22


@dataclass(frozen=True, slots=True)
class LanguageSample:
    """The examples of one language.

    Attributes:
        rows: of each example its number among those of the task.
        columns: what examples add to sums; shape (examples, columns), each column once, as systems have many in common:
            the number of examples of an accuracy, or all of a system that repeats another. Single where that is exact.
        totals: their sums over all examples.
        places: for each system the numbers of its columns; shape (metrics, 2).
    """

    rows: Numbers
    columns: Array | Draws
    totals: Array
    places: Mapping[str, Numbers]

    def sums(self, system: str) -> Counts:
        """Over all examples; shape (metrics, 2)."""
        found: Counts = self.totals[self.places[system]]
        return found

    def value(self, system: str) -> float:
        """The task's value in this language in percent."""
        return float(task_value(self.sums(system)))

    def influence(self, system: str) -> Array:
        """By how many points each example moves the value, to first order; shape (examples,).

        The value is a mean of ratios r = a / b of sums, so an example that adds (x, y) moves it by (x - r y) / b, as in
        the delta method. The sum of squares estimates the variance of the value over samples of examples.
        """
        sums = self.sums(system)
        above, below = sums[:, 0], sums[:, 1]
        ratios = np.divide(above, below, out=np.zeros_like(above), where=below != 0)
        counts = self.columns[:, self.places[system]]
        residuals = counts[..., 0] - ratios * counts[..., 1]
        parts = np.divide(residuals, below, out=np.zeros_like(residuals), where=below != 0)
        moved: Array = 100.0 * parts.mean(axis=1)
        return moved


@dataclass(frozen=True, slots=True)
class Sample:
    """The examples of one task, which are the same in two languages if their ids are.

    Attributes:
        task: its key.
        total: number of examples over all languages.
        kept: of these, numbers below `kept` are given to those that count somewhere, or to all.
        languages: by language.
    """

    task: str
    total: int
    kept: int
    languages: Mapping[str, LanguageSample]

    def influence(self, systems: Mapping[str, float], languages: Sequence[str]) -> Array:
        """That of each example on a weighted sum of systems, in each of the languages; shape (kept, languages)."""
        found = np.zeros((self.kept, len(languages)))
        for number, language in enumerate(languages):
            one = self.languages[language]
            moved = sum(weight * one.influence(system) for system, weight in systems.items())
            np.add.at(found[:, number], one.rows, moved)
        return found


def make_sample(task: str, languages: Mapping[str, tuple[Sequence[str], Mapping[str, Counts]]]) -> Sample:
    """Number the examples of a task, and keep each distinct column once.

    Args:
        task: its key.
        languages: for each the ids of its examples, and the counts of each system in the order of the ids.
    """
    numbers: dict[str, int] = {}
    rows = {
        language: np.array([numbers.setdefault(identity, len(numbers)) for identity in ids], np.intp)
        for language, (ids, _) in languages.items()
    }
    columns = {language: _distinct(systems) for language, (_, systems) in languages.items()}
    counting = np.zeros(len(numbers), np.bool_)
    for language, (values, _) in columns.items():
        counting[rows[language][(values != 0).any(axis=1)]] = True
    if counting.sum() * _SPARSE >= len(numbers):
        counting[:] = True
    renumbered = np.cumsum(counting) - 1
    found = {}
    for language, (values, places) in columns.items():
        kept = counting[rows[language]]
        found[language] = LanguageSample(
            renumbered[rows[language][kept]], _exact(values[kept]), values.sum(axis=0), places
        )
    return Sample(task, len(numbers), int(counting.sum()), found)


def _exact(values: Array) -> Array | Draws:
    """In single precision if no sum loses anything by it."""
    whole = np.abs(values).sum(axis=0).max(initial=0.0) < _EXACT and np.array_equal(values, np.rint(values))
    return values.astype(np.float32) if whole else values


def _distinct(systems: Mapping[str, Counts]) -> tuple[Array, dict[str, Numbers]]:
    """The distinct columns, and for each system the numbers of its own."""
    numbers: dict[bytes, int] = {}
    columns: list[Array] = []
    places = {}
    for system, counts in systems.items():
        mine = []
        for column in counts.reshape(len(counts), -1).T:
            number = numbers.setdefault(column.tobytes(), len(numbers))
            if number == len(columns):
                columns.append(column)
            mine.append(number)
        places[system] = np.array(mine, np.intp).reshape(counts.shape[1:])
    return np.stack(columns, axis=1), places
