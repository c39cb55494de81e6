"""A board as GitHub markdown. The same board gives the same bytes: nothing here asks for the time or the machine."""

from collections import defaultdict
from collections.abc import Iterator

from ..board import Board, SystemRow
from .escape import escape
from .formats import Footnotes, mean_text, table, task_mean_text
from .sections import improvement_section, language_sections, seed_section, systems_section

_READING = (
    "Scores in percent. A task is the unweighted mean over its languages, English included; an average is the"
    " unweighted mean over all tasks of the suite. Two numbers are F1 / exact match; the mean of the two counts."
)
_BLANK = (
    "Blank: incomplete. An average is shown only over every language and task of the suite; `xbench leaderboard"
    " --partial` also shows means over what is there, marked."
)
_PARTIAL = (
    "A mean with brackets is partial: it covers only so many of the suite's languages (or, for an average, of its"
    " pairs of task and language) and compares neither with a complete mean nor with one over others."
)


def render(board: Board, *, partial: bool = False) -> str:
    """Write a leaderboard.

    Args:
        board: what to show.
        partial: show means over incomplete languages or tasks too, with their coverage.

    Returns:
        Markdown that ends in a line end.
    """
    footnotes = Footnotes()
    sections = [
        f"# {board.suite.title} leaderboard",
        *(f"> **Note:** {escape(sentence)}" for sentence in (*board.notices, *board.notes)),
        _main_table(board, footnotes, partial=partial),
        _READING,
        *_incomplete(board, partial=partial),
        *improvement_section(board, footnotes),
        *seed_section(board, partial=partial),
        *language_sections(board, footnotes, partial=partial),
        *systems_section(board),
        *_footnote_section(footnotes),
    ]
    return "\n\n".join(sections) + "\n"


def _main_table(board: Board, footnotes: Footnotes, *, partial: bool) -> str:
    shown = [column for column in board.columns if column.in_suite and _measured(board, column.key)]
    has_retrieval = any(column.retrieval for column in board.columns if column.in_suite)

    def row(system: SystemRow) -> Iterator[str]:
        yield str(system.rank or "")
        yield escape(system.name) + (" (baseline)" if system.name == board.baseline else "")
        for average in (system.average, system.without_retrieval)[: 1 + has_retrieval]:
            text = task_mean_text(average.mean, partial=partial)
            yield footnotes.attach(text, average.marks if text else ())
        for column in shown:
            score = system.tasks[column.key]
            text = mean_text([score.metrics[metric] for metric in column.metrics], partial=partial)
            yield footnotes.attach(text, score.marks if text else ())

    averages = ("average", "without retrieval")[: 1 + has_retrieval]
    headers = ["rank", "system", *averages, *(escape(column.title) for column in shown)]
    return table(headers, [list(row(system)) for system in board.systems], words=2)


def _measured(board: Board, task: str) -> bool:
    return any(system.tasks[task].mean.there for system in board.systems)


def _incomplete(board: Board, *, partial: bool) -> Iterator[str]:
    """What is missing, so that no blank is a mystery; systems that miss the same share a line."""
    lines = [f"- {sentence}" for sentence in _nowhere(board)]
    by_gap: defaultdict[str, list[str]] = defaultdict(list)
    for system in board.systems:
        by_gap[_gaps(board, system)].append(escape(system.name))
    lines += [f"- **{', '.join(names)}:** {gap}" for gap, names in by_gap.items() if gap]
    if lines:
        yield _PARTIAL if partial else _BLANK
        yield "\n".join(lines)


def _nowhere(board: Board) -> Iterator[str]:
    absent = [column for column in board.columns if column.in_suite and not _measured(board, column.key)]
    if unrun := [escape(column.title) for column in absent if column.implemented]:
        yield f"No system has scores of {', '.join(unrun)}."
    if unknown := [escape(column.title) for column in absent if not column.implemented]:
        yield f"This version of xbench does not measure {', '.join(unknown)}; so no average over all tasks is complete."


def _gaps(board: Board, system: SystemRow) -> str:
    cut, none = [], []
    for column in board.columns:
        if not column.in_suite or not _measured(board, column.key):
            continue
        mean = system.tasks[column.key].mean
        if not mean.there:
            none.append(escape(column.title))
        elif not mean.complete:
            cut.append(f"{escape(column.title)} {mean.there} of {mean.wanted} languages")
    if none:
        cut.append(f"no scores of {', '.join(none)}")
    return "; ".join(cut)


def _footnote_section(footnotes: Footnotes) -> Iterator[str]:
    if items := footnotes.items():
        yield "## Footnotes"
        yield "\n".join(f"- {number} {escape(sentence)}" for number, sentence in items)
