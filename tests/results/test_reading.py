"""A results directory with all that may lie in one: what is no record is passed over and named, the rest stands."""

import os
from pathlib import Path

import pytest
from xbench.errors import InputError
from xbench.results.reading import read_results
from xbench.results.record import SystemDescription
from xbench.results.store import Store


@pytest.fixture
def root(save, tmp_path):
    """Two records of one system, and its description."""
    save("results", language="de")
    save("results", language="fr", task="pawsx")
    Store(tmp_path / "results").save_system(SystemDescription(name="my/model", checkpoints={}))
    return tmp_path / "results"


def read(root, split="test"):
    return read_results([root], split)


def places(found):
    return [(record.system, record.task, record.language) for record in found.records]


GOOD = [("my/model", "pawsx", "fr"), ("my/model", "xnli", "de")]


def test_records_files_and_descriptions(root):
    found = read(root)
    assert places(found) == GOOD
    assert list(found.stored) == GOOD
    for (system, task, language), stored in found.stored.items():
        assert stored.path == root / "my_model" / task / f"{language}.json"
        assert (stored.record.system, stored.record.task, stored.record.language) == (system, task, language)
    assert found.systems == {"my/model": SystemDescription(name="my/model", checkpoints={})}
    assert found.notes == ()


def test_what_belongs_there_is_not_mentioned(root, save):
    save("results", split="dev")
    save("results", split="dev", layers={0: {"accuracy": 1.0}})
    Store(root).save_run("my/model", "20260101T000000000000Z", {"a": 1})
    (root / "LEADERBOARD.md").write_text("mine")
    (root / "notes.json").write_text("{}")
    (root / "my_model" / "xnli" / "._de.json").write_text("of another system's file manager")
    (root / ".git").mkdir()
    assert places(read(root)) == GOOD
    assert read(root).notes == ()
    assert places(read(root, "dev")) == [("my/model", "xnli", "de")]


def cut_off(root):
    path = root / "my_model" / "xnli" / "sw.json"
    path.write_bytes((path.parent / "de.json").read_bytes()[:200])
    return "my_model/xnli/sw.json is not a record of xbench: invalid JSON: EOF while parsing"


def foreign(root):
    (root / "my_model" / "xnli" / "sw.json").write_text('{"what": "ever\\n"}')
    return "my_model/xnli/sw.json is not a record of xbench: system: Field required"


def no_object(root):
    (root / "my_model" / "xnli" / "sw.json").write_text("[1]")
    return "my_model/xnli/sw.json is not a record of xbench: content: "


def of_a_newer_version(root):
    text = (root / "my_model" / "xnli" / "de.json").read_text()
    (root / "my_model" / "xnli" / "sw.json").write_text(text.replace('"schema_version": 2', '"schema_version": 3'))
    return "my_model/xnli/sw.json was written by a newer xbench, in schema version 3 where this one knows 2: upgrade"


def another_language(root):
    path = root / "my_model" / "xnli" / "de.json"
    (path.parent / "sw.json").write_bytes(path.read_bytes())
    return "my_model/xnli/sw.json holds what belongs into xnli/de.json"


def another_task(root):
    path = root / "my_model" / "xnli" / "de.json"
    (root / "my_model" / "pawsx" / "de.json").write_bytes(path.read_bytes())
    return "my_model/pawsx/de.json holds what belongs into xnli/de.json"


def another_split(root):
    path = root / "my_model" / "xnli" / "de.json"
    (path.parent / "sw.json").write_text(
        path.read_text().replace('"test"', '"dev"').replace('"language": "de"', '"language": "sw"')
    )
    return "my_model/xnli/sw.json holds what belongs into xnli/sw.dev.json"


def another_system(root):
    (root / "copy" / "xnli").mkdir(parents=True)
    for language in ("de", "sw"):
        text = (root / "my_model" / "xnli" / "de.json").read_text()
        path = root / "copy" / "xnli" / f"{language}.json"
        path.write_text(text.replace('"language": "de"', f'"language": "{language}"'))
    return "copy holds 2 records of the system 'my/model', whose folder would be 'my_model'"


def a_name_of_which_nothing_is_left(root):
    (root / "copy" / "xnli").mkdir(parents=True)
    text = (root / "my_model" / "xnli" / "de.json").read_text()
    (root / "copy" / "xnli" / "de.json").write_text(text.replace("my/model", "///"))
    return "copy holds 1 record of the system '///'"


def a_copy(root):
    path = root / "my_model" / "xnli" / "de.json"
    (path.parent / "de.copy.json").write_bytes(path.read_bytes())
    return "my_model/xnli/de.copy.json is not named like a record"


def interrupted(root):
    (root / "my_model" / "xnli" / ".sw.json.x1.tmp").write_text("{")
    return "my_model/xnli/.sw.json.x1.tmp is what an interrupted write left"


