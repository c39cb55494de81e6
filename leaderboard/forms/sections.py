"""What the markdown leaderboard says of systems: how far seeds are apart, and what each system is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ..board import Board
from ..provenance import Provenance
from ..scores import TaskColumn
from ..seeds import SeedGroup, seed_groups, spreads
from .contenders import AVERAGE, contenders
from .escape import escape
from .formats import blocks, spread_text, table
from .gain_sections import gain_text
from .main_tables import has_retrieval

_ACROSS = 6
"""Groups side by side, so that a table is not wider than a page."""
_SEEDS = (
    "Systems named `NAME.seedN` differ in the training seed alone: mean ± sample standard deviation over them. Blank"
    " where a seed's value is missing or covers less than another's."
)
_GAIN = "The interval of the gain holds over seeds too."


def seed_section(board: Board, *, partial: bool) -> Iterator[str]:
    """Mean and spread of systems that differ in the training seed alone; nothing without such."""
    groups = seed_groups(board)
    if not groups:
        return
    shown = [
        column
        for column in board.columns
        if column.in_suite and any(row.tasks[column.key].mean.there for group in groups for row in group.systems)
    ]
    gains = _gains(board)
    yield "## Over seeds"
    for some in blocks(groups, _ACROSS):
        rows = list(_seed_rows(board, some, shown, gains, partial=partial))
        yield table(["", *(escape(group.name) for group in some)], rows)
    yield f"{_SEEDS} {_GAIN}" if any(group.name in gains for group in groups) else _SEEDS


def _gains(board: Board) -> dict[str, str]:
    """The average gain of each contender, as text."""
    return {one.name: gain_text(one.gains[AVERAGE]) for one in contenders(board) if AVERAGE in one.gains}


def _seed_rows(
    board: Board, groups: Sequence[SeedGroup], shown: Sequence[TaskColumn], gains: dict[str, str], *, partial: bool
) -> Iterator[list[str]]:
    yield ["seeds", *(str(len(group.systems)) for group in groups)]
    titles = ["average", "without retrieval", *(escape(column.title) for column in shown)]
    columns = [list(spreads(group, [column.key for column in shown])) for group in groups]
    for title, *values in zip(titles, *columns, strict=True):
        if title != "without retrieval" or has_retrieval(board):
            yield [title, *(spread_text(found, partial=partial) for found in values)]
    if any(group.name in gains for group in groups):
        yield [f"gain over {escape(board.baseline or '')}", *(gains.get(group.name, "") for group in groups)]


def systems_section(board: Board) -> Iterator[str]:
    """How each system was measured."""
    headers = ("system", "newest record", "backend", "provider", "precision", "retrieval layer")
    yield "## Systems"
    yield _words(headers, [(system.name, *_measured(system.provenance)) for system in board.systems])


def _measured(origin: Provenance) -> Iterator[str]:
    yield origin.newest
    yield from (", ".join(names) for names in (origin.backends, origin.providers, origin.precisions))
    yield ", ".join(f"{layer}, {pooling}" for layer, pooling in origin.retrieval)


def checkpoint_section(board: Board) -> Iterator[str]:
    """Which weights served each system, by their fingerprints."""
    yield "## Checkpoints"
    yield _words(("system", "checkpoints"), [(system.name, _served(system.provenance)) for system in board.systems])


def _served(origin: Provenance) -> str:
    """Each fingerprint once, with the training tasks that it serves where there are several."""
    by_print: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for training, fingerprints in origin.checkpoints.items():
        by_print[fingerprints].append(training)
    return ", ".join(
        " + ".join(prints) + (f" ({' '.join(trainings)})" if len(by_print) > 1 else "")
        for prints, trainings in by_print.items()
    )


def _words(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of words alone."""
    return table(headers, [[escape(text) for text in row] for row in rows], words=len(headers))
