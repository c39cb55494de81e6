"""Records as cells (one system, task and language) and as the averages above them, each with its marks.

Everything here is plain text and numbers; how it looks is the business of the writers (`markdown.py`).
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import InputError
from ..results.record import Record
from ..tasks.suites import known_tasks
from ..tasks.task import Suite
from .averages import Mean, TaskMean, language_value, mean_of_tasks, mean_over
from .comparability import mixture_mark, record_marks, reference_of

RETRIEVAL = "retrieval"


@dataclass(frozen=True, slots=True)
class TaskColumn:
    """What a column of a board is.

    `languages` are those of the suite, over which the task is averaged: none for a task outside the suite.
    `metrics` are those whose mean is the task's value, in the order in which they are shown (F1 before EM, as
    published); a task of the suite that this version does not implement has none.
    """

    key: str
    title: str
    metrics: tuple[str, ...]
    languages: tuple[str, ...]
    retrieval: bool

    @property
    def in_suite(self) -> bool:
        """Whether the task counts in the suite's average."""
        return bool(self.languages)

    @property
    def implemented(self) -> bool:
        """Whether this version of xbench can measure it."""
        return bool(self.metrics)


class CellKey(NamedTuple):
    """Where a cell stands."""

    system: str
    task: str
    language: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One score: its record, its task value in percent, and the sentences that must stand beside it."""

    record: Record
    value: float
    marks: tuple[str, ...]


Cells = Mapping[CellKey, Cell]


@dataclass(frozen=True, slots=True)
class TaskScore:
    """One system on one task.

    `mean` is of the task value, `metrics` of each metric; `missing` are the suite's languages without a record.
    """

    mean: Mean
    metrics: Mapping[str, Mean]
    missing: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Average:
    """A mean over tasks with all that must stand beside it."""

    mean: TaskMean
    marks: tuple[str, ...]


def make_columns(suite: Suite, records: Iterable[Record]) -> tuple[TaskColumn, ...]:
    """The tasks of the suite in its order, then those that only the records name."""
    outside = sorted({record.task for record in records} - set(suite.tasks))
    return tuple(_column(suite, key) for key in (*suite.tasks, *outside))


def make_cells(records: Sequence[Record], baseline: str | None) -> dict[CellKey, Cell]:
    """Place every record.

    Raises:
        InputError: two records claim the same place, or a record lacks a score.
    """
    by_place: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        by_place[record.task, record.language].append(record)
    return dict(cell for column in by_place.values() for cell in _place(column, baseline))


def task_score(system: str, column: TaskColumn, cells: Cells) -> TaskScore:
    """Average one system over the languages of the suite."""
    there = {code: cells[key] for code in column.languages if (key := CellKey(system, column.key, code)) in cells}
    return TaskScore(
        mean=mean_over({code: cell.value for code, cell in there.items()}, column.languages),
        metrics={
            metric: mean_over({code: cell.record.scores[metric] for code, cell in there.items()}, column.languages)
            for metric in column.metrics
        },
        missing=tuple(code for code in column.languages if code not in there),
        marks=cell_marks(there.values()),
    )


def cell_marks(cells: Collection[Cell]) -> tuple[str, ...]:
    """What must stand beside a mean over cells of one task and system."""
    marks = [mark for cell in cells for mark in cell.marks]
    return distinct([*marks, *mixture_mark([cell.record for cell in cells])])


def average(parts: Iterable[tuple[Mean, tuple[str, ...]]]) -> Average:
    """Average tasks given with their marks."""
    known = list(parts)
    return Average(mean_of_tasks([mean for mean, _ in known]), distinct(mark for _, marks in known for mark in marks))


def distinct(marks: Iterable[str]) -> tuple[str, ...]:
    """Each sentence once, in order of first use."""
    return tuple(dict.fromkeys(marks))


def _column(suite: Suite, key: str) -> TaskColumn:
    languages, task = suite.languages.get(key, ()), known_tasks().get(key)
    if task is None:
        return TaskColumn(key, key, (), languages, retrieval=key in suite.groups.get(RETRIEVAL, ()))
    metrics = tuple(sorted(task.main_metrics, key=lambda metric: metric != "f1"))
    return TaskColumn(key, task.title, metrics, languages, retrieval=task.kind.head == "embedding")


def _place(records: list[Record], baseline: str | None) -> Iterator[tuple[CellKey, Cell]]:
    ordered = sorted(records, key=lambda record: record.system)
    reference, seen = reference_of(ordered, baseline), set()
    for record in ordered:
        key = CellKey(record.system, record.task, record.language)
        if key in seen:
            raise InputError(f"two records of {_place_name(record)}: give each system its own name, or remove one")
        seen.add(key)
        yield key, Cell(record, _value(record), record_marks(record, reference))


def missing_metric(record: Record) -> str | None:
    """The first main metric of a known task that the record has no finite score of; None if it has all."""
    metrics = known_tasks()[record.task].main_metrics
    return next((metric for metric in metrics if not math.isfinite(record.scores.get(metric, math.nan))), None)


def _value(record: Record) -> float:
    if (metric := missing_metric(record)) is not None:
        raise InputError(f"the record of {_place_name(record)} has no score {metric!r}; run it again")
    return language_value(record.scores, known_tasks()[record.task].main_metrics)


def _place_name(record: Record) -> str:
    return f"system {record.system!r}, task {record.task!r}, language {record.language!r}"
