"""A board as one tidy table of comma-separated values: a row an observation, for spreadsheets and data frames.

Columns:
    level: what the value is over: `language` (one task in one language), `task` (its languages), `group` (tasks),
        `average` and `without retrieval` (all tasks of the suite, those that are not retrieval), `slice` (languages of
        one kind), `transfer` (English minus the other languages); `published` for numbers of others.
    system: its name; of gains over seeds `NAME` for the systems `NAME.seedN`.
    task: key of the task; of a group or slice its name; empty over all tasks.
    language: its code; empty over several.
    metric: as in records; `value` is what averages are of (question answering: the mean of F1 and exact match);
        `gain` is over the baseline.
    value: in percent, gains and transfer in points; empty where it is not defined, as an average over less than it is
        defined on. Gains are over what both systems have, whatever that covers.
    low, high, p, q: of a gain, if it was tested: its interval, and the p-value, plain and corrected.
    there, wanted: how many scores a mean is over, and how many it should be over.
    notes: sentences that must stand beside the value.

Text is one line; what a spreadsheet would take for a formula is led by an apostrophe.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from ..averages import Mean, TaskMean, score_counts
from ..board import Board, SystemRow
from ..scores import Average
from .contenders import Contender, Gained, contenders
from .escape import one_line

VALUE, GAIN = "value", "gain"
# So begins what spreadsheets take for a formula.
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class _Row:
    """One line, in the order of the columns."""

    level: str
    system: str
    task: str = ""
    language: str = ""
    metric: str = VALUE
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    there: int | None = None
    wanted: int | None = None
    notes: str = ""


COLUMNS = tuple(field.name for field in fields(_Row))


def render(board: Board, *, partial: bool = False) -> str:
    """Write a board as comma-separated values.

    Args:
        board: what to write.
        partial: give means over incomplete languages or tasks too; `there` and `wanted` tell them from others.

    Returns:
        A header and a line a row, each ended by a line feed.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(board, partial=partial):
        writer.writerow([_safe(getattr(row, column)) for column in COLUMNS])
    return text.getvalue()


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(board: Board, *, partial: bool) -> Iterator[_Row]:
    order = {column.key: place for place, column in enumerate(board.columns)}
    for system in board.systems:
        yield from _languages(board, system, order)
        yield from _means(board, system, partial=partial)
    for contender in contenders(board):
        yield from _gains(contender)
    yield from _published(board)


def _languages(board: Board, system: SystemRow, order: Mapping[str, int]) -> Iterator[_Row]:
    keys = [key for key in board.cells if key.system == system.name]
    for key in sorted(keys, key=lambda key: (order[key.task], key.language)):
        cell = board.cells[key]
        for metric, score in {**cell.record.scores, VALUE: cell.value}.items():
            yield _Row("language", system.name, key.task, key.language, metric, score, notes=" ".join(cell.marks))


def _means(board: Board, system: SystemRow, *, partial: bool) -> Iterator[_Row]:
    def row(level: str, task: str, metric: str, mean: Mean | TaskMean, marks: Sequence[str]) -> _Row:
        there, wanted = score_counts(mean)
        value = mean.partial if partial else mean.value
        return _Row(level, system.name, task, "", metric, value, there=there, wanted=wanted, notes=" ".join(marks))

    for task, score in system.tasks.items():
        for metric, mean in {**score.metrics, VALUE: score.mean}.items():
            yield row("task", task, metric, mean, score.marks)
    averages: list[tuple[str, str, Average]] = [
        *(("group", group, average) for group, average in system.groups.items()),
        ("average", "", system.average),
        ("without retrieval", "", system.without_retrieval),
        *(("slice", part, average) for part, average in system.slices.items()),
    ]
    for level, key, average in averages:
        yield row(level, key, VALUE, average.mean, average.marks)
    for task, mean in system.transfer.tasks.items():
        yield row("transfer", task, VALUE, mean, system.tasks[task].marks)
    yield row("transfer", "", VALUE, system.transfer.average.mean, system.transfer.average.marks)


def _gains(contender: Contender) -> Iterator[_Row]:
    for (level, key), gained in contender.gains.items():
        yield _gain(level, contender.name, key, "", gained, contender.marks[level, key])
    for (task, language), gained in contender.cells.items():
        yield _gain("language", contender.name, task, language, gained, ())
    for language, _, gained in contender.languages:
        yield _gain("language", contender.name, "", language, gained, ())


def _gain(level: str, system: str, task: str, language: str, gained: Gained, marks: Sequence[str]) -> _Row:
    there, wanted = score_counts(gained.covers)
    numbers = (gained.difference, gained.low, gained.high, gained.p, gained.q, there, wanted)
    return _Row(level, system, task, language, GAIN, *numbers, notes=" ".join(marks))


def _published(board: Board) -> Iterator[_Row]:
    for row in board.published:
        notes = " ".join(sentence for sentence in (row.source, row.remark) if sentence)
        for task, metrics in row.tasks.items():
            for metric, value in metrics.items():
                yield _Row("published", row.name, task, "", metric, value, notes=notes)
        if row.average is not None:
            yield _Row("published", row.name, value=row.average, notes=notes)
