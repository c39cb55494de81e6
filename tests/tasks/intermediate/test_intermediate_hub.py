"""Intermediate tasks from the hub: its rows become the same data as the publishers' files."""

import csv
import json

import pytest
from datasets import ClassLabel, Value
from hub_repository import FEATURES, NLI, TEXT, TEXTS, answers, hub_in, publish
from xbench.errors import InputError
from xbench.tasks.hub import REPOSITORIES, HubSource
from xbench.tasks.hub.layouts import LAYOUTS
from xbench.tasks.hub.places import PLACES, for_language
from xbench.tasks.intermediate import INTERMEDIATE, PARTS, load_training, parse_training_reference
from xbench.tasks.suites import SUITES, TASKS

PAIR = {"premise": TEXT, "hypothesis": TEXT, "label": NLI}
QQP = {"question1": TEXT, "question2": TEXT, "label": ClassLabel(names=["not_duplicate", "duplicate"])}
SWAG = {"ctx_a": TEXT, "ctx_b": TEXT, "endings": TEXTS, "label": TEXT}
CSQA = {"question": TEXT, "choices": {"label": TEXTS, "text": TEXTS}, "answerKey": TEXT}
COSMOS = {
    **dict.fromkeys(("id", "context", "question", "answer0", "answer1", "answer2", "answer3"), TEXT),
    "label": Value("int32"),
}
SIQA = dict.fromkeys(("context", "question", "answerA", "answerB", "answerC", "label"), TEXT)
# Entailment, neutral, contradiction, undecided; CSV's and JSON's and TSV's own characters.
PAIRS = [('He said "no",', "a\tb", 0), ("c\u2028", "d\n", 1), ("é", "", 2)]
TEXTS_OF_PAIRS = [('He said "no",', "a\tb", "entailment"), ("c\u2028", "d\n", "neutral"), ("é", "", "contradiction")]


@pytest.fixture
def hub(tmp_path):
    root = tmp_path / "hub"
    root.mkdir()
    return hub_in(root), root


@pytest.mark.parametrize(
    ("reference", "split", "name"),
    [
        ("mnli", "train", "data/train"),
        ("mnli", "dev", "data/validation_matched"),
        ("mnli@sw", "train", "sw/train"),
        ("snli", "train", "plain_text/train"),
        ("snli", "dev", "plain_text/validation"),
        ("anli-r1", "train", "plain_text/train_r1"),
        ("anli-r3", "dev", "plain_text/dev_r3"),
    ],
)
def test_pairs(hub, reference, split, name):
    source, root = hub
    publish(root, name, PAIR, [*PAIRS, ("undecided", "x", -1)])
    examples = load_training(source, reference, split).examples
    assert [(e.first, e.second, e.gold) for e in examples] == TEXTS_OF_PAIRS


def test_questions_of_quora(hub):
    source, root = hub
    publish(root, "qqp/train", QQP, [("a", "b", 1), ("c", "d", 0)])
    assert [(e.first, e.gold) for e in load_training(source, "qqp").examples] == [("a", "1"), ("c", "0")]


def line(record):
    return json.dumps(record, ensure_ascii=False) + "\n"


def stem(key):
    choices = [{"label": label, "text": text} for label, text in zip("ABCDE", "vwxyz", strict=True)]
    return line({"answerKey": key, "id": "i", "question": {"choices": choices, "stem": 'Where "is"?'}})


SQUAD2 = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": "abc",
                    "qas": [
                        {
                            "id": "1",
                            "question": "?",
                            "answers": [{"text": "b", "answer_start": 1}],
                            "is_impossible": False,
                        },
                        {"id": "2", "question": "!", "answers": [], "is_impossible": True},
                    ],
                }
            ]
        }
    ]
}


