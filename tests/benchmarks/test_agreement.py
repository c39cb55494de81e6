"""Agreement is counted on outputs, by cases worked out by hand."""

import numpy as np
import pytest
from xbench.benchmarks.agreement import (
    Agreement,
    compare_decisions,
    compare_embeddings,
    key,
    own_decisions,
    peer_decisions,
)
from xbench.tasks.kinds.tagging import Window


def ids(*values):
    return np.array(values, np.int32)


def test_embeddings():
    ours = np.array([[1, 0], [0, 2], [3, 4]], np.float32)
    theirs = np.array([[5, 0], [0, 1], [4, 3]], np.float32)
    found = compare_embeddings(ours, theirs, [([0, 1], [0, 1]), ([2], [0])])
    assert found == Agreement(3, 3, 3, 2, pytest.approx(24 / 25))
    assert not found.holds


def test_tags_are_compared_at_the_words_of_equal_sequences_alone():
    windows = [Window(0, 0, (1, 3)), Window(1, 0, (1,))]
    ours = list(own_decisions("tagging", {"label_ids": [ids(0, 5, 0, 6, 0), ids(0, 7, 0)]}, windows))
    rows = list(zip([ids(2, 8, 9, 8, 3), ids(2, 4, 3)], (decided for decided, _ in ours), strict=True))
    logits = np.zeros((2, 6, 8))
    logits[0, [1, 3], [5, 2]] = 1
    saved = {"ids": ids(2, 8, 9, 8, 3, 1, 1), "lengths": np.array([5, 2]), "logits": logits}
    found = compare_decisions(rows, [place for _, place in ours], peer_decisions("tagging", saved))
    assert found == Agreement(sequences=2, matched=1, decisions=2, equal=1)


def test_best_starts_and_ends_padding_left_out():
    outputs = {"start_positions": [[1, 0], [0, 1]], "end_positions": [[2, 0], [1, 0]]}
    ours = list(own_decisions("span", outputs, None))
    # The second sequence has two tokens, and the padding behind it scores high.
    saved = {
        "ids": ids(5, 6, 7, 5, 6),
        "lengths": np.array([3, 2]),
        "starts": np.array([[0, 4, 1], [3, 2, 9]]),
        "ends": np.array([[0, 1, 4], [4, 2, 9]]),
    }
    rows = [(ids(5, 6, 7), ours[0][0]), (ids(5, 6), ours[1][0])]
    found = compare_decisions(rows, [None, None], peer_decisions("span", saved))
    assert found == Agreement(sequences=2, matched=2, decisions=4, equal=3)


def test_classes():
    ((ours, place),) = own_decisions("classification", {"logits": np.array([[0.1, 0.9, 0.2]])}, None)
    theirs = peer_decisions("classification", {"ids": ids(1, 2), "lengths": np.array([2]), "logits": np.eye(3)[[1]]})
    assert place is None
    assert compare_decisions([(ids(1, 2), ours)], [place], theirs).share == 1
    assert key([1, 2]) == key(ids(1, 2))


@pytest.mark.parametrize(
    ("agreement", "holds"),
    [
        (Agreement(1, 1, 1000, 999), True),
        (Agreement(1, 1, 1000, 998), False),
        (Agreement(1, 1, 1000, 1000, 0.99999), True),
        (Agreement(1, 1, 1000, 1000, 0.99998), False),
        (Agreement(1, 0, 0, 0), False),
    ],
)
def test_what_counts_as_the_same(agreement, holds):
    assert agreement.holds is holds
