"""Averages over parts of a suite's languages, and the transfer gap, as markdown."""

from collections.abc import Iterator, Mapping

from ..board import Board, SystemRow
from ..slices import FAMILY, RESOURCES, SCRIPT, Slice
from .escape import escape
from .formats import Footnotes, blocks, delta_text, mean_delta_text, table, task_mean_text
from .main_tables import system_name

KINDS: Mapping[str, str] = {RESOURCES: "resource level", FAMILY: "language family", SCRIPT: "script"}
_ACROSS = 8
"""Systems side by side, so that a table is not wider than a page."""
SIZES = "Behind each kind: how many languages of the suite it has. Low: fewer than 100,000 Wikipedia articles."
_READING = f"The unweighted mean over the suite's tasks that have such a language, each over those languages. {SIZES}"
_GAP = (
    "English minus the mean of the task's other languages, in points; small or negative is good transfer. The test sets"
    " of UD-POS, PAN-X and TyDiQA-GoldP are other sentences in each language, so that only a comparison of systems says"
    " much there."
)
_NONE = "No system has every score of any of these; `xbench leaderboard --partial` shows means over what is there."


def slice_title(part: Slice) -> str:
    """The name of a slice with the number of its languages."""
    return f"{escape(part.name)} ({len(part.languages)})"


def slice_sections(board: Board, footnotes: Footnotes, *, partial: bool) -> Iterator[str]:
    """A table a kind of slice, then English against the rest."""
    if board.slices:
        yield "## Kinds of language"
        tables = [one for kind in KINDS for one in _tables(board, kind, footnotes, partial=partial)]
        yield from [*tables, _READING] if tables else [_NONE]
    yield from _transfer_section(board, footnotes, partial=partial)


def _tables(board: Board, kind: str, footnotes: Footnotes, *, partial: bool) -> Iterator[str]:
    """A row a slice that some system has a mean of, a column a system."""

    def text(system: SystemRow, part: Slice) -> str:
        return task_mean_text(system.slices[part.key].mean, partial=partial)

    def cell(system: SystemRow, part: Slice) -> str:
        shown = text(system, part)
        return footnotes.attach(shown, system.slices[part.key].marks if shown else ())

    parts = [one for one in board.slices if one.kind == kind and any(text(system, one) for system in board.systems)]
    for some in blocks(board.systems, _ACROSS) if parts else ():
        rows = [[slice_title(part), *(cell(system, part) for system in some)] for part in parts]
        yield table([KINDS[kind], *(system_name(board, system.name) for system in some)], rows)


def _transfer_section(board: Board, footnotes: Footnotes, *, partial: bool) -> Iterator[str]:
    """A row a task with English, a column a system, and the mean over tasks."""

    def text(system: SystemRow, task: str) -> str:
        mean = system.transfer.tasks.get(task)
        return mean_delta_text(mean) if mean is not None and (partial or mean.complete) else ""

    def cell(system: SystemRow, task: str) -> str:
        shown = text(system, task)
        return footnotes.attach(shown, system.tasks[task].marks if shown else ())

    titles = {column.key: escape(column.title) for column in board.columns if column.in_suite}
    tasks = [task for task in titles if any(text(system, task) for system in board.systems)]
    if not tasks:
        return
    yield "## English against the rest"
    for some in blocks(board.systems, _ACROSS):
        rows = [[titles[task], *(cell(system, task) for system in some)] for task in tasks]
        rows.append(["**mean over tasks**", *(_bold(_mean_gap(system, partial=partial)) for system in some)])
        yield table(["task", *(system_name(board, system.name) for system in some)], rows)
    yield _GAP


def _mean_gap(system: SystemRow, *, partial: bool) -> str:
    mean = system.transfer.average.mean
    if mean.partial is None or not (partial or mean.complete):
        return ""
    covered = "" if mean.complete else f" ({mean.languages}/{mean.wanted_languages})"
    return delta_text(mean.partial) + covered


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""