@pytest.mark.parametrize(
    ("reference", "split", "path", "content", "name", "features", "rows"),
    [
        pytest.param(
            *("hellaswag", "dev", "hellaswag/hellaswag_val.jsonl"),
            line({"ctx_a": "a", "ctx_b": "b", "ctx": "a b", "endings": ["c\u2028", '"d"'], "label": 1})
            + line({"ctx_a": "a", "ctx_b": "", "ctx": "a", "endings": ["c", "d"], "label": 0}),
            *("data/validation", SWAG),
            [("a", "b", ["c\u2028", '"d"'], "1"), ("a", "", ["c", "d"], "0")],
            id="labels as text",
        ),
        pytest.param(
            *("csqa", "train", "commonsenseqa/train_rand_split.jsonl", stem("E") + stem("B")),
            *("data/train", CSQA),
            [('Where "is"?', {"label": list("ABCDE"), "text": list("vwxyz")}, key) for key in "EB"],
            id="choices as two lists",
        ),
        pytest.param(
            *("cosmosqa", "dev", "cosmosqa/valid.csv"),
            "id,context,question,answer0,answer1,answer2,answer3,label\n"
            'x,"He said ""no"", I think .",Why ?,a,b,"c\nd",e,3\ny,c,Who ?,a,b,c,d,0\n',
            *("default/validation", COSMOS),
            [("x", 'He said "no", I think .', "Why ?", "a", "b", "c\nd", "e", 3), ("y", "c", "Who ?", *"abcd", 0)],
            id="texts with commas, quotes and line ends",
        ),
        pytest.param(
            *("siqa", "train", "siqa/socialIQa_v1.4_trn.jsonl"),
            "".join(
                line({"context": "c", "question": "?", "answerA": "x", "answerB": "y", "answerC": "z", "correct": key})
                for key in "CA"
            ),
            *("default/train", SIQA),
            [("c", "?", "x", "y", "z", "3"), ("c", "?", "x", "y", "z", "1")],
            id="labels from 1",
        ),
        pytest.param(
            *("squad2", "train", "squad/train-v2.0.json", json.dumps(SQUAD2)),
            *("squad_v2/train", FEATURES["qa"]),
            [("1", "t", "abc", "?", answers(("b", 1))), ("2", "t", "abc", "!", answers())],
            id="questions that have no answer",
        ),
        pytest.param(
            *("copa", "train", "xcopa/train-en.jsonl"),
            "".join(
                line({"premise": "p", "choice1": "a", "choice2": "b", "question": "cause", "label": n}) for n in (1, 0)
            ),
            *("copa/train", FEATURES["super_glue"]),
            [("p", "a", "b", "cause", 1), ("p", "a", "b", "cause", 0)],
            id="choices by name",
        ),
    ],
)
def test_rows_become_what_the_files_hold(hub, write, reference, split, path, content, name, features, rows):
    source, root = hub
    # The hub's own conversions are not numbered as uploads are.
    publish(root, name, features, rows)
    if name.startswith("default/"):
        uploaded = root / "default" / f"{split if split == 'train' else 'validation'}-00000-of-00001.parquet"
        converted = root / name / "0000.parquet"
        converted.parent.mkdir()
        uploaded.rename(converted)
    directory = write(f"files/{path}", content).parents[len(path.split("/")) - 1]
    expected = load_training(directory, reference, split)
    assert len(expected.examples) == 2
    assert load_training(source, reference, split) == expected


def test_a_task_of_parts_comes_from_its_parts(hub):
    source, root = hub
    for name in ("plain_text/train_r1", "plain_text/train_r2", "plain_text/train_r3"):
        publish(root, name, PAIR, [(f"{name[-2:]} {n}", "b", n) for n in range(2)])
    assert [(e.id, e.first) for e in load_training(source, "anli").examples] == [
        (f"anli-r{number}-{n}", f"r{number} {n}") for number in (1, 2, 3) for n in range(2)
    ]


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        ("ccg", r"no train data of ccg in 'en' in the Hugging Face hub: CCGbank is licensed by the LDC"),
        ("mnli@ja", r"no train data of mnli in 'ja' in the Hugging Face hub: no repository is known to hold it"),
        ("hellaswag@ru", r"no train data of hellaswag in 'ru' in the Hugging Face hub: no repository"),
        ("anli+@de", r"no train data of snli in 'de' in the Hugging Face hub: no repository"),
    ],
)
def test_what_the_hub_lacks(reference, complaint):
    with pytest.raises(InputError, match=complaint):
        load_training(HubSource(), reference)


