"""Writing the suite: always the same bytes, the promised files, the languages asked for."""

import json
import subprocess
import sys

import pytest
from xbench.errors import InputError
from xbench.tasks.mini import MINI_LANGUAGES, write_mini


def contents(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_two_runs_are_byte_identical_whatever_the_hash_seed(suite, tmp_path):
    code = "import sys, pathlib; from xbench.tasks.mini import write_mini; write_mini(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, env={"PYTHONHASHSEED": "7", "LC_ALL": "C"})
    assert contents(tmp_path) == contents(suite)


def test_the_paths_are_those_written_and_the_description_comes_last(tmp_path):
    paths = write_mini(tmp_path, ["ka"])
    assert sorted(paths) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert paths[-1].name == "DATASET.json"


def test_the_description_says_what_it_is(suite):
    dataset = json.loads((suite / "DATASET.json").read_text(encoding="utf-8"))
    assert dataset["name"] == "mini"
    assert dataset["version"] == 1
    assert dataset["languages"] == list(MINI_LANGUAGES)
    assert "say nothing about a model's quality" in dataset["notice"]


def test_only_the_languages_asked_for_and_english(tmp_path):
    write_mini(tmp_path, ["zh", "sw"])
    assert json.loads((tmp_path / "DATASET.json").read_text())["languages"] == ["en", "sw", "zh"]
    assert sorted(path.name for path in (tmp_path / "xquad").iterdir()) == [
        "xquad.en.json",
        "xquad.sw.json",
        "xquad.zh.json",
    ]
    assert (tmp_path / "squad" / "train-v1.1.json").is_file()
    assert sorted(path.name for path in (tmp_path / "labels" / "tatoeba").iterdir()) == ["test-sw.tsv", "test-zh.tsv"]


def test_a_language_alone_is_what_it_is_among_others(suite, tmp_path):
    write_mini(tmp_path, ["th"])
    for name, data in contents(tmp_path).items():
        assert name.name == "DATASET.json" or data == (suite / name).read_bytes()


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match=r"no language tlh; it has en, de, .*zh"):
        write_mini(tmp_path, ["de", "tlh"])
    assert not list(tmp_path.iterdir())
