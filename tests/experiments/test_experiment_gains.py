"""Gains over seeds, choices and rank correlations, against cases worked out by hand and other implementations."""

from itertools import permutations
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.experiments.choices import BY_RECORDS, BY_TRAINING, choose
from xbench.experiments.correlation import correlate, describe, points
from xbench.experiments.formats import gain_text, value_text
from xbench.experiments.gains import OverSeeds, over_seeds, results_of
from xbench.experiments.grid import Cell, parse_grid
from xbench.leaderboard.averages import Mean, TaskMean


class TestOverSeeds:
    def test_complete(self):
        found = over_seeds([Mean(1.0, 2, 2), Mean(3.0, 2, 2)], 2)
        assert found == OverSeeds((1.0, 3.0), 2)
        assert found.complete
        assert gain_text(found) == "+2.0 [+1.0, +3.0]"

    def test_one_seed_has_no_range(self):
        assert gain_text(over_seeds([Mean(-1.25, 2, 2)], 1)) == "-1.2"

    def test_incomplete_seeds_are_left_out_and_counted(self):
        found = over_seeds([Mean(1.0, 2, 2), Mean(9.0, 1, 2), Mean(None, 0, 2)], 3)
        assert not found.complete
        assert value_text(found) == "1.0 (1/3 seeds)"

    def test_incomplete_everywhere_says_what_it_covers(self):
        same = over_seeds([Mean(1.0, 1, 2), Mean(2.0, 1, 2)], 2)
        assert gain_text(same) == "+1.5 [+1.0, +2.0] (1/2)"
        different = over_seeds([TaskMean(1.0, 1, 3, 4, 9), TaskMean(3.0, 2, 3, 6, 9)], 3)
        assert gain_text(different) == "+2.0 [+1.0, +3.0] (4 to 6/9, 2/3 seeds)"

    def test_nothing(self):
        assert over_seeds([Mean(None, 0, 2)], 1) is None
        assert gain_text(None) == ""


def test_gains_pair_equal_seeds(toy, record):
    grid = parse_grid(
        toy.replace("recipes", "seeds = [1, 2]\nrecipes").replace('["en", "de", "sw"]', '["de", "sw"]'), ""
    )
    scores = {("none", 1): (50, 40), ("none", 2): (60, 30), ("mnli", 1): (53, 41), ("mnli", 2): (61, 37)}
    records = [
        record(f"org__base.{name}.seed{seed}", "tatoeba", language, value)
        for (name, seed), values in scores.items()
        for language, value in zip(("de", "sw"), values, strict=True)
    ]
    results = results_of(grid, "org/base", records).narrowed({"tatoeba": ("de", "sw")})
    gains = results.gains("mnli", "none")
    # Seed 1: (3 + 1) / 2; seed 2: (1 + 7) / 2. By language: (3 + 1) / 2 and (1 + 7) / 2.
    assert gains.task("tatoeba").values == (2.0, 4.0)
    assert gains.by_language() == {"sw": 4.0, "de": 2.0}
    assert gains.spread() == pytest.approx(stdev([4.0, 2.0]))
    assert results.gains("none", "mnli").task("tatoeba").values == (-2.0, -4.0)
    assert results.scores("none", "tatoeba").values == (45.0, 45.0)
    assert results.narrowed({"tatoeba": ("de",)}).gains("mnli", "none").spread() is None


def test_records_of_other_systems_are_no_matter(grid, record):
    own = record("org__base.none.seed1", "xnli", "de", 50.0)
    stranger = record("org__base.none.seed2", "xnli", "de", 99.0)
    unscored = record("org__base.mnli.seed1", "xnli", "de", {})
    assert [cell.record for cell in results_of(grid, "org/base", [own, stranger, unscored]).cells.values()] == [own]


class TestChoice:
    def accounts(self, grid, part, keep, accounts, scores):
        for name, value in scores.items():
            keep(accounts, Cell("org/base", name, 1), [], parts={"xnli": part(dev={"xnli": value})})
        return accounts.all()

    def test_by_english_dev_at_the_end_of_training(self, grid, part, keep, accounts):
        found = self.accounts(grid, part, keep, accounts, {"none": 99.0, "mnli": 80.0, "squad": 81.0})
        choices = choose(results_of(grid, "org/base", []), None, found)
        assert choices["xnli"].condition == "squad"
        assert choices["xnli"].by == BY_TRAINING
        assert choices["xnli"].values == {"mnli": 80.0, "squad": 81.0}
        # No head, so no score: its encoder's score on the intermediate task says nothing of it.
        assert choices["tatoeba"] is None
        assert choices["xquad"] is None

    def test_not_among_some(self, grid, part, keep, accounts):
        found = self.accounts(grid, part, keep, accounts, {"mnli": 80.0})
        assert choose(results_of(grid, "org/base", []), None, found)["xnli"] is None

    def test_records_of_dev_go_first_over_languages_that_all_have(self, grid, record, part, keep, accounts):
        found = self.accounts(grid, part, keep, accounts, {"mnli": 80.0, "squad": 81.0})
        scores = {("mnli", "en"): 70, ("mnli", "de"): 60, ("squad", "en"): 71, ("squad", "de"): 58, ("squad", "sw"): 99}
        dev = [
            record(f"org__base.{name}.seed1", "xnli", code, value, split="dev")
            for (name, code), value in scores.items()
        ]
        choice = choose(results_of(grid, "org/base", []), results_of(grid, "org/base", dev), found)["xnli"]
        assert (choice.condition, choice.by, choice.languages) == ("mnli", BY_RECORDS, ("en", "de"))
        assert choice.values == {"mnli": 65.0, "squad": 64.5}

    def test_of_equals_the_first(self, grid, part, keep, accounts):
        found = self.accounts(grid, part, keep, accounts, {"mnli": 80.0, "squad": 80.0})
        assert choose(results_of(grid, "org/base", []), None, found)["xnli"].condition == "mnli"


