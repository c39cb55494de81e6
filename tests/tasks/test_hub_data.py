"""The hub's rows become the same data as XTREME's files."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, List
from hub_repository import ANSWERS, FEATURES, TEXT, TEXTS, answers, hub_in, publish
from hypothesis import given
from hypothesis import strategies as st
from xbench.tasks.hub.layouts import questions
from xbench.tasks.protocol import with_protocol
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS


@pytest.fixture
def hub(tmp_path):
    root = tmp_path / "hub"
    root.mkdir()
    return hub_in(root), root


def squad(*asked: tuple[str, str, str, list[tuple[str, int]]]) -> str:
    """One document a question, as XTREME has it."""
    documents = [
        {
            "paragraphs": [
                {
                    "context": context,
                    "qas": [{"id": i, "question": q, "answers": [{"text": t, "answer_start": s} for t, s in found]}],
                }
            ]
        }
        for i, context, q, found in asked
    ]
    return json.dumps({"data": documents})


def copa(premise: str, question: str, label: int) -> str:
    row = {"premise": premise, "choice1": "一", "choice2": "二", "question": question, "label": label}
    return json.dumps(row) + "\n"


SEOUL = "서울은 수도이다. 서울은 크다."
CASES = [
    pytest.param(
        *("pawsx", "test", "de"),
        {
            "pawsx/test-de.tsv": '"""Angel Eyes"" ist ein Lied"\tEin Lied.\t1\r\n'
            'Ja\u2028nein\t"sagte ""er"""\t0\r\n\tleer\t1\r\n'
        },
        *("de/test", FEATURES["paws-x"]),
        [(4, ' "Angel Eyes" ist ein Lied', "Ein Lied. ", 1), (5, "Ja\u2028nein", 'sagte "er"', 0), (9, "", "leer", 1)],
        id="quotes as XTREME's CSV writer leaves them",
    ),
    pytest.param(
        *("xnli", "dev", "sw"),
        {"xnli/dev-sw.tsv": "a\tb\tneutral\nc\td\tcontradiction\ne\tf\tentailment\n"},
        *("sw/validation", FEATURES["xnli"]),
        [("a", "b", 1), ("c", "d", 2), ("e", "f", 0)],
        id="classes by name",
    ),
    pytest.param(
        *("xnli", "train", "sw"),
        {"xnli/train-en.tsv": "a\tb\tneutral\n"},
        *("en/train", {"premise": TEXT, "hypothesis": TEXT, "label": ClassLabel(names=["neutral", "entailment"])}),
        [("a", "b", 0)],
        id="training data are English, in whatever order the classes are",
    ),
    pytest.param(
        *("xcopa", "test", "zh"),
        {"xcopa/test-zh.jsonl": copa("甲", "cause", 1) + copa("乙", "effect", 0)},
        *("zh/test", FEATURES["xcopa"]),
        [("甲", "一", "二", "cause", 1), ("乙", "一", "二", "effect", 0)],
        id="choices by number",
    ),
    pytest.param(
        *("xcopa", "dev", "en"),
        {"xcopa/val-en.jsonl": copa("甲", "cause", 1) + copa("乙", "effect", 0)},
        *("copa/validation", FEATURES["super_glue"]),
        [("甲", "一", "二", "cause", 1), ("乙", "一", "二", "effect", 0)],
        id="choices by name",
    ),
    pytest.param(
        *("panx", "test", "my"),
        {"panx/test-my.tsv": "a\tB-PER\nb\tI-PER\n\nc\x85\u2028c\tO\n\n"},
        *("PAN-X.my/test", FEATURES["panx"]),
        [(["a", "b "], [1, 2], ["my", "my"]), (["c\x85\u2028c"], [0], ["my"])],
        id="entities",
    ),
    pytest.param(
        *("panx", "dev", "gu"),
        {"panx/dev-gu.tsv": "a\tB-LOC\n\n"},
        *("gu/validation", FEATURES["panx"]),
        [(["a"], [5], ["gu"])],
        id="a language of XTREME-R has another repository",
    ),
    pytest.param(
        *("udpos", "test", "vi"),
        {"udpos/test-vi.tsv": "ViệtNam\tPROPN\nlà\tAUX\n\nmiخواهم\tVERB\n\n"},
        *("udpos.Vietnamese/test", {"tokens": TEXTS, "pos_tags": List(ClassLabel(names=["VERB", "AUX", "PROPN"]))}),
        [(["Việt Nam", "là"], [2, 1]), (["mi\u200cخواهم"], [0])],
        id="words without blanks, tags by name",
    ),
    pytest.param(
        *("udpos", "test", "wo"),
        {"udpos/test-wo.tsv": "a\tX\n\n"},
        *("wo/test", FEATURES["udpos"]),
        [(["a"], [16])],
        id="UD 2.7",
    ),
    pytest.param(
        *("xquad", "test", "ro"),
        {
            "xquad/xquad.ro.json": squad(
                ("1", "abc", "?", [("b", 1)]), ("2", "abc", "!", [("c", 2)]), ("3", "d", "?", [])
            )
        },
        *("xquad.ro/validation", FEATURES["qa"]),
        [
            ("1", "t", "abc", "?", answers(("b", 1))),
            ("2", "t", "abc", "!", answers(("c", 2))),
            ("3", "u", "d", "?", answers()),
        ],
        id="questions on one context",
    ),
    pytest.param(
        *("tydiqa", "test", "ko"),
        {
            "tydiqa/tydiqa-goldp-v1.1-dev/tydiqa.goldp.ko.dev.json": squad(
                ("korean-7-1", SEOUL, "어디?", [("서울", 0), ("수도", 4)]),
                ("korean-8-0", SEOUL, "크다?", [("서울", 10)]),
            )
        },
        *("tydiqa/validation", FEATURES["qa"]),
        [
            ("arabic-1-0", "t", "x", "?", answers(("x", 0))),
            ("korean-7-1", "t", SEOUL, "어디?", answers(("서울", 0), ("수도", 4))),
            ("korean-8-0", "t", SEOUL, "크다?", answers(("서울", 10))),
            ("telugu-1-0", "t", "x", "?", answers(("x", 0))),
        ],
        id="languages by id",
    ),
    pytest.param(
        *("tydiqa", "train", "ko"),
        {"tydiqa/tydiqa-goldp-v1.1-train/tydiqa.goldp.en.train.json": squad(("2", "abc", "?", [("b", 1)]))},
        *("tydiqa/train", FEATURES["qa"]),
        [("english--77-2", "t", "abc", "?", answers(("b", 1))), ("finnish-77-2", "t", "abc", "?", answers(("b", 1)))],
        id="ids of training questions",
    ),
    pytest.param(
        *("mlqa", "train", "hi"),
        {"squad/train-v1.1.json": squad(("1", " abc", " ? ", [("b", 2)]))},
        *("plain_text/train", FEATURES["qa"]),
        [("1", "t", " abc", " ? ", answers(("b", 2)))],
        id="SQuAD keeps its blanks",
    ),
    pytest.param(
        *("tatoeba", "test", "zh"),
        {"v1/tatoeba.cmn-eng.cmn": "一\n二\n三\n", "v1/tatoeba.cmn-eng.eng": 'Two\nThree\n"One"\n'},
        *("tatoeba.cmn/validation", FEATURES["tatoeba"]),
        [("一\n", "Two\n", "cmn", "eng"), (" 二", "Three", "cmn", "eng"), ("三", '"One"', "cmn", "eng")],
        id="English sorted, gold the foreign row",
    ),
]


