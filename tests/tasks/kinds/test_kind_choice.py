"""Multiple choice: one sequence a choice, the best one wins."""

import numpy as np
import pytest
from xbench.tasks.examples import Dataset, MultipleChoice
from xbench.tasks.kinds.choice import Choice
from xbench.tasks.suites import TASKS

KIND, TASK = Choice(), TASKS["xcopa"]
DATA = Dataset(
    (
        MultipleChoice("0", "the cat sat", ("on", "in"), 0),
        MultipleChoice("1", "the dog", ("un", "old", "river"), 2),  # SIQA has three
        MultipleChoice("2", "who", ("the", "mat"), 1),
    )
)
# 2 + 3 + 2 sequences; best: 0, 1 and, at a tie, the first, 0.
SCORES = np.array([0.5, 0.1, -3.0, -1.0, -2.0, 0.7, 0.7])


def test_encode_pairs_the_prompt_with_each_choice(tokenizer, encoder):
    features = KIND.encode(TASK, DATA, encoder)
    expected = [tokenizer.encode(e.prompt, choice).ids for e in DATA.examples for choice in e.choices]
    assert [features.sequences[i].tolist() for i in range(7)] == expected
    assert len(features.sequences) == 7


def test_decode_and_score_by_hand(bert):
    features = KIND.encode(TASK, DATA, bert)
    predictions = KIND.decode(TASK, "en", DATA, features, {"score": SCORES}, ())
    assert predictions == [0, 1, 0]
    columns = KIND.score(TASK, "et", DATA, predictions)
    assert columns["correct"].tolist() == [1.0, 0.0, 0.0]
    assert KIND.metrics[0].value(columns) == pytest.approx(100 / 3)


def test_targets_and_texts(bert):
    features = KIND.encode(TASK, DATA, bert)
    assert KIND.targets(TASK, DATA, features, ()) == {"labels": [0, 2, 1]}
    assert KIND.texts(DATA.examples[1]) == ("the dog", "un", "old", "river")