def a_folder(root):
    (root / "my_model" / "xnli" / "sw.json").mkdir()
    return "my_model/xnli/sw.json is not a regular file"


def a_pipe(root):
    os.mkfifo(root / "my_model" / "xnli" / "sw.json")
    return "my_model/xnli/sw.json is not a regular file"


def a_link_to_itself(root):
    (root / "my_model" / "xnli" / "sw.json").symlink_to("sw.json")
    return "my_model/xnli/sw.json is not a regular file"


def a_folder_linked_to_itself(root):
    (root / "loop").symlink_to("loop")
    return "loop is a link that leads nowhere"


def a_link_upwards(root):
    (root / "loop").symlink_to(".")
    return "loop is a link to a folder that it lies in"


def a_task_linked_upwards(root):
    (root / "my_model" / "tatoeba").symlink_to("..")
    return "my_model/tatoeba is a link to a folder that it lies in"


def empty(root):
    (root / "empty").mkdir()
    return "empty holds no records"


def other_things(root):
    (root / "plots").mkdir()
    (root / "plots" / "a.png").write_bytes(b"")
    return "plots holds no records"


def broken_description(root):
    (root / "my_model" / "system.json").write_text("{")
    return "my_model is made of is unknown: {root}/my_model/system.json is not xbench's description of a system"


def no_description(root):
    (root / "my_model" / "system.json").unlink()
    return "my_model is made of is unknown: cannot read {root}/my_model/system.json: No such file"


def description_of_another(root):
    path = root / "my_model" / "system.json"
    path.write_text(path.read_text().replace("my/model", "other"))
    return "my_model/system.json describes the system 'other'"


FILES = [
    cut_off, foreign, no_object, of_a_newer_version, another_language, another_task, another_split, another_system,
    a_name_of_which_nothing_is_left, a_copy, interrupted, a_folder, a_pipe, a_link_to_itself,
    a_folder_linked_to_itself, a_link_upwards, a_task_linked_upwards, empty, other_things,
]  # fmt: skip
DESCRIPTIONS = [broken_description, no_description, description_of_another]


@pytest.mark.parametrize("spoil", [*FILES, *DESCRIPTIONS], ids=lambda spoil: spoil.__name__)
def test_one_bad_thing_is_one_note_and_the_rest_stands(root, spoil):
    told = spoil(root).replace("{root}", str(root))
    found = read(root)
    assert places(found) == GOOD
    (note,) = found.notes
    assert told in note
    assert note.endswith(".")
    assert "\n" not in note
    assert bool(found.systems) == (spoil not in DESCRIPTIONS)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["my_model/xnli/sw.json", "locked", "my_model/tatoeba"])
def test_what_may_not_be_read(root, name):
    path = root / name
    path.write_text("{}") if path.suffix else path.mkdir()
    path.chmod(0)
    found = read(root)
    path.chmod(0o700)
    assert places(found) == GOOD
    (note,) = found.notes
    assert note == f"Passed over: cannot read {path}: Permission denied."


def test_what_the_system_refuses_to_list(root, monkeypatch):
    from xbench.results import scanning

    listed = scanning.Path.iterdir

    def refuse(path):
        if path.name == "xnli":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(scanning.Path, "iterdir", refuse)
    found = read(root)
    assert places(found) == GOOD[:1]
    assert found.notes == (f"Passed over: cannot read {root / 'my_model' / 'xnli'}: Permission denied.",)


def test_a_name_that_is_not_utf_8_can_be_written_down(root):
    path = Path(os.fsdecode(os.fsencode(root / "my_model" / "xnli") + b"/\xff.json"))
    path.write_bytes(b"{}")
    (note,) = read(root).notes
    assert "\\udcff.json" in note
    note.encode()


def test_a_linked_system_of_another_place_counts(root, save, tmp_path):
    save("elsewhere", system="far")
    (root / "far").symlink_to(tmp_path / "elsewhere" / "far")
    assert places(read(root)) == [("far", "xnli", "de"), *GOOD]


@pytest.mark.parametrize("spoil", [None, cut_off, other_things])
def test_a_directory_in_which_nothing_is_a_record(root, tmp_path, spoil):
    directory = tmp_path / "bare"
    (directory / "my_model" / "xnli").mkdir(parents=True)
    if spoil:
        (directory / "my_model" / "xnli" / "de.json").write_bytes(b"")
        spoil(directory)
    for directories in ([directory], [root, directory]):
        with pytest.raises(InputError, match=f"nothing in {directory} is a record: write some with") as caught:
            read_results(directories, "test")
        assert "\n" not in str(caught.value)


def test_a_missing_directory_is_an_error(root, tmp_path):
    with pytest.raises(InputError, match="no results directory"):
        read_results([root, tmp_path / "nowhere"], "test")
