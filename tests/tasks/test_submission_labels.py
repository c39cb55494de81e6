"""Folders of labels: built from labelled data, described by a manifest, laid over data without labels."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from retrieval_data import write_bucc, write_lareqa, write_mewslix
from xbench.errors import InputError
from xbench.tasks.examples import Candidates, Dataset, Query, TaggedSentence
from xbench.tasks.mini import write_mini
from xbench.tasks.selection import select_languages
from xbench.tasks.sources import load_labelled, open_directory
from xbench.tasks.submission.labels import build_labels
from xbench.tasks.submission.layout import with_labels
from xbench.tasks.suites import TASKS

PLACES = [
    *((key, language) for key in ("xnli", "xcopa", "udpos", "xquad") for language in ("de", "th")),
    ("tatoeba", "de"),
    ("bucc2018", "de"),
    ("mewslix", "de"),
]


def write_all(directory: Path) -> None:
    write_mini(directory, ("de", "th"))
    write_bucc(directory, "de")
    write_mewslix(directory)
    write_lareqa(directory)


def edit(directory: Path, pattern: str, change) -> None:
    paths = list(directory.glob(pattern))
    assert paths
    for path in paths:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def withhold(directory: Path) -> None:
    """Take the labels of the test sets away as XTREME's scripts do."""
    edit(directory, "xnli/test-*.tsv", lambda text: re.sub(r"\t[^\t]*?(\r?\n)", r"\1", text))
    edit(directory, "udpos/test-*.tsv", lambda text: re.sub(r"\t.*", "", text))
    edit(directory, "xcopa/test-*.jsonl", lambda text: re.sub(r'"label": ?1', '"label": 0', text))
    edit(directory, "xquad/*.json", lambda text: json.dumps(json.loads(text, object_hook=_blanked)))
    edit(directory, "mewslix/wikinews_mentions/*", lambda text: re.sub(r'"entity_id": "Q\d+"', '"entity_id": ""', text))
    for path in (*directory.glob("bucc2018/*.test.gold"), *directory.glob("labels/tatoeba/*")):
        path.unlink()


def _blanked(item):
    return {**item, "answers": [{"text": "", "answer_start": 0}]} if "answers" in item else item


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    directory = tmp_path_factory.mktemp("labelled")
    write_all(directory)
    return open_directory(directory)


@pytest.fixture(scope="module")
def unlabelled(tmp_path_factory, labelled):
    """The same data, with a folder of labels beside the test sets that have none."""
    directory = tmp_path_factory.mktemp("unlabelled")
    write_all(directory)
    withhold(directory)
    selected = {key: [code for other, code in PLACES if other == key] for key, _ in PLACES}
    build_labels(labelled, selected, directory / "labels", required=True)
    return open_directory(directory)


@pytest.mark.parametrize(("key", "language"), PLACES)
def test_labels_complete_the_data_that_lack_them(labelled, unlabelled, key, language):
    task = TASKS[key]
    whole = labelled.load(task, "test", language)
    assert unlabelled.load(task, "test", language) == whole
    assert unlabelled.load(task, "test", language).fingerprint() == whole.fingerprint()
    path = next(unlabelled.directory.glob(f"labels/{key}/test-{language}.*"))
    text = path.read_text(encoding="utf-8")
    path.unlink()
    try:
        with pytest.raises(InputError, match="no gold labels"):
            load_labelled(unlabelled, task, "test", language)
    finally:
        path.write_text(text, encoding="utf-8", newline="")


def test_labels_that_are_there_are_not_replaced(labelled, tmp_path):
    (tmp_path / "xnli").mkdir()
    (tmp_path / "xnli" / "test-de.tsv").write_text("a\tb\tneutral\n", encoding="utf-8")
    (tmp_path / "labels" / "xnli").mkdir(parents=True)
    (tmp_path / "labels" / "xnli" / "test-de.tsv").write_text("entailment\n", encoding="utf-8")
    assert open_directory(tmp_path).load(TASKS["xnli"], "test", "de").examples[0].gold == "neutral"


def test_a_manifest_describes_every_file(labelled, tmp_path):
    built = build_labels(labelled, {"xnli": ("de",), "bucc2018": ("de",), "lareqa": ("de",)}, tmp_path, required=True)
    manifest = json.loads((tmp_path / "MANIFEST.json").read_text())["files"]
    assert list(manifest) == ["bucc2018/test-de.tsv", "lareqa/test-de.json", "xnli/test-de.tsv"]
    # 48 pairs of sentences in the mini suite; 6 gold pairs and 3 questions of tests/retrieval_data.py
    assert [entry["rows"] for entry in manifest.values()] == [6, 3, 48]
    assert list(built.written.values()) == [48, 6, 3]
    for name, entry in manifest.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == entry["sha256"]
    # A later call adds to it.
    build_labels(labelled, {"udpos": ("th",), "xnli": ("de",)}, tmp_path, required=True)
    later = json.loads((tmp_path / "MANIFEST.json").read_text())["files"]
    assert later.keys() - manifest.keys() == {"udpos/test-th.tsv"}
    assert manifest.items() <= later.items()


