"""Files of a submission by hand: each format read and written, and predictions brought beside the labels."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.tasks.examples import Dataset, MultipleChoice, Query, Question, SentencePair, TaggedSentence
from xbench.tasks.submission.formats import Answers, Blocks, Lines, Objects, Pairs, is_names, row_label
from xbench.tasks.submission.layout import labels_text, predictions_text, read_submission, submission_path
from xbench.tasks.suites import SUITES, TASKS

SQUAD = {
    "data": [
        {
            "title": "t",
            "paragraphs": [
                {
                    "context": "A cat sat.",
                    "qas": [
                        {"id": "q1", "question": "Who?", "answers": [{"text": "A cat", "answer_start": 0}]},
                        {"id": "q2", "question": "What?", "answers": [{"text": "sat", "answer_start": 6}]},
                    ],
                }
            ],
        }
    ]
}


@pytest.fixture
def read(write):
    """Read the two sides of a task from their texts."""

    def read_both(key, predictions, labels):
        return read_submission(TASKS[key], write("predictions", predictions), write("labels", labels))

    return read_both


def golds(submission):
    return [example.gold for example in submission.dataset.examples]


def test_every_task_of_the_suites_has_a_format_and_its_extension_is_the_references(tmp_path):
    extensions = {"xcopa": "jsonl", **dict.fromkeys(("xquad", "mlqa", "tydiqa", "mewslix", "lareqa"), "json")}
    for suite in ("xtreme", "xtreme-r", "mini"):
        for key in SUITES[suite].tasks:
            path = submission_path(tmp_path, TASKS[key], "de")
            assert path == tmp_path / key / f"test-de.{extensions.get(key, 'tsv')}"
    assert submission_path(tmp_path, TASKS["xnli"], "sw", "dev").name == "dev-sw.tsv"


def test_classes(read):
    submission = read("pawsx", "1\n0 \r\n\t1\n", "0\n0\n1\n")
    assert submission.predictions == ["1", "0", "1"]
    assert golds(submission) == ["0", "0", "1"]


def test_rows_with_and_without_brackets(read):
    submission = read("tatoeba", "[308]\n2\n[ 7 ]\n", "308\n1\n7\n")
    assert submission.predictions == [308, 2, 7]
    assert golds(submission) == [(308,), (1,), (7,)]


def test_choices_are_json_with_other_fields_beside_the_label(read):
    submission = read("xcopa", '{"label": 1}\n{"label": 0}\n', '{"premise": "p", "label": 0}\n{"label": 1}\n')
    assert submission.predictions == [1, 0]
    assert golds(submission) == [0, 1]


def test_tags(read):
    submission = read("udpos", "NOUN\nVERB\n\n\nX\n", "NOUN\nNOUN\n\n\nVERB\n\n")
    assert submission.predictions == [("NOUN", "VERB"), (), ("X",)]
    assert golds(submission) == [("NOUN", "NOUN"), (), ("VERB",)]


@pytest.mark.parametrize("document", [SQUAD, SQUAD["data"]])
def test_answers_stand_in_the_order_of_the_labels(read, document):
    submission = read("xquad", '{"q2": "sat", "q1": ""}', json.dumps(document))
    assert [example.id for example in submission.dataset.examples] == ["q1", "q2"]
    assert submission.predictions == ["", "sat"]
    assert golds(submission) == [("A cat",), ("sat",)]


def test_ranked_candidates(read):
    submission = read("mewslix", '{"b": [], "a": ["Q1", "Q2"]}', '{"a": ["Q2"], "b": ["Q7"]}')
    assert submission.predictions == [["Q1", "Q2"], []]
    names = submission.dataset.candidates.ids
    assert [[names[row] for row in gold] for gold in golds(submission)] == [["Q2"], ["Q7"]]


def test_pairs_that_the_labels_do_not_know_are_wrong_not_unknown(read):
    submission = read("bucc2018", "de-1\ten-1\nde-9\ten-9\nde-1\ten-2\n", "de-1\ten-1\nde-2\ten-2\nde-2\ten-3\n")
    assert [example.id for example in submission.dataset.examples] == ["de-1", "de-2", "de-9"]
    assert submission.predictions == [["en-1", "en-2"], (), ["en-9"]]
    kind = TASKS["bucc2018"].kind
    columns = kind.score(TASKS["bucc2018"], "de", *submission)
    # 1 right of 3 predicted and 3 wanted
    assert {metric.name: metric.value(columns) for metric in kind.metrics} == pytest.approx(
        {"f1": 100 / 3, "precision": 100 / 3, "recall": 100 / 3}
    )


def test_one_gold_pair_among_many_predictions_is_no_placeholder(read):
    predictions = "".join(f"de-{row}\ten-{row}\n" for row in range(40))
    assert len(read("bucc2018", predictions, "de-3\ten-3\n").predictions) == 40
    assert read("bucc2018", "", "de-3\ten-3\n").predictions == [()]


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("xnli", "neutral\n" * 20),
        ("xnli", ""),
        ("udpos", "X\nX\n\n" * 20),
        ("tatoeba", "0\n" * 20),
        ("bucc2018", ""),
        ("xcopa", '{"label": 0}\n' * 20),
        ("xquad", json.dumps(SQUAD).replace("A cat", "").replace("sat", "")),
    ],
)
def test_placeholders_are_refused(read, key, labels):
    with pytest.raises(InputError, match=r"/labels: no gold labels \(none, or one placeholder throughout\)"):
        read(key, labels, labels)


# -- writing ------------------------------------------------------------------------------------------------------

upos = st.lists(st.lists(st.sampled_from(TASKS["udpos"].labels), max_size=3))
texts = st.dictionaries(st.text(max_size=4), st.text(max_size=6))
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=3)
CASES = {
    "lines": (
        Lines(row_label),
        st.lists(st.integers(0, 999)).map(lambda rows: {str(n): v for n, v in enumerate(rows)}),
    ),
    "blocks": (Blocks(), upos.map(lambda rows: {str(n): tuple(v) for n, v in enumerate(rows)})),
    "objects": (Objects(is_names, "names"), st.dictionaries(st.text(max_size=4), st.lists(st.text(max_size=3)))),
    "pairs": (Pairs(), st.dictionaries(names, st.lists(names, min_size=1, unique=True))),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_is_read(case, tmp_path_factory):
    form, values = CASES[case]
    path = tmp_path_factory.mktemp("written") / "file"

    @given(values)
    def check(content):
        path.write_text(form.write(content), encoding="utf-8", newline="")
        assert form.read(path, TASKS["udpos"]).values == content

    check()


def test_texts_by_hand():
    assert predictions_text(TASKS["xnli"], ["0", "1"], ["neutral", "entailment"]) == ("neutral\nentailment\n", 2)
    assert predictions_text(TASKS["xcopa"], ["0"], [1]) == ('{"label": 1}\n', 1)
    assert predictions_text(TASKS["panx"], ["0", "1", "2"], [["O", "B-LOC"], [], ["O"]]).text == "O\nB-LOC\n\n\nO\n\n"
    assert predictions_text(TASKS["tatoeba"], ["0", "1"], [7, 0]).text == "7\n0\n"
    assert predictions_text(TASKS["bucc2018"], ["a", "b", "c"], [["x", "y"], [], ["z"]]) == ("a\tx\na\ty\nc\tz\n", 3)
    # Any locale can read it.
    assert predictions_text(TASKS["xquad"], ["q"], ["Kätzchen"]).text == '{\n"q": "K\\u00e4tzchen"\n}\n'
    assert predictions_text(TASKS["lareqa"], ["q", "r"], [["a", "b"], []]).text == '{\n"q": ["a", "b"],\n"r": []\n}\n'


def test_labels_by_hand():
    assert labels_text(TASKS["xnli"], Dataset((SentencePair("0", "a", "b", "neutral"),))) == ("neutral\n", 1)
    assert labels_text(TASKS["xcopa"], Dataset((MultipleChoice("0", "p", ("a", "b"), 1),))).text == '{"label": 1}\n'
    assert labels_text(TASKS["udpos"], Dataset((TaggedSentence("0", ("a",), ("X",)),))).text == "X\n\n"
    assert labels_text(TASKS["tatoeba"], Dataset((Query("0", "a", (3,)),))).text == "3\n"


def test_answers_are_written_with_their_paragraphs(write):
    questions = {
        "q1": Question("q1", "Who?", "A cat sat.", ("A cat", "cat"), (0, 2)),
        "q2": Question("q2", "What?", "A cat sat.", ("sat",), (6,)),
        "q3": Question("q3", "Wo?", "Ein Kätzchen.", ("Kätzchen",), (4,)),
    }
    text = Answers().write(questions)
    assert [len(p["qas"]) for article in json.loads(text)["data"] for p in article["paragraphs"]] == [2, 1]
    assert Answers().read(write("labels", text), TASKS["xquad"]).values == questions


def test_ids_must_tell_examples_apart():
    with pytest.raises(InputError, match="two examples have the id 'q'"):
        predictions_text(TASKS["xquad"], ["q", "p", "q"], ["a", "b", "c"])
    with pytest.raises(InputError, match="the query '0' has not one right row"):
        labels_text(TASKS["tatoeba"], Dataset((Query("0", "a", (3, 4)),)))


def test_a_kind_without_a_format_is_named(tmp_path):
    stranger = replace(TASKS["xnli"], key="ud", kind=SimpleNamespace(name="parsing"))
    with pytest.raises(InputError, match="ud cannot be in a submission: there is no file format for a parsing task"):
        submission_path(tmp_path, stranger, "en")
