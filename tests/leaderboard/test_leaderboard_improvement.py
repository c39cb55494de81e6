from typing import Any

import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.improvement import Improvement


def improvements(records, baseline="base", suite="xtreme") -> list[Improvement]:
    return list(make_board(records, suite=suite, baseline=baseline).improvements)


def plus(scores: dict[str, Any], deltas: dict[str, Any]) -> dict[str, Any]:
    """Scores with the deltas added, metric by metric."""
    return {
        task: {m: v + deltas[task][m] for m, v in value.items()} if isinstance(value, dict) else value + deltas[task]
        for task, value in scores.items()
    }


def test_phangs_mnli_row(system, xlmr, intermediate_mnli):
    (gain,) = improvements([*system("base", xlmr), *system("mnli", plus(xlmr, intermediate_mnli))])
    assert gain.average.mean.complete
    assert gain.average.mean.tasks == 9
    assert round(gain.average.mean.value, 1) == 7.5
    assert gain.without_retrieval.mean.tasks == 7
    assert gain.without_retrieval.mean.value == pytest.approx(-0.2)
    assert gain.tasks["tydiqa"].mean.value == pytest.approx(-1.3)
    assert gain.tasks["tatoeba"].mean.value == pytest.approx(48.8)


def test_only_languages_that_both_have_are_paired(record):
    base = [record("base", "xnli", code, value) for code, value in (("de", 50.0), ("en", 60.0), ("fr", 10.0))]
    mine = [record("a", "xnli", code, value) for code, value in (("de", 53.0), ("en", 61.0), ("zh", 99.0))]
    (gain,) = improvements([*base, *mine])
    assert gain.tasks["xnli"].mean.partial == pytest.approx((3 + 1) / 2)
    assert (gain.tasks["xnli"].mean.there, gain.tasks["xnli"].mean.wanted) == (2, 15)
    assert gain.average.mean.value is None
    assert gain.average.mean.partial == pytest.approx(2.0)
    assert (gain.average.mean.tasks, gain.average.mean.wanted_tasks) == (1, 9)


def test_languages_are_ranked_by_their_mean_over_tasks(record):
    base = [record("base", task, code, 50.0) for task in ("xnli", "udpos") for code in ("de", "en", "zh")]
    scores = {("xnli", "de"): 51, ("udpos", "de"): 54, ("xnli", "en"): 49, ("udpos", "en"): 50, ("xnli", "zh"): 56}
    (gain,) = improvements([*base, *(record("a", task, code, value) for (task, code), value in scores.items())])
    # zh +6 on one task; de (1 + 4) / 2; en (-1 + 0) / 2
    assert [(d.language, d.mean, d.tasks) for d in gain.languages] == [("zh", 6.0, 1), ("de", 2.5, 2), ("en", -0.5, 2)]


@pytest.mark.parametrize("change", [{"precision": "int8"}, {"data": "another"}, {"task_version": 2}, {"split": "dev"}])
def test_pairs_that_were_measured_differently_are_left_out(record, change):
    base = [record("base", "xnli", code, 50.0) for code in ("de", "en")]
    (gain,) = improvements([*base, record("a", "xnli", "en", 51.0), record("a", "xnli", "de", 99.0, **change)])
    assert dict(gain.tasks["xnli"].languages) == {"en": 1.0}
    assert gain.tasks["xnli"].marks == ("Left out, as not measured like the baseline: de.",)
    assert gain.average.marks == gain.tasks["xnli"].marks


def test_differences_on_cut_data_are_marked(record):
    records = [record(name, "xnli", "en", 50.0, limit=20, examples=20) for name in ("a", "base")]
    (gain,) = improvements(records)
    assert gain.tasks["xnli"].marks == ("Only the first 20 examples of each language.",)


def test_tasks_and_languages_outside_the_suite_do_not_count(record):
    places = (("xnli", "en"), ("tatoeba", "az"), ("xcopa", "ta"))
    (gain,) = improvements([record(name, *place, 50.0) for name in ("a", "base") for place in places])
    assert gain.average.mean.languages == 1
    assert "xcopa" not in gain.tasks


def test_a_baseline_that_shares_nothing_is_said_and_the_rest_stands(record):
    records = [record("base", "xnli", "en", 50.0), record("a", "udpos", "en", 50.0), record("b", "xnli", "en", 50.0)]
    board = make_board(records, suite=None, baseline="base")
    assert [gain.system for gain in board.improvements] == ["b"]
    assert board.notes == ("No score to compare with the baseline base: a.",)
    assert len(board.systems) == 3


def test_a_baseline_alone_is_said(record):
    board = make_board([record("base", "xnli", "en", 50.0)], suite=None, baseline="base")
    assert board.improvements == ()
    assert board.notes == ("No other system to compare with the baseline base.",)


def test_complete_improvements_stand_before_partial_ones(system):
    scores = dict.fromkeys(("xnli", "xcopa", "udpos", "xquad", "tatoeba"), 50.0)
    records = [
        *system("base", scores, "mini"),
        *system("small", dict.fromkeys(scores, 51.0), "mini"),
        *system("large", dict.fromkeys(scores, 55.0), "mini"),
        *system("part", {"xnli": 99.0}, "mini"),
    ]
    assert [gain.system for gain in improvements(records, suite="mini")] == ["large", "small", "part"]