def test_what_cannot_be_had_is_named_or_refused(labelled, tmp_path):
    built = build_labels(labelled, {"xnli": ("de", "sw"), "panx": ("de",)}, tmp_path, required=False)
    assert built.left_out == {("xnli", "no test data"): ["sw"], ("panx", "no test data"): ["de"]}
    with pytest.raises(InputError, match=r"xnli in 'sw' in .*: no test data"):
        build_labels(labelled, {"xnli": ("sw",)}, tmp_path, required=True)
    with pytest.raises(InputError, match="no labelled test data"):
        build_labels(labelled, {"panx": ("de",)}, tmp_path / "none", required=False)
    assert not (tmp_path / "none").exists()
    (tmp_path / "MANIFEST.json").write_text('{"name": "mine"}')
    with pytest.raises(InputError, match=r"MANIFEST\.json: not a manifest of labels"):
        build_labels(labelled, {"xnli": ("de",)}, tmp_path, required=True)


def test_unlabelled_data_give_no_labels(tmp_path):
    write_mini(tmp_path, ("de",))
    withhold_xnli = tmp_path / "xnli" / "test-de.tsv"
    withhold_xnli.write_text("a\tb\nc\td\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"xnli in 'de' in .*: no gold labels"):
        build_labels(open_directory(tmp_path), {"xnli": ("de",)}, tmp_path / "labels", required=True)


SENTENCES = Dataset((TaggedSentence("0", ("a", "b"), None), TaggedSentence("1", ("c",), None)))
QUERIES = Dataset((Query("q", "text", None), Query("r", "text", None)), Candidates(("x", "y"), ("Q1", "Q2")))


@pytest.mark.parametrize(
    ("key", "dataset", "content", "complaint"),
    [
        ("udpos", SENTENCES, "X\nX\n", "labels:1: ends after 1 of the 2 sentences of the data"),
        ("udpos", SENTENCES, "X\nX\n\nX\n\nX\n", "labels:6: more sentences than the 2 of the data"),
        ("udpos", SENTENCES, "X\nX\n\nX\nX\n", "labels:4: sentence 2 has 2 tags, but 1 in the data"),
        ("mewslix", QUERIES, '{"q": ["Q1"]}', "labels: no entry for 'r' of the data"),
        ("mewslix", QUERIES, '{"q": ["Q1"], "r": ["Q9"]}', "labels: unknown id 'Q9', not in the candidates"),
        ("mewslix", QUERIES, '{"q": ["Q1"], "s": ["Q1"], "t": ["Q1"]}', "labels: unknown id 's' (and 1 more), not in"),
        ("bucc2018", QUERIES, "q\tQ1\ns\tQ2\n", "labels: unknown id 's', not in the data"),
        ("bucc2018", QUERIES, "q\tQ9\n", "labels: unknown id 'Q9', not in the candidates"),
        ("tatoeba", QUERIES, "0\n2\n", "labels: unknown id 2, not in the rows of candidates"),
    ],
)
def test_labels_of_other_data_are_refused(write, key, dataset, content, complaint):
    with pytest.raises(InputError) as caught:
        with_labels(TASKS[key], dataset, write("labels", content))
    assert complaint in str(caught.value)


def test_labels_by_hand(write):
    tagged = with_labels(TASKS["udpos"], SENTENCES, write("tags", "X\nNOUN\n\nVERB\n\n"))
    assert [example.gold for example in tagged.examples] == [("X", "NOUN"), ("VERB",)]
    mined = with_labels(TASKS["bucc2018"], QUERIES, write("pairs", "r\tQ2\nr\tQ1\n"))
    assert [example.gold for example in mined.examples] == [(), (1, 0)]
    found = with_labels(TASKS["tatoeba"], QUERIES, write("rows", "1\n0\n"))
    assert [example.gold for example in found.examples] == [(1,), (0,)]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (("mini", ("xnli",), ("sw", "de")), {"xnli": ("sw", "de")}),
        (("xtreme-r", (), ("wo",)), {"udpos": ("wo",)}),
        (("xtreme", ("bucc2018",), ()), {"bucc2018": ("de", "fr", "ru", "zh")}),
    ],
)
def test_selection(given, chosen):
    assert select_languages(*given) == chosen


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (("xtreme", ("xcopa",), ()), "suite 'xtreme' has no task 'xcopa'"),
        ((None, ("xnil",), ()), "did you mean 'xnli'"),
        ((None, ("xnli",), ("ja",)), "none of the tasks xnli has the language 'ja'"),
        (("xtremer", (), ()), "unknown suite"),
    ],
)
def test_bad_selections(given, complaint):
    with pytest.raises(InputError, match=complaint):
        select_languages(*given)


def test_real_labels_are_those_of_the_sources(xtreme, tmp_path):
    """Tatoeba's label files beside the data were made by others."""
    source = open_directory(xtreme)
    build_labels(source, {"tatoeba": ("de", "zh"), "lareqa": ("en",), "xquad": ("en",)}, tmp_path, required=True)
    for language in ("de", "zh"):
        name = f"tatoeba/test-{language}.tsv"
        assert (tmp_path / name).read_bytes() == (xtreme / "labels" / name).read_bytes()
    files = json.loads((tmp_path / "MANIFEST.json").read_text())["files"]
    # Protocol 2.5 and 1.3
    assert files["lareqa/test-en.json"]["rows"] == files["xquad/test-en.json"]["rows"] == 1190
