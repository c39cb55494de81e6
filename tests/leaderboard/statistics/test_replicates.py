"""Replicates of many systems against those of one pair alone, and against loops."""

import numpy as np
import pytest
from xbench.leaderboard.scores import CellKey
from xbench.leaderboard.statistics import draws
from xbench.leaderboard.statistics.paired import Pair, task_value
from xbench.leaderboard.statistics.replicates import Pairing, Swap, make_replicates
from xbench.leaderboard.statistics.samples import make_sample
from xbench.leaderboard.statistics.significance import Resampling, language_effects

MANY = Resampling(4000)


def tags(examples: int, seed: int) -> np.ndarray:
    """Counts of a micro F1 with about one entity a sentence; shape (examples, 1, 2)."""
    generator = np.random.default_rng([seed, examples])
    gold = np.random.default_rng(examples).poisson(1.0, examples)
    correct, wrong = generator.binomial(gold, 0.7), generator.poisson(0.3, examples)
    return np.stack([2.0 * correct, correct + wrong + gold], axis=-1)[:, None]


def hits(examples: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng([seed, examples])
    return np.stack([(generator.random(examples) < 0.6).astype(float), np.ones(examples)], axis=-1)[:, None]


def two_languages(counts, systems="abc"):
    ids = {"de": [str(row) for row in range(150)], "sw": [str(row) for row in range(50, 130)]}
    return {
        language: (names, {system: counts(len(names), ord(system)) for system in systems})
        for language, names in ids.items()
    }


A_TO_B, C_TO_B = Pairing(("a",), ("b",), matched=False), Pairing(("c",), ("b",), matched=False)


@pytest.mark.parametrize("counts", [tags, hits])
def test_a_pair_is_replicated_as_if_it_were_alone(counts):
    languages = two_languages(counts)
    found = make_replicates([make_sample("panx", languages)], [A_TO_B, C_TO_B], MANY)
    pairs = [Pair("panx", code, tuple(ids), by["b"], by["a"]) for code, (ids, by) in languages.items()]
    for code, effect in language_effects(pairs, MANY).items():
        resampled = found.resampled[CellKey("a", "panx", code)] - found.resampled[CellKey("b", "panx", code)]
        swapped = found.swapped[Swap("a", "b", "panx", code)]
        assert resampled.std() == pytest.approx(effect.bootstrap.std(), rel=0.06)
        assert resampled.mean() == pytest.approx(effect.bootstrap.mean(), abs=4 * effect.bootstrap.std() / 60)
        assert swapped.std() == pytest.approx(effect.permuted.std(), rel=0.06)
    both = [found.resampled[CellKey("a", "panx", code)] for code in languages]
    # 80 of the 150 examples are in both languages, but what a system makes of them is independent here.
    assert abs(np.corrcoef(*both)[0, 1]) < 0.2


def test_what_is_drawn_does_not_depend_on_who_is_there():
    alone = make_replicates([make_sample("panx", two_languages(tags, "ab"))], [A_TO_B], MANY)
    among = make_replicates([make_sample("panx", two_languages(tags, "cab"))], [C_TO_B, A_TO_B], MANY)
    for key, values in alone.resampled.items():
        np.testing.assert_allclose(among.resampled[key], values, rtol=1e-12)
    for swap, differences in alone.swapped.items():
        np.testing.assert_allclose(among.swapped[swap], differences, atol=1e-9)


def test_systems_that_agree_on_every_example_differ_by_exactly_nothing():
    counts = tags(60, 1)
    sample = make_sample("panx", {"de": ([str(row) for row in range(60)], {"a": counts, "b": counts.copy()})})
    found = make_replicates([sample], [A_TO_B], MANY)
    assert (found.resampled[CellKey("a", "panx", "de")] == found.resampled[CellKey("b", "panx", "de")]).all()
    assert (found.swapped[Swap("a", "b", "panx", "de")] == 0).all()


def test_languages_and_systems_that_lack_a_score_are_left_out():
    languages = two_languages(hits)
    del languages["sw"][1]["a"]
    found = make_replicates([make_sample("xnli", languages)], [A_TO_B, C_TO_B], Resampling(20))
    assert {key.language for key in found.resampled if key.system == "a"} == {"de"}
    assert {(swap.head, swap.language) for swap in found.swapped} == {("a", "de"), ("c", "de"), ("c", "sw")}


def test_a_replicate_is_the_value_on_the_drawn_examples():
    """Each value is one that some draw of three examples gives, as often as it does."""
    counts = tags(3, 5) + np.array([[[0, 1]]])
    sample = make_sample("panx", {"de": (["p", "q", "r"], {"a": counts, "b": tags(3, 6)})})
    found = make_replicates([sample], [A_TO_B], Resampling(20_000)).resampled[CellKey("a", "panx", "de")]
    all_draws = np.indices((3, 3, 3)).reshape(3, -1).T
    expected = [float(task_value(counts[rows].sum(axis=0))) for rows in all_draws]
    assert found.mean() == pytest.approx(np.mean(expected), abs=0.5)
    assert {round(value, 6) for value in found} == {round(value, 6) for value in expected}


def test_blocks_of_memory_change_nothing_that_is_drawn_for_the_bootstrap(monkeypatch):
    sample = make_sample("panx", two_languages(tags))
    whole = make_replicates([sample], [A_TO_B], Resampling(100))
    monkeypatch.setattr(draws, "_BLOCK", 1000)
    parts = make_replicates([sample], [A_TO_B], Resampling(100))
    for key, values in whole.resampled.items():
        np.testing.assert_allclose(parts.resampled[key], values, rtol=1e-12)
    assert all(len(differences) == 100 for differences in parts.swapped.values())


def test_pairs_of_seeds():
    matched = Pairing(("a1", "a2"), ("b1", "b2"), matched=True)
    crossed = Pairing(("a1", "a2"), ("b1",), matched=False)
    assert matched.pairs == (("a1", "b1"), ("a2", "b2"))
    assert crossed.pairs == (("a1", "b1"), ("a2", "b1"))
    assert crossed.gain == {"a1": 0.5, "a2": 0.5, "b1": -1.0}
