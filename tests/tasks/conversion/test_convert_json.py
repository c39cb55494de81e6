"""TyDiQA and XCOPA: by hand, and TyDiQA's real English training file from a file of several languages."""

import json

import pytest
from xbench.errors import InputError
from xbench.tasks.conversion import convert


def paragraph(identity, context="The cat sat.", text="cat", start=4):
    answers = [{"text": text, "answer_start": start}]
    return {"context": context, "qas": [{"id": identity, "question": "Who?", "answers": answers}]}


def document(*paragraphs):
    data = [{"title": "t", "paragraphs": [one]} for one in paragraphs]
    return {"version": "1.1", "data": data}


TRAINING = "tydiqa-goldp-v1.1-train.json"


def test_tydiqa(write, tmp_path, converted, loaded):
    train = document(
        paragraph("english-77-1"), paragraph("korean--8-0", "고양이", "고양이", 0), paragraph("english-9-2")
    )
    write(TRAINING, json.dumps(train))
    dev = json.dumps(document(paragraph("swahili-12-3")), indent=2) + "\n"
    write("tydiqa-goldp-v1.1-dev/tydiqa-goldp-dev-swahili.json", dev)
    found = converted("tydiqa", tmp_path)
    folder = "tydiqa/tydiqa-goldp-v1.1"
    assert {path: count for path, (count, _) in found.items()} == {
        f"{folder}-dev/tydiqa.goldp.sw.dev.json": 1,
        f"{folder}-train/tydiqa.goldp.en.train.json": 2,
        f"{folder}-train/tydiqa.goldp.ko.train.json": 1,
    }
    assert found[f"{folder}-dev/tydiqa.goldp.sw.dev.json"][1] == dev  # a copy, answers and all
    korean = {
        "context": "고양이",
        "qas": [{"answers": [{"text": "고양이", "answer_start": 0}], "question": "Who?", "id": "0"}],
    }
    text = found[f"{folder}-train/tydiqa.goldp.ko.train.json"][1]
    assert text == json.dumps({"data": [{"paragraphs": [korean]}], "version": "1.1"})
    assert [e.id for e in loaded("tydiqa", "train", "en")] == ["1", "2"]
    assert [(e.id, e.gold) for e in loaded("tydiqa", "test", "sw")] == [("swahili-12-3", ("cat",))]


def test_the_real_training_file_comes_back_byte_for_byte(xtreme, write, tmp_path, converted):
    path = "tydiqa/tydiqa-goldp-v1.1-train/tydiqa.goldp.en.train.json"
    real = json.loads((xtreme / path).read_text(encoding="utf-8"))
    mixed = []
    for number, article in enumerate(real["data"]):
        (one,) = article["paragraphs"]
        (item,) = one["qas"]
        item["id"] = f"english-{number}-{item['id']}"
        mixed += [paragraph(f"finnish-{number}-0"), one]
    write(TRAINING, json.dumps({**document(*mixed), "version": real["version"]}, ensure_ascii=False))
    count, text = converted("tydiqa", tmp_path, "en")[path]
    assert count == 3696
    assert text.encode() == (xtreme / path).read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        (TRAINING, document(paragraph("english-1-1", start=3)), r"'english-1-1': no 'cat' at 3 of its context"),
        (TRAINING, document(paragraph("nodash")), r"not TyDiQA-GoldP's training file"),
        (TRAINING, document(paragraph("english-1-1"))["data"], r"not TyDiQA-GoldP's training file"),
        (TRAINING, {"data": []}, r"not TyDiQA-GoldP's training file: KeyError\('version'\)"),
        ("tydiqa-goldp-dev-english.json", {}, r"tydiqa-goldp-dev-english\.json: no list of articles"),
    ],
)
def test_malformed_tydiqa_is_refused(write, tmp_path, output, name, content, complaint):
    write(f"raw/{name}", json.dumps(content))
    with pytest.raises(InputError, match=complaint):
        list(convert("tydiqa", tmp_path / "raw", output))
    assert not output.exists()


COPA = {"premise": "p", "choice1": "a", "choice2": "b", "question": "cause", "label": 1, "idx": 0}


def test_xcopa(write, tmp_path, converted, loaded):
    line = json.dumps(COPA) + "\n"
    unlabelled = json.dumps({name: value for name, value in COPA.items() if name != "label"}) + "\n"
    write("xcopa/data/et/val.et.jsonl", line)
    write("xcopa/data/et/test.et.jsonl", line * 2)
    write("COPA/train.jsonl", line)
    write("COPA/test.jsonl", unlabelled)
    assert converted("xcopa", tmp_path) == {
        "xcopa/val-et.jsonl": (1, line),
        "xcopa/test-et.jsonl": (2, line * 2),
        "xcopa/train-en.jsonl": (1, line),
        "xcopa/test-en.jsonl": (1, unlabelled),
    }
    assert [e.gold for e in loaded("xcopa", "test", "et")] == [1, 1]
    assert [e.gold for e in loaded("xcopa", "test", "en")] == [None]


def test_xcopa_without_english(write, tmp_path, converted):
    write("val.et.jsonl", json.dumps(COPA) + "\n")
    write("COPA/train.jsonl", "never read\n")
    assert list(converted("xcopa", tmp_path, "et")) == ["xcopa/val-et.jsonl"]


def test_malformed_xcopa_is_refused(write, tmp_path, output):
    write("raw/val.et.jsonl", json.dumps(COPA) + "\n{}\n")
    with pytest.raises(InputError, match=r"val\.et\.jsonl:2: not a line of COPA"):
        list(convert("xcopa", tmp_path / "raw", output))
