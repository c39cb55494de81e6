import json
from dataclasses import replace
from pathlib import Path

import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.composite import Choice, Composite
from xbench.leaderboard.forms.document import SCHEMA_VERSION
from xbench.leaderboard.forms.json_form import render, schema_text
from xbench.leaderboard.published import published_rows

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "leaderboard.schema.json"


@pytest.fixture
def board(system, record, xlmr):
    records = [
        *system("base", xlmr),
        *system("other", {"xnli": 80.0, "tatoeba": 60.0}),
        record("other", "xcopa", "it", 1),
    ]
    return make_board(records, suite="xtreme", baseline="base")


def test_the_published_schema_is_that_of_the_code():
    assert SCHEMA.read_text() == schema_text(), "write schema_text() there anew"


@pytest.mark.parametrize("with_tests", [False, True])
def test_a_board_is_valid(board, tested, with_tests):
    validator = pytest.importorskip("jsonschema").Draft202012Validator(json.loads(SCHEMA.read_text()))
    choice = Composite(("best per task",), {"xnli": Choice("other", ("en",), {"other": 70.0, "more": 60.0})}, {}, {})
    full = replace(tested(board) if with_tests else board, published=published_rows("xtreme"), composite=choice)
    content = json.loads(render(full))
    validator.validate(content)
    assert content["schema_version"] == SCHEMA_VERSION
    assert not validator.is_valid({**content, "schema_version": 2})
    assert not validator.is_valid({**content, "unknown": 1})
    assert not validator.is_valid({key: value for key, value in content.items() if key != "scores"})


def test_what_is_in_it(board, tested):
    content = json.loads(render(tested(board)))
    base, other = content["systems"]
    assert (base["name"], base["rank"], base["alike"]) == ("base", 1, "a")
    assert base["average"]["value"] == pytest.approx(613.05 / 9)
    assert base["tasks"]["xquad"]["metrics"]["exact_match"]["value"] == pytest.approx(60.8)
    # An average over two tasks is none.
    assert other["average"]["value"] is None
    assert (other["average"]["partial"], other["average"]["tasks"], other["average"]["there"]) == (70.0, 2, 51)
    assert other["rank"] is None
    assert len(content["scores"]) == 162 + 51 + 1
    (gains,) = content["gains"]
    assert gains["tasks"]["xnli"]["difference"] == pytest.approx(0.8)
    assert gains["tasks"]["tatoeba"]["low"] == pytest.approx(1.7)
    assert gains["cells"]["xnli"]["de"]["q"] == 0.5
    assert gains["languages"][0]["tasks"] in (1, 2)
    assert content["test"]["replicates"] == 10_000


def test_without_statistics_gains_are_differences(board):
    content = json.loads(render(board))
    assert content["test"] is None
    assert content["gains"][0]["tasks"]["xnli"]["difference"] == pytest.approx(0.8)
    assert content["gains"][0]["tasks"]["xnli"]["q"] is None


def test_without_a_baseline(record):
    content = json.loads(render(make_board([record("a", "xnli", "de", 50.0)], suite=None, baseline=None)))
    assert content["gains"] == []
    assert content["baseline"] is None
