"""`xbench score`, `submit` and `data labels`: what they print, and one line of complaint where input is bad."""

import json
import shutil

import pytest
from xbench.cli.main import main
from xbench.results.record import ComparabilityKey, Record, Timing
from xbench.results.store import Store
from xbench.tasks.suites import SUITES
from xbench.tasks.task import Suite

LANGUAGES = ("en", "de")


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


def answers(**texts: str) -> str:
    questions = [
        {"id": name, "question": "?", "answers": [{"text": text, "answer_start": 0}]} for name, text in texts.items()
    ]
    return json.dumps({"data": [{"paragraphs": [{"context": "c", "qas": questions}]}]}, indent=1)


# Task -> extension, predictions, labels.
FILES = {
    "xnli": ("tsv", "neutral\nentailment\nneutral\n", "neutral\nentailment\ncontradiction\n"),
    "udpos": ("tsv", "X\nNOUN\n\nVERB\n", "X\nVERB\n\nVERB\n"),
    "tatoeba": ("tsv", "[1]\n0\n2\n", "1\n2\n0\n"),
    "bucc2018": ("tsv", "a\tx\nb\tz\n", "a\tx\nb\ty\n"),
    "xcopa": ("jsonl", '{"label": 0}\n{"label": 1}\n', '{"label": 0}\n{"label": 0}\n'),
    "xquad": ("json", '{"q1": "cat",\n "q2": "dog"}\n', answers(q1="a cat", q2="dogs")),
    "mewslix": ("json", '{"m1": ["Q2", "Q1"],\n "m2": []}\n', '{"m1": ["Q1"],\n "m2": ["Q3"]}\n'),
}
EXPECTED = {"xnli": 200 / 3, "tatoeba": 100 / 3, "bucc2018": 50, "xcopa": 50, "xquad": 50, "mewslix": 25}


@pytest.fixture(autouse=True)
def suite(monkeypatch):
    monkeypatch.setitem(SUITES, "tiny", Suite("tiny", "Tiny", dict.fromkeys(FILES, LANGUAGES), {"tags": ("udpos",)}))


@pytest.fixture
def folders(tmp_path):
    for key, (extension, *texts) in FILES.items():
        for side, text in zip(("predictions", "labels"), texts, strict=True):
            (tmp_path / side / key).mkdir(parents=True)
            for language in LANGUAGES:
                (tmp_path / side / key / f"test-{language}.{extension}").write_text(text, encoding="utf-8")
    return tmp_path


def score(folders, *options) -> int:
    return xbench("score", folders / "predictions", "--labels", folders / "labels", "-s", "tiny", *options)


