from itertools import combinations

import pytest
from xbench.leaderboard.forms.plots.labels import place_labels

PANEL = (0.0, 0.0, 200.0, 150.0)
SIZE = (12.0, 7.0)


def boxes(points, offsets, size=SIZE):
    return [
        (x + dx - size[0] / 2, y + dy - size[1] / 2, x + dx + size[0] / 2, y + dy + size[1] / 2)
        for (x, y), (dx, dy) in zip(points, offsets, strict=True)
    ]


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def placed(points, size=SIZE):
    return boxes(points, place_labels(points, [size] * len(points), PANEL), size)


def test_a_lone_label_stands_to_the_right_of_its_point():
    ((dx, dy),) = place_labels([(100, 75)], [SIZE], PANEL)
    # Half of the label, the gap of 4 from the point's middle
    assert (dx, dy) == pytest.approx((6 + 4, 0))


@pytest.mark.parametrize("corner", [(1, 1), (199, 1), (1, 149), (199, 149), (199, 75)])
def test_a_label_stays_inside_the_panel(corner):
    (box,) = placed([corner])
    assert box[0] >= 0
    assert box[1] >= 0
    assert box[2] <= 200
    assert box[3] <= 150


@pytest.mark.parametrize(
    "points",
    [
        [(100, 75), (104, 75), (100, 79), (104, 79)],
        [(20 + 9 * number, 70 + 5 * (number % 3)) for number in range(18)],
        [(100, 75)] * 5,
    ],
    ids=["a crowd", "a row", "one place"],
)
def test_labels_of_a_crowd_do_not_cover_each_other(points):
    assert not any(overlap(one, other) for one, other in combinations(placed(points), 2))


def test_labels_do_not_cover_other_points():
    points = [(100, 75), (110, 75)]
    first, second = placed(points)
    assert not overlap(first, (107, 72, 113, 78))
    assert not overlap(second, (97, 72, 103, 78))


def test_nothing_to_place():
    assert place_labels([], [], PANEL) == []
