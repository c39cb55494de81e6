"""All figures of a board, written into one directory."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ....files import make_directory
from ....results.reading import Results
from ....tasks.languages import known_languages
from ...board import Board
from ..contenders import contenders
from ..measured import file_names
from .fonts import Typeface, typeface
from .forest import AT_ONCE, forest
from .grid import colour_limit, delta_grid, score_grid
from .heatmap import SCORES, deltas_up_to, heat_map
from .pace import Paces, paces
from .resources import panels, resources
from .speed import speed
from .style import drawing, require_matplotlib, save


def draw(board: Board, results: Results, directory: Path) -> list[Path]:
    """Draw a leaderboard, each figure as PNG and as SVG.

    heatmap-SYSTEM      task by language: gains over the baseline; scores of the baseline, and where there is none
    improvement         gains over the baseline with their intervals; improvement-2 and so on with many systems
    resources-SYSTEM    score against the number of Wikipedia articles of a language
    speed               tokens a second against the mean score, if at least two systems can be compared

    The same input gives the same bytes. Characters that no font on this machine has are drawn as □, and named in one
    line of the log.

    Args:
        board: what to show.
        results: the records behind it, for their times.
        directory: where the files go; it is created.

    Returns:
        The files, in the order in which they were written.

    Raises:
        EnvironmentFault: matplotlib is not installed, or the disk is full.
        InputError: the directory cannot be written.
    """
    require_matplotlib()
    make_directory(directory)
    found = paces(board, results)
    face = typeface(_texts(board, found))
    with drawing(face):
        return [path for stem, figure in _figures(board, found, face) for path in save(figure, directory, stem)]


def _texts(board: Board, found: Paces | None) -> Iterable[str]:
    """All text that is not our own."""
    yield from (system.name for system in board.systems)
    yield from (column.title for column in board.columns)
    yield from (name for name in board.suite.groups)
    yield from (language.name for language in known_languages().values())
    if board.statistics is not None:
        yield board.statistics.baseline
        yield from (gain.name for gain in board.statistics.gains)
    if found is not None:
        yield found.hardware
        yield from found.left_out


def _figures(board: Board, found: Paces | None, face: Typeface) -> Iterator[tuple[str, Any]]:
    """Every figure with the name of its files, made when it is asked for."""
    names = file_names(system.name for system in board.systems)
    yield from _heat_maps(board, names, face)
    yield from forests(board, face)
    for system, name in names.items():
        shown = panels(board, system)
        if shown:
            yield f"resources-{name}", resources(board, system, shown, face)
    if found is not None:
        yield "speed", speed(found, face)


def _heat_maps(board: Board, names: Mapping[str, str], face: Typeface) -> Iterator[tuple[str, Any]]:
    gains = {gain.system: delta_grid(board, gain) for gain in board.improvements}
    # One scale of colours, so that the figures of two systems can be compared.
    deltas = deltas_up_to(colour_limit([value for grid in gains.values() for value in grid.values.values()]))
    for system, name in names.items():
        if system in gains:
            title = f"What {face.name(system)} gains over {face.name(board.baseline or '')}"
            yield f"heatmap-{name}", heat_map(gains[system], deltas, face, title)
        else:
            grid = score_grid(board, system)
            if grid.values:
                yield f"heatmap-{name}", heat_map(grid, SCORES, face, f"Scores of {face.name(system)}")


def forests(board: Board, face: Typeface) -> Iterator[tuple[str, Any]]:
    """Forest plots of all contenders, as many as they take, with the names of their files."""
    found = contenders(board)
    for number, first in enumerate(range(0, len(found), AT_ONCE), start=1):
        stem = "improvement" if number == 1 else f"improvement-{number}"
        yield stem, forest(board, found[first : first + AT_ONCE], face)
