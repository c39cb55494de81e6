"""Sentence pairs: the class of the largest logit, and accuracy."""

import numpy as np
import pytest
from xbench.tasks.examples import Dataset, SentencePair
from xbench.tasks.kinds.classification import Classification
from xbench.tasks.suites import TASKS

KIND, TASK = Classification(), TASKS["xnli"]
DATA = Dataset(
    (
        SentencePair("0", "the cat sat", "the dog sat", "contradiction"),
        SentencePair("1", "the cat sat", "cat", "entailment"),
        SentencePair("2", "the cat", "", "neutral"),
    )
)


def test_encode_is_one_pair_a_sequence(tokenizer, encoder):
    features = KIND.encode(TASK, DATA, encoder)
    expected = [tokenizer.encode(e.first, e.second).ids for e in DATA.examples]
    assert [features.sequences[i].tolist() for i in range(len(features.sequences))] == expected


def test_pairs_are_cut_to_the_length_of_the_task(encoder):
    long = Dataset((SentencePair("0", "cat " * 300, "dog " * 300, "neutral"),))
    assert KIND.encode(TASK, long, encoder).sequences.lengths.tolist() == [128]


def test_decode_uses_the_models_own_order_of_labels(bert):
    features = KIND.encode(TASK, DATA, bert)
    logits = np.array([[0.1, 0.9, 0.2], [-3.0, -2.0, -1.0], [5.0, 5.0, 1.0]])
    # Largest: column 1, column 2, and at a tie the first, column 0.
    own = ["entailment", "neutral", "contradiction"]
    found = KIND.decode(TASK, "en", DATA, features, {"logits": logits}, own)
    assert found == ["neutral", "contradiction", "entailment"]
    assert KIND.decode(TASK, "en", DATA, features, {"logits": logits}, TASK.labels) == [
        "entailment",
        "neutral",
        "contradiction",
    ]


def test_score_by_hand():
    columns = KIND.score(TASK, "en", DATA, ["contradiction", "neutral", "neutral"])
    assert columns["correct"].tolist() == [1.0, 0.0, 1.0]
    assert KIND.metrics[0].value(columns) == pytest.approx(200 / 3)
    assert {m.name for m in KIND.metrics} >= set(TASK.main_metrics)


def test_a_missing_prediction_is_an_error_not_a_smaller_denominator():
    with pytest.raises(ValueError, match="zip"):
        KIND.score(TASK, "en", DATA, ["neutral"])


def test_targets_and_texts(bert):
    features = KIND.encode(TASK, DATA, bert)
    assert KIND.targets(TASK, DATA, features, ["neutral", "entailment", "contradiction"]) == {"labels": [2, 1, 0]}
    assert KIND.texts(DATA.examples[0]) == ("the cat sat", "the dog sat")
