"""Every format by hand, and what is said of files that do not have it."""

import json

import pytest
from xbench.errors import InputError
from xbench.tasks.examples import Candidates, Dataset, MultipleChoice, Query, Question, SentencePair, TaggedSentence
from xbench.tasks.formats import POOLS, READERS
from xbench.tasks.protocol import SWITCHES
from xbench.tasks.readers import read_copa, read_lines, read_pairs, read_squad, read_tags
from xbench.tasks.retrieval_readers import read_bitext, read_sorted_bitext
from xbench.tasks.suites import TASKS

XNLI, UDPOS, XQUAD, XCOPA, TATOEBA = (TASKS[key] for key in ("xnli", "udpos", "xquad", "xcopa", "tatoeba"))


# -- lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a\nb", ["a", "b"]),
        (b"a\nb\n", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\nb\n\n", ["a", "", "b", ""]),
        (b"\xef\xbb\xbfa\n", ["a"]),
        # What Python's splitlines takes for line ends stays inside: U+2028, U+0085, form feed, a lone CR.
        ("a\u2028b\u0085c\fd\re\n".encode(), ["a\u2028b\u0085c\fd\re"]),
        (b" a \t\n", [" a \t"]),
    ],
)
def test_lines(write, content, lines):
    assert read_lines(write("f", content)) == lines


