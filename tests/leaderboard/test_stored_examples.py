"""What one stored example is worth and how it reads, by hand for every kind."""

import numpy as np
import pytest
from stored_examples import HAND_WORKED, stored
from xbench.errors import InputError
from xbench.leaderboard.examples import NOTHING, read_examples, wording
from xbench.results.store import write_predictions
from xbench.tasks.suites import TASKS

# Task: what each example is worth, then whether it is counted.
WORTH = {
    "xnli": ([1, 0, 1, 0], [True] * 4),
    "xcopa": ([1, 0], [True] * 2),
    "panx": ([1, 0, 1], [True, True, False]),
    "xquad": ([1 / 3, 1, 0], [True] * 3),
    "tatoeba": ([1, 0], [True] * 2),
    "bucc2018": ([1, 1, 0], [True, False, True]),
    "lareqa": ([0.5], [True]),
    "multichecklist": ([0, 1], [True, False]),
}
# Task: gold and prediction of each example as text.
TEXTS = {
    "xnli": [("neutral", "neutral"), ("entailment", "neutral"), ("neutral", "neutral"), ("contradiction", "neutral")],
    "xcopa": [("1. it broke.", "1. it broke."), ("2. two", "1. one")],
    "panx": [(NOTHING, NOTHING), ("Lovelace: I-PER", "Lovelace: O"), (NOTHING, NOTHING)],
    "xquad": [("Ada Lovelace | Lovelace", "Ada"), ("1843", "1843"), ("London", NOTHING)],
    "tatoeba": [("2", "2"), ("1", "2, the answer to: good morning")],
    "bucc2018": [("candidate 5", "en-5"), (NOTHING, NOTHING), ("candidate 8", NOTHING)],
    "lareqa": [("candidate 4 | candidate 9", "x-9, x-4, x-1 and 2 more")],
    "multichecklist": [("A", "A"), ("B", "A")],
}


def test_every_kind_is_tried():
    assert {TASKS[task].kind.name for task in HAND_WORKED} == {task.kind.name for task in TASKS.values()}
    assert set(WORTH) == set(TEXTS) == set(HAND_WORKED)


@pytest.mark.parametrize("task", HAND_WORKED)
def test_worth_by_hand(record, tmp_path, task):
    examples = read_examples(stored(record, tmp_path, task))
    worth, counted = WORTH[task]
    assert [example.worth for example in examples] == pytest.approx(worth)
    assert [example.counted for example in examples] == counted
    assert [example.wrong for example in examples] == [value < 1 for value in worth]


@pytest.mark.parametrize("task", ["xnli", "xcopa", "xquad", "tatoeba", "lareqa"])
def test_where_examples_weigh_the_same_their_mean_worth_is_the_score(record, tmp_path, task):
    one = stored(record, tmp_path, task)
    scores = [one.record.scores[metric] for metric in TASKS[task].main_metrics]
    assert 100 * np.mean([example.worth for example in read_examples(one)]) == pytest.approx(np.mean(scores))


@pytest.mark.parametrize("task", HAND_WORKED)
def test_gold_and_answers_as_text(record, tmp_path, task):
    examples = read_examples(stored(record, tmp_path, task))
    words = wording(task, examples)
    assert [words(example, [example.prediction]) for example in examples] == TEXTS[task]


def test_words_of_a_sentence_are_those_on_which_any_two_differ(record, tmp_path):
    examples = read_examples(stored(record, tmp_path, "panx"))
    answers = [["B-PER", "O", "O"], ["O", "O", "O"]]
    assert wording("panx", examples)(examples[1], answers) == (
        "Ada: B-PER, Lovelace: I-PER",
        "Ada: B-PER, Lovelace: O",
        "Ada: O, Lovelace: O",
    )


def test_predictions_without_gold_labels_are_worth_nothing_known(record, tmp_path):
    for task, gold in (("xnli", [None] * 4), ("tatoeba", [None] * 2)):
        examples = read_examples(stored(record, tmp_path, task, scores={}, gold=gold))
        assert {(example.worth, example.counted, example.wrong) for example in examples} == {(None, False, False)}
        assert wording(task, examples)(examples[0], [examples[0].prediction])[0] == NOTHING


def test_files_that_are_not_of_their_record(record, tmp_path):
    one = stored(record, tmp_path, "xnli")
    path = one.path.with_suffix(".parquet")
    other = one._replace(record=one.record.model_copy(update={"examples": 5}))
    with pytest.raises(InputError, match=r"de\.parquet has not the 5 examples of its record: run it again"):
        read_examples(other)
    columns = {name: column for name, column in HAND_WORKED["xnli"][0].items() if name != "count_correct"}
    write_predictions(path, columns)
    with pytest.raises(InputError, match=r"de\.parquet lacks the counts of accuracy: run it again"):
        read_examples(one)
    path.unlink()
    with pytest.raises(InputError, match="cannot read the predictions"):
        read_examples(one)
