"""The best system for each task: chosen on dev, reported on test."""

import pytest
from xbench.errors import InputError
from xbench.leaderboard.composite import BEST, compose, dev_is_test

TEST = {
    ("base", "xnli", "de"): 50.0,
    ("base", "pawsx", "de"): 50.0,
    ("a", "xnli", "de"): 60.0,
    ("a", "xnli", "fr"): 61.0,
    ("a", "pawsx", "de"): 70.0,
    ("b", "xnli", "de"): 90.0,
    ("b", "xnli", "fr"): 91.0,
    ("b", "pawsx", "de"): 40.0,
}
DEV = {
    ("base", "xnli", "de"): 99.0,
    ("a", "xnli", "de"): 62.0,
    ("a", "xnli", "en"): 70.0,
    ("b", "xnli", "de"): 71.0,
    ("b", "xnli", "en"): 60.0,
    ("a", "pawsx", "de"): 20.0,
    ("b", "pawsx", "de"): 30.0,
}


@pytest.fixture
def composed(record, results_of):
    """Compose from test and dev scores by (system, task, language)."""

    def compose_of(test=TEST, dev=DEV, baselines=("base",), **changes):
        tested = results_of(record(*place, value) for place, value in test.items())
        on_dev = [
            record(*place, value, **{"split": "dev", "data": f"dev-{place[1:]}"} | changes.get(place[0], {}))
            for place, value in dev.items()
        ]
        return compose(tested, results_of(on_dev), baselines)

    return compose_of


def test_the_best_on_dev_serves_a_task_with_its_test_scores(composed):
    found = composed()
    assert found.systems == (BEST,)
    # XNLI: a (62 + 70) / 2 = 66, b (71 + 60) / 2 = 65.5, though b is better on test. PAWS-X: b, though worse on test.
    assert found.choices["xnli"].candidate == "a"
    assert found.choices["xnli"].values == {"a": 66.0, "b": 65.5}
    assert found.choices["xnli"].languages == ("de", "en")
    assert found.choices["pawsx"].candidate == "b"
    scores = {key: one.record.scores["accuracy"] for key, one in found.stored.items()}
    assert scores == {(BEST, "xnli", "de"): 60.0, (BEST, "xnli", "fr"): 61.0, (BEST, "pawsx", "de"): 40.0}
    assert {one.record.system for one in found.stored.values()} == {BEST}
    assert {one.path.parts[0] for one in found.stored.values()} == {"a", "b"}
    assert found.notes() == (
        "best per task has for each task the scores of the system that is best at it on dev: XNLI of a; PAWS-X of b.",
    )


def test_test_scores_decide_nothing(composed):
    swapped = {place: 100 - value for place, value in TEST.items()}
    assert composed(swapped).choices == composed().choices


def test_of_equals_the_first_by_name_is_taken(composed):
    dev = {("b", "xnli", "de"): 60.0, ("a", "xnli", "de"): 60.0}
    assert composed(dev=dev).choices["xnli"].candidate == "a"


def test_a_task_without_dev_records_of_all_has_no_choice(composed):
    dev = {place: value for place, value in DEV.items() if place[:2] != ("b", "xnli")}
    found = composed(dev=dev)
    assert {*found.choices} == {"pawsx"}
    assert found.unmade == {"xnli": "no dev records of b"}
    assert found.notes()[1] == "best per task has no choice for XNLI (no dev records of b)."


def test_dev_records_must_be_of_the_same_languages(composed):
    dev = {place: value for place, value in DEV.items() if place != ("b", "xnli", "en")}
    assert composed(dev=dev).unmade == {"xnli": "its dev records are not of the same languages for all systems"}


@pytest.mark.parametrize("change", [{"limit": 5, "data": "cut"}, {"precision": "int8"}, {"task_version": 7}])
def test_dev_records_must_be_measured_alike(composed, change):
    found = composed(dev=DEV | {("b", "pawsx", "de"): 30.0}, b=change)
    assert found is None
    only = {place: value for place, value in DEV.items() if place[1] == "pawsx"}
    assert composed(dev=only, b=change) is None


