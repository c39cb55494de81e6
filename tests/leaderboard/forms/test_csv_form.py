import csv
import io
from dataclasses import replace

import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.csv_form import COLUMNS, render
from xbench.leaderboard.published import PublishedRow


def rows_of(board, **options) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(board, **options))))


def one(rows, **wanted) -> dict[str, str]:
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


@pytest.fixture
def board(system, xlmr):
    records = [*system("base", xlmr), *system("half", {"xquad": {"f1": 80.0, "exact_match": 70.0}})]
    return make_board(records, suite="xtreme", baseline="base")


def test_a_row_a_score(board):
    rows = rows_of(board)
    assert list(rows[0]) == list(COLUMNS)
    cell = {"level": "language", "system": "base", "task": "xquad", "language": "de"}
    assert {row["metric"]: float(row["value"]) for row in rows if cell.items() <= row.items()} == {
        "f1": 76.6,
        "exact_match": 60.8,
        "value": pytest.approx(68.7),
    }
    # 162 cells, those of 27 languages of question answering with two metrics; 11 of the other system
    assert sum(row["level"] == "language" and row["metric"] != "gain" for row in rows) == 162 * 2 + 27 + 11 * 3


def test_averages_are_blank_where_they_are_not_defined(board):
    rows = rows_of(board)
    assert float(one(rows, level="average", system="base", metric="value")["value"]) == pytest.approx(613.05 / 9)
    assert float(one(rows, level="group", task="classification", system="base")["value"]) == pytest.approx(82.8)
    half = one(rows, level="average", system="half", metric="value")
    assert (half["value"], half["there"], half["wanted"]) == ("", "11", "162")
    half = one(rows_of(board, partial=True), level="average", system="half", metric="value")
    assert (half["value"], half["there"]) == ("75.0", "11")
    assert one(rows, level="slice", task="script: Greek", system="base")["wanted"] == "5"
    assert float(one(rows, level="transfer", task="xnli", system="base")["value"]) == pytest.approx(0)


def test_gains_with_and_without_tests(board, tested):
    plain = one(rows_of(board), level="task", system="half", task="xquad", metric="gain")
    # (80 + 70) / 2 - 68.7
    assert float(plain["value"]) == pytest.approx(6.3)
    assert plain["low"] == plain["q"] == ""
    rows = rows_of(tested(board))
    found = one(rows, level="task", system="half", task="xquad", metric="gain")
    assert [float(found[key]) for key in ("value", "low", "high", "p", "q")] == pytest.approx(
        [6.3, 5.3, 8.3, 0.00025, 0.0005]
    )
    assert one(rows, level="language", system="half", task="xquad", language="de", metric="gain")["there"] == "1"
    assert one(rows, level="average", system="half", metric="gain")["wanted"] == "162"


def test_published_rows_are_a_level_of_their_own(board):
    row = PublishedRow("theirs", "xtreme", {"mlqa": {"f1": 71.6}}, 68.1, "A source.", "A remark.")
    rows = [row for row in rows_of(replace(board, published=(row,))) if row["level"] == "published"]
    assert [(row["task"], row["metric"], row["value"]) for row in rows] == [
        ("mlqa", "f1", "71.6"),
        ("", "value", "68.1"),
    ]
    assert rows[0]["notes"] == "A source. A remark."


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t\r\n=x", "'=x"),
        ("a\r\nb", "a b"),
        ('a,"b"', 'a,"b"'),
    ],
)
def test_a_name_is_one_line_and_no_formula(record, name, cell):
    rows = rows_of(make_board([record(name, "xnli", "de", 50.0)], suite=None, baseline=None))
    assert {row["system"] for row in rows} == {cell}


def test_losses_stay_numbers(record):
    records = [record("base", "xnli", "de", 50.0), record("a", "xnli", "de", 49.0)]
    rows = rows_of(make_board(records, suite=None, baseline="base"))
    assert one(rows, level="language", system="a", task="xnli", metric="gain")["value"] == "-1.0"


def test_marks_stand_beside_values(record):
    records = [record("base", "xnli", "de", 50.0), record("a", "xnli", "de", 49.0, limit=5, examples=5)]
    rows = rows_of(make_board(records, suite=None, baseline="base"))
    cut = "Only the first 5 examples of each language."
    assert one(rows, level="language", system="a", metric="value")["notes"] == cut
    assert one(rows, level="task", system="a", task="xnli", metric="gain")["notes"] == cut
    assert one(rows, level="average", system="base", metric="value")["notes"] == ""
