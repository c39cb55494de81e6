import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.plots.pace import paces
from xbench.results.reading import read_results
from xbench.results.record import Timing

PLACES = [("xnli", "de"), ("xnli", "sw"), ("tatoeba", "de"), ("tatoeba", "sw")]


def timing(tokens: int, infer: float) -> Timing:
    return Timing(tokenise=1, infer=infer, decode=1, sequences=1, tokens=tokens, padded_tokens=tokens, batches=1)


@pytest.fixture
def compared(tmp_path, write_system):
    """Speeds of systems that each got the same right; `changes` are to the records of one."""

    def found(baseline=None, **systems):
        for name, changes in systems.items():
            places = changes.pop("places", PLACES)
            write_system(tmp_path / name, {place: [1, 0, 1, 1] for place in places}, **changes)
        results = read_results([tmp_path], "test")
        return paces(make_board(results.records, suite="xtreme", baseline=baseline), results)

    return found


def test_tokens_over_seconds_of_all_that_both_have(compared):
    found = compared(a={"timing": timing(300, 2)}, b={"timing": timing(300, 0.5)})
    assert [(one.system, one.tokens, one.score) for one in found.systems] == [("a", 150, 75), ("b", 600, 75)]
    assert (found.tasks, found.places, found.left_out) == (2, 4, ())
    assert found.hardware == "fast, CPUExecutionProvider"


def test_scores_are_means_over_tasks_of_common_languages(compared, tmp_path, write_system):
    write_system(tmp_path / "b", {("xnli", "de"): [1, 1], ("xnli", "sw"): [1, 0], ("tatoeba", "de"): [0, 0]})
    found = compared(a={})
    # b: XNLI (100 + 50) / 2, Tatoeba 0; of a the Swahili of Tatoeba does not count.
    assert {one.system: one.score for one in found.systems} == {"a": 75, "b": 37.5}
    assert (found.tasks, found.places) == (2, 3)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"processor": "slow"}, "processor slow instead of fast"),
        ({"provider": "CUDAExecutionProvider"}, "provider CUDAExecutionProvider instead of CPUExecutionProvider"),
        ({"tokenizer": "other"}, "other tokenizers"),
        ({"data": "other"}, "other examples"),
        ({"places": PLACES[:1]}, "only 1 of 4 scores in common"),
    ],
    ids=["hardware", "provider", "tokenizer", "data", "coverage"],
)
def test_what_cannot_be_compared_is_left_out_by_name(compared, changes, reason):
    found = compared("b", a=changes, b={}, c={})
    assert [one.system for one in found.systems] == ["b", "c"]
    (sentence,) = found.left_out
    assert sentence.startswith("a: ")
    assert reason in sentence


def test_other_arithmetic_may_be_compared(compared):
    found = compared(a={}, b={"precision": "int8"})
    assert [one.precisions for one in found.systems] == [("fp32",), ("int8",)]


def test_one_system_alone_is_no_comparison(compared):
    assert compared(a={}) is None


def test_times_of_nothing_are_no_speed(compared):
    assert compared(a={"timing": timing(0, 0)}, b={}) is None


def test_without_a_description_of_the_run_the_hardware_is_unknown(compared, tmp_path, write_system):
    write_system(tmp_path / "c", {place: [1] for place in PLACES})
    for path in (tmp_path / "c" / "runs").iterdir():
        path.unlink()
    found = compared("c", a={}, b={})
    assert [one.system for one in found.systems] == ["a", "b"]
    assert found.left_out == ("c: hardware unknown or not the same throughout",)


def test_records_without_files_have_no_speed(system, as_results):
    records = [*system("a", {"xnli": 1}), *system("b", {"xnli": 2})]
    assert paces(make_board(records, suite="xtreme", baseline=None), as_results(records)) is None
