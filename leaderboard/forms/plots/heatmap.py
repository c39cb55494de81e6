"""Heat maps: task by language, of what a system gained over the baseline or of what it scored."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...averages import Mean
from ...scores import TaskColumn
from ..formats import delta_text, score_text
from .fonts import Typeface
from .grid import Grid, Place
from .style import (
    ABSENT,
    DIVERGING,
    INK,
    QUIET,
    SEQUENTIAL,
    SMALL,
    TINY,
    add_panel,
    colour_map,
    new_figure,
    readable_on,
    write_head,
    write_notes,
)

_CELL = (0.86, 0.235)
"""Width and height of a cell, in inches."""
_NAMES = 1.25
"""Width of the column of languages, in inches."""
_GAP = 0.45
"""Between the languages and their mean, in cells."""
_TITLE = 13
"""Letters in a line of a column's title."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What numbers look like: their colours from `low` to `high`, and how they are written."""

    colours: tuple[str, ...]
    low: float
    high: float
    write: Callable[[float], str]
    title: str
    exceeded: str


def deltas_up_to(limit: float) -> Scale:
    """The scale of differences, white at zero, its darkest at `limit` points and beyond."""
    return Scale(DIVERGING, -limit, limit, signed, "points", "both")


SCORES = Scale(SEQUENTIAL, 0.0, 100.0, score_text, "score, %", "neither")


def signed(value: float) -> str:
    """A difference with its sign, a minus as wide as the plus."""
    return delta_text(value).replace("-", "−")


def heat_map(grid: Grid, scale: Scale, face: Typeface, title: str) -> Any:
    """Draw a grid; the figure is as large as it has cells."""
    rows, columns = len(grid.languages), len(grid.tasks)
    height = (rows + _GAP + 1.6) * _CELL[1]
    figure = new_figure(_NAMES + max(columns * _CELL[0], 3.2), height)
    axes = add_panel(figure, _NAMES, 0, columns * _CELL[0], height)
    axes.set(xlim=(0, columns), ylim=(rows + _GAP + 1.6, 0))
    for side in axes.spines.values():
        side.set_visible(False)
    _cells(axes, grid, scale)
    _means(axes, grid, scale)
    _ticks(axes, grid, face)
    _resources(axes, grid)
    _colours(figure, scale)
    titles = max((len(_title(task, face)) for task in grid.tasks), default=1)
    write_head(figure, title, _explanation(grid, scale), above=0.25 + 0.14 * titles)
    write_notes(figure, _notes(grid, scale), below=0.45)
    return figure


def _cells(axes: Any, grid: Grid, scale: Scale) -> None:
    for row, language in enumerate(grid.languages):
        for column, task in enumerate(grid.tasks):
            place = (task.key, language.code)
            if place in grid.values:
                _filled(axes, column, row, grid.values[place], scale, bold=place in grid.sure)
            elif place in grid.missing:
                _missing(axes, column, row, place, grid)


def _filled(axes: Any, column: int, row: float, value: float, scale: Scale, *, bold: bool) -> None:
    share = (value - scale.low) / (scale.high - scale.low)
    colour = colour_map(scale.colours)(min(max(share, 0.0), 1.0))
    _rectangle(axes, column, row, facecolor=colour)
    _write(axes, column, row, scale.write(value), color=readable_on(colour), fontweight="bold" if bold else "normal")


def _missing(axes: Any, column: int, row: int, place: Place, grid: Grid) -> None:
    _rectangle(axes, column, row, facecolor=ABSENT, hatch="////")
    if place in grid.unlike:
        _write(axes, column, row, "≠", color=INK)


def _rectangle(axes: Any, column: int, row: float, **style: Any) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((column + 0.02, row + 0.05), 0.96, 0.9, linewidth=0, **style))


def _write(axes: Any, column: int, row: float, text: str, **style: Any) -> None:
    axes.text(column + 0.5, row + 0.52, text, ha="center", va="center", fontsize=SMALL, **style)


