"""What seeds and languages add, against Student's intervals and bootstraps written as loops."""

import numpy as np
import pytest
import scipy.stats
from xbench.leaderboard.statistics.components import (
    Component,
    Deviates,
    _language_component,
    language_components,
    seed_components,
)
from xbench.leaderboard.statistics.paired import task_value
from xbench.leaderboard.statistics.replicates import Pairing
from xbench.leaderboard.statistics.samples import make_sample
from xbench.leaderboard.statistics.significance import Resampling

MANY = Deviates(Resampling(40_000))


def constant(value: float, examples: int = 10) -> np.ndarray:
    """A system that scores the same on every example, so that examples make no noise; shape (examples, 1, 2)."""
    return np.stack([np.full(examples, value / 100), np.ones(examples)], axis=-1)[:, None]


def sample_of(values: dict[str, dict[str, float]], task: str = "xnli"):
    """A sample from each language's values by system."""
    ids = [str(row) for row in range(10)]
    return make_sample(
        task, {code: (ids, {name: constant(value) for name, value in by.items()}) for code, by in values.items()}
    )


def half_width(deviates: np.ndarray) -> float:
    low, high = np.quantile(deviates, (0.025, 0.975))
    return (high - low) / 2


@pytest.mark.parametrize("freedom", [1, 2, 4])
def test_without_noise_deviates_are_students(freedom):
    found = half_width(MANY.of([Component("seeds", 4.0, 0.0, freedom)]))
    assert found == pytest.approx(2 * scipy.stats.t.ppf(0.975, freedom), rel=0.05)


def test_the_noise_of_examples_is_not_counted_twice():
    assert Component("seeds", 4.0, 1.0, 2).variance == 3
    assert half_width(MANY.of([Component("seeds", 5.0, 1.0, 2)])) == half_width(
        MANY.of([Component("seeds", 4.0, 0.0, 2)])
    )
    assert (MANY.of([Component("seeds", 1.0, 1.5, 1)]) == 0).all()
    assert (MANY.of([]) == 0).all()


def test_deviates_of_a_part_are_a_part_of_the_deviates():
    components = [Component("seeds", 4.0, 1.0, 2), Component("languages", 1.0, 0.0, 3.5)]
    whole = MANY.of(components)
    np.testing.assert_array_equal(MANY.of(components, slice(7, 90)), whole[7:90])
    np.testing.assert_array_equal(Deviates(MANY.resampling).of(components), whole)


def test_matched_seeds_are_the_spread_of_their_differences():
    values = {"de": {"h1": 70.0, "h2": 74.0, "h3": 72.0, "b1": 60.0, "b2": 61.0, "b3": 68.0}}
    pairing = Pairing(("h1", "h2", "h3"), ("b1", "b2", "b3"), matched=True)
    ((one,),) = seed_components({"xnli": sample_of(values)}, [("xnli", "de")], pairing, np.ones((1, 1)))
    # 10, 13 and 4: variance 21 by hand.
    assert (one.name, one.freedom) == ("seeds", 2)
    assert one.spread == pytest.approx(21 / 3)
    assert one.noise == pytest.approx(0)


def test_other_seeds_are_two_sources():
    values = {"de": {"h1": 70.0, "h2": 74.0, "b1": 60.0, "b2": 61.0, "b3": 68.0}}
    pairing = Pairing(("h1", "h2"), ("b1", "b2", "b3"), matched=False)
    ((head, base),) = seed_components({"xnli": sample_of(values)}, [("xnli", "de")], pairing, np.ones((1, 1)))
    assert (head.spread, head.freedom) == (pytest.approx(8 / 2), 1)
    assert (base.spread, base.freedom) == (pytest.approx(19 / 3), 2)
    assert head.name != base.name


def test_one_system_a_side_has_no_seeds():
    samples = {"xnli": sample_of({"de": {"h": 70.0, "b": 60.0}})}
    assert seed_components(samples, [("xnli", "de")], Pairing(("h",), ("b",), matched=False), np.ones((1, 1))) == [[]]


def test_noise_of_seeds_is_what_resampling_examples_does_to_their_spread():
    """Against a loop that draws examples and measures how far seeds move apart for that alone."""
    generator = np.random.default_rng(3)
    names, size = ("h1", "h2", "h3"), 120
    counts = {
        language: {name: generator.uniform(0.1, 1, (size, 1, 2)) for name in (*names, "b")} for language in ("de", "sw")
    }
    ids = [str(row) for row in range(size)]
    samples = {"xnli": make_sample("xnli", {code: (ids, by) for code, by in counts.items()})}
    places, weights = [("xnli", "de"), ("xnli", "sw")], np.array([[0.5, 0.5]])
    ((one,),) = seed_components(samples, places, Pairing(names, ("b",), matched=False), weights)

    def means(rows):
        return np.array([np.mean([task_value(counts[code][name][rows].sum(0)) for code in counts]) for name in names])

    assert one.spread == pytest.approx(means(np.arange(size)).var(ddof=1) / 3)
    drawn = np.array([means(generator.integers(0, size, size)) for _ in range(3000)])
    apart = drawn - drawn.mean(axis=1, keepdims=True)
    assert one.noise == pytest.approx(apart.var(axis=0).sum() / 2 / 3, rel=0.08)


