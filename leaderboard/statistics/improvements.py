"""What every contender gained over the baseline, with intervals and tests, and who cannot be told apart.

Gains are those of `improvement`: of what both have measured alike, with what they cover. A gain for which predictions
are missing, damaged, or of other examples is absent: never is it one over less. `docs/statistics.md` says what is
estimated, and how well it holds.
"""

from collections.abc import Iterator, Mapping, Sequence

from ...results.store import StoredRecord
from ..board import Board
from ..scores import CellKey
from .components import Deviates
from .contenders import Contender, differences, find_contenders, pair
from .corrected import Entry, corrected_gains
from .estimates import estimate_means
from .evidence import Evidence, read_evidence
from .gains import Statistics, SystemGains
from .lettering import give_letters
from .quantities import quantities
from .replicates import make_replicates
from .significance import Estimate, Resampling

CONFIDENCE = 0.95

# So many replicated numbers are held at a time, 256 MiB.
_HELD = 1 << 25


def measure_gains(
    board: Board,
    stored: Mapping[CellKey, StoredRecord],
    *,
    baseline: str,
    resampling: Resampling,
    resample_languages: bool,
) -> Statistics:
    """Compare every system, or group of seeds, with the baseline, and their averages with each other.

    Args:
        board: whose suite's tasks, languages, groups and slices are compared.
        stored: the files of its records, beside which predictions lie.
        baseline: a system, or `NAME` of the systems `NAME.seedN`.
        resampling: how often, and from which seed.
        resample_languages: whether means over languages are to hold beyond the languages that were measured.

    Raises:
        InputError: there is no such baseline. What else cannot be compared is noted.
    """
    base, others = find_contenders([row.name for row in board.systems], baseline)
    evidence, deviates = read_evidence(board, stored, base, others), Deviates(resampling)
    entries = [entry for contender in others if (entry := _entry(board, contender, base, evidence))]
    estimates = [
        found
        for portion in _portions(entries, resampling.replicates)
        for found in _estimates(portion, base, evidence, deviates, resample_languages=resample_languages)
    ]
    letters, notes = give_letters(board, base, entries, evidence, deviates, resample_languages=resample_languages)
    return Statistics(
        baseline=base.name,
        confidence=CONFIDENCE,
        replicates=resampling.replicates,
        languages_resampled=resample_languages,
        gains=tuple(sorted(corrected_gains(entries, estimates), key=_standing)),
        letters=letters,
        notes=(*evidence.notes, *_uncompared(others, entries, base), *notes),
    )


def _entry(board: Board, contender: Contender, base: Contender, evidence: Evidence) -> Entry | None:
    found = differences(board, contender, base)
    usable = {place for place in found if evidence.has((*contender.systems, *base.systems), place)}
    means = tuple(mean for mean in quantities(board, found) if {*mean.weights} <= usable)
    return Entry(contender, tuple(place for place in found if place in usable), means) if means else None


def _portions(entries: Sequence[Entry], replicates: int) -> Iterator[list[Entry]]:
    """As many entries at a time as fit into memory."""
    portion: list[Entry] = []
    held = 0
    for entry in entries:
        size = 2 * len(entry.contender.systems) * len(entry.places) * replicates
        if portion and held + size > _HELD:
            yield portion
            portion, held = [], 0
        portion.append(entry)
        held += size
    if portion:
        yield portion


def _estimates(
    portion: Sequence[Entry], base: Contender, evidence: Evidence, deviates: Deviates, *, resample_languages: bool
) -> Iterator[list[Estimate]]:
    """Of each mean of each entry."""
    pairings = [pair(entry.contender, base) for entry in portion]
    replicates = make_replicates([*evidence.samples.values()], pairings, deviates.resampling)
    for entry, pairing in zip(portion, pairings, strict=True):
        yield estimate_means(
            [mean.weights for mean in entry.means],
            pairing,
            evidence.samples,
            replicates,
            deviates,
            resample_languages=resample_languages,
            confidence=CONFIDENCE,
        )


def _standing(gains: SystemGains) -> tuple[bool, bool, float, str]:
    average = gains.average
    if average is None:
        return True, True, 0.0, gains.name
    return False, not average.covers.complete, -average.difference, gains.name


def _uncompared(others: Sequence[Contender], entries: Sequence[Entry], base: Contender) -> Iterator[str]:
    compared = {entry.contender for entry in entries}
    if left := [contender.name for contender in others if contender not in compared]:
        yield f"No gain over {base.name} can be estimated of: {', '.join(left)}."
