"""Readers on real XTREME data: counts, refusals, and the two forms of Tatoeba."""

import csv
import re

import pytest
from xbench.errors import InputError
from xbench.tasks.chunks import chunks
from xbench.tasks.retrieval_readers import read_bitext, read_sorted_bitext
from xbench.tasks.sources import load_labelled, open_directory
from xbench.tasks.suites import TASKS

# What the manifest calls a file, and which split and language it is; a language of None: English training data.
FILES = {
    "xnli": r"xnli/(?P<split>train|dev|test)-(?P<language>..)\.tsv",
    "pawsx": r"pawsx/(?P<split>train|dev|test)-(?P<language>..)\.tsv",
    "xcopa": r"xcopa/(?P<split>train|val|test)-(?P<language>..)\.jsonl",
    "udpos": r"udpos/(?P<split>train|dev|test)-(?P<language>..)\.tsv",
    "panx": r"panx/(?P<split>train|dev|test)-(?P<language>..)\.tsv",
    "xquad": r"xquad/xquad\.(?P<language>..)\.json|squad/(?P<split>train|dev)-v1\.1(\.part)?\.json",
    "mlqa": r"mlqa/MLQA_V1/(?P<split>dev)/dev-context-(?P<language>..)-question-(?P=language)\.json",
    "tydiqa": r"tydiqa/tydiqa-goldp-v1\.1-(dev|(?P<split>train))/tydiqa\.goldp\.(?P<language>..)\.\w+\.json",
    "tatoeba": r"tatoeba/(?P<language>..)-en\.en",
    "bucc2018": r"bucc2018/(?P<language>zh)-en\.(?P<split>dev)\.zh",
    "lareqa": r"lareqa/xquad-r/(?P<language>..)\.json",
}
UNLABELLED = {("pawsx", "test", "es"), ("panx", "test", "th")}


def listed(directory, key):
    """(split, language, examples) of each of the task's files in the manifest."""
    with (directory / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        match = re.fullmatch(FILES[key], row["file"])
        if match:
            parts = match.groupdict()
            split = {"val": "dev", None: "test"}.get(parts.get("split"), parts.get("split"))
            yield split, parts.get("language") or "en", int(row["examples"])


@pytest.mark.parametrize("key", FILES)
def test_every_labelled_file_has_the_examples_of_the_manifest(xtreme, key):
    source, task = open_directory(xtreme), TASKS[key]
    rows = [row for row in listed(xtreme, key) if (key, *row[:2]) not in UNLABELLED]
    assert rows
    for split, language, count in rows:
        dataset = load_labelled(source, task, split, language)
        assert len(dataset.examples) == count, (split, language)
        if split != "train":  # TyDiQA's training files have the last part of an id alone
            assert len({example.id for example in dataset.examples}) == count, (split, language)


@pytest.mark.parametrize(("key", "split", "language"), sorted(UNLABELLED))
def test_files_without_labels_are_read_but_not_scored(xtreme, key, split, language):
    source = open_directory(xtreme)
    (count,) = [n for s, found, n in listed(xtreme, key) if (s, found) == (split, language)]
    assert len(source.load(TASKS[key], split, language).examples) == count
    for limit in (None, 5):
        with pytest.raises(InputError, match=f"the test data of {key} in '{language}' .* has no gold labels"):
            load_labelled(source, TASKS[key], split, language, limit)


def test_lasers_form_of_tatoeba_is_xtremes(xtreme):
    languages = [language for _, language, _ in listed(xtreme, "tatoeba")]
    assert len(languages) == 21
    for language in languages:
        forms = TASKS["tatoeba"].forms("test")
        paths = [[xtreme / path for path in form.located(language)] for form in forms[:2]]
        ours, lasers = read_sorted_bitext(paths[0], TASKS["tatoeba"]), read_bitext(paths[1], TASKS["tatoeba"])
        assert ours.fingerprint() == lasers.fingerprint(), language


@pytest.mark.parametrize("language", ["en", "de", "ar", "hi", "th", "zh"])
def test_gold_answers_of_xquad_stand_where_they_should(xtreme, language):
    dataset = load_labelled(open_directory(xtreme), TASKS["xquad"], "test", language)
    for example in dataset.examples:
        for answer, start in zip(example.gold, example.starts, strict=True):
            assert example.context[start : start + len(answer)] == answer
    columns = TASKS["xquad"].kind.score(TASKS["xquad"], language, dataset, [e.gold[0] for e in dataset.examples])
    assert columns["exact"].min() == 1.0


def test_seqeval_finds_the_same_entities_in_panx(xtreme):
    from seqeval.metrics.sequence_labeling import get_entities

    dataset = load_labelled(open_directory(xtreme), TASKS["panx"], "test", "sw")
    found = [[tuple(chunk) for chunk in chunks(e.gold)] for e in dataset.examples]
    assert sum(map(len, found)) > 1000
    assert found == [get_entities(list(e.gold)) for e in dataset.examples]


def test_quotes_of_pawsx_stay_doubled(xtreme):
    """`quotechar=None`: "doubled quotes and surrounding quotes therefore stay in the model input" (protocol, 1.5)."""
    dataset = load_labelled(open_directory(xtreme), TASKS["pawsx"], "test", "ko")
    raw = (xtreme / "pawsx" / "test-ko.tsv").read_bytes().count(b'""')
    kept = sum(text.count('""') for example in dataset.examples for text in (example.first, example.second))
    assert kept == raw > 100
