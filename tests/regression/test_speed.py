"""The verdict on speed, on times that are made up."""

import random
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.regression.speed import check_rounds, smallest_rounds, speed_verdict


def exact_p(base: list[float], head: list[float]) -> float:
    """Share of all ways to deal the times to two sides that give head at least as many wins: the test's definition."""

    def wins(chosen: tuple[int, ...]) -> int:
        rest = [pooled[place] for place in range(len(pooled)) if place not in chosen]
        return sum(pooled[place] > other for place in chosen for other in rest)

    pooled = [*head, *base]
    dealt = [wins(chosen) for chosen in combinations(range(len(pooled)), len(head))]
    return sum(count >= wins(tuple(range(len(head)))) for count in dealt) / len(dealt)


@pytest.mark.parametrize("seed", range(5))
def test_p_is_that_of_the_definition(seed):
    draw = random.Random(seed)
    base = [draw.uniform(1, 2) for _ in range(5)]
    head = [draw.uniform(1.2, 2.2) for _ in range(5)]
    assert speed_verdict(base, head).p == pytest.approx(exact_p(base, head))


def test_a_clear_slowdown_is_one():
    verdict = speed_verdict([1.0, 1.1, 0.9, 1.05], [2.0, 2.2, 1.8, 2.1])
    assert verdict.slower
    assert verdict.ratio == pytest.approx(2.05 / 1.025)
    assert verdict.p == pytest.approx(1 / 70)
    assert "head takes 2.00 x the time of base (medians 2.05 s and 1.02 s of 4 rounds" in str(verdict)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ([1.10, 1.21, 0.99, 1.16], "10 % slower is below the ratio"),
        ([0.95, 1.04, 2.90, 2.80], "half of the rounds were as fast as ever"),
        ([0.50, 0.55, 0.45, 0.52], "it got faster"),
        ([1.0, 1.1, 0.9, 1.05], "nothing changed"),
    ],
)
def test_what_is_no_slowdown(head, why):
    assert not speed_verdict([1.0, 1.1, 0.9, 1.05], head).slower, why


def test_a_small_slowdown_is_significant_but_too_small_to_matter():
    base, head = [1 + n / 1000 for n in range(10)], [1.1 + n / 1000 for n in range(10)]
    verdict = speed_verdict(base, head)
    assert verdict.p < 0.001
    assert not verdict.slower
    assert speed_verdict(base, head, slowdown=1.05).slower


def test_one_bad_minute_of_the_machine_is_no_slowdown():
    base = [1.0, 1.02, 0.99, 1.01, 1.03, 0.98, 1.0, 1.01, 1.02, 0.99]
    head = [1.01, 1.0, 5.0, 6.0, 4.0, 0.99, 1.02, 1.0, 0.98, 1.03]
    assert not speed_verdict(base, head).slower


def test_rounds_that_can_never_alarm_are_refused():
    # All of head behind all of base is 1 of C(2n, n) arrangements: 1/20 for 3, 1/70 for 4.
    assert [smallest_rounds(alpha) for alpha in (0.05, 0.01, 0.001)] == [4, 5, 7]
    with pytest.raises(InputError, match=r"3 rounds can never be significant at 0\.05: at least 4"):
        speed_verdict([1, 2, 3], [10, 20, 30])
    check_rounds(4)


@pytest.mark.parametrize(
    ("base", "slowdown", "complaint"), [([0.0, 1, 1, 1], 1.2, "zero seconds"), ([1, 1, 1, 1], 0.8, "at least 1")]
)
def test_what_is_no_measurement_is_refused(base, slowdown, complaint):
    with pytest.raises(InputError, match=complaint):
        speed_verdict(base, [1, 1, 1, 1], slowdown=slowdown)


times = st.lists(st.floats(0.01, 100), min_size=4, max_size=12)


@given(times, times, st.floats(0.1, 10))
def test_units_do_not_matter_and_only_one_side_can_be_slower(base, head, unit):
    verdict = speed_verdict(base, head)
    assert verdict.ratio == pytest.approx(median(head) / median(base))
    assert speed_verdict([unit * t for t in base], [unit * t for t in head]).ratio == pytest.approx(verdict.ratio)
    assert not (verdict.slower and speed_verdict(head, base).slower)