def complaint(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.strip().splitlines()
    return line


class TestScore:
    def test_json(self, folders, capsys):
        assert score(folders, "--json") == 0
        captured = capsys.readouterr()
        found = json.loads(captured.out)
        assert {key: found[key]["avg_metric"] for key in EXPECTED} == pytest.approx(EXPECTED, abs=1e-9)
        # Runs X, NOUN, VERB against X, VERB, VERB: two of three, twice.
        assert found["udpos"]["f1"] == pytest.approx(dict.fromkeys(LANGUAGES, 200 / 3))
        assert found["tags"] == found["udpos"]["avg_metric"]
        assert found["all_task"] == pytest.approx((sum(EXPECTED.values()) + 200 / 3) / 7, abs=1e-9)
        assert captured.err == ""

    def test_text(self, folders, capsys):
        shutil.rmtree(folders / "labels" / "xquad")
        assert score(folders) == 0
        printed = capsys.readouterr().out
        assert "====== xnli ======\n\n------ accuracy ------\nen, de\n66.67, 66.67\n\naccuracy: 66.67\n" in printed
        assert "not scored: xquad (no labels)" in printed
        assert "all_task" not in printed
        assert "tags: 66.67" in printed

    def test_what_is_left_out_is_named_beside_the_json(self, folders, capsys):
        shutil.rmtree(folders / "predictions" / "xquad")
        assert score(folders, "--json") == 0
        captured = capsys.readouterr()
        assert "xquad" not in json.loads(captured.out)
        assert captured.err == "not scored: xquad (no predictions)\n"

    def test_choices(self, folders, capsys):
        assert score(folders, "--json", "--protocol", "chunks=seqeval-1") == 0
        assert json.loads(capsys.readouterr().out)["protocol"] == ["chunks=seqeval-1"]
        assert score(folders, "--protocol", "quotes=parsed") == 2
        assert "'quotes' is made when predictions are" in complaint(capsys)
        assert score(folders, "--protocol", "chunk=x") == 2
        assert "did you mean 'chunks'" in complaint(capsys)


# File, its content (None: it is gone), and how the complaint goes on behind its path.
_P, _L = "predictions", "labels"
BAD = {
    "short": (f"{_P}/xnli/test-de.tsv", "neutral\n", ":1: ends after 1 of the 3 rows of"),
    "empty": (f"{_P}/xnli/test-de.tsv", "", ":1: ends after 0 of the 3 rows of"),
    "long": (f"{_P}/xnli/test-de.tsv", "neutral\n" * 4, ":4: more rows than the 3 of"),
    "blank line": (f"{_P}/xnli/test-de.tsv", FILES["xnli"][1] + "\n", ":4: unknown label ''"),
    "label": (f"{_P}/xnli/test-de.tsv", "neutral\nmaybe\n", ":2: unknown label 'maybe', expected one of"),
    "gold label": (f"{_L}/xnli/test-en.tsv", "maybe\n", ":1: unknown label 'maybe'"),
    "gold sentences": (f"{_L}/xnli/test-en.tsv", "a\tneutral\n", ":1: unknown label 'a\\tneutral'"),
    "latin-1": (f"{_P}/xnli/test-de.tsv", b"neutral\ncaf\xe9\n", ":2: not UTF-8"),
    "utf-16": (f"{_L}/xquad/test-de.json", answers(q1="x").encode("utf-16"), ":1: not UTF-8"),
    "few sentences": (f"{_P}/udpos/test-de.tsv", "X\nX\n", ":1: ends after 1 of the 2 sentences of"),
    "many sentences": (f"{_P}/udpos/test-de.tsv", "X\nX\n\nX\n\nX\n", ":6: more sentences than the 2 of"),
    "long sentence": (f"{_P}/udpos/test-de.tsv", "X\nX\n\nX\nX\n", ":4: sentence 2 has 2 tags, but 1 in"),
    "short sentence": (f"{_P}/udpos/test-de.tsv", "X\n\nX\n", ":1: sentence 1 has 1 tags, but 2 in"),
    "tag": (f"{_P}/udpos/test-de.tsv", "X\nX\n\nB-LOC\n", ":4: sentence 2: unknown tag 'B-LOC'"),
    "gold tag": (f"{_L}/udpos/test-de.tsv", "X\nword\tX\n", ":2: sentence 1: unknown tag 'word\\tX'"),
    "row": (f"{_P}/tatoeba/test-de.tsv", "1\n-1\n0\n", ":2: '-1' is not the number of a row"),
    "two rows": (f"{_P}/tatoeba/test-de.tsv", "1\n[1 2]\n0\n", ":2: '[1 2]' is not the number of a row"),
    "pair": (f"{_P}/bucc2018/test-de.tsv", "a\tx\nb y\n", ":2: expected two ids and a tab"),
    "pair twice": (f"{_P}/bucc2018/test-de.tsv", "a\tx\nb\ty\na\tx\n", ":3: the pair a x occurs twice"),
    "gold pair": (f"{_L}/bucc2018/test-de.tsv", "a\tx\tz\n", ":1: expected two ids and a tab"),
    "choice": (f"{_P}/xcopa/test-de.jsonl", '{"label": 0}\n{"label": 2}\n', ":2: expected a JSON object whose field"),
    "no number": (f"{_P}/xcopa/test-de.jsonl", '{"label": "0"}\n', ":1: expected a JSON object whose field"),
    "no truth": (f"{_P}/xcopa/test-de.jsonl", '{"label": true}\n', ":1: expected a JSON object whose field"),
    "no label": (f"{_L}/xcopa/test-de.jsonl", "[0]\n", ":1: expected a JSON object whose field"),
    "no json line": (f"{_P}/xcopa/test-de.jsonl", "{label: 0}\n", ":1: not JSON: Expecting property name"),
    "label twice": (f"{_P}/xcopa/test-de.jsonl", '{"label": 0, "label": 1}\n', ":1: the id 'label' occurs twice"),
    "no json": (f"{_P}/xquad/test-de.json", '{"q1": "a",\n "q2"}', ":2: not JSON"),
    "deep": (f"{_P}/xquad/test-de.json", "[" * 100_000, ": not JSON that can be read"),
    "list": (f"{_P}/xquad/test-de.json", '["a"]', ": expected a JSON object with a text an example, by its id"),
    "id twice": (f"{_P}/xquad/test-de.json", '{"q1": "a", "q2": "b", "q1": "c"}', ": the id 'q1' occurs twice"),
    "unknown id": (f"{_P}/xquad/test-de.json", '{"q1": "", "q2": "", "q9": ""}', ": unknown id 'q9', not in"),
    "missing id": (f"{_P}/xquad/test-de.json", "{}", ": no entry for 'q1' (and 1 more) of"),
    "no text": (f"{_P}/xquad/test-de.json", '{"q1": 5, "q2": ""}', ": 'q1' has '5' where a text is expected"),
    "gold id twice": (f"{_L}/xquad/test-de.json", answers(q1="a", q2="b").replace("q2", "q1"), ": the question 'q1'"),
    "gold no squad": (f"{_L}/xquad/test-de.json", '{"q1": "a"}', ": no list of articles"),
    "gold no json": (f"{_L}/xquad/test-de.json", "{", ":1: not JSON"),
    "gold blank": (f"{_L}/xquad/test-de.json", answers(q1="", q2=""), ": no gold labels"),
    "missing mention": (f"{_P}/mewslix/test-de.json", '{"m1": ["Q1"]}', ": no entry for 'm2' of"),
    "unknown mention": (f"{_P}/mewslix/test-de.json", '{"m1": [], "m2": [], "m3": []}', ": unknown id 'm3', not in"),
    "no list": (f"{_P}/mewslix/test-de.json", '{"m1": "Q1", "m2": []}', ": 'm1' has 'Q1' where a list of candidates'"),
    "placeholder": (f"{_L}/mewslix/test-de.json", '{"m1": [""], "m2": [""]}', ": 'm1' has \"['']\" where a list of"),
    "lost predictions": (f"{_P}/xquad/test-de.json", None, " not found: XQuAD is scored in all its 2 languages"),
    "lost labels": (f"{_L}/tatoeba/test-en.tsv", None, " not found: Tatoeba is scored in all its 2 languages"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_files_score_nothing(folders, capsys, case):
    name, content, rest = BAD[case]
    path = folders / name
    path.unlink()
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert score(folders, "--json") == 2
    assert complaint(capsys).startswith(f"xbench: {path}{rest}")


def test_bad_folders(folders, tmp_path, capsys):
    assert xbench("score", folders / "nowhere", "--labels", folders / "labels") == 2
    assert "no folder" in complaint(capsys)
    assert xbench("score", folders / "predictions", "--labels", folders / "labels" / "xnli" / "test-de.tsv") == 2
    assert "no folder" in complaint(capsys)
    (tmp_path / "empty").mkdir()
    for arguments in (["empty", "--labels", "labels"], ["predictions", "--labels", "empty"]):
        paths = [text if text.startswith("--") else folders / text for text in arguments]
        assert xbench("score", *paths, "-s", "tiny") == 2
        assert "no task of Tiny in common" in complaint(capsys)
    assert xbench("score", folders / "predictions") == 2
    assert "--labels" in capsys.readouterr().err
    assert score(folders, "-s", "xtremer") == 2
    assert "did you mean 'xtreme" in complaint(capsys)


def test_two_lost_files_are_counted(folders, capsys):
    for side in ("predictions", "labels"):
        (folders / side / "xnli" / "test-en.tsv").unlink()
    assert score(folders) == 2
    assert "predictions/xnli/test-en.tsv not found (and 1 more): XNLI is scored in all its 2 languages" in complaint(
        capsys
    )


# -- submit -------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "results")


@pytest.fixture
def save(store):
    """Store a record with predictions."""

    def save_one(task="xnli", language="de", predictions=("neutral", "entailment"), protocol=(), **changes):
        key = dict.fromkeys(("data", "precision", "checkpoint", "tokenizer", "backend"), "any")
        timing = dict.fromkeys(("tokenise", "infer", "decode", "sequences", "tokens", "padded_tokens", "batches"), 1)
        fields = {
            **dict.fromkeys(("provider_requested", "provider", "run", "created"), "any"),
            **dict.fromkeys(("suite", "limit")),
            "system": "my/model",
            "task": task,
            "language": language,
            "split": "test",
            "scores": {},
            "examples": len(predictions),
            "timing": Timing(**timing),
            "key": ComparabilityKey(task_version=1, protocol=protocol, **key),
            **changes,
        }
        ids = [str(row) for row in range(len(predictions))]
        store.save(Record(**fields), {"id": ids, "prediction": list(predictions)})

    return save_one


def submit(store, *options) -> int:
    return xbench("submit", store.root / "my_model", "-o", store.root.parent / "out", "-s", "tiny", *options)


class TestSubmit:
    def test_files(self, store, save, tmp_path, capsys):
        save()
        save("udpos", "en", [["X", "VERB"], ["X"]], notice="A fixture.")
        save("xnli", "th")
        save("xnli", "en", split="dev")
        save("xnli", "en", system="another")
        assert submit(store) == 0
        assert sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")) == [
            "udpos/test-en.tsv",
            "xnli/test-de.tsv",
        ]
        assert (tmp_path / "out/udpos/test-en.tsv").read_text() == "X\nVERB\n\nX\n\n"
        printed = capsys.readouterr().out.splitlines()
        assert printed[0] == f"{tmp_path}/out/udpos/test-en.tsv: 2 rows"
        assert "missing for Tiny: xnli in en" in printed
        assert "missing for Tiny: xquad in en de" in printed
        assert "not part of Tiny: xnli/th" in printed
        assert printed[-1] == "A fixture."

    def test_the_suite_is_that_of_the_records(self, store, save, capsys):
        save(suite="xtreme-r")
        assert xbench("submit", store.root / "my_model", "-o", store.root / "out") == 0
        assert "missing for XTREME-R: lareqa" in capsys.readouterr().out
        save("xnli", "en", suite="mini")
        assert xbench("submit", store.root / "my_model", "-o", store.root / "out") == 0
        assert "missing for XTREME: pawsx" in capsys.readouterr().out

    def test_a_limit_that_cut_nothing(self, store, save, capsys):
        save(limit=3)
        assert submit(store) == 0

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"limit": 2}, "my_model/xnli/de.json: only the first 2 examples were run; run it again without --limit"),
            (
                {"task": "tatoeba", "predictions": [1, 0], "protocol": ("direction=to-english",)},
                "run with direction=to-",
            ),
            ({"examples": 3}, "de.parquet is not of its record, which has 3 examples"),
        ],
    )
    def test_records_that_cannot_be_submitted(self, store, save, tmp_path, capsys, changes, expected):
        save("udpos", "en", [["X"]])
        save(**changes)
        assert submit(store) == 2
        assert expected in complaint(capsys)
        assert not (tmp_path / "out").exists()

    def test_nothing_to_submit(self, store, save, tmp_path, capsys):
        save()
        for system in (store.root / "other", tmp_path / "nowhere" / "other"):
            assert xbench("submit", system, "-o", tmp_path / "out") == 2
            assert "no re" in complaint(capsys)
        assert xbench("submit", store.root / "my_model", "-o", tmp_path / "out", "-s", "mini") == 0
        save("mlqa", "de", ["a"])
        (store.root / "my_model" / "xnli" / "de.json").unlink()
        capsys.readouterr()
        assert submit(store) == 2
        assert "no record in" in complaint(capsys)
        (store.root / "my_model" / "mlqa" / "de.parquet").unlink()
        assert submit(store, "-s", "xtreme") == 2
        assert "cannot read the predictions" in complaint(capsys)

    def test_a_file_of_another_system_does_not_matter_but_one_of_its_own_does(self, store, save, capsys):
        save()
        for name, code in (("other", 0), ("my_model", 2)):
            path = store.root / name / "xnli" / "fr.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{")
            capsys.readouterr()
            assert submit(store) == code
        assert "fr.json is not a record of xbench" in complaint(capsys)


def test_labels_of_the_mini_suite(mini_data, tmp_path, capsys):
    assert xbench("data", "labels", mini_data, "-o", tmp_path / "labels", "-s", "mini", "-t", "xnli,xcopa") == 0
    printed = capsys.readouterr().out
    assert f"{tmp_path}/labels/xnli/test-de.tsv: 48 rows" in printed
    assert "left out: xnli in " in printed
    assert sorted(path.name for path in (tmp_path / "labels").iterdir()) == ["MANIFEST.json", "xcopa", "xnli"]
    assert xbench("data", "labels", mini_data, "-o", tmp_path / "labels", "-t", "xnli", "-l", "sw") == 2
    assert "xnli in 'sw'" in complaint(capsys)
    assert xbench("data", "labels", tmp_path / "nowhere", "-o", tmp_path / "labels") == 2
    assert "no data directory" in complaint(capsys)
