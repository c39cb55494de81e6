"""What `compare` finds, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import InputError
from ...results.store import TEST
from ..averages import Mean, TaskMean
from ..statistics.significance import Estimate, Resampling
from .speed import Speed
from .stored import Place, StoredSystem

BETTER, WORSE, SAME, UNCLEAR = "better", "worse", "same", "unclear"
ACROSS = ("precision", "backend")
"""Parts of the key that may differ if the user says so: the same model computed in another way."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to compare (empty: all that is stored), and how.

    `across` are those of `ACROSS` in which the two may differ; `alpha` is the false discovery rate up to which a
    difference counts as real; `suite` is whose languages make a task, by default that of the records.
    """

    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    split: str = TEST
    suite: str | None = None
    across: tuple[str, ...] = ()
    alpha: float = 0.05
    resampling: Resampling = field(default_factory=Resampling)

    def __post_init__(self) -> None:
        """Refuse to compare across what makes no sense.

        Raises:
            InputError: a part of the key that is not among `ACROSS`.
        """
        for part in self.across:
            if part not in ACROSS:
                raise InputError(f"cannot compare across {part!r}: one of {', '.join(ACROSS)}")


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: values in percent, the difference in points, `q` its p-value corrected for the others' number.

    `verdict` is `better` or `worse` if q is at most alpha, `same` if the systems scored alike on every example, else
    `unclear`.
    """

    base: float
    head: float
    estimate: Estimate
    q: float
    verdict: str


@dataclass(frozen=True, slots=True)
class TaskComparison:
    """One task; `mean` says which share of its languages the line is over, `languages` has all that both systems have.

    `averaged` if it is part of the averages, as a task of the suite is.
    """

    key: str
    title: str
    less_is_better: bool
    averaged: bool
    mean: Mean
    line: Line
    languages: Mapping[str, Line]
    speed: Speed | None


@dataclass(frozen=True, slots=True)
class AverageComparison:
    """The unweighted mean over tasks; `mean` says what it covers of the suite."""

    title: str
    mean: TaskMean
    line: Line


@dataclass(frozen=True, slots=True)
class Missing:
    """A score that only the other side has; `side` is `base` or `head`."""

    place: Place
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is known about head against base.

    Attributes:
        base: the system that is compared with.
        head: the system in question.
        request: what was asked.
        suite: title of the suite whose tasks and languages are averaged.
        tasks: in the suite's order, then those outside it.
        averages: over at least two tasks: all, and without retrieval if there is any.
        missing: what only one side has.
        speed: over everything that both have, None if one side has no times.
        obstacles: why the speeds cannot be compared.
        changes: in what the systems differ.
        notes: sentences to show beside the scores.
    """

    base: StoredSystem
    head: StoredSystem
    request: Request
    suite: str
    tasks: tuple[TaskComparison, ...]
    averages: tuple[AverageComparison, ...]
    missing: tuple[Missing, ...]
    speed: Speed | None
    obstacles: tuple[str, ...]
    changes: tuple[str, ...]
    notes: tuple[str, ...]
