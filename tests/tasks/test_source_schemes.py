"""What `--data-dir` names: a directory, or the location of a scheme."""

from pathlib import Path

import pytest
from xbench.errors import InputError
from xbench.harness.run import data_source
from xbench.harness.settings import RunSettings
from xbench.tasks import sources
from xbench.tasks.hub import HubSource
from xbench.tasks.sources import DirectorySource, SourceScheme, open_source


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """Calls of the scheme `archive`, which opens directories."""
    calls = []

    def open_archive(location, offline):
        calls.append((location, offline))
        return DirectorySource(tmp_path)

    monkeypatch.setitem(sources.SCHEMES, "archive", SourceScheme("archive", open_archive))
    return calls


@pytest.mark.parametrize(
    ("place", "location"), [("archive:", ""), ("archive:a/b", "a/b"), ("archive:x://y:1", "x://y:1")]
)
@pytest.mark.parametrize("offline", [True, False])
def test_a_scheme_is_given_what_follows_its_key(opened, tmp_path, place, location, offline):
    assert open_source(place, offline) == DirectorySource(tmp_path)
    assert opened == [(location, offline)]


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("name", ["plain", "other:x", "archive:x"])
def test_a_directory_is_a_directory_whatever_its_name(opened, tmp_path, monkeypatch, kind, name):
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    for place in (name, f"./{name}", f"{tmp_path}/{name}"):
        assert open_source(kind(place)) == DirectorySource(Path(place))
    assert opened == []


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("nowhere", "no data directory nowhere"),
        (Path("archive:x"), "no data directory archive:x"),
        ("./archive:x", "no data directory archive:x"),
        ("archiv:x", "no data directory archiv:x, and no source of data 'archiv': did you mean 'archive'?"),
    ],
)
def test_what_is_neither(opened, tmp_path, monkeypatch, place, complaint):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        open_source(place)
    assert str(caught.value) == complaint
    assert opened == []


def test_a_run_opens_it(opened, tmp_path):
    assert data_source(RunSettings("m", data_dir="archive:x", offline=True)) == DirectorySource(tmp_path)
    assert opened == [("x", True)]
    assert data_source(RunSettings("m", data_dir=tmp_path)) == DirectorySource(tmp_path)
    assert data_source(RunSettings("m", offline=True, cache=tmp_path)) == HubSource(offline=True, cache=tmp_path)
