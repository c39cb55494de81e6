"""Records and predictions on disk: all or nothing, whatever goes wrong."""

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from xbench.errors import EnvironmentFault, InputError
from xbench.results import store as store_module
from xbench.results.record import SystemDescription
from xbench.results.store import Store, read_predictions, slug, write_predictions

PREDICTIONS = {"id": ["0", "1"], "prediction": ["neutral", "entailment"], "correct": [1.0, 0.0]}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "out")


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def full_disk(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# -- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "directory"),
    [
        ("xlm-roberta-base", "xlm-roberta-base"),
        ("my/model", "my_model"),
        ("../x", "_x"),
        ("../..", "_.."),
        ("/etc/passwd", "_etc_passwd"),
        ("..\\x", "_x"),
        (".hidden", "hidden"),
        ("a b\tc\nd", "a_b_c_d"),
        ("модель-日本", "модель-日本"),
        ("v1.0+cpu", "v1.0+cpu"),
        ("a\0b", "a_b"),
    ],
)
def test_slug(name, directory):
    assert slug(name) == directory


@pytest.mark.parametrize("name", ["", ".", "..", "/", "___", "🙂", " "])
def test_a_name_of_which_nothing_is_left(name):
    with pytest.raises(InputError, match="choose one with --name"):
        slug(name)


@given(st.text(st.one_of(st.sampled_from("./\\~ a_-"), st.characters(codec="utf-8")), max_size=20))
def test_a_slug_is_one_visible_directory_below_the_root(name):
    try:
        made = slug(name)
    except InputError:
        return
    root = Path("/results")
    assert (root / made).parent == root
    assert (root / made).name == made
    assert Path(os.path.normpath(root / made)) == root / made
    assert not made.startswith(".")
    assert slug(made) == made


# -- records ------------------------------------------------------------------------------------------------------


def test_layout(store, record):
    store.save(record, PREDICTIONS)
    assert files(store.root) == {"my_model/xnli/de.json", "my_model/xnli/de.parquet"}
    assert store.record_path("my/model", "xnli", "de") == store.root / "my_model" / "xnli" / "de.json"


def test_save_and_find(store, record):
    assert store.find("my/model", "xnli", "de") is None
    store.save(record, PREDICTIONS)
    assert store.find("my/model", "xnli", "de") == record
    assert read_predictions(store.record_path("my/model", "xnli", "de").with_suffix(".parquet")) == PREDICTIONS
    assert store.find("my/model", "xnli", "sw") is None
    assert store.find("other", "xnli", "de") is None


def test_a_record_without_its_predictions_is_not_found(store, record):
    store.save(record, PREDICTIONS)
    store.record_path("my/model", "xnli", "de").with_suffix(".parquet").unlink()
    assert store.find("my/model", "xnli", "de") is None


def test_an_unreadable_record_is_not_found(store, record):
    store.save(record, PREDICTIONS)
    store.record_path("my/model", "xnli", "de").write_text("{")
    assert store.find("my/model", "xnli", "de") is None


def test_saving_again_replaces(store, record):
    store.save(record, PREDICTIONS)
    better = record.model_copy(update={"scores": {"accuracy": 99.0}})
    store.save(better, {"prediction": ["x"]})
    assert store.find("my/model", "xnli", "de") == better
    assert read_predictions(store.record_path("my/model", "xnli", "de").with_suffix(".parquet")) == {
        "prediction": ["x"]
    }
    assert len(files(store.root)) == 2


def test_records_by_system_task_and_language(store, record):
    changes = [("b", "xnli", "de"), ("a", "xquad", "de"), ("a", "tatoeba", "sw"), ("a", "tatoeba", "de")]
    for system, task, language in changes:
        store.save(record.model_copy(update={"system": system, "task": task, "language": language}), PREDICTIONS)
    store.save_system(SystemDescription(name="a", checkpoints={"": {"reference": "a", "parameters": 7, "type": None}}))
    store.save_run("a", "now", {"seconds": 1.5, "text": "é"})
    assert [(r.system, r.task, r.language) for r in store.records()] == sorted(changes)
    assert {"a/system.json", "a/runs/now.json"} < files(store.root)
    assert json.loads((store.root / "a/runs/now.json").read_text(encoding="utf-8")) == {"seconds": 1.5, "text": "é"}
    description = SystemDescription.model_validate_json((store.root / "a/system.json").read_bytes())
    assert description.checkpoints[""]["parameters"] == 7


def test_records_name_a_file_that_is_none(store, record):
    store.save(record, PREDICTIONS)
    (store.root / "my_model" / "xnli" / "sw.json").write_text("{}")
    with pytest.raises(InputError, match=r"my_model/xnli/sw\.json is not a record of xbench"):
        list(store.records())


def test_no_results_directory(store):
    with pytest.raises(InputError, match=f"no results directory {store.root}"):
        list(store.records())


# -- failures -----------------------------------------------------------------------------------------------------


def test_a_failure_while_predictions_are_written_leaves_nothing_half_done(store, record, monkeypatch):
    monkeypatch.setattr(parquet, "write_table", full_disk)
    with pytest.raises(EnvironmentFault, match=r"cannot write .*de\.parquet: No space left on device") as caught:
        store.save(record, PREDICTIONS)
    assert caught.value.exit_code == 4
    assert "\n" not in str(caught.value)
    assert files(store.root) == set()


