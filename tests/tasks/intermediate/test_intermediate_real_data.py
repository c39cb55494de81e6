"""Readers of the intermediate tasks on real data: counts, labels, and other readers of the same files."""

import csv
import json

import pytest
from xbench.errors import InputError
from xbench.tasks.intermediate import INTERMEDIATE, PARTS, load_training, with_labels
from xbench.tasks.intermediate.choices import read_hellaswag
from xbench.tasks.tokenization import TextEncoder

# (reference, split) -> the files that the manifest counts.
FILES = {
    ("mnli", "dev"): ("mnli/dev.csv",),
    ("snli", "dev"): ("snli/dev.tsv",),
    ("anli", "dev"): tuple(f"anli/anli_v1.0/R{number}/dev.jsonl" for number in (1, 2, 3)),
    ("anli+", "dev"): (
        *("snli/dev.tsv", "mnli/dev.csv"),
        *(f"anli/anli_v1.0/R{number}/dev.jsonl" for number in (1, 2, 3)),
    ),
    ("qqp", "train"): ("qqp/train.sample.tsv",),
    ("qqp", "dev"): ("qqp/dev.sample.tsv",),
    ("squad", "train"): ("squad/train-v1.1.part.json",),
    ("squad", "dev"): ("squad/dev-v1.1.json",),
    ("squad2", "dev"): ("squad/dev-v2.0.part.json",),
    ("hellaswag", "dev"): ("hellaswag/hellaswag_val.jsonl",),
    ("ccg", "dev"): ("ccg/ccgbank.sample.txt",),
    ("cosmosqa", "dev"): ("cosmosqa/valid.csv",),
    ("csqa", "train"): ("commonsenseqa-v1.0/train_rand_split.jsonl",),
    ("csqa", "dev"): ("commonsenseqa-v1.0/dev_rand_split.jsonl",),
    ("siqa", "dev"): ("siqa/socialIQa_v1.4_dev.jsonl",),
    ("copa", "train"): ("xcopa/train-en.jsonl",),
    ("copa", "dev"): ("xcopa/val-en.jsonl",),
}


@pytest.fixture(scope="module")
def counts(xtreme):
    with (xtreme / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["examples"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def golds(task, examples):
    """All gold labels, of tagged sentences those of their words."""
    return {label for e in examples for label in (e.gold if task.kind.name == "tagging" else (e.gold,))}


@pytest.mark.parametrize(("reference", "split"), FILES)
def test_counts_are_the_manifests_ids_unique_and_labels_known(xtreme, counts, reference, split):
    dataset = load_training(xtreme, reference, split)
    assert len(dataset.examples) == sum(int(counts[file]) for file in FILES[reference, split])
    assert len({e.id for e in dataset.examples}) == len(dataset.examples)
    task = with_labels(INTERMEDIATE[reference], dataset)
    if task.kind.name in ("classification", "tagging"):
        assert golds(task, dataset.examples) == set(task.labels)
    if task.kind.name == "multiple choice":
        assert golds(task, dataset.examples) == set(range(len(dataset.examples[0].choices)))


@pytest.mark.parametrize("reference", sorted(set(INTERMEDIATE) - {key for key, split in FILES if split == "train"}))
def test_a_training_set_that_is_not_here_is_not_replaced(xtreme, reference):
    with pytest.raises(InputError, match=r"no train data of \S+ in 'en': \S+ not found"):
        load_training(xtreme, reference)


@pytest.mark.parametrize(("reference", "split"), [key for key in FILES if key[0] not in PARTS])
def test_examples_become_features_and_targets(xtreme, minilm, reference, split):
    dataset = load_training(xtreme, reference, split, limit=8)
    task = with_labels(INTERMEDIATE[reference], dataset)
    encoder = TextEncoder.from_file(minilm / "tokenizer.json", 512)
    features = task.kind.encode(task, dataset, encoder)
    targets = task.kind.targets(task, dataset, features, task.labels)
    rows = len(dataset.examples) if task.kind.name == "multiple choice" else len(features.sequences)
    assert {len(values) for values in targets.values()} == {rows}


def test_supertags_of_the_sample(xtreme):
    dataset = load_training(xtreme, "ccg", "dev")
    words = "Pierre Vinken , 61 years old , will join the board as a nonexecutive director Nov. 29 ."
    assert dataset.examples[0].words == tuple(words.split())
    # allennlp-models: tests/tagging/dataset_readers/ccgbank_test.py reads these from the same file.
    assert " ".join(dataset.examples[0].gold) == (
        "N/N N , N/N N (S[adj]\\NP)\\NP , (S[dcl]\\NP)/(S[b]\\NP) (S[b]\\NP)/NP NP[nb]/N N"
        " ((S\\NP)\\(S\\NP))/NP NP[nb]/N N/N N ((S\\NP)\\(S\\NP))/N[num] N[num] ."
    )
    assert (
        " ".join(dataset.examples[1].words) == "Mr. Vinken is chairman of Elsevier N.V. , the Dutch publishing group ."
    )


def test_official_hellaswag_beside_the_copy_that_lost_fields(xtreme):
    task = INTERMEDIATE["hellaswag"]
    whole = read_hellaswag([xtreme / "hellaswag" / "hellaswag_val.first10.jsonl"], task).examples
    copied = read_hellaswag([xtreme / "hellaswag" / "hellaswag_val.jsonl"], task).examples[:10]
    assert whole[0].prompt == "A man is sitting on a roof."
    assert whole[0].choices[3] == "he starts pulling up roofing on a roof."
    assert [e.gold for e in whole] == [e.gold for e in copied]
    joined = [[f"{e.prompt} {choice}" for choice in e.choices] for e in whole]
    assert joined == [[f"{e.prompt} {choice}" for choice in e.choices] for e in copied]


def test_impossible_questions_are_those_that_the_file_marks(xtreme):
    document = json.loads((xtreme / "squad" / "dev-v2.0.part.json").read_text(encoding="utf-8"))
    items = [q for article in document["data"] for p in article["paragraphs"] for q in p["qas"]]
    dataset = load_training(xtreme, "squad2", "dev")
    assert [e.gold == () for e in dataset.examples] == [q["is_impossible"] for q in items]
    assert sum(e.gold == () for e in dataset.examples) == 3168
    for example in dataset.examples:
        for answer, start in zip(example.gold, example.starts, strict=True):
            assert example.context[start : start + len(answer)] == answer


def test_tables_as_pythons_csv_reader_has_them(xtreme):
    with (xtreme / "mnli" / "dev.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    assert [(e.first, e.second, e.gold) for e in load_training(xtreme, "mnli", "dev").examples] == rows
    with (xtreme / "snli" / "dev.tsv").open(encoding="utf-8", newline="") as file:
        pairs = [tuple(row[:2]) for row in csv.reader(file, delimiter="\t")][1:]
    assert [(e.first, e.second) for e in load_training(xtreme, "snli", "dev").examples] == pairs
    with (xtreme / "cosmosqa" / "valid.csv").open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    found = load_training(xtreme, "cosmosqa", "dev").examples
    assert [e.prompt for e in found] == [f"{row['context']} {row['question']}" for row in records]
    assert [e.choices[e.gold] for e in found] == [row[f"answer{row['label']}"] for row in records]
