"""What the command line may name, and what is loaded for it."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.tasks.examples import Dataset, Query, TaggedSentence
from xbench.tasks.formats import READERS
from xbench.tasks.intermediate import (
    INTERMEDIATE,
    OFFICIAL_SIZE,
    PARTS,
    labels_of,
    load_texts,
    load_training,
    parse_training_reference,
    with_labels,
)
from xbench.tasks.intermediate.loading import parts_of, spread
from xbench.tasks.intermediate.translations import TRANSLATED
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS

NINE = ("anli+", "mnli", "qqp", "squad", "squad2", "hellaswag", "ccg", "cosmosqa", "csqa")


# -- the table ----------------------------------------------------------------------------------------------------


def test_the_nine_tasks_of_the_paper_and_xcopas_two_are_there():
    assert {*NINE, "siqa", "copa"} <= set(INTERMEDIATE)
    assert {key: task.key for key, task in INTERMEDIATE.items()} == {key: key for key in INTERMEDIATE}
    assert {task.training for task in INTERMEDIATE.values()} == set(INTERMEDIATE)
    assert set(OFFICIAL_SIZE) == set(INTERMEDIATE)


def test_sizes_add_up():
    # Protocol 7.3: ANLI+ = 549,367 + 392,702 + 16,946 + 45,460 + 100,459 = 1,104,934.
    for key, parts in PARTS.items():
        assert OFFICIAL_SIZE[key] == sum(OFFICIAL_SIZE[part] for part in parts), key


@pytest.mark.parametrize("key", INTERMEDIATE)
def test_metrics_are_those_of_the_kind(key):
    task = INTERMEDIATE[key]
    assert set(task.main_metrics) <= {metric.name for metric in task.kind.metrics}
    # NLI has the order of XNLI's labels, so that heads may be compared.
    if "contradiction" in task.labels:
        assert task.labels == TASKS["xnli"].labels


def test_parts_share_a_head():
    for key, parts in PARTS.items():
        for part in parts:
            assert (INTERMEDIATE[part].kind, INTERMEDIATE[part].labels) == (
                INTERMEDIATE[key].kind,
                INTERMEDIATE[key].labels,
            )


def forms(splits, split):
    return [(form.reader, path) for form in splits.get(split, ()) for path in form.paths]


@pytest.mark.parametrize("splits", [*(task.splits for task in INTERMEDIATE.values()), *TRANSLATED.values()])
def test_every_form_has_a_reader_and_no_training_form_is_a_dev_set(splits):
    assert set(splits) in ({"train", "dev"}, set())
    train, dev = ({path for _, path in forms(splits, split)} for split in ("train", "dev"))
    assert not train & dev
    assert not [path for path in train if any(word in Path(path).name for word in ("dev", "val", "test", "wsj00"))]
    assert not [path for path in dev if "train" in Path(path).name or "trn" in Path(path).name]
    readers = [reader for split in splits for reader, _ in forms(splits, split)]
    assert all(callable(reader) or reader in READERS for reader in readers)


def test_english_files_are_never_taken_for_another_language():
    assert all(
        "{language}" not in path
        for task in INTERMEDIATE.values()
        for s in task.splits
        for _, path in forms(task.splits, s)
    )
    assert all("{language}" in path for splits in TRANSLATED.values() for s in splits for _, path in forms(splits, s))


# -- references ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["mnli", "anli+", "mnli@de", "hellaswag@ru", "anli+@sw", "squad2@zh"])
def test_references_by_task_and_language(text):
    reference = parse_training_reference(text)
    key, _, language = text.partition("@")
    assert (reference.task.key, reference.language, str(reference)) == (key, language or "en", text)
    assert reference.task.languages == (reference.language,)
    assert (reference.task.kind, reference.task.labels, reference.task.training) == (
        INTERMEDIATE[key].kind,
        INTERMEDIATE[key].labels,
        INTERMEDIATE[key].training,
    )


def test_english_may_be_named():
    assert parse_training_reference("qqp@en") == parse_training_reference("qqp")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("mlni", r"unknown intermediate task 'mlni': did you mean 'mnli'\?"),
        ("", r"unknown intermediate task '': known: anli, anli\+"),
        ("xnli", r"unknown intermediate task 'xnli'"),
        ("mnli@german", r"unknown language 'german': did you mean 'de'\?"),
        ("mnli@", r"unknown language ''"),
        ("mnli@de@sw", r"unknown language 'de@sw'"),
        ("ccg@de", r"ccg has no translations: its labels belong to English words"),
    ],
)
def test_what_is_no_reference(text, complaint):
    with pytest.raises(InputError, match=complaint) as caught:
        parse_training_reference(text)
    assert "\n" not in str(caught.value)


def test_parts_stand_in_the_papers_order():
    # Protocol 7.3: ANLI+ (= SNLI + MNLI + ANLI R1+R2+R3).
    for language, suffix in (("en", ""), ("de", "@de")):
        parts = parts_of(parse_training_reference(f"anli+{suffix}"))
        assert [str(part) for part in parts] == [
            f"{key}{suffix}" for key in ("snli", "mnli", "anli-r1", "anli-r2", "anli-r3")
        ]
        assert {part.language for part in parts} == {language}


# -- loading ------------------------------------------------------------------------------------------------------


@pytest.fixture
def entailments(write, tmp_path):
    """ANLI+ of 4 + 3 + 1 + 1 + 1 pairs, the same English and German."""
    for key, size in {"snli": 4, "mnli": 3, "anli-r1": 1, "anli-r2": 1, "anli-r3": 1}.items():
        labels = ("neutral", "contradiction", "entailment")
        records = [{"sentence1": f"{key} {n}", "sentence2": "b", "label": labels[n % 3]} for n in range(size)]
        content = "".join(f"{json.dumps(record)}\n" for record in records)
        write(f"{key}/train-en.jsonl", content)
        write(f"translations/{key}/train-de.jsonl", content)
    return tmp_path


@pytest.mark.parametrize("reference", ["anli+", "anli+@de"])
def test_a_task_of_parts_is_its_parts_one_behind_the_other(entailments, reference):
    examples = load_training(entailments, reference).examples
    assert [e.id for e in examples] == [
        *("snli-0", "snli-1", "snli-2", "snli-3"),
        *("mnli-0", "mnli-1", "mnli-2", "anli-r1-0", "anli-r2-0", "anli-r3-0"),
    ]
    assert [e.first for e in examples] == [e.id.rpartition("-")[0] + " " + e.id[-1] for e in examples]
    assert [e.id for e in load_training(entailments, "anli").examples] == ["anli-r1-0", "anli-r2-0", "anli-r3-0"]


def test_a_limit_takes_of_every_part(entailments):
    limited = load_training(entailments, "anli+", limit=5)
    assert [e.id for e in limited.examples] == ["snli-0", "snli-2", "mnli-0", "mnli-2", "anli-r2-0"]
    assert load_training(DirectorySource(entailments), "anli+", limit=5) == limited


def test_a_missing_part_is_named(entailments):
    (entailments / "anli-r2" / "train-en.jsonl").unlink()
    with pytest.raises(InputError, match=r"no train data of anli-r2 in 'en': .*R2.train\.jsonl not found"):
        load_training(entailments, "anli+")


def test_no_language_stands_in_for_another(entailments):
    with pytest.raises(InputError, match=r"no train data of mnli in 'sw': .*translations.mnli.train-sw\.tsv not found"):
        load_training(entailments, "mnli@sw")


def test_an_unknown_split_and_no_directory(entailments):
    with pytest.raises(InputError, match="task 'mnli' has no split 'validation'"):
        load_training(entailments, "mnli", "validation")
    with pytest.raises(InputError, match="no data directory"):
        load_training(entailments / "none", "mnli")


@given(st.integers(0, 40), st.none() | st.integers(1, 50))
def test_a_spread_is_even(size, limit):
    dataset = Dataset(tuple(Query(str(n), "", (n,)) for n in range(size)))
    kept = [int(e.id) for e in spread(dataset, limit).examples]
    assert len(kept) == min(size, limit or size)
    assert kept == sorted(set(kept))
    gaps = {b - a for a, b in pairwise(kept)}
    assert not gaps or max(gaps) - min(gaps) <= 1
    assert kept[:1] == [0][:size]


# -- labels -------------------------------------------------------------------------------------------------------


def tagged(*tags):
    return Dataset(tuple(TaggedSentence(str(n), ("w",) * len(t), t) for n, t in enumerate(tags)))


def test_labels_are_those_of_the_data_in_one_order():
    first, second = tagged(("N", "N/N"), (",",)), tagged(("S\\NP",), ("N",))
    assert labels_of(first) == (",", "N", "N/N")
    assert labels_of(first, second) == labels_of(second, first) == (",", "N", "N/N", "S\\NP")
    assert with_labels(INTERMEDIATE["ccg"], first, second).labels == (",", "N", "N/N", "S\\NP")


@pytest.mark.parametrize("task", [INTERMEDIATE["mnli"], INTERMEDIATE["csqa"], INTERMEDIATE["squad"], TASKS["panx"]])
def test_labels_that_are_known_stay(task):
    assert with_labels(task, tagged(("N",))) is task


# -- texts --------------------------------------------------------------------------------------------------------


def test_texts_are_paragraphs_without_empty_lines(write, tmp_path):
    write("mlm/th.txt", "\ufeffก ข\n\n \t\nค\u2028ง\r\nจ")
    corpus = load_texts(tmp_path, "th")
    assert (corpus.language, corpus.texts) == ("th", ("ก ข", "ค\u2028ง", "จ"))
    assert load_texts(tmp_path, "th", 2).texts == corpus.texts[:2]
    write("mlm/de.txt", "ก ข\nค\u2028ง\nจ\n")
    other = load_texts(tmp_path, "de")
    assert other.texts == corpus.texts
    assert len({corpus.fingerprint(), other.fingerprint(), load_texts(tmp_path, "th", 2).fingerprint()}) == 3


@pytest.mark.parametrize(
    ("language", "content", "complaint"),
    [
        ("de", None, r"no text to model the language 'de' on: .*mlm.de\.txt not found"),
        ("de", "\n \n", r"mlm.de\.txt: no text, only empty lines"),
        ("de", b"a\n\xff\n", r"mlm.de\.txt:2: not UTF-8"),
        ("german", None, r"unknown language 'german': did you mean 'de'\?"),
    ],
)
def test_texts_that_are_missing_or_malformed(write, tmp_path, language, content, complaint):
    if content is not None:
        write(f"mlm/{language}.txt", content)
    with pytest.raises(InputError, match=complaint):
        load_texts(tmp_path, language)
