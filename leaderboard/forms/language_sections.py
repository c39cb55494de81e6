"""One markdown table a task: every language, every system."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...tasks.languages import known_languages
from ..board import Board, SystemRow
from ..scores import CellKey, TaskColumn
from ..slices import ENGLISH
from .escape import escape
from .formats import Footnotes, blocks, mean_text, score_text, table
from .main_tables import names_text, system_name

METRIC_TITLES = {
    "accuracy": "accuracy",
    "f1": "F1",
    "exact_match": "exact match",
    "map@20": "mAP@20",
    "error_rate": "error rate (less is better)",
}
_ACROSS = 8
"""Systems side by side, so that a table is not wider than a page."""


def language_sections(board: Board, footnotes: Footnotes, *, partial: bool) -> Iterator[str]:
    """A row a language, English first, those outside the suite below the mean; a column a system."""
    present = _present(board)
    yield "## Scores by language"
    for column in board.columns:
        if languages := {code for _, code in present.get(column.key, ())}:
            systems = {name for name, _ in present[column.key]}
            having = [system for system in board.systems if system.name in systems]
            outside = sorted(languages - {*column.languages})
            yield f"### {escape(column.title)}, {_metrics(column)}"
            for some in blocks(having, _ACROSS):
                rows = [_language_row(board, column, code, some, footnotes) for code in _inside(languages, outside)]
                if column.in_suite:
                    rows.append(_mean_row(column, some, footnotes, partial=partial))
                rows += [_language_row(board, column, code, some, footnotes) for code in outside]
                yield table(["language", *(system_name(board, system.name) for system in some)], rows)
            yield from _missing(column, having)
            if outside:
                yield f"Not in {escape(board.suite.title)}, so in no mean: {escape(' '.join(outside))}."


def language_title(code: str) -> str:
    """Code and name of a language, the code alone if it is unknown."""
    known = known_languages()
    return f"{code} {escape(known[code].name)}" if code in known else escape(code)


def _present(board: Board) -> dict[str, set[tuple[str, str]]]:
    """By task, the systems and languages that have a score."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for key in board.cells:
        found[key.task].add((key.system, key.language))
    return found


def _metrics(column: TaskColumn) -> str:
    return " / ".join(METRIC_TITLES.get(metric, escape(metric)) for metric in column.metrics)


def _inside(languages: set[str], outside: Sequence[str]) -> list[str]:
    return sorted(languages - {*outside}, key=lambda code: (code != ENGLISH, code))


def _language_row(
    board: Board, column: TaskColumn, language: str, systems: Sequence[SystemRow], footnotes: Footnotes
) -> list[str]:
    row = [language_title(language)]
    for system in systems:
        cell = board.cells.get(CellKey(system.name, column.key, language))
        scores = () if cell is None else tuple(cell.record.scores[metric] for metric in column.metrics)
        row.append(footnotes.attach(score_text(*scores), () if cell is None else cell.marks))
    return row


def _mean_row(column: TaskColumn, systems: Sequence[SystemRow], footnotes: Footnotes, *, partial: bool) -> list[str]:
    row = [f"**mean of {len(column.languages)}**"]
    for score in (system.tasks[column.key] for system in systems):
        text = mean_text([score.metrics[metric] for metric in column.metrics], partial=partial)
        row.append(footnotes.attach(f"**{text}**", score.marks) if text else "")
    return row


def _missing(column: TaskColumn, systems: Sequence[SystemRow]) -> Iterator[str]:
    """The languages behind a blank or partial mean; systems without any are named below the main table."""
    by_gap: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for system in systems if column.in_suite else ():
        if system.tasks[column.key].mean.there:
            by_gap[system.tasks[column.key].missing].append(system.name)
    lines = [
        f"- **{names_text(names, systems)}:** no record of {' '.join(sorted(gap))}"
        for gap, names in by_gap.items()
        if gap
    ]
    if lines:
        yield "\n".join(lines)
