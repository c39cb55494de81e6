import numpy as np
import pytest
from xbench.leaderboard.statistics.draws import blocks, coins, counts_of_some
from xbench.leaderboard.statistics.paired import task_value
from xbench.leaderboard.statistics.samples import make_sample


def hits(*values: float) -> np.ndarray:
    return np.stack([np.array(values, float), np.ones(len(values))], axis=-1)[:, None]


def test_what_systems_have_in_common_is_kept_once():
    sample = make_sample("xnli", {"de": (["p", "q"], {"a": hits(1, 0), "b": hits(0, 1), "c": hits(1, 0)})})
    german = sample.languages["de"]
    assert german.columns.tolist() == [[1, 1, 0], [0, 1, 1]]
    assert {name: place.tolist() for name, place in german.places.items()} == {
        "a": [[0, 1]],
        "b": [[2, 1]],
        "c": [[0, 1]],
    }
    assert german.value("b") == 50


def test_an_example_is_the_same_in_all_languages():
    sample = make_sample("xnli", {"de": (["p", "q"], {"a": hits(1, 0)}), "sw": (["r", "q"], {"a": hits(1, 1)})})
    assert (sample.total, sample.kept) == (3, 3)
    assert [one.rows.tolist() for one in sample.languages.values()] == [[0, 1], [2, 1]]


def test_where_few_examples_count_the_others_are_only_numbered():
    counts = np.zeros((60, 1, 2))
    counts[[7, 40]] = [[2, 3]]
    sample = make_sample(
        "bucc2018", {"de": ([f"s{row}" for row in range(60)], {"a": counts, "b": np.zeros((60, 1, 2))})}
    )
    assert (sample.total, sample.kept) == (60, 2)
    assert sample.languages["de"].rows.tolist() == [0, 1]
    assert sample.languages["de"].value("a") == pytest.approx(200 / 3)
    assert sample.languages["de"].value("b") == 0


def test_influence_is_what_an_example_changes():
    """To first order: as the difference between all examples and all, this one a little more often."""
    generator = np.random.default_rng(4)
    counts = generator.uniform(0.2, 3, (9, 2, 2))
    one = make_sample("xquad", {"de": ([*"abcdefghi"], {"a": counts})}).languages["de"]
    step = 1e-6
    for row, influence in enumerate(one.influence("a")):
        more = task_value(counts.sum(axis=0) + step * counts[row])
        assert influence == pytest.approx((more - task_value(counts.sum(axis=0))) / step, rel=1e-4)
    assert one.influence("a").sum() == pytest.approx(0, abs=1e-9)


def test_influence_of_nothing_is_none():
    one = make_sample("panx", {"de": (["p", "q"], {"a": np.zeros((2, 1, 2)), "b": hits(1, 1)})}).languages["de"]
    assert one.influence("a").tolist() == [0, 0]


def test_influences_of_one_example_in_a_language_add_up():
    sample = make_sample("xnli", {"de": (["p", "p", "q"], {"a": hits(1, 0, 0), "b": hits(1, 1, 1)})})
    # a: a third right, so (2/3 - 1/3) / 3 of p and -1/3 / 3 of q; b: nothing moves it.
    np.testing.assert_allclose(sample.influence({"a": 1.0, "b": -1.0}, ["de"])[:, 0], [100 / 9, -100 / 9])


@pytest.mark.parametrize(("some", "total"), [(30, 30), (30, 400)])
def test_counts_are_those_of_drawing_with_replacement(some, total):
    counts = counts_of_some(some, total, 20_000, np.random.default_rng(1))
    assert counts.mean() == pytest.approx(1, abs=0.01)
    assert counts.var() == pytest.approx(1 - 1 / total, rel=0.01)
    sums = counts.sum(axis=1)
    # Binomial: all of them, or that part of the total.
    assert sums.var() == pytest.approx(some * (1 - some / total), rel=0.04, abs=1e-9)
    assert np.cov(counts[:, 0], counts[:, 1])[0, 1] == pytest.approx(-1 / total, abs=0.02)


def test_coins_and_blocks():
    flips = coins(50, 2000, np.random.default_rng(1))
    assert set(np.unique(flips)) == {0, 1}
    assert flips.mean() == pytest.approx(0.5, abs=0.01)
    assert list(blocks(10, 1 << 20)) == [4, 4, 2]
    assert list(blocks(3, 1 << 30)) == [1, 1, 1]