def test_a_candidate_without_test_scores_of_a_task_does_not_compete_there(composed):
    test = {place: value for place, value in TEST.items() if place[:2] != ("a", "xnli")}
    found = composed(test)
    assert found.choices["xnli"].values == {"b": 65.5}


def test_nothing_is_chosen_on_test(record, results_of):
    assert dev_is_test("tydiqa")
    assert not dev_is_test("xquad")
    scores = {(name, task): 50.0 for name in "ab" for task in ("tydiqa", "xnli", "pawsx")}
    test = results_of(record(name, task, "en", value) for (name, task), value in scores.items())
    # PAWS-X of dev has the hash of its test data.
    data = {"tydiqa": "other", "xnli": "dev", "pawsx": "pawsx-en"}
    dev = results_of(record(name, task, "en", 50.0, split="dev", data=data[task]) for name, task in scores)
    found = compose(test, dev, ())
    assert {*found.choices} == {"xnli"}
    assert found.unmade == {
        "pawsx": "its dev examples are its test examples",
        "tydiqa": "its dev set is its test set",
    }


class TestSeeds:
    def scores(self, *names: str) -> dict:
        return {(name, "xnli", "de"): 50.0 + number for number, name in enumerate(names)}

    def test_one_row_a_seed_chosen_by_the_mean(self, composed):
        names = ("a.seed1", "a.seed2", "b.seed1", "b.seed2")
        dev = dict(zip(((name, "xnli", "de") for name in names), (80.0, 50.0, 60.0, 71.0), strict=True))
        found = composed(self.scores(*names), dev, baselines=("none.seed1",))
        # a 65, b 65.5
        assert found.choices["xnli"].candidate == "b"
        assert found.systems == (f"{BEST}.seed1", f"{BEST}.seed2")
        assert {key[0]: one.record.scores["accuracy"] for key, one in found.stored.items()} == {
            f"{BEST}.seed1": 52.0,
            f"{BEST}.seed2": 53.0,
        }

    def test_only_seeds_that_all_have(self, composed):
        names = ("a.seed1", "a.seed2", "b.seed2", "b.seed10")
        found = composed(self.scores(*names), self.scores(*names), ())
        assert found.systems == (f"{BEST}.seed2",)
        assert composed(self.scores("a.seed1", "b.seed2"), self.scores("a.seed1", "b.seed2"), ()) is None

    def test_one_without_seeds_serves_every_seed(self, composed):
        names = ("a.seed1", "a.seed2", "b")
        found = composed(self.scores(*names), self.scores(*names), ())
        assert found.choices["xnli"].candidate == "b"
        assert {one.record.scores["accuracy"] for one in found.stored.values()} == {52.0}
        assert len(found.stored) == 2

    def test_other_seeds_of_the_baseline_are_no_candidates(self, composed):
        names = ("none.seed1", "none.seed2", "a.seed1")
        assert composed(self.scores(*names), self.scores(*names), ("none.seed1",)) is None


def test_where_there_is_nothing_to_choose(composed):
    assert composed(dev={}) is None
    assert composed({place: value for place, value in TEST.items() if place[0] != "b"}) is None
    assert composed(TEST | {(BEST, "xnli", "de"): 1.0}) is None


def test_a_damaged_dev_record_is_named(record, results_of):
    test = results_of([record(name, "xnli", "de", 50.0) for name in "ab"])
    dev = results_of([record(name, "xnli", "de", {"f1": 1.0}, split="dev", data="d") for name in "ab"])
    with pytest.raises(InputError, match="has no score 'accuracy'"):
        compose(test, dev, ())


def test_cut_test_records_stay_marked(record, results_of):
    test = results_of([record(name, "xnli", "de", 50.0, limit=10, examples=10) for name in "ab"])
    dev = results_of([record(name, "xnli", "de", 50.0, split="dev", data="d") for name in "ab"])
    found = compose(test, dev, ())
    assert {one.record.limit for one in found.stored.values()} == {10}
