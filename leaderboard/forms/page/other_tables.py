"""The tables below the main one: slices of the languages, and what each system is."""

from collections import defaultdict
from collections.abc import Iterator

from ...board import Board, SystemRow
from ...provenance import Provenance
from ..formats import parameters_text
from ..slice_sections import KINDS
from .markup import Markup
from .tables import TEXT, Cell, Column, Notes, Row, table
from .values import average_cell, gap_cell

_GAP = "gap"


def slice_table(board: Board, notes: Notes) -> Markup:
    """A row a system, a column a slice; the transfer gap stands with the resources."""
    shown = [part for part in board.slices if any(system.slices[part.key].mean.languages for system in board.systems)]
    columns = [Column("system", "system", "", TEXT)]
    columns += [Column(part.key, part.name, KINDS[part.kind].capitalize()) for part in shown]
    columns.append(Column(_GAP, "English minus others", "Transfer gap"))

    def row(system: SystemRow) -> Row:
        name = Cell(system.name, system.name, heading=True)
        means = [average_cell(system.slices[part.key]) for part in shown]
        return Row((name, *means, gap_cell(system.transfer.average)))

    return table("slice-table", "Averages over parts of the languages", columns, map(row, board.systems), notes)


_ORIGIN = ("checkpoint", "parameters", "backend", "provider", "precision", "retrieval layer", "newest record")


def system_table(board: Board, notes: Notes) -> Markup:
    """What each system is and how it was measured."""
    columns = [Column(title, title, "", TEXT) for title in ("system", *_ORIGIN)]

    def row(number: int, system: SystemRow) -> Row:
        name = Cell(system.name, system.name, heading=True)
        return Row((name, *(Cell(text, text) for text in _origin(system.provenance))), {"id": f"system-{number}"})

    rows = [row(number, system) for number, system in enumerate(board.systems)]
    return table("system-table", "What each system is", columns, rows, notes)


def _origin(origin: Provenance) -> Iterator[str]:
    yield ", ".join(_checkpoints(origin))
    yield parameters_text(origin.parameters)
    yield ", ".join(origin.backends)
    yield ", ".join(origin.providers)
    yield ", ".join(origin.precisions)
    yield ", ".join(f"{layer}, {pooling}" for layer, pooling in origin.retrieval)
    yield origin.newest


def _checkpoints(origin: Provenance) -> list[str]:
    """Each fingerprint once, with the training tasks that it serves where there are several."""
    by_print: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for training, fingerprints in origin.checkpoints.items():
        by_print[fingerprints].append(training)
    several = len(by_print) > 1
    return [
        " + ".join(prints) + (f" ({' '.join(trainings)})" if several else "") for prints, trainings in by_print.items()
    ]
