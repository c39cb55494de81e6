"""What systems gained over the baseline, as markdown: overall, by group, task, kind of language, and language."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from ..board import Board
from ..slices import Slice
from ..statistics.gains import Statistics
from .contenders import AVERAGE, GROUP, SLICE, TASK, WITHOUT_RETRIEVAL, Contender, Gained, Place, contenders
from .escape import escape
from .formats import Footnotes, blocks, coverage_text, interval_text, stars, table
from .language_sections import language_title
from .main_tables import group_title, has_retrieval, letters_by_system
from .slice_sections import KINDS, SIZES, slice_title

_ACROSS = 3
"""Contenders side by side, so that intervals fit on a page."""
_DIFFERENCE = (
    "Points, model minus baseline, over the languages that both have; an average is the unweighted mean over tasks."
    " Round brackets: what a partial mean covers. Retrieval moves by tens of points where other tasks move by one,"
    " hence the average without it."
)
_LANGUAGES = (
    "From the largest gain to the largest loss, each the mean over the tasks that both systems have in the language."
)


def improvement_section(board: Board, footnotes: Footnotes) -> Iterator[str]:
    """Everything that was gained over the baseline; nothing without a baseline, or with nothing to compare."""
    found = contenders(board)
    if not found or board.baseline is None:
        return
    yield f"## Improvement over {escape(board.baseline)}"
    yield _summary(board, found, footnotes)
    yield _DIFFERENCE
    if board.statistics is not None:
        yield _legend(board.statistics)
    yield from _titled("### By task", list(_tables("task", _task_places(board), found, footnotes)))
    kinds = [text for kind in KINDS for text in _slice_tables(board.slices, kind, found, footnotes)]
    yield from _titled("### By kind of language", [*kinds, SIZES] if kinds else [])
    yield from _titled("### By language", [*_language_tables(found), _LANGUAGES])
    if board.statistics is not None and board.statistics.notes:
        yield "\n".join(f"- {escape(sentence)}" for sentence in board.statistics.notes)


def _titled(title: str, parts: Sequence[str]) -> Iterator[str]:
    if parts:
        yield title
        yield from parts


def _summary(board: Board, found: Sequence[Contender], footnotes: Footnotes) -> str:
    """A row a contender: the averages."""
    letters = letters_by_system(board)
    headers = [*(["alike"] if letters else []), "average", *(["without retrieval"] if has_retrieval(board) else [])]

    def row(one: Contender) -> Iterator[str]:
        yield escape(one.name)
        if letters:
            yield letters.get(one.systems[0], "")
        yield _cell(one, AVERAGE, footnotes)
        if has_retrieval(board):
            yield _cell(one, WITHOUT_RETRIEVAL, footnotes)

    return _table(["system", *headers], [list(row(one)) for one in found])


def _task_places(board: Board) -> dict[str, Place]:
    """The groups of the suite, then its tasks."""
    groups: dict[str, Place] = {f"**{group_title(group)}**": (GROUP, group) for group in board.suite.groups}
    return groups | {escape(one.title): (TASK, one.key) for one in board.columns if one.in_suite}


def _tables(
    corner: str, places: Mapping[str, Place], found: Sequence[Contender], footnotes: Footnotes
) -> Iterator[str]:
    """A row a place of which there is something to say, a column a contender, a few contenders a table."""
    shown = {header: place for header, place in places.items() if any(_is_shown(one, place) for one in found)}
    for some in blocks(found, _ACROSS) if shown else ():
        rows = [[header, *(_cell(one, place, footnotes) for one in some)] for header, place in shown.items()]
        yield _table([corner, *(escape(one.name) for one in some)], rows)


def _is_shown(contender: Contender, place: Place) -> bool:
    return place in contender.gains or (place[0] == TASK and bool(contender.marks[place]))


def _cell(contender: Contender, place: Place, footnotes: Footnotes) -> str:
    text = gain_text(contender.gains[place]) if place in contender.gains else ""
    return footnotes.attach(text, contender.marks[place] if _is_shown(contender, place) else ())


def _slice_tables(
    slices: Sequence[Slice], kind: str, found: Sequence[Contender], footnotes: Footnotes
) -> Iterator[str]:
    places = {slice_title(part): (SLICE, part.key) for part in slices if part.kind == kind}
    return _tables(KINDS[kind], places, found, footnotes)


def _language_tables(found: Sequence[Contender]) -> Iterator[str]:
    """Every language from the largest gain to the largest loss, each contender's in a column of its own."""
    for some in blocks(found, _ACROSS):
        columns = [[_language_text(*language) for language in one.languages] for one in some]
        rows = [[str(rank), *cells] for rank, cells in enumerate(zip_longest(*columns, fillvalue=""), start=1)]
        if rows:
            yield _table(["rank", *(escape(one.name) for one in some)], rows)


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of gains, which begin below each other however long their intervals are."""
    return table(headers, rows, words=len(headers))


def _language_text(language: str, tasks: int, gained: Gained) -> str:
    return f"{language_title(language)} {_starred(gained)} ({tasks} {'task' if tasks == 1 else 'tasks'})"


def _legend(statistics: Statistics) -> str:
    over = "examples and languages" if statistics.languages_resampled else "examples"
    return (
        f"Square brackets: {100 * statistics.confidence:g} % intervals from {statistics.replicates:,} paired"
        f" resamplings of {over}. Stars: more than chance by a paired permutation test, as q, its p-value"
        " corrected for the number of comparisons, is at most 0.05 (\\*), 0.01 (\\*\\*) or 0.001 (\\*\\*\\*). A"
        " difference without an interval could not be tested."
    )


def gain_text(gained: Gained) -> str:
    """A gain with interval and stars if it was tested, and coverage if it is partial: `+1.2 [0.4, 2.0] * (2/9)`."""
    covered = coverage_text(gained.covers)
    return f"{_starred(gained)} ({covered})" if covered else _starred(gained)


def _starred(gained: Gained) -> str:
    return f"{interval_text(gained.difference, gained.low, gained.high)} {stars(gained.q) * escape('*')}".rstrip()
