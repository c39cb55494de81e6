"""The counts of examples behind the scores of a board, read and aligned; what cannot be read is noted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import InputError
from ...results.store import StoredRecord
from ..board import Board
from ..comparability import comparable
from ..scores import CellKey
from .contenders import Contender
from .paired import Counts, aligned, read_counts
from .samples import Place, Sample, make_sample


@dataclass(frozen=True, slots=True)
class Evidence:
    """Samples by task, and a sentence on each system of which scores have no usable predictions."""

    samples: Mapping[str, Sample]
    notes: tuple[str, ...]

    def has(self, systems: Sequence[str], place: Place) -> bool:
        """Whether there are counts of all the systems in a place."""
        task, language = place
        languages = self.samples[task].languages if task in self.samples else {}
        return language in languages and all(system in languages[language].places for system in systems)


def read_evidence(
    board: Board, stored: Mapping[CellKey, StoredRecord], base: Contender, others: Sequence[Contender]
) -> Evidence:
    """Read the predictions of the baseline, and of all that can be compared with it, in the suite's tasks."""
    reader = _Reader(board, stored, base, tuple(system for contender in others for system in contender.systems))
    samples = {}
    for column in board.columns:
        found = {code: counts for code in column.languages if (counts := reader.language(column.key, code))}
        if found:
            samples[column.key] = make_sample(column.key, found)
    return Evidence(samples, tuple(reader.notes()))


class _Reader:
    """Reads place by place, and remembers what failed."""

    def __init__(
        self, board: Board, stored: Mapping[CellKey, StoredRecord], base: Contender, others: Sequence[str]
    ) -> None:
        self._board, self._stored, self._base, self._others = board, stored, base, others
        self._failures: defaultdict[str, list[tuple[Place, str]]] = defaultdict(list)

    def language(self, task: str, language: str) -> tuple[Sequence[str], Mapping[str, Counts]] | None:
        """Ids of the examples, in the baseline's order, and the counts of each system; None without the baseline's."""
        cells, place = self._board.cells, (task, language)
        reference, *seeds = (CellKey(system, *place) for system in self._base.systems)
        if not all(key in cells for key in (reference, *seeds)):
            return None
        read = self._read(reference)
        if read is None:
            return None
        ids, counts = read
        found = {reference.system: counts}
        for key in (*seeds, *(CellKey(system, *place) for system in self._others)):
            if key in cells and comparable(cells[key].record, cells[reference].record):
                mine = self._aligned(key, ids)
                if mine is not None:
                    found[key.system] = mine
        return ids, found

    def _read(self, key: CellKey) -> tuple[list[str], Counts] | None:
        try:
            if key not in self._stored:
                raise InputError("its predictions are not there")
            return read_counts(self._stored[key])
        except InputError as error:
            self._failures[key.system].append(((key.task, key.language), str(error)))
            return None

    def _aligned(self, key: CellKey, ids: list[str]) -> Counts | None:
        read = self._read(key)
        if read is None:
            return None
        counts = aligned(*read, ids)
        if counts is None:
            reason = f"its examples are not those of {self._base.systems[0]}"
            self._failures[key.system].append(((key.task, key.language), reason))
        return counts

    def notes(self) -> Iterator[str]:
        """A sentence a system."""
        for system, failures in sorted(self._failures.items()):
            (task, language), reason = failures[0]
            more = f" and {len(failures) - 1} more" if len(failures) > 1 else ""
            yield f"No intervals with {system}'s {task} {language}{more}: {reason}."
