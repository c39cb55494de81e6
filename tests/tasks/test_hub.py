"""The hub as a source: what is fetched, at which revision, what is kept, and what is said of what cannot be had."""

import re
import shutil
from dataclasses import replace

import pytest
from datasets import Value
from hub_repository import FEATURES, TEXT, answers, hub_in, publish
from xbench.errors import EnvironmentFault, InputError
from xbench.tasks.hub import REPOSITORIES, HubSource, Repository
from xbench.tasks.hub.layouts import LAYOUTS
from xbench.tasks.hub.places import PLACES, UNAVAILABLE, for_language
from xbench.tasks.languages import LANGUAGES
from xbench.tasks.sources import load_labelled
from xbench.tasks.suites import SUITES, TASKS


@pytest.fixture
def hub(tmp_path):
    root = tmp_path / "hub"
    root.mkdir()
    return hub_in(root), root


# -- labels that are withheld ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "language", "name", "features", "rows"),
    [
        ("xnli", "de", "de/test", FEATURES["xnli"], [("a", "b", 1), ("c", "d", -1), ("e", "f", 2)]),
        ("xcopa", "et", "et/test", FEATURES["xcopa"], [("a", "b", "c", "cause", 1), ("a", "b", "c", "cause", -1)]),
        ("udpos", "yo", "udpos.Yoruba/test", FEATURES["udpos"], [(["a"], [1]), (["b", "c"], [2, -1])]),
        ("panx", "pl", "pl/test", FEATURES["panx"], [(["a", "b"], [-1, -1], [])]),
        ("mlqa", "hi", "MLQA.hi.hi/test", FEATURES["qa"], [("1", "t", "c", "?", answers())]),
    ],
)
def test_a_label_that_is_withheld_is_no_gold(hub, task, language, name, features, rows):
    source, root = hub
    publish(root, name, features, rows)
    found = source.load(TASKS[task], "test", language)
    assert len(found.examples) == len(rows)
    assert found.examples[-1 if task != "xnli" else 1].gold is None
    with pytest.raises(InputError, match="in the Hugging Face hub has no gold labels"):
        load_labelled(source, TASKS[task], "test", language)


# -- what cannot be had ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("task", "language"), [("bucc2018", "de"), ("lareqa", "el"), ("mewslix", "uk")])
def test_what_the_hub_lacks_is_said_with_the_reason(task, language):
    source = HubSource()
    assert not source.has(TASKS[task], "test", language)
    with pytest.raises(InputError) as caught:
        source.load(TASKS[task], "test", language)
    assert str(caught.value) == (
        f"no test data of {task} in '{language}' in the Hugging Face hub: {UNAVAILABLE[task]};"
        " name a directory that has it with --data-dir"
    )


@pytest.mark.parametrize(
    ("task", "split", "language"), [("xnli", "test", "yo"), ("udpos", "dev", "kk"), ("xcopa", "test", "en")]
)
def test_a_language_that_no_repository_holds(task, split, language):
    assert not HubSource().has(TASKS[task], split, language)
    with pytest.raises(InputError, match="no repository is known to hold it"):
        HubSource().load(TASKS[task], split, language)


def test_an_unknown_split_is_a_mistake():
    with pytest.raises(InputError, match=r"task 'xnli' has no split 'tst': did you mean 'test'\?"):
        HubSource().has(TASKS["xnli"], "tst", "de")


def complaint(source: HubSource, task: str = "xnli", split: str = "test", language: str = "de") -> str:
    with pytest.raises(EnvironmentFault) as caught:
        source.load(TASKS[task], split, language)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("; name a directory that has it with --data-dir")
    return str(caught.value)


def test_without_network_one_line_says_what_was_wanted_from_where():
    nowhere = {**REPOSITORIES, "xnli": Repository("nobody/nothing-of-the-kind", "0123456789" * 4)}
    said = complaint(HubSource(offline=True, repositories=nowhere))
    assert said.startswith(
        "cannot get the test data of xnli in 'de' (de/test of nobody/nothing-of-the-kind at 0123456) from the Hugging"
        " Face hub's cache: Cannot find"
    )


def test_a_missing_configuration_a_missing_column_and_labels_without_names(hub):
    source, root = hub
    assert ": there is no such file;" in complaint(source)
    publish(root, "de/test", {"premise": TEXT, "text": TEXT}, [("a", "b")])
    assert ": no column hypothesis, label among premise, text;" in complaint(source)
    publish(root, "de/test", {**FEATURES["xnli"], "label": Value("int64")}, [("a", "b", 1)])
    with pytest.raises(InputError, match="unknown label '1', expected one of contradiction, entailment, neutral"):
        source.load(TASKS["xnli"], "test", "de")


def test_an_interrupted_download_is_not_taken_for_the_whole(hub):
    source, root = hub
    publish(root, "de/test", FEATURES["xnli"], [("a", "b", 1)])
    path = root / "de" / "test-00000-of-00001.parquet"
    shutil.copy(path, path.with_name("test-00000-of-00002.parquet"))
    path.unlink()
    assert ": 1 of 2 files are there;" in complaint(source)
    shutil.copy(path.with_name("test-00000-of-00002.parquet"), path.with_name("test-00001-of-00002.parquet"))
    assert [e.id for e in source.load(TASKS["xnli"], "test", "de").examples] == ["0", "1"]


