"""Means and changes as cells of a table."""

from collections.abc import Sequence

from ...averages import Mean, score_counts
from ...scores import Average
from ..contenders import Gained
from ..formats import coverage_text, interval_text, score_text
from .tables import Cell

_MINUS = "\u2212"


def mean_cell(mean: Mean, shown: Sequence[Mean], marks: tuple[str, ...]) -> Cell:
    """A mean over languages; `shown` are the means of the metrics that it is the mean of."""
    text = score_text(*(metric.partial for metric in shown))
    return Cell(text, mean.partial, coverage_text(mean), marks) if text else Cell()


def average_cell(average: Average) -> Cell:
    """A mean over tasks, with how many of its scores are there."""
    mean = average.mean
    if mean.partial is None:
        return Cell()
    there, wanted = score_counts(mean)
    return Cell(score_text(mean.partial), mean.partial, "" if mean.complete else f"{there}/{wanted}", average.marks)


def gap_cell(average: Average) -> Cell:
    """A mean of differences."""
    mean = average.mean
    if mean.partial is None:
        return Cell()
    return Cell(change_text(mean.partial), mean.partial, coverage_text(mean), average.marks)


def gain_cell(gain: Gained, marks: tuple[str, ...]) -> Cell:
    """A change, with its interval if it was tested."""
    text = change_text(gain.difference, gain.low, gain.high)
    return Cell(text, gain.difference, coverage_text(gain.covers), marks)


def change_text(difference: float, low: float | None = None, high: float | None = None) -> str:
    """A difference with its interval, if it has one, and with a minus that is as wide as the plus."""
    return interval_text(difference, low, high).replace("-", _MINUS)
