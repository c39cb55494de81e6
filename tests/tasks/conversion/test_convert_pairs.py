"""XNLI and PAWS-X: by hand, and the real files rebuilt from tables made of them."""

import csv

import pytest
from xbench.errors import InputError
from xbench.tasks.conversion import convert

HEADER = "language gold_label sentence1_parse sentence2_parse x y sentence1 sentence2 promptID".split()
CSV = {"delimiter": "\t", "lineterminator": "\r\n"}


def table(header, *rows):
    return "".join("\t".join(row) + "\n" for row in (header, *rows))


def xnli(*rows):
    return table(HEADER, *([language, label, "p", "p", "", "", one, two, "1"] for language, label, one, two in rows))


def test_xnli(write, tmp_path, converted, loaded):
    write(
        "XNLI-1.0/xnli.test.tsv",
        xnli(
            ("fr", "neutral", ' Il dit "non". ', "a\u2028b"),
            ("de", "entailment", "eins", ""),
            ("xx", "neutral", "no language", "of XTREME"),
            ("fr", "contradictory", "deux", "trois\u00a0"),
        ),
    )
    write("XNLI-1.0/xnli.dev.tsv", xnli(("fr", "neutral", "un", "deux")))
    write(
        "XNLI-MT-1.0/multinli/multinli.train.en.tsv",
        table(["premise", "hypo", "label"], ["One.", 'a "b', "contradictory"], ["x", "y", "entailment"]),
    )
    write("XNLI-MT-1.0/multinli/multinli.train.fr.tsv", "never read")
    assert converted("xnli", tmp_path) == {
        "xnli/dev-fr.tsv": (1, "un\tdeux\tneutral\r\n"),
        "xnli/test-de.tsv": (1, "eins\t\tentailment\r\n"),
        # Sentences are stripped; quotes are doubled; a line separator is no line end.
        "xnli/test-fr.tsv": (
            2,
            '"Il dit ""non""."\ta\u2028b\tneutral\r\ndeux\ttrois\tcontradiction\r\n',
        ),
        "xnli/train-en.tsv": (2, 'One.\t"a ""b"\tcontradiction\r\nx\ty\tentailment\r\n'),
    }
    # The reader leaves the quoting as it is, as XTREME's does.
    assert [(e.first, e.gold) for e in loaded("xnli", "test", "fr")] == [
        ('"Il dit ""non""."', "neutral"),
        ("deux", "contradiction"),
    ]


def test_xnli_of_some_languages_has_no_training_data_without_english(write, tmp_path, converted):
    write("xnli.test.tsv", xnli(("fr", "neutral", "a", "b"), ("de", "neutral", "a", "b")))
    write("multinli.train.en.tsv", table(["premise", "hypo", "label"], ["a", "b", "neutral"]))
    assert list(converted("xnli", tmp_path, "de")) == ["xnli/test-de.tsv"]


def test_pawsx(write, tmp_path, converted, loaded):
    header = ["id", "sentence1", "sentence2", "label"]
    for language in ("en", "ko"):
        write(f"x-final/{language}/dev_2k.tsv", table(header, ["1", "a", "b", "0"]))
        write(f"x-final/{language}/test_2k.tsv", table(header, ["1", f"{language} ", "NS", "1"], ["2", "", "", "0"]))
    write("x-final/en/train.tsv", table(header, ["1", 'so "x"', "y", "1"]))
    write("x-final/ko/translated_train.tsv", "never read")
    write("x-final/ko/train.tsv", "never read")
    assert converted("pawsx", tmp_path / "x-final") == {
        "pawsx/dev-en.tsv": (1, "a\tb\t0\r\n"),
        "pawsx/test-en.tsv": (2, "en\tNS\t1\r\n\t\t0\r\n"),  # blank rows stay, as in XTREME
        "pawsx/train-en.tsv": (1, '"so ""x"""\ty\t1\r\n'),
        "pawsx/dev-ko.tsv": (1, "a\tb\t0\r\n"),
        "pawsx/test-ko.tsv": (2, "ko\tNS\t1\r\n\t\t0\r\n"),
    }
    assert [e.gold for e in loaded("pawsx", "test", "ko")] == ["1", "0"]