@pytest.mark.parametrize(("task", "split", "language", "files", "name", "features", "rows"), CASES)
def test_equal_content_is_equal_data(hub, write, tmp_path, task, split, language, files, name, features, rows):
    source, root = hub
    for path, content in files.items():
        write(f"directory/{path}", content)
    publish(root, name, features, rows)
    assert source.has(TASKS[task], split, language)
    expected = DirectorySource(tmp_path / "directory").load(TASKS[task], split, language)
    found = source.load(TASKS[task], split, language)
    assert found == expected
    assert found.fingerprint() == expected.fingerprint()


def test_lines_of_json_are_read_too(hub, write, tmp_path):
    source, root = hub
    (root / "test").mkdir()
    with gzip.open(root / "test" / "aze-eng.jsonl.gz", "wt", encoding="utf-8") as file:
        for foreign, english in (("ə", "b"), ("ü", "a")):
            file.write(json.dumps({"sentence1": foreign, "sentence2": english, "lang": "aze-eng"}) + "\n")
    write("directory/tatoeba/tatoeba.aze-eng.aze", "ə\nü\n")
    write("directory/tatoeba/tatoeba.aze-eng.eng", "b\na\n")
    expected = DirectorySource(tmp_path / "directory").load(TASKS["tatoeba"], "test", "az")
    assert source.load(TASKS["tatoeba"], "test", "az") == expected


