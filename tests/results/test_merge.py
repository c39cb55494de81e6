"""Several results directories read as one."""

import json

import pytest
from xbench.errors import InputError
from xbench.results.reading import read_results
from xbench.results.record import SystemDescription
from xbench.results.store import Store


def records(directories, split="test"):
    return list(read_results(directories, split).records)


def test_each_directory_has_a_part(save, tmp_path):
    made = [save("a", language="de"), save("b", language="fr"), save("b", language="de", task="pawsx")]
    assert records([tmp_path / "b", tmp_path / "a"]) == [made[2], made[0], made[1]]
    assert records([tmp_path / "a"]) == [made[0]]


def test_what_both_have_is_taken_once_from_the_first(save, tmp_path):
    first, second = (save(name, created=f"2026-01-0{day}T00:00:00Z") for day, name in ((1, "a"), (2, "b")))
    assert records([tmp_path / "a", tmp_path / "b"]) == [first]
    assert records([tmp_path / "b", tmp_path / "a"]) == [second]
    assert records([tmp_path / "a", tmp_path / "a", tmp_path / "b" / ".." / "a"]) == [first]


@pytest.mark.parametrize(
    "change", [{"scores": {"accuracy": 71.26}}, {"data": "e" * 16}, {"checkpoint": "e" * 16}, {"limit": 4}]
)
def test_contradictions(save, tmp_path, change):
    save("a")
    save("b", **change)
    with pytest.raises(InputError, match=r"a/my_model/xnli/de\.json and .*b/my_model/xnli/de\.json are different"):
        records([tmp_path / "a", tmp_path / "b"])


def test_other_splits_stay_out(save, tmp_path):
    made = save("a", split="dev")
    assert records([tmp_path / "a"], "dev") == [made]
    assert records([tmp_path / "a"]) == []
    with pytest.raises(InputError, match="no results directory"):
        records([tmp_path / "a", tmp_path / "nowhere"])


def test_a_directory_without_records_of_the_split_is_named_where_others_have_some(save, tmp_path):
    save("a", split="dev")
    save("b")
    assert read_results([tmp_path / "a"], "test").notes == ()
    found = read_results([tmp_path / "a", tmp_path / "b"], "test")
    assert f"{tmp_path / 'a'} has no records of split test." in found.notes
    assert len(found.records) == 1


def describe(tmp_path, directory, checkpoints):
    described = {key: {"reference": directory, "fingerprint": print_} for key, print_ in checkpoints.items()}
    Store(tmp_path / directory).save_system(SystemDescription(name="my/model", checkpoints=described))


def test_a_system_is_made_of_what_all_directories_say(save, tmp_path):
    for directory, checkpoints in (("a", {"xnli": "1"}), ("b", {"squad": "2", "xnli": "1"})):
        save(directory, language={"a": "de", "b": "fr"}[directory])
        describe(tmp_path, directory, checkpoints)
    (system,) = read_results([tmp_path / "a", tmp_path / "b"], "test").systems.values()
    assert {name: checkpoint["fingerprint"] for name, checkpoint in system.checkpoints.items()} == {
        "xnli": "1",
        "squad": "2",
    }


def test_systems_of_one_name_must_be_one_system(save, tmp_path):
    for directory, checkpoints in (("a", {"xnli": "1"}), ("b", {"squad": "2"}), ("c", {"squad": "3"})):
        save(directory)
        describe(tmp_path, directory, checkpoints)
    with pytest.raises(InputError, match=r"b/my_model/system\.json and .*c/my_model/system\.json are of different"):
        records([tmp_path / "a", tmp_path / "b", tmp_path / "c"])


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
