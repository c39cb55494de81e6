import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.measured import file_names, measured


def scores(records, *, every_metric=False, suite="xtreme"):
    board = make_board(records, suite=suite, baseline=None)
    found = list(measured(board, board.systems[0], every_metric=every_metric))
    assert len({one.key for one in found}) == len(found)
    return {one.key: one for one in found}


def test_languages_in_the_order_of_the_suite_then_others(record):
    records = [record("a", "xnli", code, 1.0) for code in ("eu", "zh", "ar")]
    assert list(scores(records)) == ["xnli.ar.accuracy", "xnli.zh.accuracy", "xnli.eu.accuracy"]


def test_the_task_value_s_metrics_or_all(record):
    metrics = {"f1": 10.0, "precision": 20.0, "recall": 5.0}
    records = [record("a", "panx", "de", metrics)]
    assert list(scores(records)) == ["panx.de.f1"]
    assert {key: one.value for key, one in scores(records, every_metric=True).items()} == {
        "panx.de.f1": 10,
        "panx.de.precision": 20,
        "panx.de.recall": 5,
    }


def test_means_are_made_of_the_records_they_cover(system, record):
    records = [*system("a", {"bucc2018": 10, "tatoeba": 20}), record("a", "bucc2018", "sw", 99.0)]
    found = scores(records)
    assert found["bucc2018.f1"].value == 10
    assert len(found["bucc2018.f1"].records) == 4
    assert found["retrieval"].value == 15
    assert (len(found["retrieval"].records), found["retrieval"].examples) == (4 + 36, 40_000)
    assert "average" not in found


def test_less_may_be_better(record):
    found = scores([record("a", "multichecklist", "de", {"error_rate": 12.0})], suite="xtreme-r")
    assert found["multichecklist.de.error_rate"].less_is_better
    assert not scores([record("a", "xnli", "de", 1.0)])["xnli.de.accuracy"].less_is_better


def test_without_retrieval_there_is_no_second_average(system):
    found = scores(system("a", dict.fromkeys(("xnli", "xcopa", "udpos", "xquad", "tatoeba"), 5), "mini"), suite="mini")
    assert {"average", "without-retrieval", "qa"} <= found.keys()


def test_how_it_was_measured_names_every_way(record):
    records = [record("a", "bucc2018", code, 1.0) for code in ("de", "fr", "ru")]
    records.append(record("a", "bucc2018", "zh", 1.0, precision="int8", created="2021-01-01T00:00:00+00:00"))
    found = scores(records)["bucc2018.f1"]
    assert found.newest == "2021-01-01T00:00:00+00:00"
    assert found.setup.startswith("onnx on CPUExecutionProvider; fp32/int8; 4000 examples; ")
    assert "The languages of this task differ in precision" in found.setup


@pytest.mark.parametrize(
    ("names", "files"),
    [(["a", "b"], ["a", "b"]), (["a b", "a_b", "a/b"], ["a_b", "a_b-2", "a_b-3"]), (["x-2", "x", "x"], ["x-2", "x"])],
)
def test_file_names_are_not_shared(names, files):
    assert list(file_names(dict.fromkeys(names)).values()) == files
