"""What each contender gained over the baseline, tested or not, in one shape for all forms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..averages import Mean, TaskMean
from ..board import Board
from ..improvement import Improvement
from ..scores import distinct
from ..statistics.gains import Gain, SystemGains

Place: TypeAlias = tuple[str, str]
"""A sort of what is gained in, and a key of that sort."""

TASK, GROUP, SLICE = "task", "group", "slice"
AVERAGE: Place = ("average", "")
WITHOUT_RETRIEVAL: Place = ("without retrieval", "")


@dataclass(frozen=True, slots=True)
class Gained:
    """Model minus baseline in points, over what both have; interval and p-values are None if it was not tested."""

    difference: float
    covers: Mean | TaskMean
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None


@dataclass(frozen=True, slots=True)
class Contender:
    """A system, or `NAME` of the systems `NAME.seedN`, against the baseline.

    Attributes:
        name: as above.
        systems: those behind the name.
        gains: over all tasks, tasks without retrieval, each task, group and slice; those that can be compared.
        cells: by task and language.
        languages: each with the number of tasks that its gain is the mean over, from the largest gain to the largest
            loss.
        marks: sentences that must stand beside a gain; of a task also where there is none, as they say why.
    """

    name: str
    systems: tuple[str, ...]
    gains: Mapping[Place, Gained]
    cells: Mapping[tuple[str, str], Gained]
    languages: tuple[tuple[str, int, Gained], ...]
    marks: Mapping[Place, tuple[str, ...]]


def contenders(board: Board) -> list[Contender]:
    """All that are held against the baseline; none without one.

    What could not be tested, because predictions are missing, is there as a difference alone.
    """
    tested = [] if board.statistics is None else [_tested(board, gains) for gains in board.statistics.gains]
    names = {system for one in tested for system in one.systems}
    return [*tested, *(_untested(board, one) for one in board.improvements if one.system not in names)]


def _tested(board: Board, found: SystemGains) -> Contender:
    gains = {
        AVERAGE: found.average,
        WITHOUT_RETRIEVAL: found.without_retrieval,
        **{(GROUP, group): gain for group, gain in found.groups.items()},
        **{(TASK, task): gain for task, gain in found.tasks.items()},
        **{(SLICE, part): gain for part, gain in found.slices.items()},
    }
    alone = [one for one in board.improvements if (one.system,) == found.systems]
    untested = {place: gain for one in alone for place, gain in _differences(one).items()}
    return Contender(
        name=found.name,
        systems=found.systems,
        gains=untested | {place: _gained(gain) for place, gain in gains.items() if gain is not None},
        cells={place: _gained(gain) for place, gain in found.cells.items()},
        languages=tuple((one.language, one.tasks, _gained(one.gain)) for one in found.languages),
        marks=_marks(board, found.systems),
    )


def _gained(gain: Gain) -> Gained:
    return Gained(gain.difference, gain.covers, gain.low, gain.high, gain.p, gain.q)


def _untested(board: Board, found: Improvement) -> Contender:
    return Contender(
        name=found.system,
        systems=(found.system,),
        gains=_differences(found),
        cells={
            (task, language): Gained(difference, Mean(difference, 1, 1))
            for task, delta in found.tasks.items()
            for language, difference in delta.languages.items()
        },
        languages=tuple(
            (one.language, one.tasks, Gained(one.mean, Mean(one.mean, one.tasks, one.tasks))) for one in found.languages
        ),
        marks=_marks(board, [found.system]),
    )


def _differences(found: Improvement) -> dict[Place, Gained]:
    means: dict[Place, Mean | TaskMean] = {
        AVERAGE: found.average.mean,
        WITHOUT_RETRIEVAL: found.without_retrieval.mean,
        **{(TASK, task): delta.mean for task, delta in found.tasks.items()},
    }
    return {place: Gained(mean.partial, mean) for place, mean in means.items() if mean.partial is not None}


def _marks(board: Board, systems: Collection[str]) -> dict[Place, tuple[str, ...]]:
    """What must stand beside the gains of some systems: all that stands beside their differences from the baseline.

    A task has them even without a gain, as they say why there is none.
    """
    improvements = [one for one in board.improvements if one.system in systems]

    def over(tasks: Sequence[str]) -> tuple[str, ...]:
        return distinct(mark for one in improvements for task in tasks for mark in one.tasks[task].marks)

    tasks = [column.key for column in board.columns if column.in_suite]
    speaking = [column.key for column in board.columns if column.in_suite and not column.retrieval]
    return {
        AVERAGE: over(tasks),
        WITHOUT_RETRIEVAL: over(speaking),
        **{(TASK, task): over([task]) for task in tasks},
        **{(GROUP, group): over(keys) for group, keys in board.suite.groups.items()},
        **{(SLICE, part.key): over(tasks) for part in board.slices},
    }
