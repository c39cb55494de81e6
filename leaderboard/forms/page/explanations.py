"""How to read the page, in sentences that fit what is on it."""

from collections.abc import Iterator

from ...board import Board
from ...statistics.gains import Statistics
from .markup import Markup, element

_SCORES = (
    "In percent. A task is the unweighted mean over its languages, English included; an average is the unweighted mean"
    " over all tasks of the suite, not over their groups. Two numbers are F1 / exact match; the mean of the two counts."
)
_BLANK = (
    "Not complete: a score is missing, and a mean over the others would be of something else. Blank places are last"
    " whichever way a table is sorted."
)
_PARTIAL = (
    "With \u201cpartial means\u201d switched on, a mean over what is there stands in italics with its coverage: 6/15 is"
    " six of fifteen scores. It compares neither with a complete mean nor with one over other languages, and is sorted"
    " behind the complete ones."
)
_NOTES = (
    "A raised number refers to a note below the table: what was measured on part of the data, on other data or in"
    " another way is never mixed with the rest unmarked."
)
_CHANGE = (
    "System minus baseline, in points, over the languages and tasks that both have; blue is a gain, orange a loss."
    " Retrieval moves by tens of points where other tasks move by one, hence the average without it."
)
_HEAT = (
    "A cell is one task in one language. Choose it, with a click or the arrow keys and Enter, to see examples that the"
    " system and the baseline answered differently."
)
_EXAMPLES = (
    "Fixed: the system scores higher on this example than the baseline. Broken: lower. Changed: another answer with the"
    " same score. The page has room for some of them; how many of how many is said above each list."
)
_PUBLISHED = (
    "Rows with a dashed line are numbers that others have published, with their source as a note. They were not"
    " measured here, so they have no rank and no change."
)
_ALIKE = "Systems that share a letter cannot be told apart by their averages, whatever their ranks."


def explanations(board: Board) -> Markup:
    """A list of what a reader must know."""
    return element("dl", *(part for term, text in _terms(board) for part in (element("dt", term), element("dd", text))))


def _terms(board: Board) -> Iterator[tuple[str, str]]:
    yield "Scores", _SCORES
    yield "Blank", _BLANK
    yield "Partial means", _PARTIAL
    yield "Notes", _NOTES
    if board.baseline is not None:
        yield "Change", _CHANGE
    if board.statistics is not None:
        yield "Interval", _interval(board.statistics)
        yield "Alike", _ALIKE
    yield "Heat map", _HEAT
    if board.baseline is not None:
        yield "Examples", _EXAMPLES
    if board.published:
        yield "Published rows", _PUBLISHED


def _interval(statistics: Statistics) -> str:
    if statistics.languages_resampled:
        drawn, scope = "the examples and the languages", ""
    else:
        drawn, scope = "the examples of each language", ", so that it says nothing of other languages"
    return (
        f"{100 * statistics.confidence:g} %, by paired bootstrap: {drawn} are drawn {statistics.replicates:,} times,"
        f" the same ones for both systems{scope}. A filled point is a change that a paired permutation test finds after"
        f" correction for the number of comparisons beside it (q at most 0.05); a hollow one"
        " may be chance."
    )
