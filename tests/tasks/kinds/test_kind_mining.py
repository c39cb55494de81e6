"""Mining as a kind of task: two sides, a threshold from dev, pairs by name."""

import numpy as np
import pytest
from xbench.tasks.examples import Candidates, Dataset, Query
from xbench.tasks.kinds.mining import Mining
from xbench.tasks.mining import best_threshold, mine
from xbench.tasks.suites import TASKS

TASK, KIND = TASKS["bucc2018"], Mining()


def bitext(gold, names, others):
    examples = tuple(Query(f"x{row}", name, gold.get(row, ())) for row, name in enumerate(names))
    return Dataset(examples, Candidates(tuple(others), tuple(f"y{row}" for row in range(len(others)))))


def orthogonal(*order):
    """Unit vectors along the axes named, 6 dimensions, a little off so that margins differ."""
    rows = np.eye(6, dtype=np.float32)[list(order)] + 0.05
    return rows + np.arange(len(order), dtype=np.float32)[:, None] * 0.01


DEV = bitext({0: (0,), 1: (1,)}, ("cat", "dog", "mat"), ("cat", "dog", "mat"))


def decode(dataset, vectors, kind=KIND, encoder=None):
    features = kind.encode(TASK, dataset, encoder)
    return kind.decode(TASK, "zh", dataset, features, {"embedding": vectors}, ())


def test_dev_is_tuned_on_itself(encoder):
    """x2 and y2 are further from each other than the others from theirs: the threshold leaves them out."""
    vectors = np.concatenate([orthogonal(0, 1, 2), orthogonal(0, 1, 2)])
    vectors[5] += 0.5 * np.eye(6, dtype=np.float32)[3]
    predictions = decode(DEV, vectors, encoder=encoder)
    assert predictions == [["y0"], ["y1"], []]
    columns = KIND.score(TASK, "zh", DEV, predictions)
    assert {name: column.tolist() for name, column in columns.items()} == {
        "correct": [1, 1, 0],
        "predicted": [1, 1, 0],
        "gold": [1, 1, 0],
    }


def test_the_threshold_of_the_test_set_is_that_of_dev(encoder):
    rng = np.random.default_rng(7)
    names = tuple(f"cat {number}" for number in range(8))
    gold = {row: (row,) for row in range(8)}
    dev, test = (bitext(gold, names, names) for _ in range(2))
    english = rng.normal(size=(16, 6))
    foreign = english + rng.normal(scale=np.repeat([0.2, 0.8], 8)[:, None], size=(16, 6))
    sides = [part.astype(np.float32) for half in (slice(0, 8), slice(8, 16)) for part in (foreign[half], english[half])]
    mined = [
        mine(names, *pair)
        for pair in ((sides[0].copy(), names, sides[1].copy()), (sides[2].copy(), names, sides[3].copy()))
    ]
    pairs = {(row, row) for row in range(8)}
    thresholds = [best_threshold(found, pairs, "drop") for found in mined]
    wanted = [mined[1].pairs(threshold, "drop") for threshold in thresholds]
    assert wanted[0] != wanted[1]  # dev is cleaner: its threshold leaves out what test alone would take
    found = decode(
        Dataset(test.examples, test.candidates, dev), np.concatenate([*sides[2:], *sides[:2]]), encoder=encoder
    )
    assert {(row, int(name[1:])) for row, names in enumerate(found) for name in names} == set(wanted[0])


def test_duplicates_are_dropped_or_stand_for_all_their_ids(encoder):
    data = bitext({0: (0,), 1: (1,), 2: (1,)}, ("cat", "dog", "dog"), ("cat", "dog"))
    vectors = np.concatenate([orthogonal(0, 1, 1), orthogonal(0, 1)])
    assert decode(data, vectors.copy(), encoder=encoder) == [["y0"], [], []]
    assert decode(data, vectors, Mining("expand"), encoder) == [["y0"], ["y1"], ["y1"]]


def test_f1_is_over_pairs_of_the_whole_file():
    data = bitext({0: (0, 1), 1: (2,)}, ("a", "b", "c"), ("d", "e", "f"))
    columns = KIND.score(TASK, "zh", data, [["y0"], ["y0", "y2"], []])
    values = {metric.name: metric.value(columns) for metric in KIND.metrics}
    assert values == {name: pytest.approx(100 * 2 / 3) for name in ("f1", "precision", "recall")}


def test_sentences_of_all_sides_are_encoded(encoder):
    data = Dataset(DEV.examples, DEV.candidates, DEV)
    features = KIND.encode(TASK, data, encoder)
    assert features.alignment == [3, 6, 9, 12]
    assert len(features.sequences) == 12
    assert KIND.texts(DEV.examples[0]) == ("cat",)
    assert KIND.targets(TASK, data, features, ()) == {}
