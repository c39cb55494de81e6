"""Minimum-functionality tests: a case passes as a whole, and each test has a rate of its own."""

from dataclasses import replace

import numpy as np
import pytest
from xbench.errors import InputError
from xbench.tasks.checklist.rules import TESTS
from xbench.tasks.examples import Dataset, Question
from xbench.tasks.kinds.checklist import Checklist, question_id
from xbench.tasks.kinds.span import N_BEST, Span
from xbench.tasks.suites import TASKS

KIND = Checklist()
TASK = replace(TASKS["xquad"], kind=KIND, max_length=64)


def ask(test, case, number, gold="cat", context="the cat sat on the mat"):
    return Question(question_id(test, case, number), "who sat", context, (gold,))


def scores(examples, predictions, language="en"):
    columns = KIND.score(TASK, language, Dataset(tuple(examples)), predictions)
    assert all(column.shape == (len(examples),) for column in columns.values())
    return {metric.name: metric.value(columns) for metric in KIND.metrics}, columns


OTHERS = [ask(test, 0, 0) for test in list(TESTS)[1:]]


def test_a_case_fails_with_any_of_its_questions():
    # comp: case 0 fails by its second question, case 1 passes; intense: its one case fails; the other tests pass.
    examples = [ask("comp", 0, 0), ask("comp", 0, 1, "mat"), ask("comp", 1, 0), ask("comp", 1, 1), *OTHERS]
    found, columns = scores(examples, ["cat", "sat", "a cat.", "cat", "mat", "cat", "cat", "the cat", "cat,"])
    assert found == {
        "error_rate": pytest.approx(100 * 2 / 7),
        "error_rate.comp": 50.0,
        "error_rate.intense": 100.0,
        **{f"error_rate.{test}": 0.0 for test in list(TESTS)[2:]},
    }
    assert columns["cases.comp"].tolist() == [1, 0, 1, 0, 0, 0, 0, 0, 0]
    assert columns["failed.comp"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert columns["failed"].tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0]


def test_the_rule_of_the_language_decides():
    examples = [ask("comp", 0, 0, "Hund"), *OTHERS]
    right = ["cat"] * len(OTHERS)
    assert scores(examples, ["einen Hund", *right], "de")[0]["error_rate"] == 0
    assert scores(examples, ["einen Hund", *right], "zh")[0]["error_rate.comp"] == 100


def test_cases_of_two_tests_are_not_mixed_and_need_not_be_together():
    examples = [ask("comp", "a/b", 0), *OTHERS, ask("comp", "a/b", 1)]
    found, columns = scores(examples, ["mat", *["cat"] * 6])
    assert columns["cases"].sum() == 6
    assert (found["error_rate.comp"], found["error_rate"]) == (100.0, pytest.approx(100 / 6))


def test_a_rate_of_no_cases_is_refused():
    with pytest.raises(
        InputError, match="no case of comp, animal_vehicle_v2 in 'en' among the examples: raise --limit"
    ):
        scores(OTHERS[:-1], ["cat"] * 4)


def test_each_test_has_a_metric():
    assert [metric.name for metric in KIND.metrics] == ["error_rate", *(f"error_rate.{test}" for test in TESTS)]
    assert (KIND.head, KIND.outputs) == ("span", Span.outputs)


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "house,"), ("tr", "house,"), ("ko", "house"), ("zh", "house")]
)
def test_answers_are_whole_words_where_there_are_words(bert, language, expected):
    dataset = Dataset((ask("comp", 0, 0, context="the cat in the house, old"),))
    features = KIND.encode(TASK, dataset, bert)
    assert [row.tolist() for row in features.sequences] == [
        row.tolist() for row in KIND.span.encode(TASK, dataset, bert).sequences
    ]
    (window,) = features.alignment
    position = window.lead + next(
        t for t, (a, b) in enumerate(window.context.offsets) if dataset.examples[0].context[a:b] == "house"
    )
    best = np.full((1, N_BEST), -1e30)
    best[0, 0] = 1.0
    outputs = {"start_scores": best, "end_scores": best}
    outputs |= dict.fromkeys(("start_positions", "end_positions"), np.full((1, N_BEST), position))
    assert KIND.decode(TASK, language, dataset, features, outputs, ()) == [expected]
    assert KIND.targets(TASK, dataset, features, ()) == {}
    assert KIND.texts(dataset.examples[0]) == ("who sat", "the cat in the house, old")


def test_answers_have_at_most_15_tokens():
    assert KIND.span.max_answer == 15
    assert (KIND.span.stride, KIND.span.max_question) == (128, 64)