def test_a_failure_while_predictions_are_replaced_leaves_no_record(store, record, monkeypatch):
    store.save(record, PREDICTIONS)

    def half(table, path, **_kwargs):
        Path(path).write_bytes(b"PAR1 half a file")
        full_disk()

    monkeypatch.setattr(parquet, "write_table", half)
    with pytest.raises(EnvironmentFault):
        store.save(record, {"prediction": ["new"]})
    # The old predictions are whole, but the record that would vouch for them as new ones is gone.
    assert files(store.root) == {"my_model/xnli/de.parquet"}
    assert read_predictions(store.root / "my_model/xnli/de.parquet") == PREDICTIONS
    assert store.find("my/model", "xnli", "de") is None


def test_a_failure_while_the_record_is_written_leaves_predictions_without_record(store, record, monkeypatch):
    store.save(record, PREDICTIONS)
    monkeypatch.setattr(store_module, "write_text", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.save(record, {"prediction": ["new"]})
    assert files(store.root) == {"my_model/xnli/de.parquet"}
    assert store.find("my/model", "xnli", "de") is None
    monkeypatch.undo()
    store.save(record, {"prediction": ["new"]})
    assert store.find("my/model", "xnli", "de") == record


@pytest.mark.parametrize("operation", ["write_text", "replace"])
def test_a_full_disk_while_the_record_is_written(store, record, monkeypatch, operation):
    """The disk fills up between the predictions and the record."""
    real = getattr(Path, operation)

    def fail_for_records(self, *args, **kwargs):
        return full_disk() if ".json." in self.name else real(self, *args, **kwargs)

    monkeypatch.setattr(Path, operation, fail_for_records)
    with pytest.raises(EnvironmentFault, match=r"cannot write .*de\.json: No space left on device"):
        store.save(record, PREDICTIONS)
    assert files(store.root) == {"my_model/xnli/de.parquet"}


def test_an_interruption_leaves_nothing_half_done(store, record, monkeypatch):
    def interrupted(table, path, **_kwargs):
        Path(path).write_bytes(b"PAR1")
        raise KeyboardInterrupt

    monkeypatch.setattr(parquet, "write_table", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.save(record, PREDICTIONS)
    assert files(store.root) == set()


def test_a_place_below_a_file_is_bad_input(tmp_path, record):
    (tmp_path / "file").write_text("x")
    store = Store(tmp_path / "file" / "out")
    for attempt in (
        store.prepare,
        lambda: store.save(record, PREDICTIONS),
        lambda: store.save_run("a", "now", {}),
        lambda: store.save_system(SystemDescription(name="a", checkpoints={})),
    ):
        with pytest.raises(InputError, match=r"cannot write .*/file/out.*: Not a directory; choose another place"):
            attempt()
    assert (tmp_path / "file").read_text() == "x"


def test_a_place_that_is_a_file_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"cannot write .*/file: File exists; choose another place"):
        Store(tmp_path / "file").prepare()


def test_a_place_without_permission_is_bad_input(store, monkeypatch):
    # Tests may run as root, who may write anywhere.
    monkeypatch.setattr(store_module.os, "access", lambda *_: False)
    with pytest.raises(InputError, match="permission denied"):
        store.prepare()


def test_prepare_makes_the_directory(store):
    store.prepare()
    store.prepare()
    assert store.root.is_dir()


# -- predictions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"prediction": ["neutral", "", "日本\u2028\n\t\"'", "\U0001f642"]},
        {"prediction": [0, 1, -(2**40)]},
        {"prediction": [0.1, 100 / 3, 0.0]},
        {"prediction": [["NOUN", "X"], [], ["ADJ"]]},
        {"gold": [[1], [2, 3]], "prediction": [1, 2], "text": [("a", "b"), ("c",)], "none": [None, "x"]},
        {"prediction": []},
    ],
)
def test_predictions_round_trip(tmp_path, columns):
    path = tmp_path / "below" / "p.parquet"
    write_predictions(path, columns)
    as_lists = {
        name: [list(value) if isinstance(value, tuple) else value for value in values]
        for name, values in columns.items()
    }
    assert read_predictions(path) == as_lists
    assert [type(v) for v in read_predictions(path)["prediction"]] == [type(v) for v in columns["prediction"]]
    assert [found.name for found in path.parent.iterdir()] == ["p.parquet"]


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"not parquet at all"])
def test_unreadable_predictions_are_named(tmp_path, content):
    path = tmp_path / "p.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot read the predictions .*p\.parquet"):
        read_predictions(path)


def test_two_names_that_come_to_one_directory(tmp_path):
    store = Store(tmp_path)
    store.save_system(SystemDescription(name="a/b", checkpoints={}))
    store.save_system(SystemDescription(name="a/b", checkpoints={}))
    with pytest.raises(InputError, match="holds the system 'a/b', not 'a_b'"):
        store.save_system(SystemDescription(name="a_b", checkpoints={}))
