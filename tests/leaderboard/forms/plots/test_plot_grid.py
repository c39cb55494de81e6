import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.plots.grid import colour_limit, delta_grid, score_grid


def deltas(board):
    return delta_grid(board, board.improvements[0])


def test_rows_are_languages_by_the_size_of_their_wikipedia(pair):
    grid = deltas(pair)
    # Millions of articles: 5.98, 2.37, 1.02, 0.13, 0.05
    assert [language.code for language in grid.languages] == ["en", "de", "ar", "th", "sw"]
    assert grid.high_resource == 4
    assert [task.key for task in grid.tasks] == ["xnli", "xquad", "tatoeba"]


def test_values_are_the_differences(pair):
    grid = deltas(pair)
    assert grid.values["xnli", "sw"] == pytest.approx(2)
    assert grid.values["tatoeba", "de"] == pytest.approx(-0.4)
    assert len(grid.values) == 5 + 4 + 4  # XQuAD has no Swahili, Tatoeba no English
    assert grid.missing == frozenset()
    assert (grid.means["xnli"].there, grid.means["xnli"].wanted) == (5, 15)


def test_a_missing_score_is_not_a_language_that_the_task_lacks(system):
    board = make_board(
        [
            *system("base", {"xnli": 1, "xquad": 2}, languages=("de", "sw")),
            *system("head", {"xnli": 1, "xquad": 2}, languages=("de",)),
        ],
        suite="xtreme",
        baseline="base",
    )
    grid = deltas(board)
    assert grid.missing == {("xnli", "sw")}
    assert ("xquad", "sw") not in grid.missing | grid.values.keys()
    assert grid.unlike == frozenset()


def test_what_was_not_measured_alike_is_marked(system):
    board = make_board(
        [
            *system("base", {"xnli": 1}, languages=("de", "sw")),
            *system("head", {"xnli": 5}, languages=("de",)),
            *system("head", {"xnli": 5}, languages=("sw",), precision="int8"),
        ],
        suite="xtreme",
        baseline="base",
    )
    grid = deltas(board)
    assert grid.values == {("xnli", "de"): 4}
    assert grid.unlike == grid.missing == {("xnli", "sw")}


def test_sure_is_what_the_statistics_say_of_this_system(pair, tested):
    assert deltas(pair).sure == frozenset()
    sure = deltas(tested(pair)).sure
    assert {task for task, _ in sure} == {"xnli"}
    assert len(sure) == 5


def test_a_group_of_seeds_says_nothing_of_one_seed(pair, tested):
    board = tested(pair)
    (gains,) = board.statistics.gains
    grouped = type(gains)(
        **{name: getattr(gains, name) for name in gains.__slots__} | {"systems": ("head", "head.seed2")}
    )
    assert deltas(tested(pair, gains=(grouped,))).sure == frozenset()


def test_scores_of_one_system(pair):
    grid = score_grid(pair, "base")
    assert grid.values["xquad", "th"] == 50
    assert set(grid.values.values()) == {40, 50, 10}
    assert grid.means["tatoeba"].partial == 10


def test_all_systems_have_the_same_rows_and_columns(system):
    board = make_board(
        [*system("a", {"xnli": 1}, languages=("de",)), *system("b", {"tatoeba": 1}, languages=("sw",))],
        suite="xtreme",
        baseline=None,
    )
    one, other = score_grid(board, "a"), score_grid(board, "b")
    assert (one.languages, one.tasks) == (other.languages, other.tasks)
    assert one.missing == {("xnli", "sw"), ("tatoeba", "de"), ("tatoeba", "sw")}


@pytest.mark.parametrize(
    ("values", "limit"),
    [([], 1), ([0.0, 0.3], 1), ([2.5] * 9 + [40.0], 10), ([-2.5] * 99 + [40.0], 3), ([500.0], 100)],
)
def test_colours_end_at_a_round_number_that_most_are_below(values, limit):
    assert colour_limit(values) == limit
