"""Several results directories read as one."""

import json

import pytest
from xbench.errors import InputError
from xbench.results.merge import merged_records
from xbench.results.record import SystemDescription
from xbench.results.store import Store

COLUMNS = {"id": ["0"], "prediction": ["neutral"]}


@pytest.fixture
def save(tmp_path, record):
    def save(directory: str, **changes):
        fields = record.model_dump()
        key = {name: changes.pop(name) for name in list(changes) if name in fields["key"]}
        changed = type(record).model_validate({**fields, **changes, "key": {**fields["key"], **key}})
        Store(tmp_path / directory).save(changed, COLUMNS)
        return changed

    return save


def test_each_directory_has_a_part(save, tmp_path):
    records = [save("a", language="de"), save("b", language="fr"), save("b", language="de", task="pawsx")]
    assert merged_records([tmp_path / "b", tmp_path / "a"], "test") == [records[2], records[0], records[1]]
    assert merged_records([tmp_path / "a"], "test") == [records[0]]


def test_what_both_have_is_taken_once(save, tmp_path):
    first = save("a", created="2026-01-01T00:00:00Z")
    save("b", created="2026-01-02T00:00:00Z")
    assert merged_records([tmp_path / "a", tmp_path / "b"], "test") == [first]
    assert merged_records([tmp_path / "a", tmp_path / "a"], "test") == [first]


@pytest.mark.parametrize(
    "change", [{"scores": {"accuracy": 71.26}}, {"data": "e" * 16}, {"checkpoint": "e" * 16}, {"limit": 4}]
)
def test_contradictions(save, tmp_path, change):
    save("a")
    save("b", **change)
    with pytest.raises(InputError, match=r"a/my_model/xnli/de\.json and .*b/my_model/xnli/de\.json are different"):
        merged_records([tmp_path / "a", tmp_path / "b"], "test")


def test_what_one_directory_has_twice_is_not_hidden(save, tmp_path):
    record = save("a")
    (tmp_path / "a" / "my_model").rename(tmp_path / "a" / "copy")
    save("a")
    assert merged_records([tmp_path / "a"], "test") == [record, record]


def test_other_splits_stay_out(save, tmp_path):
    save("a", split="dev")
    (dev,) = merged_records([tmp_path / "a"], "dev")
    assert dev.split == "dev"
    assert merged_records([tmp_path / "a"], "test") == []
    with pytest.raises(InputError, match="no results directory"):
        merged_records([tmp_path / "a", tmp_path / "nowhere"], "test")


def test_systems_of_one_name_must_be_one_system(tmp_path):
    for directory, checkpoints in (("a", {"xnli": "1"}), ("b", {"squad": "2", "xnli": "1"}), ("c", {"xnli": "3"})):
        described = {key: {"reference": directory, "fingerprint": print_} for key, print_ in checkpoints.items()}
        Store(tmp_path / directory).save_system(SystemDescription(name="x", checkpoints=described))
    assert merged_records([tmp_path / "a", tmp_path / "b"], "test") == []
    with pytest.raises(InputError, match=r"a/x/system\.json and .*c/x/system\.json are of different models"):
        merged_records([tmp_path / "a", tmp_path / "b", tmp_path / "c"], "test")


def test_two_runs_of_one_moment_have_names_of_their_own(tmp_path, monkeypatch):
    from datetime import UTC, datetime

    from xbench.results import store as module

    moments = [datetime(2026, 1, 1, 0, 0, 0, micro, tzinfo=UTC) for micro in (1, 1, 1, 2)]

    class Clock:
        @staticmethod
        def now(_):
            return moments.pop(0)

    monkeypatch.setattr(module, "datetime", Clock)
    store = Store(tmp_path)
    assert [store.new_run("x"), store.new_run("x")] == ["20260101T000000000001Z", "20260101T000000000002Z"]
    assert not moments
    store.save_run("x", "20260101T000000000001Z", {"a": 1})
    assert json.loads((tmp_path / "x" / "runs" / "20260101T000000000001Z.json").read_text()) == {"a": 1}