def test_a_line_that_is_not_utf8_is_named(write):
    path = write("f.tsv", b"a\nb\ncaf\xe9\n")
    with pytest.raises(InputError, match=r"f\.tsv:3: not UTF-8 \(byte 0xe9\)") as caught:
        read_lines(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none\.tsv: No such file"):
        read_lines(tmp_path / "none.tsv")
    with pytest.raises(InputError, match="Is a directory"):
        read_lines(tmp_path)


# -- pairs --------------------------------------------------------------------------------------------------------


def test_pairs(write):
    content = 'A cat.\tAn animal.\tentailment\r\nhe said ""no""\t"quoted"\tneutral\r\n\t empty \tcontradiction\n'
    # Quotes are input: XTREME's readers do not undo the CSV quoting. Nothing is stripped.
    assert read_pairs([write("f", content)], XNLI) == Dataset(
        (
            SentencePair("0", "A cat.", "An animal.", "entailment"),
            SentencePair("1", 'he said ""no""', '"quoted"', "neutral"),
            SentencePair("2", "", " empty ", "contradiction"),
        )
    )


def test_pairs_without_labels(write):
    found = read_pairs([write("f", "a\tb\nc\u2028d\te\n")], XNLI)
    assert [(e.first, e.second, e.gold) for e in found.examples] == [("a", "b", None), ("c\u2028d", "e", None)]
    assert not found.labelled


# -- tags ---------------------------------------------------------------------------------------------------------


def tags(write, content, task=UDPOS):
    return [(e.words, e.gold) for e in read_tags([write("f", content)], task).examples]


def test_tags(write):
    content = "\ufeffThe\tDET\r\ncat\tNOUN\r\n\r\nvingt et un\tNUM\n\nlast\tX"
    assert tags(write, content) == [
        (("The", "cat"), ("DET", "NOUN")),
        (("vingt et un",), ("NUM",)),  # a word with blanks is one word
        (("last",), ("X",)),  # no blank line at the end
    ]


def test_every_blank_line_closes_a_sentence(write):
    # "every blank line closes a block (two blank lines in a row: an empty sentence)"
    assert tags(write, "a\tX\n\n\nb\tX\n\n") == [(("a",), ("X",)), ((), ()), (("b",), ("X",))]
    assert tags(write, "\na\tX\n") == [((), ()), (("a",), ("X",))]
    assert tags(write, "a\tX\n \t \nb\tX\n") == [(("a",), ("X",)), (("b",), ("X",))]


def test_tags_that_no_model_learns_are_read(write):
    assert tags(write, "a\t_\nb\tO\n") == [(("a", "b"), ("_", "O"))]


def test_words_without_tags(write):
    found = read_tags([write("f", "a\nb\n\nc\n\n")], UDPOS)
    assert [(e.words, e.gold) for e in found.examples] == [(("a", "b"), None), (("c",), None)]
    assert not found.labelled


def test_one_sentence_without_tags_makes_a_split_unlabelled(write):
    assert not read_tags([write("f", "a\tX\nb\tADJ\n\nc\n")], UDPOS).labelled


def test_named_entities(write):
    assert tags(write, "a\tB-PER\nb\tI-PER\nc\tO\n", TASKS["panx"]) == [(("a", "b", "c"), ("B-PER", "I-PER", "O"))]


# -- SQuAD --------------------------------------------------------------------------------------------------------


def squad(*items, context="The cat sat."):
    return {"version": "1.1", "data": [{"title": "t", "paragraphs": [{"context": context, "qas": list(items)}]}]}


def item(identity="q1", answers=(("cat", 4),), question="Who sat?"):
    made = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": identity, "question": question, "answers": made}


def test_squad(write):
    document = squad(item(), item("q2", [("cat", 4), ("The cat", 0)], "Who?"))
    document["data"].append(squad(item("q3", [("ب", 0)]), context="بغداد\u2028")["data"][0])
    for content in (json.dumps(document), "\ufeff" + json.dumps(document, indent=1, ensure_ascii=False) + "\r\n"):
        assert read_squad([write("f", content)], XQUAD) == Dataset(
            (
                Question("q1", "Who sat?", "The cat sat.", ("cat",), (4,)),
                Question("q2", "Who?", "The cat sat.", ("cat", "The cat"), (4, 0)),
                Question("q3", "Who sat?", "بغداد\u2028", ("ب",), (0,)),
            )
        )


def test_squad_may_be_the_bare_list(write):
    found = read_squad([write("f", json.dumps(squad(item())["data"]))], XQUAD)
    assert [e.id for e in found.examples] == ["q1"]


def test_blanked_answers_are_no_labels(write):
    # XTREME's test files: {"answer_start": 0, "text": ""}.
    found = read_squad([write("f", json.dumps(squad(item(answers=[("", 0)]), item("q2", []))))], XQUAD)
    assert [e.gold for e in found.examples] == [None, None]
    assert not found.labelled


def test_a_numeric_id_is_text(write):
    assert read_squad([write("f", json.dumps(squad(item(17))))], XQUAD).examples[0].id == "17"


# -- COPA ---------------------------------------------------------------------------------------------------------

COPA = {"premise": "Es regnet.", "choice1": "a", "choice2": "b", "question": "cause", "label": 1, "idx": 7}


def copa(*rows):
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def test_copa(write):
    rows = (COPA, {**COPA, "question": "effect", "label": 0, "changed": True}, {**COPA, "label": None})
    assert read_copa([write("f", copa(*rows))], XCOPA) == Dataset(
        (
            # The question stands in English whatever the language: "premise + What was the {cause|effect}?"
            MultipleChoice("0", "Es regnet. What was the cause?", ("a", "b"), 1),
            MultipleChoice("1", "Es regnet. What was the effect?", ("a", "b"), 0),
            MultipleChoice("2", "Es regnet. What was the cause?", ("a", "b"), None),
        )
    )


def test_copa_without_the_field_label_is_unlabelled(write):
    row = {name: value for name, value in COPA.items() if name != "label"}
    assert [e.gold for e in read_copa([write("f", copa(row))], XCOPA).examples] == [None]


# -- bitext -------------------------------------------------------------------------------------------------------

# Sorted by code point: capitals before small letters, "a" before "ab", "é" (U+00E9) last.
FOREIGN = "null\neins\n zwei \ndrei\nvier\n"
ENGLISH = "zero\nOne\nétwo\nab\na\n"
SORTED, ROWS = "One\na\nab\nzero\nétwo\n", "1\n4\n3\n0\n2\n"


def test_sorted_bitext(write):
    paths = [write("de", FOREIGN), write("en", SORTED), write("labels", ROWS)]
    assert read_sorted_bitext(paths, TATOEBA) == Dataset(
        (
            Query("0", "One", (1,)),
            Query("1", "a", (4,)),
            Query("2", "ab", (3,)),
            Query("3", "zero", (0,)),
            Query("4", "étwo", (2,)),
        ),
        Candidates(("null", "eins", "zwei", "drei", "vier")),
    )


def test_lasers_form_is_the_sorted_form(write):
    first = read_sorted_bitext([write("a", FOREIGN), write("b", SORTED), write("c", ROWS)], TATOEBA)
    second = read_bitext([write("d", FOREIGN), write("e", ENGLISH)], TATOEBA)
    assert first == second
    assert first.fingerprint() == second.fingerprint()


def test_sorting_is_stable(write):
    found = read_bitext([write("d", "1\n2\n3\n"), write("e", "b\na\nb\n")], TATOEBA)
    assert [(e.text, e.gold) for e in found.examples] == [("a", (1,)), ("b", (0,)), ("b", (2,))]


def test_bitext_lines_may_hold_any_character(write):
    found = read_bitext([write("d", "x\u2028y\nz\n"), write("e", "b\r\n\u200b\n")], TATOEBA)
    assert found.candidates.texts == ("x\u2028y", "z")
    assert [e.text for e in found.examples] == ["b", "\u200b"]


# -- malformed ----------------------------------------------------------------------------------------------------

GOOD_COPA = json.dumps(COPA)


@pytest.mark.parametrize(
    ("reader", "task", "contents", "complaint"),
    [
        ("pairs", XNLI, ["a\tb\tneutral\nonly one\n"], r"f0:2: 1 fields, expected two sentences and a label"),
        ("pairs", XNLI, ["a\tb\tneutral\tmore\n"], r"f0:1: 4 fields"),
        ("pairs", XNLI, ["a\tb\tneutral\n\nc\td\tneutral\n"], r"f0:2: 1 fields"),
        (
            "pairs",
            XNLI,
            ["a\tb\tneutral\na\tb\tmaybe\n"],
            r"f0:2: unknown label 'maybe', expected one of contradiction,",
        ),
        ("pairs", TASKS["pawsx"], ["a\tb\t1\r\na\tb\t1 \r\n"], r"f0:2: unknown label '1 ', expected one of 0, 1"),
        ("pairs", XNLI, [b"a\tb\n\xff\tb\n"], r"f0:2: not UTF-8"),
        ("tags", UDPOS, ["a\tNOUN\nb\tNN\n"], r"f0:2: expected a word, a tab and a tag of UD-POS, found 'b\\tNN'"),
        ("tags", TASKS["panx"], ["a\tNOUN\n"], r"f0:1: expected a word, a tab and a tag of PAN-X"),
        ("tags", UDPOS, ["a\tNOUN\tX\n"], r"f0:1: expected a word"),
        ("tags", UDPOS, ["a\t\n"], r"f0:1: expected a word"),
        ("tags", UDPOS, ["a\tNOUN\n\nb\tNOUN\nc\n"], r"f0:4: 'c' has no tag, but words before it have one"),
        ("tags", UDPOS, ["a\n\nb\nc\tNOUN\n"], r"f0:4: 'c' has a tag, but words before it have none"),
        ("tags", UDPOS, [b"a\tNOUN\n\xe9\tX\n"], r"f0:2: not UTF-8"),
        ("squad", XQUAD, ['{"data":\n[1,\n'], r"f0:\d: not JSON: Expecting value"),
        ("squad", XQUAD, ["{\n'data': []}"], r"f0:2: not JSON: Expecting property name"),
        ("squad", XQUAD, [""], r"f0:1: not JSON"),
        ("squad", XQUAD, [b'{"data":\n"\xff"}'], r"f0:2: not UTF-8"),
        ("squad", XQUAD, ["{}"], r"f0: no list of articles under 'data'"),
        ("squad", XQUAD, ['{"data": {}}'], r"f0: no list of articles"),
        ("squad", XQUAD, ["3"], r"f0: no list of articles"),
        ("squad", XQUAD, ["[1]"], r"f0: not in SQuAD's format"),
        ("squad", XQUAD, ['[{"paragraphs": [{"qas": [{}]}]}]'], r"f0: not in SQuAD's format: no field 'context'"),
        ("squad", XQUAD, ['[{"paragraphs": [{"context": "c"}]}]'], r"f0: not in SQuAD's format: no field 'qas'"),
        ("squad", XQUAD, ['[{"paragraphs": [{"context": "c", "qas": [1]}]}]'], r"f0: not in SQuAD's format"),
        (
            "squad",
            XQUAD,
            [json.dumps(squad({"id": "q7", "question": "?", "answers": [{"text": "c"}]}))],
            r"f0: question 'q7' is not in SQuAD's format: no field 'answer_start'",
        ),
        (
            "squad",
            XQUAD,
            [json.dumps(squad({"id": "q7", "answers": []}))],
            r"f0: question 'q7' .*no field 'question'",
        ),
        ("copa", XCOPA, [GOOD_COPA + "\n{"], r"f0:2: not a line of COPA"),
        ("copa", XCOPA, [GOOD_COPA + "\n\n" + GOOD_COPA], r"f0:2: not a line of COPA"),
        ("copa", XCOPA, [GOOD_COPA + "\n[]"], r"f0:2: not a line of COPA"),
        *(
            (
                "copa",
                XCOPA,
                [copa({k: v for k, v in COPA.items() if k != name})],
                rf"f0:1: not a line of COPA: .*{name}",
            )
            for name in ("premise", "choice1", "choice2", "question")
        ),
        ("copa", XCOPA, [copa({**COPA, "question": "why"})], r"f0:1: not a line of COPA: question 'why' is neither"),
        ("copa", XCOPA, [copa(COPA, {**COPA, "label": 2})], r"f0:2: not a line of COPA"),
        ("copa", XCOPA, [copa({**COPA, "label": "1"})], r"f0:1: not a line of COPA"),
        ("sorted-bitext", TATOEBA, ["a\nb\n", "c\nd\n", "0\n2\n"], r"f2:2: '2' is not a row of f0 \(0-1\)"),
        ("sorted-bitext", TATOEBA, ["a\nb\n", "c\nd\n", "-1\n0\n"], r"f2:1: '-1' is not a row"),
        ("sorted-bitext", TATOEBA, ["a\nb\n", "c\nd\n", "0\n[1]\n"], r"f2:2: '\[1\]' is not a row"),
        ("sorted-bitext", TATOEBA, ["a\nb\n", "c\nd\n", "0\n\n"], r"f2:2: '' is not a row"),
        ("sorted-bitext", TATOEBA, ["a\nb\n", "c\n", "0\n"], r"f1: 1 lines where .*f0 has 2; they must be parallel"),
        ("sorted-bitext", TATOEBA, ["a\nb\n", "c\nd\n", "0\n"], r"f2: 1 lines where .*f1 has 2; they must be parallel"),
        ("bitext", TATOEBA, ["a\nb\n", "c\n"], r"f1: 1 lines where .*f0 has 2; they must be parallel"),
        ("bitext", TATOEBA, ["a\nb\n", b"c\n\xff\n"], r"f1:2: not UTF-8"),
    ],
)
def test_a_malformed_line_is_named_in_one_line(write, tmp_path, reader, task, contents, complaint):
    paths = [write(f"f{number}", content) for number, content in enumerate(contents)]
    with pytest.raises(InputError, match=complaint) as caught:
        READERS[reader](paths, task)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert caught.value.exit_code == 2


def test_every_form_of_every_task_has_a_reader():
    forms = [form for task in TASKS.values() for forms in task.splits.values() for form in forms]
    switched = [
        switch.apply(task, value) for task in TASKS.values() for switch in SWITCHES.values() for value in switch.values
    ]
    forms += [form for task in switched for forms in task.splits.values() for form in forms]
    assert {form.reader for form in forms if not form.pool} == set(READERS)
    assert {form.reader for form in forms if form.pool} == set(POOLS)


# -- data sets ----------------------------------------------------------------------------------------------------


def test_the_fingerprint_sees_every_part():
    base = Dataset((SentencePair("0", "a", "b", "neutral"), SentencePair("1", "c", "d", "neutral")))
    others = [
        Dataset((SentencePair("0", "a", "b", "entailment"), base.examples[1])),
        Dataset((SentencePair("0", "a", "b ", "neutral"), base.examples[1])),
        Dataset(base.examples[::-1]),
        Dataset(base.examples[:1]),
        Dataset(base.examples, Candidates(("x",))),
        Dataset(base.examples, Candidates(("x", "y"))),
        Dataset(base.examples, Candidates(("x", "y"), ("1", "2"))),
        Dataset(base.examples, tuning=base),
        Dataset(base.examples, Candidates(("y", "x"))),
        Dataset((TaggedSentence("0", ("a",), ("X",)),)),
    ]
    prints = {dataset.fingerprint() for dataset in (base, *others)}
    assert len(prints) == 1 + len(others)
    assert Dataset(tuple(base.examples)).fingerprint() == base.fingerprint()


def test_limited():
    data = Dataset(tuple(Query(str(n), "a", (n,)) for n in range(5)), Candidates(tuple("abcde")))
    assert data.limited(None) is data
    assert data.limited(2) == Dataset(data.examples[:2], Candidates(tuple("abcde")))
    assert data.limited(9) == data