# -- caches -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def downloaded(tmp_path, monkeypatch):
    """XNLI in German at the pinned revision, in a cache of the hub's own layout: links to files named by hash."""
    repository = REPOSITORIES["xnli"]
    folder = tmp_path / "hub-cache" / f"datasets--{repository.path.replace('/', '--')}"
    snapshot = folder / "snapshots" / repository.revision
    publish(snapshot, "de/test", FEATURES["xnli"], [("a", "b", 1)])
    path, blob = snapshot / "de" / "test-00000-of-00001.parquet", folder / "blobs" / "5eed"
    blob.parent.mkdir()
    path.rename(blob)
    path.symlink_to(blob)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    return snapshot


def test_offline_the_hubs_cache_serves_the_pinned_revision_alone(downloaded):
    source = HubSource(offline=True)
    assert source.name == "the Hugging Face hub's cache"
    assert [e.gold for e in source.load(TASKS["xnli"], "test", "de").examples] == ["neutral"]
    other = {"xnli": replace(REPOSITORIES["xnli"], revision="f" * 40)}
    assert "at fffffff" in complaint(HubSource(offline=True, repositories=other))
    assert ": there is no such file;" in complaint(source, language="sw")


def test_what_was_laid_out_is_not_fetched_again(downloaded, tmp_path):
    source = HubSource(offline=True, cache=tmp_path / "cache")
    first = source.load(TASKS["xnli"], "test", "de")
    shutil.rmtree(downloaded)
    assert source.load(TASKS["xnli"], "test", "de") == first
    revision = REPOSITORIES["xnli"].revision
    (path,) = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert path == tmp_path / "cache" / "hub-1" / f"facebook--xnli@{revision}" / "xnli" / "test-de.tsv"
    assert "Cannot find" in complaint(HubSource(offline=True))
    other = {"xnli": replace(REPOSITORIES["xnli"], revision="f" * 40)}
    complaint(HubSource(offline=True, cache=tmp_path / "cache", repositories=other))


def test_nothing_is_shown_and_nothing_left_behind(downloaded, capfd, monkeypatch, tmp_path):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    capfd.readouterr()
    HubSource(offline=True).load(TASKS["xnli"], "test", "de")
    assert capfd.readouterr() == ("", "")
    assert list((tmp_path / "tmp").iterdir()) == []
    from datasets.utils import are_progress_bars_disabled

    assert not are_progress_bars_disabled()


# -- the table ------------------------------------------------------------------------------------------------------


def test_revisions_are_commits():
    assert all(re.fullmatch("[0-9a-f]{40}", repository.revision) for repository in REPOSITORIES.values())
    assert {place.repository for places in PLACES.values() for place in places} == set(REPOSITORIES)


@pytest.mark.parametrize("suite", ["xtreme", "xtreme-r"])
def test_every_test_set_has_a_place_or_a_reason(suite):
    for key, languages in SUITES[suite].languages.items():
        placed = [language for language in languages if HubSource().has(TASKS[key], "test", language)]
        assert placed == ([] if key in UNAVAILABLE else list(languages))


def test_places_fit_their_tasks():
    for (key, split), places in PLACES.items():
        if key not in TASKS:  # an intermediate task: tests/tasks/intermediate
            continue
        task = TASKS[key]
        for place in places:
            assert place.layout in LAYOUTS
            assert set(place.languages or ()) <= set(task.languages)
            for language in place.languages or task.languages:
                assert "{" not in for_language(place.files, language)
            form = task.forms(split)[place.form]
            assert len(form.paths) == (2 if place.layout == "bitext" else 1)


@pytest.mark.parametrize(
    ("key", "split", "language", "path"),
    [
        ("udpos", "test", "zh", "google/xtreme udpos.Chinese/test"),
        ("udpos", "test", "uk", "izhx/xtreme-r-udpos uk/test"),
        ("panx", "test", "jv", "google/xtreme PAN-X.jv/test"),
        ("panx", "test", "qu", "unimelb-nlp/wikiann qu/test"),
        ("mlqa", "dev", "vi", "google/xtreme MLQA.vi.vi/validation"),
        ("xquad", "dev", "vi", "rajpurkar/squad plain_text/validation"),
        ("tatoeba", "test", "fa", "google/xtreme tatoeba.pes/validation"),
        ("tatoeba", "test", "uk", "mteb/tatoeba-bitext-mining test/ukr-eng"),
    ],
)
def test_where_it_is_looked_for(key, split, language, path):
    place = next(p for p in PLACES[key, split] if language in (p.languages or TASKS[key].languages))
    assert f"{REPOSITORIES[place.repository].path} {for_language(place.files, language)}" == path


def test_names_of_languages_are_those_of_universal_dependencies():
    # huggingface/datasets: the list in datasets/xtreme/xtreme.py.
    listed = (
        "Afrikaans Arabic Basque Bulgarian Dutch English Estonian Finnish French German Greek Hebrew Hindi Hungarian"
        " Indonesian Italian Japanese Kazakh Korean Chinese Marathi Persian Portuguese Russian Spanish Tagalog Tamil"
        " Telugu Thai Turkish Urdu Vietnamese Yoruba"
    )
    assert sorted(LANGUAGES[code].name for code in SUITES["xtreme"].languages["udpos"]) == sorted(listed.split())


def test_the_notice_names_what_is_concerned():
    notice = HubSource().notice(TASKS["udpos"])
    assert all(word in notice for word in ("UD-POS", "Greek", "Chinese", "German"))
    assert HubSource().notice(TASKS["xnli"]) is None
