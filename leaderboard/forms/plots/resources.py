"""Score against resources: does a system do worse in languages with a small Wikipedia, and whom did training help?"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from ....tasks.languages import Language, known_languages
from ...board import Board
from ...scores import CellKey, TaskColumn
from .fonts import Typeface
from .labels import place_labels
from .style import (
    ABSENT,
    BLUE,
    GAIN,
    INK,
    LOSS,
    QUIET,
    TEXT,
    TINY,
    add_panel,
    new_figure,
    write_head,
    write_notes,
)

_ACROSS = 3
_PANEL, _MARGIN = (2.75, 2.15), (0.55, 0.78)
"""Width and height of a panel and of the space between panels, in inches."""
_BORDER = 0.1
"""Million articles; the rule is that of `Language.low_resource`."""
_LETTER = 0.62


@dataclass(frozen=True, slots=True)
class Point:
    """One language of one task: the system's score in percent, and the baseline's if the two compare."""

    language: Language
    score: float
    baseline: float | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One task."""

    task: TaskColumn
    points: tuple[Point, ...]

    def mean(self, *, low: bool) -> float | None:
        """Over the languages with low, or high, resources; None if there are none."""
        scores = [point.score for point in self.points if point.language.low_resource == low]
        return fmean(scores) if scores else None


def panels(board: Board, system: str) -> tuple[Panel, ...]:
    """The suite's tasks in which the system has scores."""
    gains = next((gain.tasks for gain in board.improvements if gain.system == system), {})
    known = known_languages()
    found = []
    for task in (column for column in board.columns if column.in_suite):
        deltas = gains[task.key].languages if task.key in gains else {}
        points = []
        for code in task.languages:
            cell = board.cells.get(CellKey(system, task.key, code))
            if cell is not None and code in known:
                base = cell.value - deltas[code] if code in deltas else None
                points.append(Point(known[code], cell.value, base))
        if points:
            found.append(Panel(task, tuple(points)))
    return tuple(found)


def resources(board: Board, system: str, shown: Sequence[Panel], face: Typeface) -> Any:
    """Draw one panel a task: scores over the number of Wikipedia articles."""
    rows = -(-len(shown) // _ACROSS)
    across = min(_ACROSS, len(shown))
    step = (_PANEL[0] + _MARGIN[0], _PANEL[1] + _MARGIN[1])
    figure = new_figure(max(across * step[0], 4.5), rows * step[1])
    articles = [point.language.articles for panel in shown for point in panel.points]
    limits = (min(*articles, _BORDER) / 1.6, max(*articles, _BORDER) * 1.6)
    for number, panel in enumerate(shown):
        row, column = divmod(number, _ACROSS)
        axes = add_panel(figure, column * step[0] + 0.4, (rows - row - 1) * step[1] + 0.42, *_PANEL)
        _panel(axes, panel, limits, face)
        axes.set_ylabel("score, %" if column == 0 else "")
        axes.set_xlabel("Wikipedia articles" if number + _ACROSS >= len(shown) else "")
    paired = any(point.baseline is not None for panel in shown for point in panel.points)
    write_head(
        figure, f"{face.name(system)}: score against resources of the language", _explanation(board, paired, face)
    )
    write_notes(figure, [_key(shown, face)], below=0.1)
    return figure


def _panel(axes: Any, panel: Panel, limits: tuple[float, float], face: Typeface) -> None:
    axes.set_title(face.name(panel.task.title), fontsize=TEXT, fontweight="bold", loc="left", pad=16)
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.axvspan(limits[0], _BORDER, color=ABSENT, linewidth=0, zorder=0)
    axes.grid(axis="y")
    axes.tick_params(length=0)
    axes.xaxis.set_major_formatter(lambda value, _: _count(value))
    axes.xaxis.set_minor_locator(_no_ticks())
    for point in panel.points:
        _point(axes, point)
    values = [value for point in panel.points for value in (point.score, point.baseline) if value is not None]
    room = max(0.12 * (max(values) - min(values)), 1.0)
    # There is nothing below 0 but room for half a marker.
    axes.set_ylim(max(min(values) - room, -0.3 * room), max(values) + room)
    _labels(axes, panel, _means(axes, panel, limits))


def _no_ticks() -> Any:
    from matplotlib.ticker import NullLocator

    return NullLocator()


def _count(millions: float) -> str:
    """A round number of articles in words: `100 k`, `1 M`."""
    return f"{millions:g} M" if millions >= 1 else f"{1000 * millions:g} k"


def _point(axes: Any, point: Point) -> None:
    x = point.language.articles
    if point.baseline is not None:
        colour = GAIN if point.score >= point.baseline else LOSS
        axes.plot([x, x], [point.baseline, point.score], color=colour, linewidth=1.4, alpha=0.7, zorder=2)
        axes.plot([x], [point.baseline], "o", markersize=3, markerfacecolor="white", color=QUIET, zorder=3)
    axes.plot([x], [point.score], "o", markersize=4.5, color=BLUE, markeredgewidth=0, zorder=4)


def _means(axes: Any, panel: Panel, limits: tuple[float, float]) -> list[Any]:
    """Draw the mean of each side of the border, as a line across it, and give these lines."""
    lines: list[Any] = []
    for low, ends in ((True, (limits[0], _BORDER)), (False, (_BORDER, limits[1]))):
        mean = panel.mean(low=low)
        if mean is not None:
            lines += axes.plot(ends, [mean, mean], color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
            axes.annotate(
                f"{'low' if low else 'high'} {mean:.1f}",
                (0 if low else 1, 1),
                xytext=(0, 3),
                xycoords="axes fraction",
                textcoords="offset points",
                ha="left" if low else "right",
                fontsize=TINY,
                color=QUIET,
            )

    return lines


def _labels(axes: Any, panel: Panel, means: Sequence[Any]) -> None:
    """Write the code of each language beside its point."""

    def place(point: Point, value: float) -> tuple[float, float]:
        x, y = axes.transData.transform((point.language.articles, value))
        return float(x), float(y)

    points = [place(one, one.score) for one in panel.points]
    sizes = [(len(one.language.code) * TINY * _LETTER, TINY) for one in panel.points]
    lines = [(place(one, one.score), place(one, one.baseline)) for one in panel.points if one.baseline is not None]
    for line in means:
        first, last = axes.transData.transform(line.get_xydata())
        lines.append(((float(first[0]), float(first[1])), (float(last[0]), float(last[1]))))
    offsets = place_labels(points, sizes, tuple(axes.bbox.extents), lines=lines)
    for point, offset in zip(panel.points, offsets, strict=True):
        axes.annotate(
            point.language.code,
            (point.language.articles, point.score),
            xytext=offset,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=TINY,
            zorder=5,
        )


def _explanation(board: Board, paired: bool, face: Typeface) -> str:
    text = (
        "Each point is a language. Shaded: low resources, fewer than 100,000 Wikipedia articles; dashed: the mean of"
        " each side. Panels have scales of their own."
    )
    if paired:
        text += f" Small circles: the baseline, {face.name(board.baseline or '')}; blue lines gain, orange ones lose."
    return text


def _key(shown: Sequence[Panel], face: Typeface) -> str:
    """Codes and names of the languages."""
    names = {point.language.code: point.language.name for panel in shown for point in panel.points}
    return ", ".join(f"{code} {face.show(name)}" for code, name in sorted(names.items()))
