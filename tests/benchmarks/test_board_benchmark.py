"""The script that times leaderboards measures what it says; how long that takes is not asked here."""

from xbench.benchmarks.board import BASELINE, board_of, make_results, measure


def test_a_small_board(tmp_path):
    make_results(tmp_path, systems=3, examples=12)
    board, results = board_of(tmp_path, BASELINE)
    assert len(results.records) == 60
    assert [len(gains.tasks) for gains in board.statistics.gains] == [2, 2]
    rows = list(measure(tmp_path, rounds=1))
    assert len(rows) == 3
    assert all(seconds > 0 and size > 1000 for _, seconds, size in rows)
