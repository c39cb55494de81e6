"""A system's scores one by one, as the forms want them that other services read.

Whatever is an average is there only where it is complete: over every language of the task, every task of the suite.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...results.record import Record
from ...results.store import slug
from ...tasks.languages import known_languages
from ...tasks.suites import known_tasks
from ..board import Board, SystemRow
from ..scores import Average, Cell, CellKey, TaskColumn, distinct

AVERAGE = "average"
"""The metric of a mean over tasks: the mean of their values, in which question answering counts as (F1 + EM) / 2."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One score.

    Attributes:
        key: a name that no other score of the system has: `xnli.de.accuracy`, `xnli.accuracy`, `average`.
        title: the same for people: `XNLI (German)`, `XNLI (mean of 15 languages)`.
        task: key of the task; None for a mean over tasks.
        language: its code; None for a mean over languages.
        metric: its name, as in records; `AVERAGE` for a mean over tasks.
        value: in percent.
        less_is_better: whether a better system has a smaller value.
        records: those that it is made of, by task and language.
        marks: sentences that must stand beside it.
    """

    key: str
    title: str
    task: str | None
    language: str | None
    metric: str
    value: float
    less_is_better: bool
    records: tuple[Record, ...]
    marks: tuple[str, ...]

    @property
    def examples(self) -> int:
        """Of all its records."""
        return sum(record.examples for record in self.records)

    @property
    def newest(self) -> str:
        """When the last of its records was made (UTC, ISO 8601)."""
        return max(record.created for record in self.records)

    @property
    def setup(self) -> str:
        """How it was measured, in words; more than one where its records differ."""
        parts = (
            "/".join(distinct(f"{record.key.backend} on {record.provider}" for record in self.records)),
            "/".join(distinct(record.key.precision for record in self.records)),
            *distinct(f"protocol {' '.join(record.key.protocol)}" for record in self.records if record.key.protocol),
            f"{self.examples} examples",
            *self.marks,
        )
        return "; ".join(part.rstrip(".") for part in parts)


def measured(board: Board, system: SystemRow, *, every_metric: bool) -> Iterator[Measured]:
    """The scores of a system: of each language, of each task, of the suite and its groups.

    Args:
        board: where its cells are.
        system: whose scores.
        every_metric: all metrics of the records, not those alone whose mean is the task's value.
    """
    cells = {key: cell for key, cell in board.cells.items() if key.system == system.name}
    for column in board.columns:
        yield from _languages(column, cells, every_metric=every_metric)
    for column in board.columns:
        yield from _task(column, system, cells)
    yield from _averages(board, system, cells)


def _languages(column: TaskColumn, cells: Mapping[CellKey, Cell], *, every_metric: bool) -> Iterator[Measured]:
    """Those of the suite in its order, then others."""
    present = {key.language: cell for key, cell in cells.items() if key.task == column.key}
    known = known_languages()
    for code in [
        *(code for code in column.languages if code in present),
        *sorted(present.keys() - {*column.languages}),
    ]:
        cell = present[code]
        name = known[code].name if code in known else code
        for metric in cell.record.scores if every_metric else column.metrics:
            yield Measured(
                key=f"{column.key}.{code}.{metric}",
                title=f"{column.title} ({name})",
                task=column.key,
                language=code,
                metric=metric,
                value=cell.record.scores[metric],
                less_is_better=_less_is_better(column.key, metric),
                records=(cell.record,),
                marks=cell.marks,
            )


def _task(column: TaskColumn, system: SystemRow, cells: Mapping[CellKey, Cell]) -> Iterator[Measured]:
    if not column.in_suite:
        return
    score = system.tasks[column.key]
    records = tuple(cells[key].record for key in sorted(cells) if key.task == column.key)
    for metric, mean in score.metrics.items():
        if mean.value is not None:
            yield Measured(
                key=f"{column.key}.{metric}",
                title=f"{column.title} (mean of {mean.wanted} languages)",
                task=column.key,
                language=None,
                metric=metric,
                value=mean.value,
                less_is_better=_less_is_better(column.key, metric),
                records=tuple(record for record in records if record.language in column.languages),
                marks=score.marks,
            )


def _averages(board: Board, system: SystemRow, cells: Mapping[CellKey, Cell]) -> Iterator[Measured]:
    suite = {column.key: column for column in board.columns if column.in_suite}
    speaking = [key for key, column in suite.items() if not column.retrieval]
    found: list[tuple[str, str, Average, Iterable[str]]] = [(AVERAGE, "mean of all tasks", system.average, suite)]
    if len(speaking) < len(suite):
        found.append(("without-retrieval", "mean without retrieval", system.without_retrieval, speaking))
    found += [(group, f"mean of {group}", system.groups[group], tasks) for group, tasks in board.suite.groups.items()]
    for key, words, average, tasks in found:
        if average.mean.value is not None:
            wanted = {(task, code) for task in tasks for code in suite[task].languages}
            yield Measured(
                key=key,
                title=f"{board.suite.title} ({words})",
                task=None,
                language=None,
                metric=AVERAGE,
                value=average.mean.value,
                less_is_better=False,
                records=tuple(cells[place].record for place in sorted(cells) if place[1:] in wanted),
                marks=average.marks,
            )


def _less_is_better(task: str, metric: str) -> bool:
    known = known_tasks().get(task)
    return known is not None and any(one.less_is_better for one in known.kind.metrics if one.name == metric)


def file_names(systems: Iterable[str]) -> dict[str, str]:
    """For each system a name that can be a file's or a folder's, and is no other's."""
    taken: dict[str, str] = {}
    for system in systems:
        name, number = slug(system), 1
        while name in taken:
            number += 1
            name = f"{slug(system)}-{number}"
        taken[name] = system
    return {system: name for name, system in taken.items()}


def models(board: Board) -> tuple[SystemRow, ...]:
    """The systems that are models: not the rows that take each task from another system."""
    composed = () if board.composite is None else board.composite.systems
    return tuple(row for row in board.systems if row.name not in composed)