class TestCorrelation:
    def test_by_hand(self):
        # Ranks 1 2 3 4 and 1 3 2 4: rho = 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15) = 0.8.
        found = correlate([(10, 1.0), (20, 3.0), (30, 2.0), (400, 9.0)])
        assert found.rho == pytest.approx(0.8)
        # Of the 24 orders those as far from 0: |rho| >= 0.8.
        ranks = [1, 3, 2, 4]
        rhos = [
            1 - 6 * sum((a - b) ** 2 for a, b in zip(ranks, order, strict=True)) / 60 for order in permutations(ranks)
        ]
        assert found.p == pytest.approx(sum(abs(rho) >= 0.8 - 1e-9 for rho in rhos) / 24)
        assert found.n == 4

    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=6))
    def test_as_scipy(self, pairs):
        from scipy.stats import spearmanr

        found = correlate(pairs)
        if len({a for a, _ in pairs}) == 1 or len({b for _, b in pairs}) == 1:
            assert found is None
        else:
            assert found.rho == pytest.approx(spearmanr(*zip(*pairs, strict=True)).statistic)

    def test_the_probability_of_many_pairs_is_near_that_of_all_orders(self):
        values = [3, 1, 4, 2, 6, 5, 8, 7]
        squares = [sum((a - b) ** 2 for a, b in enumerate(order)) for order in permutations(range(8))]
        observed = sum((a - b) ** 2 for a, b in zip(values, range(1, 9), strict=True))
        rho, rhos = 1 - 6 * observed / (8 * 63), [1 - 6 * one / (8 * 63) for one in squares]
        found = correlate(list(enumerate(values)))
        assert found.rho == pytest.approx(rho)
        assert found.p == pytest.approx(sum(abs(one) >= rho - 1e-9 for one in rhos) / len(rhos), abs=0.01)
        assert correlate(list(enumerate(values))) == found

    def test_pairs_that_lack_a_value_do_not_count(self):
        pairs = [(1, 1.0), (2, 2.0), (3, 3.0)]
        assert correlate([*pairs, (None, 9.0), (4, None)]).n == 3
        assert correlate(pairs[:2]) is None

    def test_a_description_is_of_what_was_trained(self, toy, part, keep, accounts):
        grid = parse_grid(toy + 'many = ["mnli", "mnli@sw", "squad", "ccg"]', "")
        accounts = accounts.__class__(grid, accounts.output, "data")
        results = results_of(grid, "org/base", [])
        untrained = describe(results, "many", accounts.all())
        assert untrained.official == {"mnli": 2 * 392_702, "squad": 87_599, "ccg": 38_015}
        assert (untrained.tasks, untrained.examples, untrained.difficulty) == (3, 911_018, None)
        assert untrained.formats == ("classification", "span", "tagging")
        encoder = part(examples={"mnli": 20, "squad": 30, "ccg": 40}, dev={"mnli": 80.0, "squad": 70.0, "ccg": 90.0})
        keep(accounts, Cell("org/base", "many", 1), [], parts={"encoder": encoder})
        trained = describe(results, "many", accounts.all())
        assert (trained.examples, trained.difficulty) == (90, pytest.approx(20.0))

    def test_a_borrowed_encoder_is_described_by_its_lender(self, toy, part, keep, accounts):
        grid = parse_grid(toy + '[intermediate.twin]\ntasks = ["mnli"]\ntarget_data = { xnli = ["sw"] }', "")
        accounts = accounts.__class__(grid, accounts.output, "data")
        keep(accounts, Cell("org/base", "mnli", 1), [], parts={"encoder": part({"mnli": 7}, {"mnli": 60.0})})
        found = describe(results_of(grid, "org/base", []), "twin", accounts.all())
        assert (found.examples, found.difficulty) == (7, 40.0)

    def test_points_are_conditions_with_intermediate_tasks_alone(self, toy, accounts):
        extra = (
            '[intermediate.text]\ntasks = ["mnli"]\nmlm = ["sw"]\n[intermediate.own]\ntarget_data = { xnli = ["sw"] }'
        )
        results = results_of(parse_grid(toy + extra, ""), "org/base", [])
        found = points(results, {})
        assert [point.description.condition for point in found] == ["mnli", "squad"]
        assert [point.feature("tasks") for point in found] == [1, 1]
        assert [point.outcome("gain") for point in found] == [None, None]
