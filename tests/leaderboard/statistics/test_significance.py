from itertools import product

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from xbench.leaderboard.statistics.paired import Pair, task_value
from xbench.leaderboard.statistics.significance import (
    Resampling,
    estimate,
    false_discovery,
    language_effects,
    mean_effect,
)

FEW = Resampling(replicates=400)


def accuracy(base, head, language="de", task="xnli", ids=None) -> Pair:
    """Two systems, each with 0 or 1 an example."""
    counts = [np.stack([np.asarray(hits, float), np.ones(len(hits))], axis=-1)[:, None] for hits in (base, head)]
    return Pair(task, language, tuple(ids or map(str, range(len(base)))), *counts)


def answer(pairs, resampling=FEW):
    return estimate(mean_effect([*language_effects(pairs, resampling).values()]))


def drawn(examples, seed=0, gain=0.1):
    """Hits of two systems that agree on most examples; head is right on `gain` more of the others."""
    generator = np.random.default_rng(seed)
    base = (generator.random(examples) < 0.6).astype(float)
    changed = generator.random(examples) < 0.3
    return base, np.where(changed, (generator.random(examples) < 0.6 + gain).astype(float), base)


def test_interval_and_p_value_agree_with_scipy_on_accuracy():
    base, head = drawn(300)
    found = answer([accuracy(base, head)], Resampling())
    points = 100 * (head - base)
    interval = scipy.stats.bootstrap((points,), np.mean, method="percentile", n_resamples=9999, rng=1)
    test = scipy.stats.permutation_test(
        (base, head), lambda x, y, axis: np.mean(y - x, axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=9999, rng=1,
    )  # fmt: skip
    assert found.difference == pytest.approx(points.mean())
    assert (found.low, found.high) == pytest.approx(tuple(interval.confidence_interval), abs=0.35)
    assert 0.01 < test.pvalue < 0.5  # else the next line shows little
    assert found.p == pytest.approx(test.pvalue, abs=0.03)


def f1_pair(rows, language="de", task="panx"):
    """Rows of (correct, predicted, gold) of base, then of head."""
    rows = np.asarray(rows, float)
    sides = [np.stack([2 * side[:, 0], side[:, 1] + side[:, 2]], -1)[:, None] for side in (rows[:, :3], rows[:, 3:])]
    return Pair(task, language, tuple(map(str, range(len(rows)))), *sides)


TINY = f1_pair([(1, 2, 2, 2, 2, 2), (0, 1, 1, 1, 1, 1), (3, 3, 4, 3, 4, 4), (0, 3, 1, 0, 0, 1), (2, 2, 2, 1, 2, 2)])


def test_p_value_of_a_ratio_agrees_with_all_swaps():
    pair, resampling = TINY, Resampling()
    differences = []
    for swaps in product((False, True), repeat=5):
        mask = np.array(swaps)[:, None, None]
        base, head = np.where(mask, pair.head, pair.base), np.where(mask, pair.base, pair.head)
        differences.append(float(task_value(head.sum(0)) - task_value(base.sum(0))))
    exact = np.mean(np.abs(differences) >= abs(differences[0]) - 1e-9)
    assert 0.1 < exact < 0.9
    assert answer([pair], resampling).p == pytest.approx(exact, abs=0.02)


def test_interval_of_a_ratio_agrees_with_all_samples():
    differences = []
    for rows in product(range(5), repeat=5):
        base, head = TINY.base[list(rows)].sum(0), TINY.head[list(rows)].sum(0)
        differences.append(float(task_value(head) - task_value(base)))
    found = language_effects([TINY], Resampling(replicates=20_000))["de"]
    assert found.bootstrap.mean() == pytest.approx(np.mean(differences), abs=0.4)
    assert found.bootstrap.std() == pytest.approx(np.std(differences), rel=0.03)


def test_counts_of_distinct_rows_are_those_of_examples():
    """Many equal examples are drawn as one row, few as themselves: the same distribution."""
    base, head = drawn(400, gain=0.3)
    few = language_effects([accuracy(base, head)], Resampling(replicates=4000))["de"]
    # An unused, distinct amount to divide by makes every row distinct.
    apart = accuracy(base, head)
    apart.base[:, 0, 1] += np.arange(400) * 1e-9
    many = language_effects([apart], Resampling(replicates=4000))["de"]
    assert few.bootstrap.std() == pytest.approx(many.bootstrap.std(), rel=0.06)
    assert few.bootstrap.mean() == pytest.approx(many.bootstrap.mean(), abs=0.2)
    assert set(few.bootstrap) != set(many.bootstrap)


def test_examples_without_counts_are_drawn_too():
    """As in BUCC, where most sentences have no pair: they are not forgotten, or the spread would be too small."""
    counted = [(1, 1, 1, 0, 1, 1), (1, 1, 1, 1, 1, 1), (0, 1, 1, 1, 1, 1), (1, 1, 1, 1, 2, 1)] * 3
    pair = f1_pair([*counted, *[(0,) * 6] * 200])
    found = language_effects([pair], Resampling())["de"].bootstrap
    sides = np.stack([pair.base, pair.head])[:, :, 0]

    def difference(rows):
        base, head = sides[:, rows].sum(1)
        return 100 * (head[0] / head[1] - base[0] / base[1])

    generator = np.random.default_rng(5)
    naive = [difference(generator.integers(0, 212, 212)) for _ in range(4000)]
    assert found.std() == pytest.approx(np.std(naive), rel=0.06)


def test_the_same_example_in_all_languages_is_one():
    """Fifteen copies of a language tell no more than one."""
    base, head = drawn(200)
    copies = [accuracy(base, head, language=str(number)) for number in range(15)]
    alone, together = answer(copies[:1], Resampling()), answer(copies, Resampling())
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.05)
    assert together.p == pytest.approx(alone.p, abs=0.03)


