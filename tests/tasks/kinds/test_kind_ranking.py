"""Ranking: average precision by hand and against scikit-learn's definition, candidates of all languages together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.tasks.examples import Candidates, Dataset, Query
from xbench.tasks.kinds.ranking import Ranking, average_precision
from xbench.tasks.suites import TASKS

TASK = TASKS["lareqa"]
KIND = TASK.kind
NAMES = [f"c{number}" for number in range(30)]


@pytest.mark.parametrize(
    ("ranked", "relevant", "value"),
    [
        ("a b c", "a", 1.0),
        ("b a c", "a", 1 / 2),  # one relevant candidate: the reciprocal rank
        ("b c", "a", 0.0),
        ("a x b", "a b", (1 + 2 / 3) / 2),
        ("x a", "a b", (1 / 2) / 2),  # b was never found
        ("a a b", "a b", (1 + 2 / 3) / 2),  # the second a is no hit
        ("", "a", 0.0),
        ("a", "", 0.0),
    ],
)
def test_by_hand(ranked, relevant, value):
    assert average_precision(ranked.split(), relevant.split()) == pytest.approx(value)


def test_twenty_ranks_count_and_no_more():
    assert average_precision(NAMES, [NAMES[19]]) == pytest.approx(1 / 20)
    assert average_precision(NAMES, [NAMES[20]]) == 0.0
    # 25 relevant candidates: 20 hits are all that is possible.
    assert average_precision(NAMES, NAMES[:25]) == 1.0
    # LAReQA: 11 relevant of which 5 are on the first ranks.
    assert average_precision(NAMES, [*NAMES[:5], *(f"x{n}" for n in range(6))]) == pytest.approx(5 / 11)


@given(st.permutations(NAMES[:12]), st.sets(st.sampled_from(NAMES[:12]), min_size=1))
def test_the_definition_over_a_whole_ranking(ranked, relevant):
    """Mean over relevant candidates of the precision at their rank, as full average precision is defined."""
    places = sorted(ranked.index(name) + 1 for name in relevant)
    wanted = np.mean([(number + 1) / place for number, place in enumerate(places)])
    assert average_precision(ranked, sorted(relevant)) == pytest.approx(wanted)


def test_queries_are_ranked_against_the_pool(encoder):
    pool = Candidates(("mat", "dog", "house " * 300), ("en_1_0", "en_1_1", "de_1_0"))
    data = Dataset((Query("q", "cat " * 200, (1,)), Query("r", "the", (0, 2))), pool)
    features = KIND.encode(TASK, data, encoder)
    assert features.sequences.lengths[0] == 96
    shared = features.shared.encode()
    assert shared.lengths[2] == 256
    assert features.shared.key == pool.fingerprint
    outputs = {
        "embedding": np.array([[1, 0], [0, 2]], np.float32),
        "shared_embedding": np.array([[0, 1], [1, 1], [9, 1]], np.float32),  # lengths do not count
    }
    predictions = KIND.decode(TASK, "en", data, features, outputs, ())
    assert predictions == [["de_1_0", "en_1_1", "en_1_0"], ["en_1_0", "en_1_1", "de_1_0"]]
    columns = KIND.score(TASK, "en", data, predictions)
    assert columns["average_precision"].tolist() == [0.5, (1 + 2 / 3) / 2]
    assert KIND.metrics[0].value(columns) == pytest.approx(100 * (0.5 + 5 / 6) / 2)
    assert KIND.texts(data.examples[1]) == ("the",)
    assert KIND.targets(TASK, data, features, ()) == {}


def test_no_more_than_twenty_are_kept(encoder):
    pool = Candidates(tuple(NAMES), tuple(NAMES))
    data = Dataset((Query("q", "cat", (29,)),), pool)
    rng = np.random.default_rng(0)
    outputs = {"embedding": np.ones((1, 4), np.float32), "shared_embedding": rng.normal(size=(30, 4)).astype("f4")}
    (ranked,) = Ranking(64).decode(TASK, "en", data, Ranking(64).encode(TASK, data, encoder), outputs, ())
    assert len(ranked) == len(set(ranked)) == 20