def test_languages_of_one_task_are_students():
    gains = {"de": 1.0, "sw": 4.0, "ja": 2.5, "fi": 0.5}
    samples = {"xnli": sample_of({code: {"h": 60.0 + gain, "b": 60.0} for code, gain in gains.items()})}
    places = [("xnli", code) for code in gains]
    ((one,),) = language_components(samples, places, Pairing(("h",), ("b",), matched=False), np.full((1, 4), 0.25))
    assert one.spread == pytest.approx(np.var([*gains.values()], ddof=1) / 4)
    assert (one.noise, one.freedom) == (pytest.approx(0), pytest.approx(3))


def test_a_language_goes_with_itself_in_other_tasks():
    """Gains that are the same in both tasks vary like those of one; opposite ones cancel."""
    gains = {"de": 1.0, "sw": 4.0, "ja": 2.5}
    places = [(task, code) for task in ("xnli", "panx") for code in gains]
    pairing, weights = Pairing(("h",), ("b",), matched=False), np.full((1, 6), 1 / 6)

    def spread(sign):
        samples = {
            task: sample_of({code: {"h": 60.0 + side * gain, "b": 60.0} for code, gain in gains.items()}, task)
            for task, side in (("xnli", 1), ("panx", sign))
        }
        ((one,),) = language_components(samples, places, pairing, weights)
        assert one.freedom == pytest.approx(2)
        return one.spread

    assert spread(1) == pytest.approx(np.var([*gains.values()], ddof=1) / 3)
    assert spread(-1) == pytest.approx(0)


@pytest.mark.parametrize("sizes", [(5, 5), (6, 3), (2, 7), (1, 4)])
def test_the_variance_of_a_mean_over_tasks_with_other_languages_is_right_on_average(sizes):
    """Languages drawn again and again, with gains of variance 1.25 in each of two tasks, and of covariance 1."""
    generator = np.random.default_rng(6)
    places = [(task, str(code)) for task, size in zip(("xnli", "panx"), sizes, strict=True) for code in range(size)]
    weights = np.array([0.5 / size for size in sizes for _ in range(size)])
    spreads = []
    for _ in range(4000):
        shared, own = generator.standard_normal(7), 0.5 * generator.standard_normal((2, 7))
        gains = np.concatenate([shared[:size] + own[number, :size] for number, size in enumerate(sizes)])
        (found,) = _language_component(places, weights, gains, np.zeros((len(places), len(places))))
        spreads.append(found.spread)
    # Of one language in a task nothing is known.
    known = [size for size in sizes if size > 1]
    expected = sum(1.25 / 4 / size for size in known) + (2 / 4 / max(sizes) if len(known) > 1 else 0)
    assert np.mean(spreads) == pytest.approx(expected, rel=0.05)


def test_one_language_is_not_resampled():
    samples = {task: sample_of({"de": {"h": 61.0, "b": 60.0}}, task) for task in ("xnli", "panx")}
    pairing = Pairing(("h",), ("b",), matched=False)
    assert language_components(samples, [("xnli", "de"), ("panx", "de")], pairing, np.full((1, 2), 0.5)) == [[]]


def test_noise_of_languages_is_what_resampling_examples_does_to_their_spread():
    generator = np.random.default_rng(8)
    size, codes = 90, ("de", "sw", "ja")
    counts = {code: {name: generator.uniform(0, 1, (size, 1, 2)) for name in "hb"} for code in codes}
    ids = [str(row) for row in range(size)]
    samples = {"xnli": make_sample("xnli", {code: (ids, by) for code, by in counts.items()})}
    pairing = Pairing(("h",), ("b",), matched=False)
    ((one,),) = language_components(samples, [("xnli", code) for code in codes], pairing, np.full((1, 3), 1 / 3))

    def gains(rows):
        return np.array([task_value(by["h"][rows].sum(0)) - task_value(by["b"][rows].sum(0)) for by in counts.values()])

    drawn = np.array([gains(generator.integers(0, size, size)) for _ in range(3000)])
    apart = drawn - drawn.mean(axis=1, keepdims=True)
    assert one.noise == pytest.approx(apart.var(axis=0).sum() / 2 / 3, rel=0.08)