def test_other_examples_in_each_language_tell_more():
    pairs = [
        accuracy(*drawn(200, seed), language=str(seed), ids=[f"{seed}-{row}" for row in range(200)])
        for seed in range(9)
    ]
    widths = [high - low for _, low, high, _ in (astuple_of(answer([pair], Resampling())) for pair in pairs)]
    together = answer(pairs, Resampling())
    assert together.high - together.low == pytest.approx(np.mean(widths) / 3, rel=0.1)


def astuple_of(found):
    return found.difference, found.low, found.high, found.p


hits = st.integers(2, 30).flatmap(lambda n: st.tuples(*[arrays(float, n, elements=st.sampled_from([0.0, 1.0]))] * 2))


@given(hits)
def test_swapping_the_systems_turns_the_sign(sides):
    base, head = sides
    forth, back = answer([accuracy(base, head)]), answer([accuracy(head, base)])
    assert back.difference == pytest.approx(-forth.difference)
    assert back.p == forth.p  # the same coins
    assert back.low <= -forth.difference <= back.high or forth.low == forth.high


@given(hits, hits)
def test_equal_systems_differ_by_nothing(one, two):
    pairs = [accuracy(one[0], one[0], "de"), accuracy(two[0], two[0], "sw")]
    assert astuple_of(answer(pairs)) == (0, 0, 0, 1)


@given(arrays(float, (12, 3), elements=st.floats(0, 9)))
def test_equal_fractions_differ_by_exactly_nothing(rows):
    rows[:, 2] += 0.1
    assert astuple_of(answer([f1_pair(np.concatenate([rows, rows], axis=1))])) == (0, 0, 0, 1)


def test_a_seed_decides_and_other_tasks_do_not_matter():
    pairs = [accuracy(*drawn(100))]
    first, again, other = (answer(pairs, Resampling(400, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_the_mean_over_tasks_is_unweighted():
    many = [accuracy([0] * 50, [1] * 10 + [0] * 40, language=str(number)) for number in range(4)]
    one = [accuracy([0] * 50, [1] * 30 + [0] * 20, task="pawsx")]
    tasks = [mean_effect([*language_effects(pairs, FEW).values()]) for pairs in (many, one)]
    found = mean_effect(tasks)
    assert found.difference == pytest.approx((20 + 60) / 2)
    np.testing.assert_allclose(found.bootstrap, (tasks[0].bootstrap + tasks[1].bootstrap) / 2)
    assert estimate(found).p == pytest.approx(1 / 401)


def test_false_discovery_by_hand():
    # Sorted 0.01 0.02 0.04 0.9; times 4 over rank: 0.04 0.04 0.0533 0.9.
    assert false_discovery([0.9, 0.01, 0.04, 0.02]) == pytest.approx([0.9, 0.04, 0.16 / 3, 0.04])
    assert false_discovery([]) == []


def test_false_alarms_and_coverage_where_languages_share_examples():
    """Two equally good systems whose errors go together over five languages, drawn 300 times.

    Resampling each language on its own calls 24 % of such pairs different (measured on 1,000).
    """
    generator, alarms, covered = np.random.default_rng(7), 0, 0
    for _ in range(300):
        difficulty = generator.normal(size=(2, 120, 1))
        right = (difficulty * 1.5 + generator.normal(size=(2, 120, 5)) > 0).astype(float)
        found = answer([accuracy(*right[:, :, number], str(number)) for number in range(5)], Resampling(200))
        alarms += found.p <= 0.05
        covered += found.low <= 0 <= found.high
    assert 4 <= alarms <= 28
    assert 0.90 <= covered / 300 <= 0.98
