import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from jsonschema import Draft7Validator
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.every_eval_ever import model_id, write
from xbench.results.reading import Results, read_results
from xbench.results.record import SystemDescription
from xbench.results.store import Store

SCHEMA = json.loads((Path(__file__).parent / "every-eval-ever-0.3.0" / "eval.schema.json").read_text(encoding="utf-8"))


def described(name: str, **references: str) -> SystemDescription:
    checkpoints = {training.strip("_"): {"reference": reference} for training, reference in references.items()}
    return SystemDescription(name=name, checkpoints=checkpoints)


def exported(records, directory: Path, suite="xtreme", systems=()) -> list[Path]:
    found = {system.name: system for system in systems}
    results = Results(tuple(records), {}, found, ())
    return write(make_board(results.records, suite=suite, baseline=None, systems=found), results, directory)


def read(path: Path) -> dict:
    log = json.loads(path.read_text(encoding="utf-8"))
    Draft7Validator(SCHEMA).validate(log)
    return log


def by_id(log: dict) -> dict[str, dict]:
    found = {result["evaluation_result_id"]: result for result in log["evaluation_results"]}
    assert len(found) == len(log["evaluation_results"])
    return found


def test_the_schema_can_fail(system, tmp_path):
    (path,) = exported(system("a", {"xnli": 1}), tmp_path)
    log = read(path)
    assert log["schema_version"] == SCHEMA["version"]
    validator = Draft7Validator(SCHEMA)
    assert not validator.is_valid({**log, "additional": 1})
    log["evaluation_results"][0]["metric_config"].pop("max_score")
    assert not validator.is_valid(log)


def test_scores_are_those_of_the_board(system, xlmr, tmp_path):
    (path,) = exported(system("XLM-R Large", xlmr), tmp_path)
    found = by_id(read(path))
    # As in the Hub's form: languages, tasks, averages.
    assert len(found) == 162 + 27 + 9 + 3 + 1 + 1 + 4
    german = found["xnli.de.accuracy"]
    assert german["score_details"]["score"] == pytest.approx(0.792)
    assert german["score_details"]["details"] == {
        "percent": "79.2",
        "level": "language",
        "examples": "1000",
        "setup": "onnx on CPUExecutionProvider; fp32; 1000 examples",
        "task_version": "1",
    }
    assert german["evaluation_name"] == "xtreme.xnli.de"
    assert german["source_data"] == {
        "dataset_name": "XNLI (German)",
        "source_type": "url",
        "url": ["https://github.com/google-research/xtreme"],
        "additional_details": {"split": "test", "language": "de", "data_hash": "xnli-de"},
    }
    assert german["metric_config"]["metric_id"] == "accuracy"
    assert found["tydiqa.exact_match"]["score_details"]["score"] == pytest.approx(0.45)
    average = found["average"]
    assert average["score_details"]["score"] == pytest.approx(0.681167, abs=1e-6)
    assert average["score_details"]["details"]["level"] == "mean over tasks"
    assert average["metric_config"]["metric_id"] == "xbench.xtreme.average"
    for result in found.values():
        config = result["metric_config"]
        assert config["min_score"] <= result["score_details"]["score"] <= config["max_score"]


def test_all_metrics_of_a_record_are_there(record, tmp_path):
    (path,) = exported([record("a", "panx", "de", {"f1": 50.0, "precision": 40.0, "recall": 60.0})], tmp_path)
    assert set(by_id(read(path))) == {"panx.de.f1", "panx.de.precision", "panx.de.recall"}


def test_less_may_be_better(record, tmp_path):
    (path,) = exported([record("a", "multichecklist", "de", {"error_rate": 12.0})], tmp_path, "xtreme-r")
    assert by_id(read(path))["multichecklist.de.error_rate"]["metric_config"]["lower_is_better"] is True


def test_the_place_is_that_of_the_data_store(system, tmp_path):
    (path,) = exported(system("org/my model", {"xnli": 1}), tmp_path)
    data, collection, developer, model, name = path.relative_to(tmp_path).parts
    assert (data, collection, developer, model) == ("data", "xbench-xtreme", "org", "my_model")
    assert UUID(name.removesuffix(".json")).version == 4
    assert read(path)["model_info"]["id"] == "org/my_model"


