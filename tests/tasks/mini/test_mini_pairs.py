"""XNLI and XCOPA: counts, balance, disjoint splits, and labels that follow from how the items are made."""

import json
from collections import Counter

import pytest
from xbench.tasks.mini import MINI_LANGUAGES

every_language = pytest.mark.parametrize("language", MINI_LANGUAGES)


def xnli(suite, name):
    text = (suite / "xnli" / f"{name}.tsv").read_bytes().decode("utf-8")
    assert text.endswith("\r\n")
    return [tuple(line.split("\t")) for line in text.split("\r\n")[:-1]]


def xcopa(suite, name):
    text = (suite / "xcopa" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@every_language
def test_xnli_labels_are_balanced(suite, language):
    for split, count in (("dev", 24), ("test", 48)):
        labels = Counter(label for _, _, label in xnli(suite, f"{split}-{language}"))
        assert labels == dict.fromkeys(("contradiction", "entailment", "neutral"), count // 3)


def test_xnli_training_is_balanced_and_never_meets_dev_or_test(suite):
    train, dev, test = (xnli(suite, f"{split}-en") for split in ("train", "dev", "test"))
    assert Counter(label for _, _, label in train) == dict.fromkeys(("contradiction", "entailment", "neutral"), 200)
    pairs = [pair[:2] for pair in train + dev + test]
    assert len(set(pairs)) == len(pairs)


def test_xnli_hypotheses_relate_to_their_premises_as_labelled(suite):
    for premise, hypothesis, label in xnli(suite, "train-en"):
        stem = min(premise, hypothesis, key=len).removesuffix(".")
        if label == "contradiction":
            assert premise != hypothesis
            assert premise.split()[:2] == hypothesis.split()[:2]
        elif label == "entailment":
            assert premise.startswith(f"{stem} ")
        else:
            assert hypothesis.startswith(f"{stem} ")


def test_half_of_the_contradictions_change_the_place(suite):
    changed = 0
    for premise, hypothesis, label in xnli(suite, "test-en"):
        places = [text.rsplit(maxsplit=1)[1] for text in (premise, hypothesis)]
        changed += label == "contradiction" and places[0] != places[1]
    assert changed == 8


@every_language
def test_xcopa_is_balanced_parallel_and_unescaped(suite, language):
    for name, count in (("val", 24), ("test", 48)):
        items = xcopa(suite, f"{name}-{language}")
        assert Counter(item["label"] for item in items) == {0: count // 2, 1: count // 2}
        assert [item["idx"] for item in items] == list(range(count))
        assert all(item["choice1"] != item["choice2"] for item in items)
        answers = [(item["question"], item["label"]) for item in items]
        assert answers == [(item["question"], item["label"]) for item in xcopa(suite, f"{name}-en")]
    assert "\\u" not in (suite / "xcopa" / f"test-{language}.jsonl").read_text(encoding="utf-8")


def test_xcopa_splits_share_no_premise_with_its_answer(suite):
    train, val, test = (xcopa(suite, f"{name}-en") for name in ("train", "val", "test"))
    assert len(train) == 200
    assert Counter(item["label"] for item in train) == {0: 100, 1: 100}
    train_keys, val_keys, test_keys = (
        {(item["premise"], item[f"choice{item['label'] + 1}"], item["question"]) for item in split}
        for split in (train, val, test)
    )
    assert not train_keys & val_keys
    assert not train_keys & test_keys
    assert not val_keys & test_keys
    assert len({tuple(sorted((item["premise"], item["choice1"], item["choice2"]))) for item in train}) > 150


def test_xcopa_answers_are_the_natural_ones(suite):
    causes = {
        "is hungry": "eats bread", "is thirsty": "drinks water", "is tired": "rests", "is sad": "cries",
        "is happy": "sings a song", "is ill": "takes medicine", "is angry": "shouts", "is dirty": "washes his hands",
    }  # fmt: skip
    for item in xcopa(suite, "test-en"):
        pair = [item["premise"], item[f"choice{item['label'] + 1}"]]
        cause, effect = pair if item["question"] == "effect" else reversed(pair)
        person, state = next((cause.removesuffix(f" {key}."), key) for key in causes if cause.endswith(f" {key}."))
        assert effect == f"{person} {causes[state]}."
