"""A board with all that belongs to it: published rows, the best system for each task, intervals and tests."""

from collections.abc import Mapping
from dataclasses import replace

from ..errors import InputError
from ..results.reading import Results
from ..results.store import StoredRecord
from .board import Board, baseline_members, make_board
from .composite import Composite, compose
from .published import published_rows
from .scores import CellKey
from .statistics.gains import Statistics
from .statistics.significance import Resampling


def build_board(
    results: Results,
    *,
    suite: str | None = None,
    baseline: str | None = None,
    published: bool = False,
    resample_languages: bool = False,
    dev: Results | None = None,
) -> Board:
    """Arrange everything that results hold as a leaderboard.

    Args:
        results: of the split that is shown.
        suite: its key; see `make_board`.
        baseline: system, or `NAME` of the systems `NAME.seedN`, that improvements are counted from; without one there
            are no improvements, no statistics, and no row of the best system for each task.
        published: whether rows that others have published stand beside the measured ones.
        resample_languages: whether intervals are to hold beyond the languages that were measured.
        dev: of split dev, on which the best system for each task is chosen; None leaves that row out.

    Raises:
        InputError: there are no records, the suite or the baseline is unknown, or a record lacks a score. What keeps
            only improvements or the composite row from being made is noted on the board instead.
    """
    members = baseline_members(baseline, {record.system for record in results.records}) if results.records else ()
    composite, notes = _composite(results, dev, members)
    stored = {**results.stored, **({} if composite is None else composite.stored)}
    records = [*results.records, *(one.record for one in composite.stored.values())] if composite else results.records
    board = make_board(records, suite=suite, baseline=baseline, systems=results.systems)
    rows = published_rows(board.suite.key) if published else ()
    unpublished = (f"No published row of {board.suite.title} is known.",) if published and not rows else ()
    board = replace(
        board,
        notes=(*results.notes, *board.notes, *notes, *unpublished),
        published=rows,
        composite=composite,
    )
    return _with_statistics(board, stored, resample_languages)


def _composite(
    results: Results, dev: Results | None, baselines: tuple[str, ...]
) -> tuple[Composite | None, tuple[str, ...]]:
    """The composite rows, if there are any, and what must be said of them."""
    if dev is None or not baselines:
        return None, ()
    try:
        found = compose(results, dev, baselines)
    except InputError as error:
        return None, (f"No row of the best system for each task: {error}.",)
    return found, () if found is None else found.notes()


def _with_statistics(
    board: Board, stored: Mapping[tuple[str, str, str], StoredRecord], resample_languages: bool
) -> Board:
    """The board with its statistics, or with a note on why there are none."""
    if board.baseline is None or not board.improvements:
        return board
    from .statistics.improvements import measure_gains

    by_place = {CellKey(*key): one for key, one in stored.items()}
    try:
        found: Statistics = measure_gains(
            board,
            by_place,
            baseline=board.baseline,
            resampling=Resampling(),
            resample_languages=resample_languages,
        )
    except InputError as error:
        return replace(board, notes=(*board.notes, f"No intervals of the improvements: {error}."))
    if not found.gains:
        return replace(board, notes=(*board.notes, *found.notes))
    return replace(board, statistics=found)