def test_times_and_identifiers_are_those_of_the_records(record, tmp_path):
    records = [
        record("a", "xnli", "de", 1.0, created="2026-11-25T18:51:26+00:00"),
        record("a", "xnli", "sw", 1.0, created="2026-11-25T18:51:27+00:00"),
    ]
    (path,) = exported(records, tmp_path / "first")
    log = read(path)
    stamp = datetime(2026, 11, 25, 18, 51, 27, tzinfo=datetime.fromisoformat(records[0].created).tzinfo).timestamp()
    assert float(log["retrieved_timestamp"]) == stamp
    assert log["evaluation_id"] == f"xbench-xtreme/unknown/a/{stamp:.0f}"
    assert by_id(log)["xnli.de.accuracy"]["evaluation_timestamp"] == "2026-11-25T18:51:26+00:00"
    (again,) = exported(records, tmp_path / "second")
    assert again.name == path.name
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("system", "description", "expected"),
    [
        ("xlmr", None, "unknown/xlmr"),
        ("org/model", None, "org/model"),
        ("org__model", described("org__model", _="org/model"), "org/model"),
        # A folder of that name, or a system of several checkpoints, is no model of the Hub.
        ("model", described("model", _="runs/model"), "unknown/model"),
        ("a__b", described("a__b", xnli="a/b"), "unknown/a__b"),
        ("a/b/c", None, "unknown/a_b_c"),
        ("/b", None, "unknown/_b"),
        ("org/v1.", None, "org/v1"),
    ],
)
def test_a_model_s_identifier(system, description, expected):
    assert model_id(system, description) == expected


def test_versions_and_parameters_come_from_the_results(tmp_path, write_system):
    folder = write_system(tmp_path / "results" / "a", {("xnli", "de"): [1, 0]})
    store = Store(folder.parent)
    checkpoint = {"reference": "a", "fingerprint": "x", "parameters": 278_000_000, "model_type": "xlm-roberta"}
    store.save_system(SystemDescription(name="a", checkpoints={"xnli": checkpoint}))
    run = next((folder / "runs").iterdir())
    run.write_text(json.dumps({"versions": {"xbench": "0.1.0", "onnxruntime-gpu": "1.31.1", "onnxruntime": None}}))
    results = read_results([folder.parent], "test")
    board = make_board(results.records, suite="xtreme", baseline=None, systems=results.systems)
    log = read(write(board, results, tmp_path / "out")[0])
    assert log["eval_library"] == {"name": "xbench", "version": "0.1.0"}
    assert log["model_info"]["inference_engine"] == {"name": "ONNX Runtime", "version": "1.31.1"}
    assert log["model_info"]["additional_details"]["parameters"] == "278000000"


def test_what_is_not_known_is_said_to_be_unknown(system, tmp_path):
    log = read(exported(system("a", {"xnli": 1}), tmp_path)[0])
    assert log["eval_library"]["version"] == "unknown"
    assert log["model_info"]["inference_engine"]["version"] == "unknown"
    assert "parameters" not in log["model_info"]["additional_details"]
    assert log["source_metadata"]["evaluator_relationship"] == "other"


def test_a_suite_without_a_known_source(system, tmp_path):
    log = read(exported(system("a", {"xnli": 1}, "mini"), tmp_path, "mini")[0])
    assert by_id(log)["xnli.de.accuracy"]["source_data"]["source_type"] == "other"


def test_no_text_of_a_test_set_leaves(tmp_path, write_system):
    folder = write_system(tmp_path / "results" / "a", {("xnli", "de"): [1, 0]})
    results = read_results([folder.parent], "test")
    (path,) = write(make_board(results.records, suite="xtreme", baseline=None), results, tmp_path / "out")
    assert "a text" not in path.read_text(encoding="utf-8")
    assert [one.name for one in (tmp_path / "out").rglob("*") if one.is_file()] == [path.name]