@pytest.mark.parametrize(
    ("task", "name", "content", "complaint"),
    [
        ("xnli", "xnli.test.tsv", xnli(("de", "neutral", "a", "b"), ("de", "-", "a", "b")), r":3: unknown label '-'"),
        ("xnli", "xnli.dev.tsv", xnli(("de", "neutral", "a", "b")) + "de\tneutral\n", r":3: 2 fields, expected at"),
        ("xnli", "xnli.dev.tsv", "language\tgold_label\tsentence2\n", r":1: no column 'sentence1' in the header"),
        ("xnli", "multinli.train.en.tsv", "premise\thypo\tlabel\na\tb\tno\n", r":2: unknown label 'no'"),
        ("pawsx", "de/test_2k.tsv", "id\tsentence1\tsentence2\tlabel\n1\ta\tb\t2\n", r":2: unknown label '2'"),
        ("pawsx", "de/test_2k.tsv", "id\tsentence1\tsentence2\tlabel\n1\ta\tb\t1\n\n", r":3: 1 fields"),
        ("pawsx", "de/test_2k.tsv", "", r":1: no column 'sentence1'"),
        ("pawsx", "de/dev_2k.tsv", b"id\tsentence1\tsentence2\tlabel\n1\t\xff\tb\t1\n", r":2: not UTF-8"),
        ("pawsx", "de/dev_2k.tsv", "id\tsentence1\tsentence2\tlabel\n", "no examples for pawsx/dev-de.tsv"),
    ],
)
def test_malformed_tables_are_refused(write, tmp_path, output, task, name, content, complaint):
    write(f"raw/{name}", content)
    with pytest.raises(InputError, match=complaint) as caught:
        list(convert(task, tmp_path / "raw", output))
    assert "\n" not in str(caught.value)
    assert not output.exists()


def real_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, **CSV))


def test_the_real_xnli_comes_back_byte_for_byte(xtreme, write, tmp_path, converted):
    languages = ("ar", "de", "en", "fr", "sw", "th", "zh")
    rows = [
        (language, label, one, two)
        for language in languages
        for one, two, label in real_rows(xtreme / "xnli" / f"test-{language}.tsv")
    ]
    write("XNLI-1.0/xnli.test.tsv", xnli(*rows))
    dev = [("en", label, one, two) for one, two, label in real_rows(xtreme / "xnli/dev-en.tsv")]
    write("XNLI-1.0/xnli.dev.tsv", xnli(*dev))
    found = converted("xnli", tmp_path / "XNLI-1.0")
    assert {path: count for path, (count, _) in found.items()} == {
        "xnli/dev-en.tsv": 2490,
        **{f"xnli/test-{language}.tsv": 5010 for language in languages},
    }
    for path, (_, text) in found.items():
        assert text.encode() == (xtreme / path).read_bytes(), path


def test_the_real_pawsx_comes_back_byte_for_byte(xtreme, write, tmp_path, converted):
    names = [f"{split}-{language}" for language in ("de", "en", "ko") for split in ("dev", "test")]
    for name in names:
        split, language = name.split("-")
        rows = [[str(i), *row] for i, row in enumerate(real_rows(xtreme / "pawsx" / f"{name}.tsv"), start=1)]
        write(f"x-final/{language}/{split}_2k.tsv", table(["id", "sentence1", "sentence2", "label"], *rows))
    found = converted("pawsx", tmp_path / "x-final")
    assert found.keys() == {f"pawsx/{name}.tsv" for name in names}
    for path, (count, text) in found.items():
        assert count == 2000
        assert text.encode() == (xtreme / path).read_bytes(), path