def test_places_fit_their_tasks():
    keys = {key for key, _ in PLACES} - set(TASKS)
    assert keys == set(INTERMEDIATE) - set(PARTS) - {"ccg"}
    for (key, split), places in PLACES.items():
        for place in places if key in keys else ():
            assert place.layout in LAYOUTS
            for language in place.languages or ():
                task = parse_training_reference(f"{key}@{language}").task
                assert len(task.forms(split)[place.form].paths) == 1
                assert "{" not in for_language(place.files, language)
            # Without languages a place would serve the English rows for any translation.
            assert place.languages
    translated = set(SUITES["xtreme"].languages["xnli"]) - {"en"}
    assert {code for code in TASKS["panx"].languages if HubSource().has(_task(f"mnli@{code}"), "train", code)} == {
        *translated,
        "en",
    }


def _task(reference):
    return parse_training_reference(reference).task


@pytest.mark.parametrize(
    ("reference", "split", "path"),
    [
        ("mnli", "dev", "nyu-mll/multi_nli data/validation_matched"),
        ("mnli@de", "train", "facebook/xnli de/train"),
        ("snli", "train", "stanfordnlp/snli plain_text/train"),
        ("anli-r2", "dev", "facebook/anli plain_text/dev_r2"),
        ("qqp", "dev", "nyu-mll/glue qqp/validation"),
        ("squad", "train", "rajpurkar/squad plain_text/train"),
        ("squad2", "dev", "rajpurkar/squad_v2 squad_v2/validation"),
        ("hellaswag", "train", "Rowan/hellaswag data/train"),
        ("cosmosqa", "train", "allenai/cosmos_qa default/train/"),
        ("csqa", "dev", "tau/commonsense_qa data/validation"),
        ("siqa", "dev", "allenai/social_i_qa default/validation/"),
        ("copa", "train", "aps/super_glue copa/train"),
    ],
)
def test_where_it_is_looked_for(reference, split, path):
    task, language = parse_training_reference(reference)
    place = next(p for p in PLACES[task.key, split] if language in (p.languages or ()))
    assert f"{REPOSITORIES[place.repository].path} {for_language(place.files, language)}" == path


def test_real_data_survive_the_way_over_the_hub(hub, xtreme):
    source, root = hub
    names = ("neutral", "contradiction", "entailment")
    with (xtreme / "mnli" / "dev.csv").open(encoding="utf-8", newline="") as file:
        rows = [(a, b, names.index(label)) for a, b, label in list(csv.reader(file))[1:]]
    publish(root, "data/validation_matched", {**PAIR, "label": ClassLabel(names=list(names))}, rows)
    with (xtreme / "cosmosqa" / "valid.csv").open(encoding="utf-8", newline="") as file:
        rows = [(*row[:-1], int(row[-1])) for row in list(csv.reader(file))[1:]]
    publish(root, "default/validation", COSMOS, rows)
    (root / "default" / "validation").mkdir()
    (root / "default" / "validation-00000-of-00001.parquet").rename(root / "default" / "validation" / "0000.parquet")
    document = json.loads((xtreme / "squad" / "dev-v2.0.part.json").read_text(encoding="utf-8"))
    rows = [
        (q["id"], "t", p["context"], q["question"], answers(*((a["text"], a["answer_start"]) for a in q["answers"])))
        for article in document["data"]
        for p in article["paragraphs"]
        for q in p["qas"]
    ]
    publish(root, "squad_v2/validation", FEATURES["qa"], rows)
    for reference in ("mnli", "cosmosqa", "squad2"):
        expected = load_training(xtreme, reference, "dev").fingerprint()
        assert load_training(source, reference, "dev").fingerprint() == expected, reference
