"""Where labels stand beside the points of a scatter plot, so that they can be read."""

from collections.abc import Sequence
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Right of the point first, where a reader looks for it.
_ANGLES = tuple(pi * degrees / 180 for degrees in (0, 45, 315, 90, 270, 180, 135, 225))
_FAR = 0.02
"""What each next place costs, in square points of overlap, so that of free places the first is taken."""
_OUTSIDE = 4.0
"""How much worse it is to stand outside the panel than over another label."""


def place_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    panel: tuple[float, float, float, float],
    *,
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]] = (),
    gaps: Sequence[float] = (4.0, 9.0, 15.0),
    radius: float = 3.0,
) -> list[tuple[float, float]]:
    """Choose a place for each label, those in a crowd first.

    Args:
        points: where the points are, in points of type.
        sizes: width and height of each label.
        panel: left, lower, right and upper edge of where labels may stand.
        lines: upright and level ones, by their ends, that labels should not stand on.
        gaps: distances between a point and its label that are tried.
        radius: of a point's marker.

    Returns:
        The centre of each label relative to its point.
    """
    centres = np.array(points, np.float64).reshape(-1, 2)
    taken = [_boxes(centre, np.full(2, 2 * radius)) for centre in centres]
    for first, last in lines:
        ends = np.array([first, last], np.float64)
        taken.append(_boxes(ends.mean(axis=0), np.abs(ends[1] - ends[0]) + radius))
    offsets: list[tuple[float, float]] = [(0.0, 0.0)] * len(points)
    for index in _crowded_first(centres):
        size = np.array(sizes[index], np.float64)
        tried = _candidates(size, gaps, radius)
        boxes = _boxes(centres[index] + tried, size)
        cost = sum((_overlap(boxes, other) for other in taken), np.zeros(len(boxes)))
        cost += _OUTSIDE * (size.prod() - _overlap(boxes, np.array(panel)))
        cost += _FAR * np.arange(len(tried))
        best = int(np.argmin(cost))
        offsets[index] = (float(tried[best, 0]), float(tried[best, 1]))
        taken.append(boxes[best])
    return offsets


def _crowded_first(centres: Array) -> list[int]:
    """Points by how near the others are; of equals the first."""
    if len(centres) < 2:
        return list(range(len(centres)))
    distances = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    crowd = np.exp(-distances / 20).sum(axis=1)
    return [int(index) for index in np.argsort(-crowd, kind="stable")]


def _candidates(size: Array, gaps: Sequence[float], radius: float) -> Array:
    """Centres of a label relative to its point, nearest first; shape (places, 2)."""
    half = size / 2 + radius
    return np.array(
        [
            (cos(angle) * (half[0] + gap - radius), sin(angle) * (half[1] + gap - radius))
            for gap in gaps
            for angle in _ANGLES
        ]
    )


def _boxes(centres: Array, size: Array) -> Array:
    """Left, lower, right and upper edges; shape (..., 4)."""
    return np.concatenate([centres - size / 2, centres + size / 2], axis=-1)


def _overlap(boxes: Array, other: Array) -> Array:
    """The area that each of the boxes, shape (boxes, 4), shares with the other."""
    across = np.minimum(boxes[:, 2], other[2]) - np.maximum(boxes[:, 0], other[0])
    up = np.minimum(boxes[:, 3], other[3]) - np.maximum(boxes[:, 1], other[1])
    shared: Array = np.clip(across, 0, None) * np.clip(up, 0, None)
    return shared
