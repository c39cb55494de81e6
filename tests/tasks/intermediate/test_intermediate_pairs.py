"""Every form of the sentence-pair tasks by hand, and what is said of files that do not have it."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.tasks.examples import SentencePair
from xbench.tasks.intermediate import INTERMEDIATE, load_training
from xbench.tasks.intermediate.catalogue import PAIR_LINES

E, N, C = "entailment", "neutral", "contradiction"


def lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def nli(first, second, label):
    return {"gold_label": label, "sentence1": first, "sentence2": second, "pairID": "1e", "annotator_labels": [label]}


def triples(directory, reference, split="train"):
    return [(e.first, e.second, e.gold) for e in load_training(directory, reference, split).examples]


MULTINLI = ("index\tpromptID\tgenre\tsentence1\tsentence2\tlabel1\tgold_label", "{n}\t9\tfiction\t{a}\t{b}\t{l}\t{l}")
SNLI = (
    "gold_label\tsentence1_binary_parse\tsentence1\tsentence2\tlabel1\tlabel2\tlabel3",
    "{l}\t( a b )\t{a}\t{b}\t{l}\t\t",
)
ROWS = [('He said "no".', "No\u2028one", E), ("a, b", ' "quoted', N), ("x", "y", C)]


def table(layout, rows=ROWS):
    header, row = layout
    body = (row.format(n=n, a=a, b=b, l=label) for n, (a, b, label) in enumerate(rows))
    return "\n".join([header, *body]) + "\n"


@pytest.mark.parametrize(
    ("reference", "path", "content"),
    [
        ("mnli", "mnli/multinli_1.0/multinli_1.0_{}.jsonl", lines(*(nli(*row) for row in ROWS))),
        ("mnli", "mnli/MNLI/{}.tsv", table(MULTINLI)),
        ("mnli", "mnli/{}.tsv", table(MULTINLI)),
        (
            "mnli",
            "mnli/{}.csv",
            f'premise,hypothesis,label\n"He said ""no"".",No\u2028one,{E}\n"a, b"," ""quoted",{N}\nx,y,{C}\n',
        ),
        ("snli", "snli/snli_1.0/snli_1.0_{}.jsonl", lines(*(nli(*row) for row in ROWS))),
        ("snli", "snli/snli_1.0/snli_1.0_{}.txt", table(SNLI)),
        (
            "snli",
            "snli/{}.tsv",
            'premise\thypothesis\tlabel\n"He said ""no""."\tNo\u2028one\t0\na, b\t" ""quoted"\t1\nx\ty\t2\n',
        ),
        (
            "anli-r2",
            "anli/anli_v1.0/R2/{}.jsonl",
            lines(
                *({"uid": "u", "context": a, "hypothesis": b, "label": label[0], "reason": ""} for a, b, label in ROWS)
            ),
        ),
        (
            "anli-r2",
            "anli-r2/{}-en.jsonl",
            lines(*({"sentence1": a, "sentence2": b, "label": label} for a, b, label in ROWS)),
        ),
    ],
)
@pytest.mark.parametrize("split", ["train", "dev"])
def test_every_form_gives_the_same_pairs(write, tmp_path, reference, path, content, split):
    # MultiNLI has two dev sets, of which the matched one is taken.
    matched = split == "dev" and reference == "mnli" and not path.endswith("csv")
    write(path.format("dev_matched" if matched else split), content)
    assert load_training(tmp_path, reference, split).examples == tuple(
        SentencePair(str(n), *row) for n, row in enumerate(ROWS)
    )


def test_xtremes_training_data_of_xnli_are_multinlis_without_its_quoting(write, tmp_path):
    write("xnli/train-en.tsv", '"He said ""no""."\tNo.\tentailment\r\na\tb\tneutral\r\n')
    assert triples(tmp_path, "mnli") == [('He said "no".', "No.", E), ("a", "b", N)]
    # XNLI's dev set is another one than MultiNLI's.
    write("xnli/dev-en.tsv", "a\tb\tneutral\n")
    with pytest.raises(InputError, match=r"no dev data of mnli in 'en'"):
        load_training(tmp_path, "mnli", "dev")


def test_pairs_without_agreement_are_no_examples(write, tmp_path):
    write("snli/snli_1.0/snli_1.0_dev.jsonl", lines(nli("a", "b", E), nli("c", "d", "-"), nli("e", "f", C)))
    examples = load_training(tmp_path, "snli", "dev").examples
    assert [(e.id, e.first, e.gold) for e in examples] == [("0", "a", E), ("1", "e", C)]


QQP_HEADER = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"


def test_qqp_leaves_out_rows_that_a_line_end_broke(write, tmp_path):
    # nyu-mll/GLUE-baselines issue 5: line 97,931 is '"\tWas Muhammad a real historical figure? ...\t0'.
    content = QQP_HEADER + '1\t2\t3\tWhy "x"?\tWhy?\t1\r\n4\t5\t6\tWho "\n"\tWas it?\t0\n7\t8\t9\ta\tb\t0\n'
    write("qqp/QQP/train.tsv", content)
    assert triples(tmp_path, "qqp") == [('Why "x"?', "Why?", "1"), ("a", "b", "0")]


def test_qqp_by_the_hubs_names(write, tmp_path):
    names = [("a", "b", "duplicate"), ("c", "d", "not_duplicate"), ("e", "f", "1")]
    write("qqp/dev-en.jsonl", lines(*({"sentence1": a, "sentence2": b, "label": label} for a, b, label in names)))
    assert triples(tmp_path, "qqp", "dev") == [("a", "b", "1"), ("c", "d", "0"), ("e", "f", "1")]


XTREME = "xtreme_translations/XNLI/translate-train/en-de-translated.tsv"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("translations/mnli/train-de.tsv", f'Er sagte "nein".\tNein.\t{C}\nja\tnein\t{E}\n'),
        (
            "translations/mnli/train-de.jsonl",
            lines(
                {"sentence1": 'Er sagte "nein".', "sentence2": "Nein.", "label": C},
                {"sentence1": "ja", "sentence2": "nein", "label": E},
            ),
        ),
        (XTREME, f'He\tNo\tEr sagte "nein".\tNein.\tcontradictory\nyes\tno\tja\tnein\t{E}\n'),
        (
            "XNLI-MT-1.0/multinli/multinli.train.de.tsv",
            f'premise\thypo\tlabel\nEr sagte "nein".\tNein.\tcontradictory\nja\tnein\t{E}\n',
        ),
    ],
)
def test_translations(write, tmp_path, path, content):
    write(path, content)
    assert triples(tmp_path, "mnli@de") == [('Er sagte "nein".', "Nein.", C), ("ja", "nein", E)]
    with pytest.raises(InputError, match="no train data of mnli in 'sw'"):
        load_training(tmp_path, "mnli@sw")


GOOD = nli("a", "b", E)
MULTINLI_LINES = "mnli/multinli_1.0/multinli_1.0_train.jsonl"
SNLI_LINES = "snli/snli_1.0/snli_1.0_train.jsonl"


@pytest.mark.parametrize(
    ("reference", "path", "content", "complaint"),
    [
        (
            "mnli",
            MULTINLI_LINES,
            lines(GOOD) + "{",
            r":2: not a line of MultiNLI: Expecting",
        ),
        ("mnli", MULTINLI_LINES, lines(GOOD) + "\n", r":2: not a line of MultiNLI"),
        ("mnli", MULTINLI_LINES, lines(GOOD, [1]), r":2: .*: no JSON object"),
        ("snli", SNLI_LINES, lines({**GOOD, "gold_label": "e"}), r":1: .*unknown label 'e'"),
        (
            "snli",
            SNLI_LINES,
            lines({**GOOD, "sentence2": None}),
            r":1: .*'sentence2' is no text",
        ),
        (
            "snli",
            SNLI_LINES,
            lines({**GOOD, "gold_label": 1}),
            r":1: .*'gold_label' is no text",
        ),
        *(
            (
                "snli",
                SNLI_LINES,
                lines(GOOD, {name: value for name, value in GOOD.items() if name != field}),
                rf":2: not a line of SNLI: no field '{field}'",
            )
            for field in ("sentence1", "sentence2", "gold_label")
        ),
        ("anli-r1", "anli/anli_v1.0/R1/train.jsonl", b"\xff", r":1: not UTF-8"),
        (
            "anli-r1",
            "anli/anli_v1.0/R1/train.jsonl",
            lines({"context": "a", "hypothesis": "b", "label": "x"}),
            r":1: .*unknown label 'x', expected one of c, e, n",
        ),
        ("mnli", "mnli/MNLI/train.tsv", "", r":1: no column sentence1, sentence2, gold_label in the header"),
        ("mnli", "mnli/MNLI/train.tsv", "sentence1\tsentence2\n", r":1: no column gold_label in the header"),
        ("mnli", "mnli/MNLI/train.tsv", table(MULTINLI) + "1\t2\n", r":5: 2 fields where the header has 7"),
        ("mnli", "mnli/MNLI/train.tsv", table(MULTINLI) + "1\t" * 9 + "\n", r":5: 10 fields where the header has 7"),
        ("mnli", "mnli/train.csv", "premise,hypothesis,label\na,b,neutral\na,b,maybe\n", r":3: unknown label 'maybe'"),
        ("mnli", "mnli/train.csv", 'premise,hypothesis,label\n"a,b,neutral\n', r":2: not what a CSV writer writes"),
        (
            "snli",
            "snli/train.tsv",
            "premise\thypothesis\tlabel\na\tb\t3\n",
            r":2: unknown label '3', expected one of 0, 1, 2",
        ),
        ("qqp", "qqp/train.tsv", QQP_HEADER + "1\t2\t3\ta\tb\t2\n", r":2: unknown label '2', expected one of 0, 1"),
        ("qqp", "qqp/train.tsv", QQP_HEADER + "1\t2\t3\ta\tb\t1\t\n", r":2: 7 fields where the header has 6"),
        ("qqp", "qqp/train.tsv", QQP_HEADER + "1\t2\n", r"the train data of qqp in 'en' in .* is empty"),
        ("mnli@de", XTREME, "a\tb\tc\td\tneutral\na\tb\tneutral\n", r":2: 3 fields, expected two pairs and a label"),
        ("mnli@de", XTREME, "a\tb\tc\td\tno\n", r":1: unknown label 'no'"),
    ],
)
def test_a_malformed_line_is_named_in_one_line(write, tmp_path, reference, path, content, complaint):
    write(path, content)
    with pytest.raises(InputError, match=complaint) as caught:
        load_training(tmp_path, reference)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@given(st.lists(st.tuples(st.text(), st.text(), st.sampled_from([C, E, N])), max_size=5))
def test_lines_of_json_hold_any_text(rows):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "f.jsonl"
        records = [json.dumps({"sentence1": a, "sentence2": b, "label": label}) for a, b, label in rows]
        path.write_text("".join(f"{record}\n" for record in records))
        found = PAIR_LINES([path], INTERMEDIATE["mnli"]).examples
    assert [(e.first, e.second, e.gold) for e in found] == rows
    assert len({e.id for e in found}) == len(rows)
