import pytest
from xbench.errors import InputError
from xbench.leaderboard.comparison.stored import Place, open_system

HITS = {("xnli", "de"): [1, 0], ("xnli", "en"): [1, 1]}


def test_a_system_is_named_by_its_folder_or_by_one_that_holds_no_other(tmp_path, write_system):
    folder = write_system(tmp_path / "results" / "one", HITS)
    for path in (folder, tmp_path / "results"):
        found = open_system(path, "test")
        assert (found.name, found.directory) == ("one", folder)
        assert list(found.records) == [Place("xnli", "de"), Place("xnli", "en")]
        assert found.records[Place("xnli", "de")].path == folder / "xnli" / "de.json"


def test_a_folder_may_be_renamed(tmp_path, write_system):
    write_system(tmp_path / "one", HITS).rename(tmp_path / "before")
    assert open_system(tmp_path / "before", "test").name == "one"


def test_what_is_no_system_is_refused(tmp_path, write_system):
    write_system(tmp_path / "results" / "one", HITS)
    write_system(tmp_path / "results" / "two", HITS)
    (tmp_path / "empty").mkdir()
    for path, complaint in (
        (tmp_path / "results", r"several systems \(one, two\)"),
        (tmp_path / "empty", "holds no system"),
        (tmp_path / "nowhere", "no directory"),
    ):
        with pytest.raises(InputError, match=complaint):
            open_system(path, "test")


def test_the_other_split_is_named(tmp_path, write_system):
    write_system(tmp_path / "one", HITS, split="dev")
    assert len(open_system(tmp_path / "one", "dev").records) == 2
    with pytest.raises(InputError, match=r"no records of split test in .*: it has some of dev: --split dev"):
        open_system(tmp_path / "one", "test")
