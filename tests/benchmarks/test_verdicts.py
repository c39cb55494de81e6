"""Ratios are taken within rounds, and a target is met only by the same results."""

import itertools

import pytest
from xbench.benchmarks.agreement import Agreement
from xbench.benchmarks.races import Race, Round, ratios, take_turns
from xbench.benchmarks.verdicts import score_changes, table, verdicts
from xbench.benchmarks.workloads import CUT, INT8, OURS, PEERS

SAME, OTHER = Agreement(10, 10, 1000, 1000, 1.0), Agreement(10, 9, 1000, 900, 0.5)


def turn(ours=(2.0, 1.0), product=None, **peers):
    seconds = {OURS: dict(zip(("process", "run"), ours, strict=True))} | {
        name.replace("_", "-"): ways if isinstance(ways, dict) else {"one call": ways} for name, ways in peers.items()
    }
    return Round(seconds, product, 0.0, 0.0)


def race(*rounds, **changes):
    given = {"model": "m", "task": "tatoeba", "split": "test", "languages": ["de"], "sequences": 10, "tokens": 99}
    absent = {name: "no module" for name in PEERS if name not in rounds[0].seconds}
    return Race(**given | {"flops": 8e9, "rounds": rounds, "absent": absent} | changes)


def verdict(found, kind, other):
    (mine,) = [v for v in verdicts([found], kind) if v.comparison.other == other and v.comparison.task == found.task]
    return mine


def test_the_fastest_way_of_a_peer_counts_in_each_round():
    turns = [turn(reference={"one call": 20.0, "a call a file": 10.0}), turn(reference={"one call": 8.0})]
    assert ratios(race(*turns), OURS, "reference", "process") == [5, 4]
    assert ratios(race(*turns), OURS, "reference", "run") == [10, 8]


def test_the_median_over_rounds_is_held_against_the_target():
    turns = [turn(reference=seconds) for seconds in (10.0, 14.0, 90.0)]
    found = verdict(race(*turns, agreements={OURS: {"reference": SAME}}), "a", "reference")
    assert (found.ratio, found.own, found.met) == (7, 14, True)
    assert found.same == "100.000 % of 1,000, cosine >= 1.0000000"
    slower = verdict(race(turn(reference=13.9), agreements={OURS: {"reference": SAME}}), "a", "reference")
    assert slower.met is False


def test_other_results_meet_no_target():
    found = verdict(race(turn(reference=100.0), agreements={OURS: {"reference": OTHER}}), "a", "reference")
    assert (found.ratio, found.met) == (50, False)
    assert found.same == "90.000 % of 1,000, cosine >= 0.5000000 (1 of 10 not the same input)"
    assert verdict(race(turn(reference=100.0)), "a", "reference").met is False


def test_a_cut_graph_is_compared_with_the_only_peer_that_shows_its_layer():
    cut = Round({CUT: {"process": 1.0, "run": 1.0}, "st-onnx": {"one call": 5.0}}, None, 0.0, 0.0)
    found = verdict(race(cut, agreements={CUT: {"reference": SAME}}), "b", "st-onnx")
    assert (found.ratio, found.met) == (5, True)
    assert found.same.startswith("as PyTorch, batches of 100 in file order: 100.000 %")


def test_useful_work_is_a_share_of_the_product_by_the_runs_own_seconds():
    found = verdict(race(turn((4.0, 2.0), product=5.0)), "e", "best matrix product")
    assert (found.own, found.met) == (pytest.approx(8 / 2 / 5), False)
    assert verdict(race(turn((4.0, 2.0), product=4.5)), "e", "best matrix product").met is True


def test_int8_is_held_against_fp32_with_the_change_of_scores():
    both = Round({OURS: {"process": 4.0, "run": 4.0}, INT8: {"process": 2.0, "run": 1.0}}, None, 0.0, 0.0)
    scores = {OURS: {"a/de": {"accuracy": 50.0}, "a/th": {"accuracy": 20.0}}}
    scores[INT8] = {"a/de": {"accuracy": 49.0}, "a/th": {"accuracy": 20.5}}
    found = race(both, scores=scores)
    assert score_changes(found) == {"a/de accuracy": -1.0, "a/th accuracy": 0.5}
    mine = verdict(found, "d", OURS)
    assert (mine.ratio, mine.own, mine.met) == (2, 4, True)
    assert mine.same == "scores change by -0.25 on average, most in a/de accuracy: -1.00"


def test_who_did_not_run_is_named_in_the_table():
    found = race(turn(reference=20.0))
    text = table(list(verdicts([found], "a")))
    assert "not available: sentence-transformers, ONNX: no module" in text
    assert "| 10.00 x" in text
    assert "| 7.00 x" in text


def test_turns_alternate_and_the_product_is_measured_beside_ours():
    order = []

    def contestant(name):
        return lambda: order.append(name) or {"run": 1.0}

    products = itertools.count(1.0)
    rounds = take_turns(
        {name: contestant(name) for name in ("x", OURS, "y")},
        2,
        lambda: order.append("product") or next(products),
        lambda _: None,
    )
    assert order == ["x", "product", OURS, "product", "y", "y", "product", OURS, "product", "x"]
    assert [found.product for found in rounds] == [2.0, 4.0]
