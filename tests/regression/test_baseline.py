"""Reference scores in a file, and which system of a results directory is the baseline."""

import pytest
from xbench.errors import InputError
from xbench.regression.baseline import baseline_system, reference_changes
from xbench.regression.scores import complaints, summary
from xbench.results.store import Store


@pytest.fixture(scope="module")
def records(results):
    """Of a model that scores 100 in all languages."""
    return [record for record in Store(results["good"]).records() if record.language != "th"]


def test_points_alone_decide(records, tmp_path):
    path = tmp_path / "scores.toml"
    path.write_text("[udpos]\nen = 99.5\nde = 101\nth = 7\n")
    changes = list(reference_changes(path, records))
    assert {change.language: (change.before, change.after, change.drop) for change in changes} == {
        "en": (99.5, 100.0, -0.5),
        "de": (101.0, 100.0, 1.0),
    }
    assert [change.language for change in changes if change.regressed(0.0)] == ["de"]
    assert not any(change.regressed(1.0) for change in changes)
    assert summary(changes, 0.0) == "2 of 2 scores changed, 1 regressed"
    (told,) = complaints(changes, (), 0.0)
    assert told.splitlines()[-1].split() == ["udpos", "de", "101.00", "100.00", "1.00"]
    assert complaints(changes, (), 1.0) == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("s.json", '{"udpos": {"en": 100}}', "s.json has no score of udpos de: add it, in percent"),
        ("s.json", '{"udpos": {"en": "high"}}', "s.json: udpos.en: Input should be a valid number"),
        ("s.json", '{"udpos": 7}', "s.json: udpos: Input should be a valid dictionary"),
        ("s.toml", "udpos = [", "s.toml is not TOML"),
        ("s.json", "{", "s.json is not JSON"),
        ("none.json", None, "no baseline at .*none.json: No such file or directory"),
    ],
)
def test_a_file_that_is_no_baseline(records, tmp_path, name, text, complaint):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=complaint):
        list(reference_changes(tmp_path / name, records))


def test_the_system_of_the_name_or_the_only_one(results, tmp_path):
    assert baseline_system(results["good"], "udpos", "test").name == "udpos"
    assert baseline_system(results["good"], "of another name", "test").name == "udpos"
    for name in ("one", "two"):
        (tmp_path / name).symlink_to(results["good"] / "udpos")
    assert baseline_system(tmp_path, "two", "test").directory == tmp_path / "two"
    with pytest.raises(InputError, match="several systems"):
        baseline_system(tmp_path, "three", "test")
