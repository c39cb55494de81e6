from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.hub import write
from xbench.results.reading import Results

huggingface_hub = pytest.importorskip("huggingface_hub")

# Written from the Hub's specification of the format, github.com/huggingface/hub-docs, eval_results.yaml and
# docs/hub/eval-results.md, as they were in November 2026: which fields there are, which are required, of what type.
EVAL_RESULTS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["dataset", "value"],
        "additionalProperties": False,
        "properties": {
            "dataset": {
                "type": "object",
                "required": ["id", "task_id"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "pattern": r"^[\w.-]+/[\w.-]+$"},
                    "task_id": {"type": "string"},
                    "revision": {"type": "string"},
                },
            },
            "value": {"type": "number"},
            "verifyToken": {"type": "string"},
            "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$"},
            "source": {
                "type": "object",
                "required": ["url"],
                "additionalProperties": False,
                "properties": {name: {"type": "string"} for name in ("url", "name", "user", "org")},
            },
            "evaluation_framework": {"type": "string"},
            "notes": {"type": "string"},
        },
    },
}


def written(records, directory: Path, suite: str = "xtreme") -> list[Path]:
    results = Results(tuple(records), {}, {}, ())
    return write(make_board(records, suite=suite, baseline=None), results, directory)


def card(path: Path):
    return huggingface_hub.ModelCard.load(path)


def entries(path: Path) -> dict[str, dict]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    Draft202012Validator(EVAL_RESULTS).validate(found)
    by_task = {entry["dataset"]["task_id"]: entry for entry in found}
    assert len(by_task) == len(found)
    return by_task


def test_each_system_has_a_card_and_results(system, tmp_path):
    paths = written([*system("a", {"xnli": 1}), *system("org/b", {"xnli": 2})], tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in paths] == [
        "a/README.md",
        "a/.eval_results/xtreme.yaml",
        "org_b/README.md",
        "org_b/.eval_results/xtreme.yaml",
    ]


def test_the_hub_reads_what_the_board_says(system, xlmr, tmp_path):
    paths = written(system("XLM-R Large", xlmr), tmp_path)
    data = card(paths[0]).data
    assert data.model_name == "XLM-R Large"
    found = {(one.dataset_config, one.metric_type): one for one in data.eval_results}
    # 162 pairs of task and language, 27 of them with two metrics; 9 tasks, 3 of them with two; all, without
    # retrieval, four groups
    assert len(found) == len(data.eval_results) == 162 + 27 + 9 + 3 + 1 + 1 + 4
    german = found["xnli.de", "accuracy"]
    assert (german.metric_value, german.metric_name) == (79.2, "Accuracy")
    assert (german.task_type, german.dataset_type) == ("text-classification", "google/xtreme")
    assert (german.dataset_name, german.dataset_split) == ("XNLI (German)", "test")
    assert german.dataset_args == {"language": "de", "examples": 1000, "data": "xnli-de"}
    assert found["tydiqa.sw", "exact_match"].metric_value == 45
    assert found["xquad", "f1"].metric_value == pytest.approx(76.6)
    assert found["xquad", "f1"].dataset_name == "XQuAD (mean of 11 languages)"
    # (79.2 + 86.4 + 72.6 + 65.4 + 68.7 + 62.4 + 55.05 + 66 + 57.3) / 9
    assert found["average", "average"].metric_value == pytest.approx(68.1167, abs=1e-4)
    assert found["retrieval", "average"].metric_value == pytest.approx((66 + 57.3) / 2)


def test_results_stay_apart_when_the_card_is_written_again(system, xlmr, tmp_path):
    """The Hub's library merges results that it cannot tell apart; ours it can."""
    (path, *_) = written(system("a", xlmr), tmp_path)
    before = card(path).data.eval_results
    again = huggingface_hub.ModelCardData(**yaml.safe_load(card(path).data.to_yaml()))
    assert {(one.dataset_config, one.dataset_name, one.metric_type, one.metric_value) for one in before} == {
        (one.dataset_config, one.dataset_name, one.metric_type, one.metric_value) for one in again.eval_results
    }


def test_entries_of_the_newer_form(system, xlmr, tmp_path):
    found = entries(written(system("a", xlmr), tmp_path)[1])
    assert len(found) == 162 + 27 + 9 + 3 + 1 + 1 + 4
    german = found["xnli.de.accuracy"]
    assert german["dataset"] == {"id": "google/xtreme", "task_id": "xnli.de.accuracy"}
    assert (german["value"], german["date"]) == (79.2, "2020-05-26T12:00:00+00:00")
    assert german["notes"] == "xbench: onnx on CPUExecutionProvider; fp32; 1000 examples"
    assert found["mlqa.exact_match"]["value"] == pytest.approx(53.2)
    assert found["average"]["value"] == pytest.approx(68.1167, abs=1e-4)


def test_incomplete_means_are_left_out(system, tmp_path):
    found = entries(written(system("a", {"xnli": 50}, languages=("de", "sw")), tmp_path)[1])
    assert set(found) == {"xnli.de.accuracy", "xnli.sw.accuracy"}


def test_what_must_be_said_of_a_score_is_said(system, tmp_path):
    records = system("a", {"xnli": 50}, limit=1000, protocol=("answers=offsets",))
    readme, results = written(records, tmp_path)
    german = next(one for one in card(readme).data.eval_results if one.dataset_config == "xnli.de")
    assert german.dataset_args["notes"] == "Only the first 1000 examples of each language."
    found = entries(results)
    assert found["xnli.de.accuracy"]["notes"] == (
        "xbench: onnx on CPUExecutionProvider; fp32; protocol answers=offsets; 1000 examples;"
        " Only the first 1000 examples of each language"
    )


def test_a_fixture_is_no_data_set_of_the_hub(system, tmp_path):
    paths = written(system("a", {"xnli": 50}, suite="mini", notice="Made up."), tmp_path, "mini")
    assert [path.name for path in paths] == ["README.md"]
    assert {one.dataset_type for one in card(paths[0]).data.eval_results} == {"mini"}
    assert "- Made up." in paths[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["a: b # c", "- &x *y", "نموذج", "x'\"{}[]", "a\nb"])
def test_names_of_any_kind_come_back(system, tmp_path, name):
    (path, _) = written(system(name, {"xnli": 1}, languages=("de",)), tmp_path)
    assert card(path).data.model_name == name


def test_rows_that_are_no_model_are_left_out(system, tmp_path):
    from dataclasses import replace

    from xbench.leaderboard.composite import Composite

    records = [*system("a", {"xnli": 1}), *system("best per task", {"xnli": 1})]
    board = make_board(records, suite="xtreme", baseline=None)
    board = replace(board, composite=Composite(("best per task",), {}, {}, {}))
    paths = write(board, Results(tuple(records), {}, {}, ()), tmp_path)
    assert {path.relative_to(tmp_path).parts[0] for path in paths} == {"a"}


def test_the_same_records_give_the_same_bytes(system, xlmr, tmp_path):
    first, second = (written(system("a", xlmr), tmp_path / name) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
