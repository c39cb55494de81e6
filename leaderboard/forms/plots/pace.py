"""What a plot of speed against score shows, as data: only systems whose speeds mean the same kind of work."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from ....results.reading import Results
from ....results.store import StoredRecord
from ...board import Board
from ...comparability import differences
from ...comparison.speed import obstacles, tokens_per_second
from ...runs import NOT_SPEED, hardware, run_file
from ...scores import CellKey

Place = tuple[str, str]
"""Task and language."""
_SHARE = 0.5
"""Which share of the reference's scores a system must have, lest it reduce what all others are compared on."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One system: tokens a second while inferring, padding not counted; mean score over tasks, in percent."""

    system: str
    tokens: float
    score: float
    precisions: tuple[str, ...]
    baseline: bool


@dataclass(frozen=True, slots=True)
class Paces:
    """Systems on the same examples and the same hardware.

    Attributes:
        systems: in the order of the board.
        hardware: what ran them, in words.
        tasks: how many tasks the means are over.
        places: how many pairs of task and language; the same for all systems.
        left_out: a sentence on each system that cannot be compared, and why.
    """

    systems: tuple[Pace, ...]
    hardware: str
    tasks: int
    places: int
    left_out: tuple[str, ...]


def paces(board: Board, results: Results) -> Paces | None:
    """Compare speeds with that of the baseline, or else of the first system that tells its hardware.

    Returns:
        None if fewer than two systems can be compared.
    """
    # The best for each task is no system that ran.
    composed = () if board.composite is None else board.composite.systems
    stored = {row.name: _stored(board, results, row.name) for row in board.systems if row.name not in composed}
    names = sorted(stored, key=lambda name: name not in board.baselines)
    reference = next((name for name in names if stored[name] and _told(stored[name]) is not None), None)
    if reference is None:
        return None
    obstacles_of = {name: _obstacle(stored[reference], records) for name, records in stored.items()}
    kept = [name for name, why in obstacles_of.items() if why is None]
    common = set.intersection(*(set(stored[name]) for name in kept))
    found = [_pace(board, name, [stored[name][place] for place in sorted(common)]) for name in kept]
    systems = tuple(one for one in found if one.tokens)
    if len(systems) < 2:
        return None
    first = next(iter(stored[reference].values()))
    return Paces(
        systems=systems,
        hardware=f"{_told(stored[reference])}, {first.record.provider}",
        tasks=len({task for task, _ in common}),
        places=len(common),
        left_out=tuple(f"{name}: {why}" for name, why in obstacles_of.items() if why is not None),
    )


def _stored(board: Board, results: Results, system: str) -> dict[Place, StoredRecord]:
    """Records of the suite's tasks and languages."""
    places = [(column.key, code) for column in board.columns for code in column.languages]
    keys = {(task, code): CellKey(system, task, code) for task, code in places}
    return {place: results.stored[key] for place, key in keys.items() if key in results.stored and key in board.cells}


def _told(records: Mapping[Place, StoredRecord]) -> str | None:
    """The hardware of a system's runs in words; None if they do not say or differ."""
    machines = [hardware(path) for path in {run_file(stored) for stored in records.values()}]
    told = {_words(machine) for machine in machines if machine is not None}
    return told.pop() if None not in machines and len(told) == 1 else None


def _words(machine: Mapping[str, Any]) -> str:
    named = {name: value for name, value in machine.items() if name not in NOT_SPEED and value}
    cpus = named.pop("usable_cpus", None)
    words = [str(named.pop(name)) for name in ("processor", "machine") if name in named]
    if cpus:
        words.append(f"{cpus} CPUs")
    words += [f"{name.replace('_', ' ')} {value}" for name, value in sorted(named.items())]
    return ", ".join(words)


def _obstacle(reference: Mapping[Place, StoredRecord], mine: Mapping[Place, StoredRecord]) -> str | None:
    """Why a system does not stand in one plot with the reference; None if it may."""
    common = [(reference[place], mine[place]) for place in sorted(reference.keys() & mine.keys())]
    if len(common) < _SHARE * len(reference):
        return f"only {len(common)} of {len(reference)} scores in common"
    if _told(mine) is None:
        return "hardware unknown or not the same throughout"
    reasons = [*obstacles(common)]
    for first, second in common:
        # What other arithmetic costs and gains is what such a plot is for.
        reasons += [text for part, text in differences(second.record, first.record).items() if part != "precision"]
    return "; ".join(dict.fromkeys(reasons)) or None


def _pace(board: Board, system: str, records: Sequence[StoredRecord]) -> Pace:
    by_task: defaultdict[str, list[float]] = defaultdict(list)
    for stored in records:
        key = CellKey(system, stored.record.task, stored.record.language)
        by_task[stored.record.task].append(board.cells[key].value)
    return Pace(
        system,
        tokens_per_second(records),
        fmean(map(fmean, by_task.values())) if by_task else 0.0,
        tuple(sorted({stored.record.key.precision for stored in records})),
        baseline=system in board.baselines,
    )