def _means(axes: Any, grid: Grid, scale: Scale) -> None:
    row = len(grid.languages) + _GAP
    for column, task in enumerate(grid.tasks):
        mean = grid.means.get(task.key, Mean(None, 0, 0))
        if mean.partial is None:
            continue
        _filled(axes, column, row, mean.partial, scale, bold=task.key in grid.sure_means)
        text = f"all {mean.wanted}" if mean.complete else f"{mean.there} of {mean.wanted}"
        axes.text(column + 0.5, row + 1.3, text, ha="center", va="center", fontsize=TINY, color=QUIET)


def _ticks(axes: Any, grid: Grid, face: Typeface) -> None:
    rows = len(grid.languages)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=3)
    axes.set_xticks(
        [column + 0.5 for column in range(len(grid.tasks))],
        ["\n".join(_title(task, face)) for task in grid.tasks],
        fontsize=SMALL,
        fontweight="bold",
    )
    axes.set_yticks(
        [*(row + 0.5 for row in range(rows)), rows + _GAP + 0.5, rows + _GAP + 1.3],
        [*(f"{face.name(one.name)}  {one.code}" for one in grid.languages), "mean", "languages"],
        fontsize=SMALL,
    )
    axes.get_yticklabels()[rows].set_fontweight("bold")
    axes.get_yticklabels()[rows + 1].set(color=QUIET, fontsize=TINY)


def _title(task: TaskColumn, face: Typeface) -> list[str]:
    return textwrap.wrap(face.name(task.title), _TITLE) or [""]


def _resources(axes: Any, grid: Grid) -> None:
    """The border between languages of high and low resources, and beside it which is which."""
    border, rows = grid.high_resource, len(grid.languages)
    right = len(grid.tasks) + 0.12
    parts = (("high resources", 0, border), ("low resources", border, rows))
    for name, first, last in parts:
        if last > first:
            axes.plot([right, right], [first + 0.1, last - 0.1], color=QUIET, linewidth=0.8, clip_on=False)
            fits = (last - first) * _CELL[1] * 72 > len(name) * TINY * 0.6
            axes.text(
                right + 0.1,
                (first + last) / 2,
                name,
                rotation=270 if fits else 0,
                ha="left",
                va="center",
                fontsize=TINY,
                color=QUIET,
            )
    if 0 < border < rows:
        axes.plot([0, right], [border, border], color=QUIET, linewidth=0.8, clip_on=False)


def _colours(figure: Any, scale: Scale) -> None:
    """The scale of colours, below the cells."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    panel = add_panel(figure, _NAMES, -0.14, 1.9, 0.09)
    mapped = ScalarMappable(Normalize(scale.low, scale.high), colour_map(scale.colours))
    bar = figure.colorbar(mapped, cax=panel, orientation="horizontal", extend=scale.exceeded)
    bar.outline.set_visible(False)
    bar.set_ticks(
        [scale.low, (scale.low + scale.high) / 2, scale.high],
        labels=[f"{value:g}".replace("-", "−") for value in (scale.low, (scale.low + scale.high) / 2, scale.high)],
    )
    bar.ax.tick_params(length=0, labelsize=TINY, pad=2)
    bar.ax.text(1.08, 0.5, scale.title, transform=bar.ax.transAxes, fontsize=TINY, va="center")


def _explanation(grid: Grid, scale: Scale) -> str:
    values = list(grid.values.values())
    if scale is SCORES:
        return f"Scores in percent; {len(values)} of {len(values) + len(grid.missing)} are there."
    up, down = (sum(round(sign * value, 1) > 0 for value in values) for sign in (1, -1))
    return f"Points, model minus baseline: {up} scores rise, {down} fall, {len(values) - up - down} stay."


def _notes(grid: Grid, scale: Scale) -> list[str]:
    """How to read what is not plain from the cells."""
    notes = ["Languages from the most to the fewest Wikipedia articles; low resources: fewer than 100,000."]
    notes[0] += " Blank: the task does not have the language." + (" Hatched: no score." if grid.missing else "")
    if grid.unlike:
        notes.append("≠ Both have a score, but not measured alike.")
    if grid.sure or grid.sure_means:
        notes.append("Bold: more than chance, after correction for the number of comparisons (q ≤ 0.05).")
    if scale is not SCORES and any(abs(value) > scale.high for value in grid.values.values()):
        notes.append(f"Colours end at {scale.high:g} points; numbers do not.")
    return notes
