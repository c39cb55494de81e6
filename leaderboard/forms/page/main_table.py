"""The main table: a row a system and a published row, averages and tasks under the groups of the suite."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from ...board import Board, SystemRow
from ...published import PublishedRow
from ...scores import TaskColumn
from ..contenders import AVERAGE, contenders
from ..formats import parameters_text, score_text
from ..main_tables import has_retrieval, is_measured, letters_by_system, published_text
from .markup import Markup
from .tables import NUMBER, TEXT, Cell, Column, Notes, Row, table
from .values import average_cell, gain_cell, gap_cell, mean_cell

ABOUT = "About"
OTHER_TASKS = "Other tasks"
_GROUP = "group "
_ORIGIN = {"scores": NUMBER, "parameters": NUMBER, "precision": TEXT, "backend": TEXT, "date": TEXT}


def main_table(board: Board, notes: Notes) -> Markup:
    """The board's systems by rank, then what others have published."""
    columns = tuple(_columns(board))
    letters, changes = letters_by_system(board), _changes(board)
    rows = []
    for number, system in enumerate(board.systems):
        alike = letters.get(system.name, "")
        cells = _averages(system) | _tasks(board, system) | _about(system)
        cells |= {"alike": Cell(alike, alike), "change": changes.get(system.name, Cell())}
        rows.append(_system_row(board, number, [cells.get(column.key, Cell()) for column in columns[1:]]))
    rows += [_published_row(board, row, columns) for row in board.published]
    return table("leaderboard-table", f"{board.suite.title} leaderboard", columns, rows, notes)


def measured_columns(board: Board) -> list[TaskColumn]:
    """The tasks of the suite in which some row has a score."""
    published = {task for row in board.published for task in row.tasks}
    return [
        column
        for column in board.columns
        if column.in_suite and (column.key in published or is_measured(board, column.key))
    ]


def group_title(group: str) -> str:
    """The name of a group of tasks as a heading: `qa` is an abbreviation, others are words."""
    return group.upper() if len(group) <= 2 else group.capitalize()


def _columns(board: Board) -> Iterator[Column]:
    yield Column("system", "system", "", TEXT)
    if any(system.rank is not None for system in board.systems):
        yield Column("rank", "rank", "Overall")
    yield Column("average", "average", "Overall")
    if board.statistics is not None:
        yield Column("alike", "alike", "Overall", TEXT)
    if board.baseline is not None:
        yield Column("change", "change", "Overall")
    if has_retrieval(board):
        yield Column("without retrieval", "without retrieval", "Overall")
    yield from _task_columns(board)
    yield from (Column(key, key, ABOUT, kind, optional=True) for key, kind in _ORIGIN.items())


def _task_columns(board: Board) -> Iterator[Column]:
    titles = {column.key: column.title for column in measured_columns(board)}
    grouped = {task for tasks in board.suite.groups.values() for task in tasks}
    for group, tasks in board.suite.groups.items():
        there = [task for task in tasks if task in titles]
        if there:
            yield Column(_GROUP + group, "mean", group_title(group))
            yield from (Column(task, titles[task], group_title(group)) for task in there)
    yield from (Column(task, title, OTHER_TASKS) for task, title in titles.items() if task not in grouped)


def _system_row(board: Board, number: int, cells: Sequence[Cell]) -> Row:
    system = board.systems[number]
    attributes: dict[str, str | bool] = {
        "data_system": str(number),
        "data_complete": system.average.mean.complete,
        "class_": "baseline" if system.name in board.baselines else False,
    }
    return Row((Cell(system.name, system.name, heading=True, link=f"#system-{number}"), *cells), attributes)


def _changes(board: Board) -> dict[str, Cell]:
    """The change of each system; with its interval, unless it is one seed of a contender of several."""
    alone = [one for one in contenders(board) if len(one.systems) == 1 and AVERAGE in one.gains]
    return {
        **{one.system: gap_cell(one.average) for one in board.improvements},
        **{one.systems[0]: gain_cell(one.gains[AVERAGE], one.marks[AVERAGE]) for one in alone},
    }


def _averages(system: SystemRow) -> dict[str, Cell]:
    return {
        "rank": Cell() if system.rank is None else Cell(str(system.rank), float(system.rank)),
        "average": average_cell(system.average),
        "without retrieval": average_cell(system.without_retrieval),
        **{_GROUP + group: average_cell(average) for group, average in system.groups.items()},
    }


def _tasks(board: Board, system: SystemRow) -> dict[str, Cell]:
    scores = {column: system.tasks[column.key] for column in measured_columns(board)}
    return {
        column.key: mean_cell(score.mean, [score.metrics[metric] for metric in column.metrics], score.marks)
        for column, score in scores.items()
    }


def _about(system: SystemRow) -> dict[str, Cell]:
    origin, mean = system.provenance, system.average.mean
    parameters = None if origin.parameters is None else float(origin.parameters)
    words = {"precision": origin.precisions, "backend": origin.backends}
    return {
        "scores": Cell(
            "complete" if mean.complete else f"{mean.languages}/{mean.wanted_languages}", float(mean.languages)
        ),
        "parameters": Cell(parameters_text(origin.parameters), parameters),
        "date": Cell(origin.newest, origin.newest),
        **{key: Cell(text := ", ".join(found), text) for key, found in words.items()},
    }


def _published_row(board: Board, row: PublishedRow, columns: tuple[Column, ...]) -> Row:
    marks = tuple(sentence for sentence in (row.source, row.remark) if sentence)
    cells = {column.key: _published_task(row, column) for column in board.columns}
    cells["system"] = Cell(row.name, row.name, marks=marks, heading=True)
    if row.average is not None:
        cells["average"] = Cell(score_text(row.average), row.average)
    attributes: dict[str, str | bool] = {"data_complete": row.average is not None, "class_": "published"}
    return Row(tuple(cells.get(column.key, Cell()) for column in columns), attributes)


def _published_task(row: PublishedRow, column: TaskColumn) -> Cell:
    """The metrics of one task; only all of them together can be sorted by."""
    values = row.tasks.get(column.key, {})
    known = [values[metric] for metric in column.metrics if metric in values]
    whole = bool(known) and len(known) == len(column.metrics)
    return Cell(published_text(row, column), fmean(known) if whole else None)
