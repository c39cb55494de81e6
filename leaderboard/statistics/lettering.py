"""Which contenders get letters, and over what they are compared."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from ..board import Board
from ..scores import CellKey
from .components import Deviates
from .contenders import Contender, suite_places
from .corrected import Entry
from .evidence import Evidence
from .letters import letter_display
from .pairwise import different_pairs
from .quantities import average_weights
from .samples import Place

ALPHA = 0.05
"""False discovery rate, over all pairs, up to which two count as told apart."""


def give_letters(
    board: Board,
    base: Contender,
    entries: Sequence[Entry],
    evidence: Evidence,
    deviates: Deviates,
    *,
    resample_languages: bool,
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Letters of the baseline and of all that have every score that it has, and a note on who has none.

    What is compared is the average over those scores, so that all letters say the same.
    """
    places = [place for place in suite_places(board) if evidence.has(base.systems, place)]
    same = [entry.contender for entry in entries if {*places} <= {*entry.places}]
    if not same:
        return {}, ()
    less = [entry.contender.name for entry in entries if entry.contender not in same]
    notes = [f"No letters, as they lack scores that {base.name} has: {', '.join(less)}."] if less else []
    mean = average_weights(places)
    different = different_pairs(
        [*same, base], mean, evidence.samples, deviates, resample_languages=resample_languages, alpha=ALPHA
    )
    ranked = sorted([*same, base], key=lambda contender: (-_average(board, contender, mean), contender.name))
    letters = letter_display([contender.name for contender in ranked], different)
    if letters is None:
        return {}, (*notes, "No letters: it would take more than there are to say who cannot be told apart.")
    return letters, tuple(notes)


def _average(board: Board, contender: Contender, mean: Mapping[Place, float]) -> float:
    """The mean over seeds of the weighted mean of scores."""
    return fmean(
        sum(weight * board.cells[CellKey(system, *place)].value for place, weight in mean.items())
        for system in contender.systems
    )
