"""Everything that belongs on a board, put together; the statistics from predictions on disk."""

import pytest
from xbench.errors import InputError
from xbench.leaderboard.build import build_board
from xbench.leaderboard.composite import BEST
from xbench.leaderboard.forms.markdown import render
from xbench.results.reading import read_results

RIGHT, WRONG = [1, 1, 1, 0] * 10, [1, 0, 0, 0] * 10


def build(results, *, suite="xtreme", **options):
    return build_board(results, suite=suite, **options)


@pytest.fixture
def stored(write_system, tmp_path):
    def write(**systems):
        for name, correct in systems.items():
            write_system(tmp_path / name.replace("_", "."), correct)
        return read_results([tmp_path], "test")

    return write


def test_gains_are_measured_from_predictions(stored):
    board = build(stored(base={("xnli", "de"): WRONG}, good={("xnli", "de"): RIGHT}), baseline="base")
    (gains,) = board.statistics.gains
    assert gains.tasks["xnli"].difference == pytest.approx(50.0)
    assert 20 < gains.tasks["xnli"].low < 50 < gains.tasks["xnli"].high < 80
    assert gains.tasks["xnli"].q < 0.01
    assert "+50.0 [" in render(board)


def test_without_a_baseline_there_are_no_statistics(stored):
    assert build(stored(base={("xnli", "de"): WRONG})).statistics is None


def test_predictions_that_are_gone_leave_differences(stored, tmp_path):
    results = stored(base={("xnli", "de"): WRONG}, good={("xnli", "de"): RIGHT})
    for path in tmp_path.rglob("*.parquet"):
        path.unlink()
    board = build(results, baseline="base")
    assert board.statistics is None
    assert board.improvements[0].tasks["xnli"].mean.partial == pytest.approx(50.0)
    assert board.notes
    assert "+50.0" in render(board)


def test_what_cannot_be_tested_stands_without_interval(stored, tmp_path):
    results = stored(
        base={("xnli", "de"): WRONG, ("pawsx", "de"): WRONG},
        good={("xnli", "de"): RIGHT, ("pawsx", "de"): RIGHT},
        mute={("xnli", "de"): RIGHT},
    )
    for place in ("good/pawsx", "mute/xnli"):
        (tmp_path / place / "de.parquet").unlink()
    text = render(build(results, baseline="base")).split("### By task")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n\n")[1].splitlines()]
    assert rows[0] == ["task", "good", "mute"]
    assert rows[2][1].startswith("+50.0 [")
    assert rows[2][2] == "+50.0 (1/15)"
    assert rows[3] == ["PAWS-X", "+50.0 (1/7)", ""]


def test_a_baseline_that_shares_no_task_leaves_the_rest(stored):
    board = build(stored(base={("xnli", "de"): WRONG}, good={("pawsx", "de"): RIGHT}), baseline="base")
    assert board.statistics is None
    assert board.notes == ("No score to compare with the baseline base: good.",)
    assert [system.name for system in board.systems] == ["base", "good"]
    assert "## Improvement" not in render(board)


@pytest.mark.parametrize(("name", "hint"), [("baze", "did you mean 'base'"), ("seeded", "did you mean 'seed'")])
def test_an_unknown_baseline_is_refused_with_the_nearest_name(stored, name, hint):
    results = stored(base={("xnli", "de"): WRONG}, seed_seed1={("xnli", "de"): RIGHT})
    with pytest.raises(InputError, match=f"unknown baseline '{name}': {hint}"):
        build(results, baseline=name)


def test_the_baseline_may_be_a_group_of_seeds(record, results_of):
    scores = {"none.seed1": 50.0, "none.seed2": 54.0, "a.seed1": 60.0, "b": 48.0}
    records = [record(name, "xnli", "de", value) for name, value in scores.items()]
    board = build(results_of(records), baseline="none")
    assert board.baseline == "none"
    assert board.baselines == ("none.seed1", "none.seed2")
    # Against the mean of the seeds, 52
    assert {one.system: one.average.mean.partial for one in board.improvements} == {"a.seed1": 8.0, "b": -4.0}
    text = render(board)
    assert "## Improvement over none\n" in text
    assert "none.seed1 (baseline)" in text
    assert "none.seed2 (baseline)" in text


def test_a_group_of_one_seed_is_that_system(record, results_of):
    records = [record(name, "xnli", "de", 50.0) for name in ("none.seed1", "a.seed1")]
    assert build(results_of(records), baseline="none").baseline == "none.seed1"


def test_a_seed_that_lacks_a_score_leaves_the_group_without(record, results_of):
    records = [record(name, "xnli", "de", 50.0) for name in ("none.seed1", "none.seed2", "a")]
    records += [record(name, "xnli", "fr", 50.0) for name in ("none.seed1", "a")]
    (gain,) = build(results_of(records), baseline="none").improvements
    assert {*gain.tasks["xnli"].languages} == {"de"}


def test_the_composite_is_a_system_among_others(stored, record, results_of):
    results = stored(
        base={("xnli", "de"): WRONG, ("pawsx", "de"): WRONG},
        a={("xnli", "de"): RIGHT, ("pawsx", "de"): WRONG},
        b={("xnli", "de"): WRONG, ("pawsx", "de"): RIGHT},
    )
    better = {("a", "xnli"), ("b", "pawsx")}
    dev = results_of(
        record(name, task, "de", 60.0 if (name, task) in better else 50.0, split="dev", data="dev")
        for name in ("base", "a", "b")
        for task in ("xnli", "pawsx")
    )
    board = build(results, baseline="base", dev=dev)
    assert BEST in {system.name for system in board.systems}
    gains = {one.name: one for one in board.statistics.gains}
    assert gains[BEST].average.difference == pytest.approx(50.0)
    assert gains["a"].average.difference == pytest.approx(25.0)
    assert board.notes[0].endswith("on dev: XNLI of a; PAWS-X of b.")
    text = render(board, partial=True)
    assert f"| {BEST} " in text
    assert build(results, baseline=None, dev=dev).composite is None


def test_a_damaged_dev_record_costs_only_the_composite(record, results_of):
    test = results_of([record(name, "xnli", "de", 50.0) for name in ("base", "a", "b")])
    dev = results_of([record(name, "xnli", "de", {"f1": 1.0}, split="dev", data="d") for name in "ab"])
    board = build(test, baseline="base", dev=dev)
    assert board.composite is None
    assert any(note.startswith("No row of the best system for each task: ") for note in board.notes)
    assert len(board.improvements) == 2


def test_published_rows_and_notes_of_reading(record, results_of):
    results = results_of([record("a", "xnli", "de", 50.0)], notes=("A file was passed over.",))
    board = build(results, published=True)
    assert {row.suite for row in board.published} == {"xtreme"}
    assert board.notes == ("A file was passed over.",)
    assert build(results).published == ()
    mini = build(results, suite="mini", published=True)
    assert mini.published == ()
    assert "No published row of mini is known." in mini.notes


def test_one_language_only(stored):
    results = stored(base={("tatoeba", "de"): WRONG}, good={("tatoeba", "de"): RIGHT})
    text = render(build(results, baseline="base"), partial=True)
    assert "(1/36)" in text


def test_no_records(results_of):
    with pytest.raises(InputError, match="no records"):
        build(results_of([]), baseline="base")
