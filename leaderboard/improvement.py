"""What a system gained over the baseline, from scores paired by task and language.

"Average improvement" is that of Phang et al. 2020 (`protocol.md` 7.9): per task the mean over languages of model minus
baseline, then the unweighted mean over tasks; it is shown with and without retrieval, which moves by tens of points
where the other tasks move by one. A difference over the languages that both systems have is a fair one, so it is given
where averages are blank, always with its coverage.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from .averages import Mean, mean_over
from .comparability import comparable, cut_mark
from .scores import Average, Cell, CellKey, Cells, TaskColumn, average, distinct


@dataclass(frozen=True, slots=True)
class TaskDelta:
    """Model minus baseline on one task, in points: by language, and as the mean over languages."""

    languages: Mapping[str, float]
    mean: Mean
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageDelta:
    """Model minus baseline in one language, in points: the mean over the `tasks` that both systems have in it."""

    language: str
    mean: float
    tasks: int


@dataclass(frozen=True, slots=True)
class Improvement:
    """One system against the baseline; `languages` from the largest gain to the largest loss."""

    system: str
    tasks: Mapping[str, TaskDelta]
    average: Average
    without_retrieval: Average
    languages: tuple[LanguageDelta, ...]


def improvement(system: str, baselines: tuple[str, ...], columns: Sequence[TaskColumn], cells: Cells) -> Improvement:
    """Pair one system with the baseline over the tasks and languages of the suite.

    Of several `baselines`, the seeds of one, the mean counts, where each has a score.
    """
    tasks = {column.key: _task_delta(system, baselines, column, cells) for column in columns if column.in_suite}
    speaking = [column.key for column in columns if column.in_suite and not column.retrieval]
    return Improvement(
        system=system,
        tasks=tasks,
        average=_average(tasks.values()),
        without_retrieval=_average(tasks[key] for key in speaking),
        languages=_by_language(tasks.values()),
    )


def difference(systems: Sequence[Cell], baselines: Sequence[Cell]) -> float | None:
    """The mean of some cells minus that of others of one task and language, in points; None if they are not comparable.

    Several on a side are the seeds of one system.
    """
    first, *others = (cell.record for cell in (*systems, *baselines))
    if not all(comparable(other, first) for other in others):
        return None
    return fmean(cell.value for cell in systems) - fmean(cell.value for cell in baselines)


def cells_of_all(systems: Sequence[str], task: str, language: str, cells: Cells) -> tuple[Cell, ...]:
    """The cells of all systems in one place; none if one of them has no score there."""
    keys = [CellKey(system, task, language) for system in systems]
    return tuple(cells[key] for key in keys) if all(key in cells for key in keys) else ()


def _task_delta(system: str, baselines: tuple[str, ...], column: TaskColumn, cells: Cells) -> TaskDelta:
    deltas: dict[str, float] = {}
    marks: list[str] = []
    unlike: list[str] = []
    for language in column.languages:
        mine, theirs = (cells_of_all(side, column.key, language, cells) for side in ((system,), baselines))
        if not mine or not theirs:
            continue
        delta = difference(mine, theirs)
        if delta is None:
            unlike.append(language)
            continue
        deltas[language] = delta
        marks += [mark for one in (*mine, *theirs) for mark in cut_mark(one.record)]
    if unlike:
        marks.append(f"Left out, as not measured like the baseline: {' '.join(sorted(unlike))}.")
    return TaskDelta(deltas, mean_over(deltas, column.languages), distinct(marks))


def _average(deltas: Iterable[TaskDelta]) -> Average:
    return average((delta.mean, delta.marks) for delta in deltas)


def _by_language(deltas: Iterable[TaskDelta]) -> tuple[LanguageDelta, ...]:
    collected: defaultdict[str, list[float]] = defaultdict(list)
    for delta in deltas:
        for language, value in delta.languages.items():
            collected[language].append(value)
    means = [LanguageDelta(language, fmean(values), len(values)) for language, values in collected.items()]
    return tuple(sorted(means, key=lambda delta: (-delta.mean, delta.language)))
