"""Mean and spread over training seeds, by hand."""

from dataclasses import replace

import pytest
from xbench.leaderboard.averages import Mean, TaskMean
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.markdown import render
from xbench.leaderboard.seeds import seed_groups, spread
from xbench.leaderboard.statistics.gains import Gain, Statistics, SystemGains


def board_of(records):
    return make_board(records, suite="xtreme", baseline=None)


def test_groups_are_of_names_that_differ_in_the_seed_alone(system):
    names = ("a.seed1", "a.seed2", "a.seed10", "b.seed1", "c", "a.seedling", ".seed3")
    groups = seed_groups(board_of([record for name in names for record in system(name, {"xnli": 50.0})]))
    assert [(group.name, {row.name for row in group.systems}) for group in groups] == [
        ("a", {"a.seed1", "a.seed2", "a.seed10"})
    ]


def test_spread_by_hand():
    found = spread([Mean(value, 3, 3) for value in (60.0, 62.0, 67.0)])
    assert found.mean == pytest.approx(63.0)
    assert found.deviation == pytest.approx(13**0.5)  # (9 + 1 + 16) / 2


@pytest.mark.parametrize("other", [Mean(None, 0, 3), Mean(60.0, 2, 3)])
def test_what_does_not_cover_the_same_has_no_spread(other):
    assert spread([Mean(60.0, 3, 3), other]) is None


def section(records, *, partial=False):
    """The rows of the table over seeds, each by its first cell."""
    text = render(board_of(records), partial=partial)
    if "## Over seeds" not in text:
        return None
    lines = text.split("## Over seeds")[1].split("\n\n")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in [rows[0], *rows[2:]]}


def test_the_board_shows_it(system):
    records = [*system("m.seed1", {"xnli": 60.0, "pawsx": 80.0}), *system("m.seed2", {"xnli": 64.0, "pawsx": 80.0})]
    # Two of nine tasks are no average.
    assert section(records) == {
        "": ["m"],
        "seeds": ["2"],
        "average": [""],
        "without retrieval": [""],
        "XNLI": ["62.0 ± 2.8"],
        "PAWS-X": ["80.0 ± 0.0"],
    }
    rows = section(records, partial=True)
    # (70 + 72) / 2, over 22 of 162 pairs of task and language, 22 of 122 without retrieval.
    assert rows["average"] == ["71.0 ± 1.4 (22/162)"]
    assert rows["without retrieval"] == ["71.0 ± 1.4 (22/122)"]


def test_a_board_without_seeds_has_no_such_section(system):
    assert section(system("m.seed1", {"xnli": 60.0})) is None


def test_the_gain_of_a_group_stands_beside_its_spread(system):
    records = [*system("m.seed1", {"xnli": 60.0}), *system("m.seed2", {"xnli": 64.0}), *system("none", {"xnli": 50.0})]
    board = make_board(records, suite="xtreme", baseline="none")
    gain = Gain(12.0, 8.0, 16.0, 0.01, 0.02, TaskMean(12.0, 1, 9, 15, 162))
    gains = SystemGains("m", ("m.seed1", "m.seed2"), gain, None, {}, {}, {}, {}, ())
    board = replace(board, statistics=Statistics("none", 0.95, 100, False, (gains,), {"m": "a", "none": "b"}, ()))
    text = render(board)
    row = next(line for line in text.splitlines() if line.startswith("| gain over none "))
    assert row.split("|")[2].strip() == r"+12.0 [+8.0, +16.0] \* (1/9 tasks)"
    assert "The interval of the gain holds over seeds too." in text
    # Both seeds have the letter of their group.
    rank = [line.split("|")[2:4] for line in text.split("\n\n")[1].splitlines()[2:]]
    assert [[cell.strip() for cell in row] for row in rank] == [
        ["m.seed1", "a"],
        ["m.seed2", "a"],
        ["none (baseline)", "b"],
    ]
