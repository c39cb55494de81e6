"""Mean and spread over training seeds, by hand."""

import pytest
from xbench.leaderboard.averages import Mean
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.markdown import render
from xbench.leaderboard.seeds import seed_groups, spread


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
    text = render(board_of(records), partial=partial)
    return text.split("## Over seeds")[1].split("\n\n")[1] if "## Over seeds" in text else None


def test_the_board_shows_it(system):
    records = [*system("m.seed1", {"xnli": 60.0, "pawsx": 80.0}), *system("m.seed2", {"xnli": 64.0, "pawsx": 80.0})]
    row = section(records).splitlines()[2]
    # Two of nine tasks are no average.
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["m", "2", "", "", "62.0 ± 2.8", "80.0 ± 0.0"]
    row = section(records, partial=True).splitlines()[2]
    # (70 + 72) / 2, over 22 of 162 pairs of task and language, 22 of 122 without retrieval.
    assert "71.0 ± 1.4 (22/162)" in row
    assert "71.0 ± 1.4 (22/122)" in row


def test_a_board_without_seeds_has_no_such_section(system):
    assert section(system("m.seed1", {"xnli": 60.0})) is None
