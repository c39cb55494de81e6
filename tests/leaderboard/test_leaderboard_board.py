import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.leaderboard.board import Board, SystemRow, make_board
from xbench.tasks.suites import SUITES


def board_of(records, suite=None, baseline=None) -> Board:
    return make_board(records, suite=suite, baseline=baseline)


def row_of(board: Board, name: str) -> SystemRow:
    return next(system for system in board.systems if system.name == name)


def test_a_complete_system_has_all_averages(system, xlmr):
    row = row_of(board_of(system("xlmr", xlmr)), "xlmr")
    assert row.average.mean.value == pytest.approx(613.05 / 9)
    # 79.2 + 86.4 + 72.6 + 65.4 + 68.7 + 62.4 + 55.05 = 489.75
    assert row.without_retrieval.mean.value == pytest.approx(489.75 / 7)
    assert row.groups["classification"].mean.value == pytest.approx(82.8)
    assert row.groups["qa"].mean.value == pytest.approx((68.7 + 62.4 + 55.05) / 3)
    assert row.tasks["xquad"].metrics["f1"].value == pytest.approx(76.6)
    assert row.rank == 1


@pytest.mark.usefixtures("unmeasured")
def test_a_task_that_is_not_implemented_leaves_the_average_blank(system, xlmr, monkeypatch):
    monkeypatch.delitem(xlmr, "bucc2018")
    board = board_of(system("xlmr", xlmr))
    assert row_of(board, "xlmr").average.mean.value is None
    assert row_of(board, "xlmr").without_retrieval.mean.complete
    assert row_of(board, "xlmr").rank is None


def test_one_missing_language_leaves_task_group_and_average_blank(system, record):
    scores = dict.fromkeys(SUITES["mini"].tasks, 50.0)
    records = [r for r in system("a", scores, "mini") if (r.task, r.language) != ("xnli", "sw")]
    row = row_of(board_of(records, "mini"), "a")
    assert row.tasks["xnli"].mean.value is None
    assert row.tasks["xnli"].missing == ("sw",)
    assert row.groups["classification"].mean.value is None
    assert row.average.mean.value is None
    assert row.groups["qa"].mean.value == 50.0


def test_systems_stand_by_average_then_incomplete_ones_by_name(system):
    tasks = SUITES["mini"].tasks
    records = [
        *system("z-best", dict.fromkeys(tasks, 60.0), "mini"),
        *system("y", dict.fromkeys(tasks, 50.0), "mini"),
        *system("x", dict.fromkeys(tasks, 50.0), "mini"),
        *system("w-last", dict.fromkeys(tasks, 40.0), "mini"),
        *system("b-part", {"xnli": 99.0}, "mini"),
        *system("a-part", {"xnli": 98.0}, "mini"),
    ]
    order = [(row.name, row.rank) for row in board_of(records, "mini").systems]
    assert order == [("z-best", 1), ("x", 2), ("y", 2), ("w-last", 4), ("a-part", None), ("b-part", None)]


def test_the_order_of_records_does_not_matter(system):
    records = [*system("a", {"xnli": 60.0}), *system("b", {"xnli": 50.0, "tatoeba": 3.0})]
    assert board_of(records, baseline="a") == board_of(records[::-1], baseline="a")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([{"suite": "xtreme-r"}, {"suite": "xtreme-r"}], "xtreme-r"),
        ([{"suite": "mini"}, {"suite": None}], "mini"),
        ([{"suite": "mini"}, {"suite": "xtreme-r"}], "xtreme"),
        ([{"notice": SUITES["mini"].notice}] * 2, "mini"),
        ([{"notice": SUITES["mini"].notice}, {}], "xtreme"),
        ([{}, {}], "xtreme"),
    ],
)
def test_the_suite_follows_from_the_records(record, changes, expected):
    records = [record("a", "xnli", code, 50.0, **change) for code, change in zip(("de", "en"), changes, strict=True)]
    assert board_of(records).suite.key == expected
    assert board_of(records, "xtreme").suite.key == "xtreme"


def test_scores_outside_the_suite_stand_in_cells_but_in_no_average(system, record):
    records = system("a", {"tatoeba": 50.0})
    board = board_of([*records, record("a", "tatoeba", "az", 0.0), record("a", "xcopa", "ta", 0.0)], "xtreme")
    assert row_of(board, "a").tasks["tatoeba"].mean.value == 50.0
    assert "xcopa" not in row_of(board, "a").tasks
    assert board.columns[-1].key == "xcopa"
    assert not board.columns[-1].in_suite
    assert board.cells["a", "tatoeba", "az"].value == 0.0


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"precision": "int8"}, "Not comparable with a: precision int8 instead of fp32."),
        ({"data": "another"}, "Not comparable with a: other examples."),
        ({"task_version": 2}, "Not comparable with a: version 2 of the task instead of 1."),
        ({"split": "dev", "data": "another"}, "Not comparable with a: split dev instead of test, other examples."),
    ],
)
def test_cells_that_were_measured_differently_are_marked(record, change, text):
    records = [record(name, "xnli", "de", 50.0) for name in "ab"] + [record("c", "xnli", "de", 50.0, **change)]
    board = board_of([*records, record("c", "xnli", "en", 50.0)])
    assert board.cells["c", "xnli", "de"].marks == (text,)
    assert board.cells["a", "xnli", "de"].marks == ()
    assert board.cells["c", "xnli", "en"].marks == ()
    assert text in row_of(board, "c").tasks["xnli"].marks
    assert text in row_of(board, "c").average.marks


