"""Forest plots: what systems gained over the baseline, each gain with its interval and in numbers."""

from collections.abc import Sequence
from typing import Any

from ...board import Board
from ..contenders import Contender, Gained
from ..formats import coverage_text, stars
from .fonts import Typeface
from .heatmap import signed
from .intervals import Line, Section, sections
from .style import (
    ABSENT,
    INK,
    QUIET,
    SMALL,
    SYSTEMS,
    TEXT,
    TINY,
    add_panel,
    new_figure,
    write_head,
    write_notes,
)

AT_ONCE = len(SYSTEMS)
"""How many systems one figure shows."""
_ROW, _BETWEEN, _HEADING = 0.17, 0.10, 0.30
"""Heights in inches: of a system's interval, between quantities, of a section's title."""
_NAMES, _PLOT, _NUMBERS = 1.75, 4.3, 1.45
"""Widths in inches: of the quantities' names, the intervals, the numbers."""


def forest(board: Board, shown: Sequence[Contender], face: Typeface) -> Any:
    """Draw the gains of at most `AT_ONCE` systems."""
    parts = sections(board, shown)
    height = sum(_HEADING + sum(_height(line) for line in part.lines) for part in parts) + 0.1
    figure = new_figure(_NAMES + _PLOT + _NUMBERS, height)
    axes = add_panel(figure, _NAMES, 0, _PLOT, height)
    axes.set(ylim=(height, 0), yticks=[], xlabel="points, model minus baseline")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    axes.grid(axis="x")
    axes.tick_params(axis="x", length=0)
    looks = {one.name: look for one, look in zip(shown, SYSTEMS, strict=False)}
    top = 0.0
    for part in parts:
        top = _section(axes, part, top, looks, face)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:+g}".replace("-", "−") if value else "0")
    _systems(axes, shown, looks, face)
    write_head(figure, _title(board, face), _explanation(board), above=0.15 + 0.22 * _legend_rows(shown))
    write_notes(figure, _notes(board, parts), below=0.5)
    return figure


def _height(line: Line) -> float:
    return len(line.gains) * _ROW + _BETWEEN


def _section(axes: Any, part: Section, top: float, looks: dict[str, tuple[str, str]], face: Typeface) -> float:
    """Draw one section from `top` down, in inches; where it ends."""
    _beside(axes, 0, top + _HEADING / 2 + 0.04, part.title, fontweight="bold", fontsize=TEXT)
    top += _HEADING
    for number, line in enumerate(part.lines):
        if number % 2 == 0:
            axes.axhspan(top, top + _height(line), color=ABSENT, linewidth=0, zorder=0)
        _line(axes, line, top, looks, face)
        top += _height(line)
    return top


def _line(axes: Any, line: Line, top: float, looks: dict[str, tuple[str, str]], face: Typeface) -> None:
    middle = top + _height(line) / 2
    coverages = {coverage_text(found.covers) for found in line.gains.values()}
    _beside(axes, 0.1, middle, face.show(line.name), fontsize=TEXT)
    mixed = len(coverages) > 1
    if not mixed:
        _beside(axes, _NAMES - 0.08, middle, coverages.pop(), fontsize=TINY, color=QUIET, ha="right")
    for number, (system, found) in enumerate(line.gains.items()):
        y = top + _BETWEEN / 2 + (number + 0.5) * _ROW
        colour, marker = looks[system]
        _interval(axes, found, y, colour, marker)
        text = "  ".join([_numbers(found), *([coverage_text(found.covers)] if mixed else [])])
        axes.text(1.02, y, text, transform=axes.get_yaxis_transform(), va="center", fontsize=TINY, clip_on=False)


def _beside(axes: Any, indent: float, y: float, text: str, **style: Any) -> None:
    """Left of the intervals, `indent` inches into the column of names."""
    axes.text((indent - _NAMES) / _PLOT, y, text, transform=axes.get_yaxis_transform(), va="center", **style)


def _interval(axes: Any, found: Gained, y: float, colour: str, marker: str) -> None:
    if found.low is not None and found.high is not None:
        axes.plot([found.low, found.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=2)
    face = colour if found.covers.complete else "white"
    axes.plot([found.difference], [y], marker, color=colour, markerfacecolor=face, markersize=5, zorder=3)


def _numbers(found: Gained) -> str:
    if found.low is None or found.high is None:
        return signed(found.difference)
    return f"{signed(found.difference)}  [{signed(found.low)}, {signed(found.high)}] {'*' * stars(found.q)}".rstrip()


_ACROSS = 3
"""Systems in a row of the legend."""


def _legend_rows(shown: Sequence[Contender]) -> int:
    return -(-len(shown) // _ACROSS)


def _systems(axes: Any, shown: Sequence[Contender], looks: dict[str, tuple[str, str]], face: Typeface) -> None:
    """The legend, above the intervals."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=looks[one.name][0], marker=looks[one.name][1], markersize=5, label=face.name(one.name))
        for one in shown
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(-_NAMES / _PLOT, 1.0),
        borderaxespad=0,
        borderpad=0,
        ncols=_ACROSS,
        fontsize=SMALL,
        handlelength=1.6,
    )


def _title(board: Board, face: Typeface) -> str:
    baseline = board.baseline if board.statistics is None else board.statistics.baseline
    return f"Improvement over {face.name(baseline or '')}"


def _explanation(board: Board) -> str:
    if board.statistics is None:
        return "Mean differences in points, without intervals: there are no stored predictions to resample."
    drawn = "examples and languages" if board.statistics.languages_resampled else "examples"
    return (
        f"Mean differences in points with their {board.statistics.confidence * 100:g} % intervals, from"
        f" {board.statistics.replicates:,} resamplings of {drawn}. An interval that crosses the line may be chance."
    )


def _notes(board: Board, parts: Sequence[Section]) -> list[str]:
    """How to read what is not plain from the figure."""
    gains = [found for part in parts for line in part.lines for found in line.gains.values()]
    notes = []
    if not all(found.covers.complete for found in gains):
        notes.append(
            f"Hollow: a mean over less than all of {board.suite.title}; in grey what it covers, of a task in languages."
        )
    if any(stars(found.q) for found in gains):
        notes.append("More than chance after correction for the number of comparisons: * q ≤ 0.05, ** 0.01, *** 0.001.")
    return notes
