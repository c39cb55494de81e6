"""What systems gained over a baseline, each gain with its interval and the p-value of there being none."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..averages import Mean, TaskMean


@dataclass(frozen=True, slots=True)
class Gain:
    """Model minus baseline in points, `low` and `high` of its interval, and how sure it is that there is any.

    `p` is two-sided, `q` the same corrected for the number of comparisons that a reader sees beside it. `covers` says
    over which share of the suite's languages, or tasks, the mean is.
    """

    difference: float
    low: float
    high: float
    p: float
    q: float
    covers: Mean | TaskMean


@dataclass(frozen=True, slots=True)
class LanguageGain:
    """The gain in one language: the mean over the `tasks` that both systems have in it."""

    language: str
    tasks: int
    gain: Gain


@dataclass(frozen=True, slots=True)
class SystemGains:
    """One contender against the baseline.

    Attributes:
        name: of a system, or `NAME` for the systems `NAME.seedN`.
        systems: the systems behind it, one a seed.
        average: over all tasks of the suite; None if no task can be compared.
        without_retrieval: over those that are not retrieval; None likewise.
        tasks: by key of the task; those that can be compared.
        groups: by name of the group in the suite.
        slices: by key of the `Slice`.
        cells: by task and language.
        languages: from the largest gain to the largest loss.
    """

    name: str
    systems: tuple[str, ...]
    average: Gain | None
    without_retrieval: Gain | None
    tasks: Mapping[str, Gain]
    groups: Mapping[str, Gain]
    slices: Mapping[str, Gain]
    cells: Mapping[tuple[str, str], Gain]
    languages: tuple[LanguageGain, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The gains of all contenders, and which of them cannot be told apart.

    Attributes:
        baseline: name of the system, or group of seeds, that gains are counted from.
        confidence: of the intervals, such as 0.95.
        replicates: how often examples were resampled.
        languages_resampled: whether languages were resampled too.
        gains: complete averages first, the largest first.
        letters: for each contender and the baseline; two that share a letter cannot be told apart by their averages.
        notes: what could not be compared, and why.
    """

    baseline: str
    confidence: float
    replicates: int
    languages_resampled: bool
    gains: tuple[SystemGains, ...]
    letters: Mapping[str, str]
    notes: tuple[str, ...]