def test_others_are_held_against_the_baseline_even_where_it_is_alone(record):
    records = [record(name, "xnli", "de", 50.0, precision="fp16" if name == "base" else "fp32") for name in
               ("a", "b", "base")]  # fmt: skip
    board = board_of(records, baseline="base")
    assert board.cells["base", "xnli", "de"].marks == ()
    assert board.cells["a", "xnli", "de"].marks == ("Not comparable with base: precision fp32 instead of fp16.",)
    assert board_of(records).cells["a", "xnli", "de"].marks == ()


@pytest.mark.parametrize(("examples", "marked"), [(50, True), (30, False)])
def test_cut_data_are_marked_if_anything_was_cut(record, examples, marked):
    board = board_of([record("a", "xnli", "de", 50.0, limit=50, examples=examples)])
    assert board.cells["a", "xnli", "de"].marks == (("Only the first 50 examples of each language.",) if marked else ())


@pytest.mark.parametrize("change", [{"checkpoint": "newer"}, {"layer": 8, "pooling": "mean"}, {"backend": "torch"}])
def test_a_mean_over_languages_of_different_models_is_marked(record, change):
    records = [record("a", "tatoeba", "de", 50.0), record("a", "tatoeba", "fr", 50.0, **change)]
    marks = row_of(board_of(records), "a").tasks["tatoeba"].marks
    assert marks == (f"The languages of this task differ in {', '.join(change)}.",)


def test_notices_are_kept_and_say_whom_they_concern(record):
    plain, fixture = record("a", "xnli", "de", 50.0), record("b", "xnli", "de", 50.0, notice="A fixture.")
    assert board_of([fixture]).notices == ("A fixture.",)
    assert board_of([plain, fixture]).notices == ("A fixture. (Concerns records of: b.)",)


def test_records_of_unknown_tasks_are_left_out_and_named(record):
    board = board_of([record("a", "xnli", "de", 50.0), record("a", "glue", "en", 50.0)])
    assert board.notes == ("Left out: records of 'glue', a task that this version does not know.",)
    with pytest.raises(InputError, match="no record is of a known task: did you mean 'xnli'"):
        board_of([record("a", "xnlii", "en", 50.0)])


def test_bad_input_is_named(record):
    one = record("MiniLM", "xnli", "de", 50.0)
    with pytest.raises(InputError, match="no records"):
        board_of([])
    with pytest.raises(InputError, match="unknown suite 'xtrem': did you mean 'xtreme'"):
        board_of([one], "xtrem")
    with pytest.raises(InputError, match="unknown baseline 'MiniLN': did you mean 'MiniLM'"):
        board_of([one], baseline="MiniLN")
    with pytest.raises(InputError, match="two records of system 'MiniLM', task 'xnli', language 'de'"):
        board_of([one, one])


def test_records_without_scores_are_left_out_and_named(record):
    board = board_of([record("a", "xnli", "de", 50.0), record("a", "xnli", "fr", {})])
    assert board.notes == ("Left out, predicted without gold labels: a xnli/fr.",)
    with pytest.raises(InputError, match="no record has scores"):
        board_of([record("a", "xnli", "fr", {})])


@pytest.mark.parametrize("scores", [{"f1": 50.0}, {"accuracy": float("nan")}])
def test_a_record_without_its_score_is_left_out_and_named(record, scores):
    board = board_of([record("a", "xnli", "de", scores), record("a", "xnli", "fr", 50.0)])
    assert [key.language for key in board.cells] == ["fr"]
    assert board.notes == ("Left out, as a score is missing or no number, run again: a xnli/de.",)
    with pytest.raises(InputError, match="no record has all scores of its task, such as a xnli/de: run them again"):
        board_of([record("a", "xnli", "de", scores)])


def test_provenance_gathers_checkpoints_and_the_newest_day(record):
    records = [
        record("a", "xnli", "de", 1.0, checkpoint="x"),
        record("a", "xquad", "de", 1.0, checkpoint="q", created="2021-01-02T00:00:00+00:00"),
        record("a", "tatoeba", "de", 1.0, checkpoint="e", layer=8, pooling="mean", provider="CUDAExecutionProvider"),
    ]
    origin = row_of(board_of(records), "a").provenance
    assert origin.checkpoints == {"encoder": ("e",), "squad": ("q",), "xnli": ("x",)}
    assert origin.providers == ("CPUExecutionProvider", "CUDAExecutionProvider")
    assert origin.retrieval == ((8, "mean"),)
    assert origin.newest == "2021-01-02"


LANGUAGES = st.sampled_from(SUITES["xtreme"].languages["xnli"])


@given(st.dictionaries(LANGUAGES, st.floats(0, 100), min_size=1), LANGUAGES, st.floats(0, 100))
def test_a_new_language_changes_no_other_cell(record, scores, language, score):
    before = [record("a", "xnli", code, value) for code, value in scores.items() if code != language]
    added = record("a", "xnli", language, score, precision="int8")
    cells = board_of([*before, added]).cells
    old = board_of(before).cells if before else {}
    assert {key: cell for key, cell in cells.items() if key.language != language} == old
