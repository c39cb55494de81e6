"""A board as GitHub markdown. The same board gives the same bytes: nothing here asks for the time or the machine."""

from collections import defaultdict
from collections.abc import Iterator

from ..board import Board, SystemRow
from .escape import escape
from .formats import Footnotes
from .gain_sections import improvement_section
from .language_sections import language_sections
from .main_tables import (
    common_marks,
    is_measured,
    main_table,
    names_text,
    published_section,
    shown_columns,
    task_section,
)
from .sections import checkpoint_section, seed_section, systems_section
from .slice_sections import slice_sections

_READING = (
    "Scores in percent. A task is the unweighted mean over its languages, English included; an average is the"
    " unweighted mean over all tasks of the suite, a group's over its tasks. Two numbers are F1 / exact match; the mean"
    " of the two counts. Scores: over how many pairs of task and language the average is, of how many. Size: parameters"
    " of the largest checkpoint, heads included."
)
_ALIKE = "Systems that share a letter under *alike* cannot be told apart by their averages, whatever their ranks."
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
    said = common_marks(board)
    footnotes = Footnotes(said=said)
    sections = [
        f"# {board.suite.title} leaderboard",
        *(f"> **Note:** {escape(sentence)}" for sentence in (*board.notices, *said, *board.notes)),
        main_table(board, footnotes, partial=partial),
        _READING + (f" {_ALIKE}" if board.statistics is not None else ""),
        *task_section(board, footnotes, partial=partial),
        *_incomplete(board, partial=partial),
        *published_section(board, footnotes),
        *systems_section(board),
        *improvement_section(board, footnotes),
        *seed_section(board, partial=partial),
        *language_sections(board, footnotes, partial=partial),
        *slice_sections(board, footnotes, partial=partial),
        *checkpoint_section(board),
        *_footnote_section(footnotes),
    ]
    return "\n\n".join(sections) + "\n"


def _incomplete(board: Board, *, partial: bool) -> Iterator[str]:
    """What is missing, so that no blank is a mystery; systems that miss the same share a line."""
    lines = [f"- {sentence}" for sentence in _nowhere(board)]
    by_gap: defaultdict[str, list[str]] = defaultdict(list)
    for system in board.systems:
        by_gap[_gaps(board, system)].append(system.name)
    lines += [f"- **{names_text(names, board.systems)}:** {gap}" for gap, names in by_gap.items() if gap]
    if lines:
        yield _PARTIAL if partial else _BLANK
        yield "\n".join(lines)


def _nowhere(board: Board) -> Iterator[str]:
    absent = [column for column in board.columns if column.in_suite and not is_measured(board, column.key)]
    if unrun := [escape(column.title) for column in absent if column.implemented]:
        yield f"No system has scores of {', '.join(unrun)}."
    if unknown := [escape(column.title) for column in absent if not column.implemented]:
        yield f"This version of xbench does not measure {', '.join(unknown)}; so no average over all tasks is complete."


def _gaps(board: Board, system: SystemRow) -> str:
    cut, none = [], []
    for column in shown_columns(board):
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
