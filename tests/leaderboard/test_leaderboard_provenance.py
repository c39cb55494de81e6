from xbench.leaderboard.board import make_board
from xbench.results.record import SystemDescription


def parameters(record, *counts):
    checkpoints = {str(number): {"parameters": count} for number, count in enumerate(counts)}
    described = {"one": SystemDescription(name="one", checkpoints=checkpoints)}
    board = make_board([record("one", "xnli", "de", 50.0)], suite="xtreme", baseline=None, systems=described)
    return board.systems[0].provenance.parameters


def test_a_system_is_as_large_as_its_largest_checkpoint(record):
    assert parameters(record, 22_713_728, 22_714_371, 22_566_146) == 22_714_371
    assert parameters(record, None, 5) == 5
    assert parameters(record, None) is None
    assert parameters(record) is None


def test_without_a_description_its_size_is_unknown(record):
    board = make_board([record("one", "xnli", "de", 50.0)], suite="xtreme", baseline=None)
    assert board.systems[0].provenance.parameters is None