def test_choices_of_the_protocol_apply(hub):
    source, root = hub
    publish(root, "de/test", FEATURES["paws-x"], [(1, '"a"', "b", 1)])
    publish(root, "tatoeba.deu/validation", FEATURES["tatoeba"], [("d", "y", "", ""), ("e", "x", "", "")])
    task, _ = with_protocol(TASKS["pawsx"], {"quotes": "parsed"})
    assert [e.first for e in source.load(TASKS["pawsx"], "test", "de").examples] == ['"""a"""']
    assert [e.first for e in source.load(task, "test", "de").examples] == ['"a"']
    task, _ = with_protocol(TASKS["tatoeba"], {"direction": "to-english"})
    assert [e.text for e in source.load(task, "test", "de").examples] == ["d", "e"]


def starts(context: str, *found: tuple[str, int]) -> list[int]:
    (text,) = questions([("1", context, "?", answers(*found))])
    (paragraph,) = json.loads(text)["data"][0]["paragraphs"]
    return [answer["answer_start"] for answer in paragraph["qas"][0]["answers"]]


def test_offsets_into_a_context_that_lost_its_leading_blanks():
    # Once "  the cat, the dog": two blanks fewer, the offsets as they were.
    assert starts("the cat, the dog", ("the", 2), ("cat", 6), ("the dog", 11), ("dog", 15)) == [0, 4, 9, 13]
    # An answer that lost a blank begins behind its offset; what is not there stays where it was said to be.
    assert starts("a bc", ("bc", 1), ("x", 3)) == [2, 3]


@given(st.text("ab ", max_size=20), st.text("ab ", min_size=1, max_size=5), st.text("ab "))
def test_right_offsets_stay(before, answer, after):
    assert starts(before + answer + after, (answer, len(before))) == [len(before)]


def pair_rows(path: Path, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(*row[:2], names.index(row[2])) for row in csv.reader(file, delimiter="\t")]


def tag_rows(path: Path, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    blocks = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    lines = [[line.split("\t") for line in block.split("\n")] for block in blocks]
    return [([word for word, _ in block], [names.index(tag) for _, tag in block]) for block in lines]


def question_rows(path: Path) -> list[tuple[Any, ...]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        (q["id"], p["context"], q["question"], answers(*((a["text"], a["answer_start"]) for a in q["answers"])))
        for article in document["data"]
        for p in article["paragraphs"]
        for q in p["qas"]
    ]


def test_real_data_survive_the_way_over_the_hub(hub, xtreme):
    source, root = hub
    label = {"label": ClassLabel(names=["1", "0"])}
    pair = {"sentence1": TEXT, "sentence2": TEXT, **label}
    publish(root, "ko/validation", pair, pair_rows(xtreme / "pawsx" / "dev-ko.tsv", ("1", "0")))
    classes = ("neutral", "contradiction", "entailment")
    nli = {"premise": TEXT, "hypothesis": TEXT, "label": ClassLabel(names=list(classes))}
    publish(root, "en/validation", nli, pair_rows(xtreme / "xnli" / "dev-en.tsv", classes))
    names = tuple(reversed(TASKS["panx"].labels))
    ner = {"tokens": TEXTS, "ner_tags": List(ClassLabel(names=list(names)))}
    publish(root, "PAN-X.sw/test", ner, tag_rows(xtreme / "panx" / "test-sw.tsv", names))
    publish(
        root, "udpos.Tamil/test", FEATURES["udpos"], tag_rows(xtreme / "udpos" / "test-ta.tsv", TASKS["udpos"].labels)
    )
    qa = {"id": TEXT, "context": TEXT, "question": TEXT, "answers": ANSWERS}
    publish(root, "xquad.zh/validation", qa, question_rows(xtreme / "xquad" / "xquad.zh.json"))
    sides = [
        (xtreme / "tatoeba" / "v1" / f"tatoeba.tam-eng.{side}").read_text(encoding="utf-8").splitlines()
        for side in ("tam", "eng")
    ]
    bitext = dict.fromkeys(("source_sentence", "target_sentence"), TEXT)
    publish(root, "tatoeba.tam/validation", bitext, list(zip(*sides, strict=True)))
    for key, split, language in (
        ("pawsx", "dev", "ko"),
        ("xnli", "dev", "en"),
        ("panx", "test", "sw"),
        ("udpos", "test", "ta"),
        ("xquad", "test", "zh"),
        ("tatoeba", "test", "ta"),
    ):
        expected = DirectorySource(xtreme).load(TASKS[key], split, language)
        assert source.load(TASKS[key], split, language).fingerprint() == expected.fingerprint(), key
