"""Retrieval: English queries, foreign candidates, the first of equals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from xbench.tasks.examples import Dataset, Query
from xbench.tasks.kinds.retrieval import Retrieval, nearest_rows, normalise
from xbench.tasks.suites import TASKS

KIND, TASK = Retrieval(), TASKS["tatoeba"]


def vectors(rows):
    values = st.floats(-10, 10, width=32, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-3)
    return arrays(np.float32, st.tuples(rows, st.just(3)), elements=values)


def cosine(a, b):
    a, b = a.astype(float), b.astype(float)
    length = np.sqrt((a * a).sum()) * np.sqrt((b * b).sum())
    return (a * b).sum() / length if length else 0.0


@given(vectors(st.integers(0, 8)), vectors(st.integers(1, 8)))
def test_nearest_rows_is_the_loop(queries, candidates):
    found = nearest_rows(queries, candidates)
    assert found.shape == (len(queries),)
    for query, row in zip(queries, found, strict=True):
        similarities = [cosine(query, candidate) for candidate in candidates]
        # In single precision two candidates may be as good as equal; none may be better.
        assert similarities[row] >= max(similarities) - 1e-5


def test_more_queries_than_a_block():
    rng = np.random.default_rng(0)
    candidates = rng.normal(size=(2500, 16)).astype(np.float32)
    order = rng.permutation(2500)
    # Each query is its candidate, scaled and a little off.
    queries = 7 * candidates[order] + rng.normal(scale=1e-3, size=(2500, 16)).astype(np.float32)
    assert nearest_rows(queries, candidates).tolist() == order.tolist()


def test_length_does_not_matter():
    # By dot product the second candidate (3) would beat the first (1).
    assert nearest_rows(np.array([[1, 0]], np.float32), np.array([[1, 0], [3, 3]], np.float32)).tolist() == [0]


def test_the_first_of_equals():
    candidates = np.array([[0, 1], [1, 0], [2, 0], [1, 0]], np.float32)
    assert nearest_rows(np.array([[5, 0], [0, 1], [1, 0]], np.float32), candidates).tolist() == [1, 0, 1]


@pytest.mark.filterwarnings("error")
def test_zero_vectors_do_not_crash():
    zero, one = np.zeros((1, 2), np.float32), np.array([[0, 1]], np.float32)
    assert nearest_rows(zero, one).tolist() == [0]
    # A candidate of zeros has similarity 0: better than an opposite one, worse than any that is near.
    assert nearest_rows(one, np.concatenate([zero, -one])).tolist() == [0]
    assert nearest_rows(one, np.concatenate([zero, one])).tolist() == [1]
    assert normalise(zero).tolist() == [[0, 0]]


def angle(*degrees):
    return np.stack([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))], axis=1).astype(np.float32)


def test_english_lines_are_the_queries(bert):
    """English at 0 and 50 degrees, foreign at 20 and 90; line i translates line i.

    English to foreign: 0 finds 20 (right), 50 finds 20 (30 away; 90 is 40 away): wrong. 50 %.
    Foreign to English: 20 finds 0 (20 away; 50 is 30 away), 90 finds 50: both right. 100 %.
    """
    data = Dataset((Query("0", "cat", (0,)), Query("1", "dog", (1,))), ("the", "mat"))
    features = KIND.encode(TASK, data, bert)
    by_text = {"cat": angle(0), "dog": angle(50), "the": angle(20), "mat": angle(90)}
    names = {tuple(bert.ids([text])[text]): text for text in by_text}
    order = [names[tuple(features.sequences[i].tolist()[1:-1])] for i in range(4)]
    embedding = np.concatenate([by_text[text] for text in order])
    predictions = KIND.decode(TASK, "en", data, features, {"embedding": embedding}, ())
    assert predictions == [0, 0]
    columns = KIND.score(TASK, "de", data, predictions)
    assert columns["correct"].tolist() == [1.0, 0.0]
    assert KIND.metrics[0].value(columns) == 50.0


def test_limited_queries_search_all_candidates(bert):
    data = Dataset(tuple(Query(str(n), "cat", (n,)) for n in range(3)), ("the", "mat", "dog")).limited(1)
    features = KIND.encode(TASK, data, bert)
    assert len(features.sequences) == 4
    embedding = np.concatenate([angle(0), angle(90, 45, 10)])
    assert KIND.decode(TASK, "en", data, features, {"embedding": embedding}, ()) == [2]


def test_sequences_are_single_texts_of_at_most_512_tokens(tokenizer, encoder):
    data = Dataset((Query("0", "the cat", (0,)),), ("cat " * 600,))
    features = KIND.encode(TASK, data, encoder)
    assert features.sequences[0].tolist() == tokenizer.encode("the cat").ids
    assert features.sequences.lengths[1] == 512


def test_any_gold_row_is_a_hit_and_there_is_nothing_to_learn(bert):
    data = Dataset((Query("0", "cat", (1, 2)),), ("a", "b", "c"))
    assert [KIND.score(TASK, "de", data, [row])["correct"][0] for row in range(3)] == [0.0, 1.0, 1.0]
    assert KIND.targets(TASK, data, KIND.encode(TASK, data, bert), ()) == {}
    assert KIND.texts(data.examples[0]) == ("cat",)
