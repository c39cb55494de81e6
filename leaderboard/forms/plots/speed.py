"""Speed against score: what a better system costs."""

from collections.abc import Sequence
from typing import Any

from .fonts import Typeface
from .labels import place_labels
from .pace import Pace, Paces
from .style import BLUE, INK, SMALL, add_panel, new_figure, write_head, write_notes

_SIZE = (5.6, 3.6)
_LETTER = 0.58
_FAR_APART = 4
"""From which ratio of speeds on the axis is logarithmic."""
_LEAST_SPAN = 4.0
"""Of the axis of scores, in points."""


def speed(found: Paces, face: Typeface) -> Any:
    """Draw one point a system."""
    figure = new_figure(_SIZE[0] + 0.6, _SIZE[1] + 0.5)
    axes = add_panel(figure, 0.6, 0.5, *_SIZE)
    _limits(axes, [one.tokens for one in found.systems], [one.score for one in found.systems])
    axes.grid()
    axes.tick_params(length=0)
    axes.set(xlabel="tokens a second, without padding", ylabel="mean score over tasks, %")
    for one in found.systems:
        colour, marker = (INK, "s") if one.baseline else (BLUE, "o")
        axes.plot([one.tokens], [one.score], marker, color=colour, markersize=7, markeredgewidth=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    _names(axes, found, face)
    write_head(figure, "Speed against score", _explanation(found, face))
    write_notes(figure, _notes(found, face), below=0.1)
    return figure


def _limits(axes: Any, tokens: Sequence[float], scores: Sequence[float]) -> None:
    """Speeds from 0 where that fits, and scores over at least a few points, lest a small difference look large."""
    if max(tokens) > _FAR_APART * min(tokens):
        axes.set_xscale("log")
        axes.set_xlim(min(tokens) / 1.5, max(tokens) * 1.5)
    else:
        axes.set_xlim(0, max(tokens) * 1.15)
    middle, span = (max(scores) + min(scores)) / 2, max(1.3 * (max(scores) - min(scores)), _LEAST_SPAN)
    axes.set_ylim(middle - span / 2, middle + span / 2)


def _names(axes: Any, found: Paces, face: Typeface) -> None:
    mixed = len({one.precisions for one in found.systems}) > 1
    texts = [_name(one, face, mixed=mixed) for one in found.systems]
    points = [tuple(axes.transData.transform((one.tokens, one.score))) for one in found.systems]
    sizes = [(len(text) * SMALL * _LETTER, SMALL * 1.1) for text in texts]
    offsets = place_labels(points, sizes, tuple(axes.bbox.extents), radius=4.0)
    for one, text, offset in zip(found.systems, texts, offsets, strict=True):
        axes.annotate(
            text,
            (one.tokens, one.score),
            xytext=offset,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=SMALL,
        )


def _name(one: Pace, face: Typeface, *, mixed: bool) -> str:
    return face.name(one.system) + (f" ({', '.join(one.precisions)})" if mixed else "")


def _explanation(found: Paces, face: Typeface) -> str:
    return (
        f"Measured on {face.show(found.hardware)}. Both are over the same {found.places} pairs of task and language,"
        f" the score as the mean over their {found.tasks} {'task' if found.tasks == 1 else 'tasks'}."
    )


def _notes(found: Paces, face: Typeface) -> list[str]:
    """What a reader must know, and who is left out."""
    notes = ["Square: the baseline."] if any(one.baseline for one in found.systems) else []
    notes += ["Times of runs that did not take turns are indicative: a machine may have been busier in one of them."]
    return notes + [f"Left out, as not comparable: {face.show(sentence)}." for sentence in found.left_out]
