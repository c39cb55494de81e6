"""The tables at the head of the markdown leaderboard: averages, tasks, how each was measured, what others published.

One table of all of it would be far wider than a page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..board import Board, SystemRow
from ..comparability import cut_mark
from ..published import PublishedRow
from ..scores import Average, TaskColumn, distinct
from .escape import escape
from .formats import Footnotes, mean_text, parameters_text, score_text, table, task_mean_text

GROUP_TITLES = {"qa": "QA"}
_UNKNOWN = "–"
_PUBLISHED = (
    "Not measured here, so not ranked: numbers that others have published, with their source as a footnote. Blank, or a"
    " dash: not published, or not verified."
)

Cell = Callable[[SystemRow], str]


def system_name(board: Board, system: str) -> str:
    """The name as markdown; a baseline is called so."""
    return escape(system) + (" (baseline)" if system in board.baselines else "")


def names_text(names: Sequence[str], systems: Sequence[SystemRow]) -> str:
    """Names of systems that have something in common, in a word if that is all of several."""
    return "all systems" if 1 < len(names) == len(systems) else ", ".join(map(escape, names))


def common_marks(board: Board) -> tuple[str, ...]:
    """What is better said once of all scores than beside each: that only the first examples were run.

    A record of fewer examples has no such mark of its own, as nothing was cut.
    """
    limits = {cell.record.limit for cell in board.cells.values()}
    return distinct(mark for cell in board.cells.values() for mark in cut_mark(cell.record)) if len(limits) == 1 else ()


def group_title(group: str) -> str:
    """The name of a group of tasks as a heading."""
    return escape(GROUP_TITLES.get(group, group))


def shown_columns(board: Board) -> list[TaskColumn]:
    """The suite's tasks that some system has scores of."""
    return [column for column in board.columns if column.in_suite and is_measured(board, column.key)]


def published_columns(board: Board) -> list[TaskColumn]:
    """The same, and those of which a published row has numbers."""
    keys = {task for row in board.published for task in row.tasks}
    return [one for one in board.columns if one.in_suite and (one.key in keys or is_measured(board, one.key))]


def is_measured(board: Board, task: str) -> bool:
    """Whether any system has a score of a task of the suite."""
    return any(system.tasks[task].mean.there for system in board.systems)


def has_retrieval(board: Board) -> bool:
    """Whether the average without retrieval is another than the average."""
    return any(column.retrieval for column in board.columns if column.in_suite)


def main_table(board: Board, footnotes: Footnotes, *, partial: bool) -> str:
    """A row a system: its rank, its averages, over how many scores they are, and its parameters."""
    columns = list(_columns(board, footnotes, partial=partial))
    rows = [[cell(system) for _, cell in columns] for system in board.systems]
    return table([header for header, _ in columns], rows, words=3 if board.statistics is not None else 2)


def _columns(board: Board, footnotes: Footnotes, *, partial: bool) -> Iterator[tuple[str, Cell]]:
    def mean(average: Average) -> str:
        text = task_mean_text(average.mean, partial=partial)
        return footnotes.attach(text, average.marks if text else ())

    yield "rank", lambda system: str(system.rank or "")
    yield "system", lambda system: system_name(board, system.name)
    if letters := letters_by_system(board):
        yield "alike", lambda system: letters.get(system.name, "")
    yield "average", lambda system: mean(system.average)
    if has_retrieval(board):
        yield "without retrieval", lambda system: mean(system.without_retrieval)
    for group in _shown_groups(board, partial=partial):
        yield group_title(group), _of_group(group, mean)
    yield "scores", lambda system: _scores(system.average)
    yield "size", lambda system: parameters_text(system.provenance.parameters)


def _of_group(group: str, mean: Callable[[Average], str]) -> Cell:
    return lambda system: mean(system.groups[group])


def _shown_groups(board: Board, *, partial: bool) -> list[str]:
    """The groups in which some system has a mean to show."""
    return [
        group
        for group in board.suite.groups
        if any(task_mean_text(system.groups[group].mean, partial=partial) for system in board.systems)
    ]


def letters_by_system(board: Board) -> dict[str, str]:
    """The letters of each system, those of a group of seeds for each of its seeds; none without statistics."""
    statistics = board.statistics
    if statistics is None:
        return {}
    groups: Mapping[str, Sequence[str]] = {
        statistics.baseline: board.baselines,
        **{gains.name: gains.systems for gains in statistics.gains},
    }
    return {system: letters for name, letters in statistics.letters.items() for system in groups.get(name, (name,))}


def _scores(average: Average) -> str:
    mean = average.mean
    return str(mean.languages) if mean.complete else f"{mean.languages}/{mean.wanted_languages}"


def task_section(board: Board, footnotes: Footnotes, *, partial: bool) -> Iterator[str]:
    """A row a system, a column a task; nothing if no task of the suite was measured."""
    shown = shown_columns(board)
    if not shown:
        return

    def cell(system: SystemRow, column: TaskColumn) -> str:
        score = system.tasks[column.key]
        text = mean_text([score.metrics[metric] for metric in column.metrics], partial=partial)
        return footnotes.attach(text, score.marks if text else ())

    rows = [[system_name(board, one.name), *(cell(one, column) for column in shown)] for one in board.systems]
    yield "## Tasks"
    yield table(["system", *(escape(column.title) for column in shown)], rows)


def published_section(board: Board, footnotes: Footnotes) -> Iterator[str]:
    """A table like that of the tasks, of rows that others have published; nothing without such."""
    if not board.published:
        return
    shown, rows = published_columns(board), []
    for row in board.published:
        name = footnotes.attach(escape(row.name), [sentence for sentence in (row.source, row.remark) if sentence])
        rows.append([name, score_text(row.average), *(published_text(row, column) for column in shown)])
    yield "## Published by others"
    yield table(["system", "average", *(escape(column.title) for column in shown)], rows)
    yield _PUBLISHED


def published_text(row: PublishedRow, column: TaskColumn, unknown: str = _UNKNOWN) -> str:
    """The published metrics of a task, `unknown` for one that is not known; empty if none is."""
    values = [row.tasks.get(column.key, {}).get(metric) for metric in column.metrics]
    known = any(value is not None for value in values)
    return " / ".join(unknown if value is None else f"{value:.1f}" for value in values) if known else ""
