"""Who is compared: systems, and recipes that were trained with several seeds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import InputError
from ...tasks.languages import nearest
from ..board import Board
from ..improvement import cells_of_all, difference
from ..naming import members, split_seed
from .replicates import Pairing
from .samples import Place


@dataclass(frozen=True, slots=True)
class Contender:
    """A system, or `NAME` of the systems `NAME.seedN`, in the order of their seeds."""

    name: str
    systems: tuple[str, ...]


def find_contenders(systems: Sequence[str], baseline: str) -> tuple[Contender, tuple[Contender, ...]]:
    """The baseline and all others, by name.

    A single seed counts under its own name. So do seeds whose common name is that of another system.

    Raises:
        InputError: there is no system `baseline`, nor seeds of it.
    """
    found = members(baseline, systems)
    if not found:
        raise InputError(f"unknown baseline {baseline!r}: {nearest(baseline, systems)}")
    groups: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for system in sorted({*systems} - {*found}):
        name, seed = split_seed(system)
        groups[system if name in systems else name].append((seed or 0, system))
    others = [_contender(name, [system for _, system in sorted(group)]) for name, group in groups.items()]
    return _contender(baseline, found), tuple(sorted(others, key=lambda contender: contender.name))


def _contender(name: str, systems: Sequence[str]) -> Contender:
    return Contender(name if len(systems) > 1 else systems[0], tuple(systems))


def pair(head: Contender, base: Contender) -> Pairing:
    """Two contenders, seed by seed if both have the same seeds."""
    seeds = [[split_seed(system)[1] for system in side.systems] for side in (head, base)]
    return Pairing(head.systems, base.systems, matched=len(seeds[0]) > 1 and seeds[0] == seeds[1])


def differences(board: Board, head: Contender, base: Contender) -> dict[Place, float]:
    """Head minus base in points wherever all their systems have comparable scores, in the suite's tasks and languages.

    For a lone system they are those of its `Improvement`.
    """
    found = {}
    for place in suite_places(board):
        mine, theirs = (cells_of_all(side.systems, *place, board.cells) for side in (head, base))
        if mine and theirs and (delta := difference(mine, theirs)) is not None:
            found[place] = delta
    return found


def suite_places(board: Board) -> Iterator[Place]:
    """The tasks and languages that a complete average is over."""
    return ((column.key, language) for column in board.columns for language in column.languages)
