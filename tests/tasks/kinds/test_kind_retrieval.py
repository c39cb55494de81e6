"""Retrieval: English queries, foreign candidates, the first of equals."""

import numpy as np
from xbench.tasks.examples import Candidates, Dataset, Query
from xbench.tasks.kinds.retrieval import Retrieval
from xbench.tasks.suites import TASKS

KIND, TASK = Retrieval(), TASKS["tatoeba"]


def decoded(bert, queries, candidates):
    """Rows found for vectors, shape (rows, dimensions)."""
    data = Dataset(
        tuple(Query(str(n), "cat", (0,)) for n in range(len(queries))), Candidates(("cat",) * len(candidates))
    )
    vectors = np.array([*queries, *candidates], np.float32)
    return KIND.decode(TASK, "en", data, KIND.encode(TASK, data, bert), {"embedding": vectors}, ())


def test_length_does_not_matter(bert):
    # By dot product the second candidate (3) would beat the first (1).
    assert decoded(bert, [(1, 0)], [(1, 0), (3, 3)]) == [0]


def test_the_first_of_equals(bert):
    assert decoded(bert, [(5, 0), (0, 1), (1, 0)], [(0, 1), (1, 0), (2, 0), (1, 0)]) == [1, 0, 1]


def test_zero_vectors_do_not_crash(bert):
    assert decoded(bert, [(0, 0)], [(0, 1)]) == [0]
    assert decoded(bert, [(0, 1)], [(0, 0), (0, -1)]) == [0]


def angle(*degrees):
    return np.stack([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))], axis=1).astype(np.float32)


def test_english_lines_are_the_queries(bert):
    """English at 0 and 50 degrees, foreign at 20 and 90; line i translates line i.

    English to foreign: 0 finds 20 (right), 50 finds 20 (30 away; 90 is 40 away): wrong. 50 %.
    Foreign to English: 20 finds 0 (20 away; 50 is 30 away), 90 finds 50: both right. 100 %.
    """
    data = Dataset((Query("0", "cat", (0,)), Query("1", "dog", (1,))), Candidates(("the", "mat")))
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
    data = Dataset(tuple(Query(str(n), "cat", (n,)) for n in range(3)), Candidates(("the", "mat", "dog"))).limited(1)
    features = KIND.encode(TASK, data, bert)
    assert len(features.sequences) == 4
    embedding = np.concatenate([angle(0), angle(90, 45, 10)])
    assert KIND.decode(TASK, "en", data, features, {"embedding": embedding}, ()) == [2]


def test_sequences_are_single_texts_of_at_most_512_tokens(tokenizer, encoder):
    data = Dataset((Query("0", "the cat", (0,)),), Candidates(("cat " * 600,)))
    features = KIND.encode(TASK, data, encoder)
    assert features.sequences[0].tolist() == tokenizer.encode("the cat").ids
    assert features.sequences.lengths[1] == 512


def test_any_gold_row_is_a_hit_and_there_is_nothing_to_learn(bert):
    data = Dataset((Query("0", "cat", (1, 2)),), Candidates(("a", "b", "c")))
    assert [KIND.score(TASK, "de", data, [row])["correct"][0] for row in range(3)] == [0.0, 1.0, 1.0]
    assert KIND.targets(TASK, data, KIND.encode(TASK, data, bert), ()) == {}
    assert KIND.texts(data.examples[0]) == ("cat",)
