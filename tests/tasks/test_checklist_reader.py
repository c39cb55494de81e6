"""Suites as lines of JSON: what is read, in what order, and what is refused."""

import json

import pytest
from xbench.errors import InputError
from xbench.tasks.checklist.reader import read_checklist
from xbench.tasks.checklist.rules import TESTS
from xbench.tasks.suites import TASKS

TASK = TASKS["xquad"]


def line(test="comp", case=0, **changes):
    row = {"test": test, "case": case, "context": "Ann is older than Bo.", "question": "Who?", "answer": "Ann"}
    return {key: value for key, value in (row | changes).items() if value is not None}


def suite(write, rows):
    return write("multichecklist/en.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


OTHERS = [line(test) for test in list(TESTS)[1:]]


def test_cases_of_all_tests_in_turn(write):
    rows = [line(case=0), line(case=0, question="Who not?", answer="Bo"), line(case="b"), *OTHERS]
    dataset = read_checklist([suite(write, rows)], TASK)
    assert [example.id for example in dataset.examples] == [
        "comp/0/0",
        "comp/0/1",
        *(f"{test}/0/0" for test in list(TESTS)[1:]),
        "comp/b/0",
    ]
    second = dataset.examples[1]
    assert (second.question, second.context, second.gold) == ("Who not?", "Ann is older than Bo.", ("Bo",))
    assert dataset.labelled


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (line(test="comparison"), "unknown test 'comparison': did you mean 'comp'"),
        (line(test=["comp"]), "unknown test"),
        (line(answer=None), "expected a text in 'answer', found None"),
        (line(answer=" "), "expected a text in 'answer', found ' '"),
        (line(context=3), "expected a text in 'context', found 3"),
        (line(case=None), "expected a string or a number in 'case', found None"),
        (line(case=True), "expected a string or a number in 'case', found True"),
        (["comp"], "expected an object with test, case, context, question and answer"),
    ],
)
def test_malformed_lines(write, row, complaint):
    path = suite(write, [*OTHERS, row])
    with pytest.raises(InputError) as error:
        read_checklist([path], TASK)
    assert str(error.value).startswith(f"{path}:6: not a line of a checklist suite: {complaint}")


def test_not_json(write):
    path = write("multichecklist/en.jsonl", "{\n")
    with pytest.raises(InputError, match=r"en\.jsonl:1: not a line of a checklist suite"):
        read_checklist([path], TASK)


def test_every_test_must_be_there(write):
    with pytest.raises(InputError, match="no case of comp; a suite has all of comp, intense"):
        read_checklist([suite(write, OTHERS)], TASK)
