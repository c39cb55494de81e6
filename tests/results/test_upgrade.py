"""Files that older versions of xbench wrote, and one that a newer one may write."""

import json
from pathlib import Path

import pytest
from xbench.errors import InputError
from xbench.results import upgrade
from xbench.results.reading import read_results
from xbench.results.record import SCHEMA_VERSION, Record, SystemDescription
from xbench.results.store import Store, read_record, read_system

OLD = Path(__file__).parent / "old_records"


def write(path, content):
    path.write_text(json.dumps(content))
    return path


def without(content, *names):
    """A copy without fields, each as `field` or `part.field`."""
    copy = json.loads(json.dumps(content))
    for name in names:
        *parts, last = name.split(".")
        inner = copy
        for part in parts:
            inner = inner[part]
        del inner[last]
    return copy


# What each version of the schema's first number left out; see `git log results/record.py`.
LEFT_OUT = ("layers", "key.protocol", "timing.batch_tokens", "timing.tokenise_start", "timing.infer_start",
            "timing.decode_start")  # fmt: skip


def test_a_record_of_version_1_means_what_its_writer_knew(record, tmp_path):
    content = json.loads(record.model_dump_json()) | {"schema_version": 1}
    assert read_record(write(tmp_path / "de.json", without(content, *LEFT_OUT))) == record


def test_what_a_record_of_version_1_says_is_kept(record, tmp_path):
    timing = record.timing.model_copy(update={"batch_tokens": 512, "infer_start": 1.5})
    key = record.key.model_copy(update={"protocol": ("chunks=seqeval-1",)})
    made = record.model_copy(update={"timing": timing, "key": key, "layers": {3: {"accuracy": 1.0}}})
    content = json.loads(made.model_dump_json()) | {"schema_version": 1}
    assert read_record(write(tmp_path / "de.json", content)) == made


@pytest.mark.parametrize("name", [*LEFT_OUT, "notice", "key.layer", "key.pooling", "schema_version"])
def test_a_record_of_today_that_lost_a_field_is_refused(record, tmp_path, name):
    path = write(tmp_path / "de.json", without(json.loads(record.model_dump_json()), name))
    with pytest.raises(InputError, match=rf"de\.json is not a record of xbench: {name}: "):
        read_record(path)


@pytest.mark.parametrize("part", ["key", "timing"])
@pytest.mark.parametrize("value", [None, [], "x"])
def test_a_broken_record_of_version_1_is_named_as_one_of_today(record, tmp_path, part, value):
    content = json.loads(record.model_dump_json()) | {"schema_version": 1, part: value}
    with pytest.raises(InputError, match=rf"is not a record of xbench: {part}: "):
        read_record(write(tmp_path / "de.json", content))


def test_a_newer_file_is_not_read_as_if_it_were_ours(record, tmp_path):
    content = json.loads(record.model_dump_json()) | {"schema_version": SCHEMA_VERSION + 1, "new": 1}
    with pytest.raises(InputError, match=r"de\.json was written by a newer xbench, in schema version 3 .*: upgrade"):
        read_record(write(tmp_path / "de.json", content))
    described = {"schema_version": 99, "name": "x", "checkpoints": {}}
    write(tmp_path / "system.json", described)
    with pytest.raises(InputError, match=r"system\.json was written by a newer xbench, in schema version 99"):
        read_system(tmp_path)


def test_versions_are_raised_one_after_another(record, tmp_path, monkeypatch):
    """With a version 0 whose scores were a list of pairs."""

    def to_1(raw):
        return {**raw, "scores": dict(raw["scores"])}

    table = {Record: {0: to_1, **upgrade.UPGRADES[Record]}}
    monkeypatch.setattr(upgrade, "UPGRADES", table)
    content = without(json.loads(record.model_dump_json()), *LEFT_OUT)
    content |= {"schema_version": 0, "scores": [["accuracy", 71.25]]}
    assert read_record(write(tmp_path / "de.json", content)) == record


def test_there_is_a_way_from_every_version_up():
    for model in (Record, SystemDescription):
        assert sorted(upgrade.UPGRADES[model]) == list(range(1, SCHEMA_VERSION))


# Commit: what a record of it did not say, and what that meant.
WRITTEN_WITHOUT = {
    "3f1659f": {
        "layers": None,
        "key.protocol": [],
        "timing.batch_tokens": None,
        "timing.tokenise_start": None,
        "timing.infer_start": None,
        "timing.decode_start": None,
    },
    "171cf8d": {
        "timing.batch_tokens": None,
        "timing.tokenise_start": None,
        "timing.infer_start": None,
        "timing.decode_start": None,
    },
    "12a5f5b": {},
}


def flat(content):
    """Values by `field` and `part.field`."""
    parts = {name: content[name] for name in ("key", "timing")}
    inner = {f"{part}.{name}": value for part, fields in parts.items() for name, value in fields.items()}
    return {name: value for name, value in content.items() if name not in parts} | inner


@pytest.mark.parametrize("commit", WRITTEN_WITHOUT)
def test_files_that_older_commits_wrote(commit):
    found = read_results([OLD / commit], "test")
    assert found.notes == ()
    assert list(found.stored) == [("old", "tatoeba", "de"), ("old", "xnli", "de")]
    assert found.systems["old"].checkpoints["xnli"]["parameters"] == 40867
    for stored in found.stored.values():
        written = flat(json.loads(stored.path.read_bytes()))
        read = flat(json.loads(stored.record.model_dump_json()))
        assert read == written | WRITTEN_WITHOUT[commit] | {"schema_version": SCHEMA_VERSION}
        assert not set(WRITTEN_WITHOUT[commit]) & set(written)


def test_what_older_commits_stored_is_found_again(tmp_path):
    for commit in WRITTEN_WITHOUT:
        store = Store(tmp_path / commit)
        place = store.root / "old" / "xnli"
        place.mkdir(parents=True)
        (place / "de.json").write_bytes((OLD / commit / "old" / "xnli" / "de.json").read_bytes())
        (place / "de.parquet").touch()
        found = store.find("old", "xnli", "de")
        assert found is not None
        assert found.key.protocol == ()
