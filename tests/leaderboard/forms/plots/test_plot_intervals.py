import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.contenders import contenders
from xbench.leaderboard.forms.plots.intervals import sections


def lines(board):
    return {(part.title, line.name): line.gains for part in sections(board, contenders(board)) for line in part.lines}


def test_without_statistics_there_are_differences_alone(pair):
    gain = lines(pair)["Tasks", "XNLI"]["head"]
    assert (gain.difference, gain.low, gain.high) == (pytest.approx(2), None, None)


def test_averages_with_and_without_retrieval(pair):
    found = lines(pair)
    assert found["Averages", "all tasks"]["head"].difference == pytest.approx((2 + 0 - 0.4) / 3)
    assert found["Averages", "without retrieval"]["head"].difference == pytest.approx(1)


def test_what_no_system_has_is_no_line(pair):
    assert [name for part, name in lines(pair) if part == "Tasks"] == ["XNLI", "XQuAD", "Tatoeba"]


def test_with_statistics_there_are_intervals_and_groups(pair, tested):
    found = lines(tested(pair))
    gain = found["Tasks", "XNLI"]["head"]
    assert (gain.low, gain.high) == pytest.approx((1.5, 2.5))
    assert found["Groups of tasks", "classification"]["head"].difference == pytest.approx(2)


def test_a_system_is_missing_from_the_lines_that_it_has_no_gain_in(system):
    board = make_board(
        [
            *system("base", {"xnli": 1, "tatoeba": 1}),
            *system("a", {"xnli": 2, "tatoeba": 2}),
            *system("b", {"xnli": 3}),
        ],
        suite="xtreme",
        baseline="base",
    )
    found = lines(board)
    assert set(found["Tasks", "XNLI"]) == {"a", "b"}
    assert set(found["Tasks", "Tatoeba"]) == {"a"}


def test_no_baseline_no_sections(system):
    assert lines(make_board(system("a", {"xnli": 1}), suite="xtreme", baseline=None)) == {}
