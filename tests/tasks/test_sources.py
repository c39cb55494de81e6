"""A directory in XTREME's layout: which file is taken, what is said of one that is missing, what cannot be scored."""

import json

import pytest
from xbench.errors import InputError
from xbench.tasks.sources import DirectorySource, load_labelled, open_directory
from xbench.tasks.suites import TASKS

XNLI, UDPOS, PANX, XQUAD, XCOPA, TATOEBA, PAWSX = (
    TASKS[key] for key in ("xnli", "udpos", "panx", "xquad", "xcopa", "tatoeba", "pawsx")
)


@pytest.fixture
def source(tmp_path):
    return open_directory(tmp_path)


def test_a_directory_that_is_none_is_named(tmp_path, write):
    for path in (tmp_path / "nowhere", write("file", "")):
        with pytest.raises(InputError, match=f"no data directory {path}"):
            open_directory(path)


def test_load_and_has(write, source, tmp_path):
    write("xnli/test-sw.tsv", "a\tb\tneutral\n")
    assert source.has(XNLI, "test", "sw")
    assert not source.has(XNLI, "test", "de")
    assert not source.has(XNLI, "dev", "sw")
    assert [e.first for e in source.load(XNLI, "test", "sw").examples] == ["a"]
    assert (source.name, source.notice(XNLI)) == (str(tmp_path), None)


def test_training_data_are_english_whatever_the_language(write, source):
    write("xnli/train-en.tsv", "a\tb\tneutral\n")
    assert source.load(XNLI, "train", "sw") == source.load(XNLI, "train", "en")


@pytest.mark.parametrize(
    ("task", "split", "language", "path"),
    [
        ("xnli", "dev", "de", "xnli/dev-de.tsv"),
        ("pawsx", "test", "ja", "pawsx/test-ja.tsv"),
        ("xcopa", "dev", "qu", "xcopa/val-qu.jsonl"),
        ("xcopa", "train", "qu", "xcopa/train-en.jsonl"),
        ("udpos", "test", "wo", "udpos/test-wo.tsv"),
        ("panx", "test", "my", "panx/test-my.tsv"),
        ("xquad", "test", "el", "xquad/xquad.el.json"),
        ("xquad", "dev", "el", "squad/dev-v1.1.json"),
        ("mlqa", "test", "hi", "mlqa/MLQA_V1/test/test-context-hi-question-hi.json"),
        ("mlqa", "dev", "hi", "mlqa/MLQA_V1/dev/dev-context-hi-question-hi.json"),
        ("tydiqa", "test", "ko", "tydiqa/tydiqa-goldp-v1.1-dev/tydiqa.goldp.ko.dev.json"),
        ("tydiqa", "train", "ko", "tydiqa/tydiqa-goldp-v1.1-train/tydiqa.goldp.en.train.json"),
        ("tatoeba", "test", "fa", "tatoeba/fa-en.fa"),
    ],
)
def test_the_file_looked_for_is_that_of_xtremes_scripts(source, tmp_path, task, split, language, path):
    complaint = f"no {split} data of {task} in '{language}': {tmp_path / path} not found"
    with pytest.raises(InputError) as caught:
        source.load(TASKS[task], split, language)
    assert str(caught.value) == complaint


def test_the_missing_file_of_the_form_that_comes_closest_is_named(write, source, tmp_path):
    write("tatoeba/v1/tatoeba.pes-eng.pes", "a\n")
    with pytest.raises(InputError, match=r"tatoeba/v1/tatoeba\.pes-eng\.eng not found"):
        source.load(TATOEBA, "test", "fa")
    # Without its labels it is read, and cannot be scored.
    write("tatoeba/fa-en.fa", "a\n")
    write("tatoeba/fa-en.en", "a\n")
    assert source.load(TATOEBA, "test", "fa").examples[0].gold is None
    with pytest.raises(InputError, match="has no gold labels"):
        load_labelled(source, TATOEBA, "test", "fa")


@pytest.mark.parametrize("folder", ["tatoeba/v1", "tatoeba", "v1", "."])
def test_lasers_files_are_found_wherever_they_were_put(write, source, folder):
    write(f"{folder}/tatoeba.cmn-eng.cmn", "一\n二\n")
    write(f"{folder}/tatoeba.cmn-eng.eng", "two\none\n")
    found = source.load(TATOEBA, "test", "zh")
    assert [(e.text, e.gold) for e in found.examples] == [("one", (1,)), ("two", (0,))]
    assert found.candidates.texts == ("一", "二")


def test_xtremes_form_is_preferred(write, source):
    for name, content in (("v1/tatoeba.deu-eng.deu", "x\n"), ("v1/tatoeba.deu-eng.eng", "x\n")):
        write(f"tatoeba/{name}", content)
    write("tatoeba/de-en.de", "d\n")
    write("tatoeba/de-en.en", "e\n")
    write("labels/tatoeba/test-de.tsv", "0\n")
    assert source.load(TATOEBA, "test", "de").candidates.texts == ("d",)


