"""The schema of a record: what is written is read, and nothing else is."""

import json

import pytest
from pydantic import ValidationError
from xbench.errors import InputError
from xbench.results.record import ComparabilityKey, Measurement, Record
from xbench.results.store import read_record


def test_round_trip(record, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(record.model_dump_json(indent=2), encoding="utf-8")
    assert read_record(path) == record


def test_scores_keep_every_digit(record, tmp_path):
    value = 100 / 3
    path = tmp_path / "r.json"
    path.write_text(record.model_copy(update={"scores": {"f1": value}}).model_dump_json())
    assert read_record(path).scores == {"f1": value}


def test_a_record_cannot_be_changed(record):
    with pytest.raises(ValidationError):
        record.scores = {}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda d: d.update(extra=1), r"extra: Extra inputs are not permitted"),
        (lambda d: d["key"].update(seed=1), r"key\.seed: Extra inputs are not permitted"),
        (lambda d: d.pop("task"), r"task: Field required"),
        (lambda d: d["timing"].pop("tokens"), r"timing\.tokens: Field required"),
        (lambda d: d.update(examples="many"), r"examples: Input should be a valid integer"),
        (lambda d: d["scores"].update(f1="good"), r"scores\.f1: Input should be a valid number"),
        (lambda d: d.update(schema_version=0), r"schema_version: Input should be 2"),
        (lambda d: d.update(schema_version="2"), r"schema_version: Input should be 2"),
    ],
)
def test_a_field_that_does_not_fit_is_named_with_its_file(record, tmp_path, change, complaint):
    content = record.model_dump(mode="json")
    change(content)
    path = tmp_path / "de.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=rf"de\.json is not a record of xbench: {complaint}") as caught:
        read_record(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": "\n"}'])
def test_a_file_that_is_no_record_is_named(tmp_path, content):
    path = tmp_path / "de.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"de\.json is not a record of xbench: ") as caught:
        read_record(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none\.json: No such file"):
        read_record(tmp_path / "none.json")


def test_the_measurement_is_what_systems_must_share(record):
    key = record.key
    other = key.model_copy(
        update={"checkpoint": "x", "tokenizer": "x", "backend": "torch", "layer": 3, "pooling": "cls"}
    )
    assert other.measurement == key.measurement == Measurement(task_version=1, data="d" * 16, precision="fp32")
    for change in ({"task_version": 2}, {"data": "e"}, {"precision": "fp16"}, {"protocol": ("x=y",)}):
        assert key.model_copy(update=change).measurement != key.measurement


def test_every_part_of_the_key_counts(record):
    changes = {
        "task_version": 2,
        "data": "x",
        "precision": "x",
        "protocol": ("x",),
        "checkpoint": "x",
        "tokenizer": "x",
        "backend": "x",
        "layer": 1,
        "pooling": "x",
    }
    assert set(changes) == set(ComparabilityKey.model_fields)
    assert all(record.key.model_copy(update={name: value}) != record.key for name, value in changes.items())


def test_notice_and_limit_are_stored(record, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(record.model_copy(update={"notice": "a fixture", "limit": 3}).model_dump_json())
    found = read_record(path)
    assert isinstance(found, Record)
    assert (found.notice, found.limit) == ("a fixture", 3)
