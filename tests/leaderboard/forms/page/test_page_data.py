import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.page.data import page_data, places_of
from xbench.leaderboard.forms.page.tables import Notes


@pytest.fixture(scope="module")
def data(filed):
    return page_data(filed.board, places_of(filed.board), Notes())


def cell_of(data, system, task, language):
    (cell,) = [
        one
        for one in data["cells"]
        if data["systems"][one["system"]] == system
        and data["tasks"][one["task"]]["key"] == task
        and data["languages"][one["language"]]["code"] == language
    ]
    return cell


def test_languages_stand_english_first_and_systems_by_rank(data):
    codes = [one["code"] for one in data["languages"]]
    assert codes[0] == "en"
    assert codes[1:] == sorted(codes[1:])
    assert data["systems"] == ["complete high", "complete low", "base", "model"]
    assert [data["systems"][place] for place in data["baselines"]] == ["base"]


def test_a_cell_has_all_its_metrics_and_its_tested_change(data):
    cell = cell_of(data, "complete high", "xquad", "en")
    assert cell["text"] == "60.0 / 60.0"
    assert cell["value"] == 60.0
    assert cell["change"] == {
        "text": "+10.0 [+9.0, +11.0]",
        "difference": 10.0,
        "low": 9.0,
        "high": 11.0,
        "q": 0.01,
        "found": True,
    }
    assert cell_of(data, "model", "udpos", "he")["change"]["text"] == "0.0 [−1.0, +1.0]"
    assert cell_of(data, "model", "udpos", "he")["change"]["found"] is False
    assert "change" not in cell_of(data, "base", "xquad", "en")


def test_measures_name_what_contenders_gained(data):
    known = {one["key"] for one in data["measures"]}
    assert {"average", "without retrieval", "group classification", "task xnli", "slice resources: low"} <= known
    for contender in data["contenders"]:
        assert set(contender["gains"]) <= known
    model = next(one for one in data["contenders"] if one["name"] == "model")
    assert model["gains"]["task xnli"]["text"] == "−25.0 [−26.0, −24.0]"
    assert model["gains"]["task xnli"]["covers"] == "2/15"


def test_what_is_marked_on_the_board_is_marked_by_number(record):
    records = [
        record("a", "xnli", "de", 50.0),
        record("a", "panx", "de", 33.25, limit=10, examples=10),
        record("b", "xnli", "de", 51.0, precision="int8"),
    ]
    board, notes = make_board(records, suite=None, baseline="a"), Notes()
    data = page_data(board, places_of(board), notes)
    assert data["notes"] == list(notes.sentences)
    marks = {(one["system"], one["task"]): one.get("notes") for one in data["cells"]}
    texts = {place: [data["notes"][number - 1] for number in numbers or ()] for place, numbers in marks.items()}
    tasks = [one["key"] for one in data["tasks"]]
    assert texts[0, tasks.index("panx")] == ["Only the first 10 examples of each language."]
    assert texts[1, tasks.index("xnli")] == ["Not comparable with a: precision int8 instead of fp32."]
    # Rounded as the tables round it: halves to even.
    assert cell_of(data, "a", "panx", "de")["value"] == 33.2
    assert cell_of(data, "a", "panx", "de")["text"] == "33.2"


def test_a_task_outside_the_suite_is_said_to_be(record):
    board = make_board([record("a", "xcopa", "et", 50.0)], suite="xtreme", baseline=None)
    (task,) = page_data(board, places_of(board), Notes())["tasks"]
    assert task["outside"]
    assert task["title"] == "XCOPA"


def test_several_seeds_are_one_contender(record):
    records = [
        record(f"{name}.seed{seed}", "xnli", "de", value + seed)
        for name, value in (("base", 50.0), ("m", 60.0))
        for seed in (1, 2)
    ]
    board = make_board(records, suite=None, baseline="base")
    data = page_data(board, places_of(board), Notes())
    assert data["baseline"] == "base"
    assert [data["systems"][place] for place in data["baselines"]] == ["base.seed1", "base.seed2"]
    assert cell_of(data, "m.seed1", "xnli", "de")["change"]["text"] == "+9.5"