def test_an_unknown_split_names_the_nearest(source):
    with pytest.raises(InputError, match=r"task 'xnli' has no split 'tst': did you mean 'test'\?"):
        source.load(XNLI, "tst", "de")


def test_notice(write, source):
    write("DATASET.json", json.dumps({"notice": "a fixture"}))
    assert source.notice(XNLI) == "a fixture"


@pytest.mark.parametrize("content", ["", "[]", "{}", "{'notice': 1}", b"\xff"])
def test_a_bad_description_is_named(write, source, content):
    write("DATASET.json", content)
    with pytest.raises(InputError, match=r"DATASET\.json: not a description of a data set"):
        source.notice(XNLI)


# -- what cannot be scored ----------------------------------------------------------------------------------------

COPA = json.dumps({"premise": "p", "choice1": "a", "choice2": "b", "question": "cause", "label": 0})
BLANKED = json.dumps(
    {
        "data": [
            {
                "paragraphs": [
                    {"context": "c", "qas": [{"id": n, "question": "?", "answers": [{"answer_start": 0, "text": ""}]}]}
                ]
            }
            for n in range(3)
        ]
    }
)
REFUSED = [
    # As XTREME ships them.
    (PAWSX, "es", {"pawsx/test-es.tsv": "a\tb\n" * 3}),
    (PANX, "th", {"panx/test-th.tsv": "a\nb\n\nc\n\n"}),
    (XQUAD, "de", {"xquad/xquad.de.json": BLANKED}),
    (XCOPA, "th", {"xcopa/test-th.jsonl": (COPA + "\n") * 500}),
    # One label in the middle of none.
    (XNLI, "de", {"xnli/test-de.tsv": "a\tb\nc\td\tneutral\ne\tf\tentailment\n"}),
    # Placeholders: "all neutral / O / X / 0" (protocol, 9.1).
    (XNLI, "de", {"xnli/test-de.tsv": "a\tb\tneutral\n" * 20}),
    (PAWSX, "es", {"pawsx/test-es.tsv": "a\tb\t0\n" * 2000}),
    (PANX, "th", {"panx/test-th.tsv": "a\tO\nb\tO\n\n" * 20}),
    (UDPOS, "th", {"udpos/test-th.tsv": "a\tX\n\n" * 20}),
    (
        TATOEBA,
        "de",
        {"tatoeba/de-en.de": "d\n" * 20, "tatoeba/de-en.en": "e\n" * 20, "labels/tatoeba/test-de.tsv": "0\n" * 20},
    ),
]


@pytest.mark.parametrize("limit", [None, 1, 10, 100])
@pytest.mark.parametrize(("task", "language", "files"), REFUSED)
def test_what_has_no_gold_is_refused_however_little_of_it_is_run(write, source, task, language, files, limit):
    for name, content in files.items():
        write(name, content)
    with pytest.raises(
        InputError, match=f"the test data of {task.key} in '{language}' .* has no gold labels"
    ) as caught:
        load_labelled(source, task, "test", language, limit)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("limit", [None, 5, 30])
def test_a_run_of_one_label_is_no_placeholder_where_others_follow(write, source, limit):
    write("xnli/test-de.tsv", "a\tb\tneutral\n" * 40 + "a\tb\tentailment\n")
    assert len(load_labelled(source, XNLI, "test", "de", limit).examples) == (limit or 41)


def test_a_small_split_may_have_one_label(write, source):
    # With 19 sentences an equal label is no proof of a placeholder.
    write("xnli/test-de.tsv", "a\tb\tneutral\n" * 19)
    assert len(load_labelled(source, XNLI, "test", "de").examples) == 19


@pytest.mark.parametrize(
    ("task", "files"),
    [
        (XNLI, {"xnli/test-de.tsv": ""}),
        (UDPOS, {"udpos/test-de.tsv": ""}),
        (XQUAD, {"xquad/xquad.de.json": '{"data": []}'}),
        (TATOEBA, {"tatoeba/tatoeba.deu-eng.deu": "", "tatoeba/tatoeba.deu-eng.eng": ""}),
    ],
)
def test_an_empty_file_is_refused(write, source, task, files):
    for name, content in files.items():
        write(name, content)
    with pytest.raises(InputError, match=f"the test data of {task.key} in 'de' .* is empty"):
        load_labelled(source, task, "test", "de")


def test_blank_lines_alone_are_no_gold(write, source):
    write("udpos/test-de.tsv", "\n\n")
    with pytest.raises(InputError, match="no gold labels"):
        load_labelled(source, UDPOS, "test", "de")


def test_a_source_is_a_value(tmp_path):
    assert DirectorySource(tmp_path) == open_directory(tmp_path)
