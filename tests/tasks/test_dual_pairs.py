"""Pairs that dual encoders learn from: sentences by hand and against XQuAD-R's, SQuAD and Mewsli-X in their formats."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retrieval_data import entity, mention
from xbench.errors import InputError
from xbench.tasks.dual import DUAL, answering_sentence, load_pairs, pairs_of, sentence_spans
from xbench.tasks.examples import Question
from xbench.tasks.readers import read_squad
from xbench.tasks.retrieval_readers import read_lareqa_pool, read_mewslix_pool
from xbench.tasks.sources import open_directory
from xbench.tasks.suites import TASKS


@pytest.mark.parametrize(
    "sentences",
    [
        ["One."],
        ["It rains.", "It is 5 p.m. in spring.", "Why?", "Because!"],
        ['He said "Go."', '"No," she said.', "(He went.)", "[They] stayed."],
        ["It was built in 1854.[citation needed]", "It burnt down.[note 1][2]", "The end."],
        ["Dr. Smith met Mrs. Jones on Jan. 5 in Mt. Vernon, cf. Fig.", "Done."],
        ["The poem by T. S. Eliot and J. R. R. Tolkien.", "The U.S. Army came.", "It left the U.S.", "The war ended."],
        ["The Daleks (a.k.a. The Mutants) fought A. A. Michelson."],
        ["A dot in 3.14 or example.com ends nothing"],
        ["An ellipsis... goes on.", "An ellipsis...", "Ends."],
        ["\u201cYes.\u201d", "\u201cNo.\u201d", "Über alles.", "École fermée."],
    ],
)
def test_sentences_by_hand(sentences):
    text = " ".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@given(st.text(alphabet="aB. ?\n\"'[(1)]T", max_size=60))
def test_sentences_cover_everything_but_white_space(text):
    spans = sentence_spans(text)
    bounds = [bound for span in spans for bound in span]
    assert bounds == sorted(bounds)
    gaps = zip([0, *bounds[1::2]], [*bounds[::2], len(text)], strict=True)
    assert not "".join(text[start:end] for start, end in gaps).strip()
    if text.strip():
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


def test_sentences_against_those_of_xquad_r(xtreme):
    """Only initials, `E.I.` and formulas are cut otherwise."""
    document = json.loads((xtreme / "lareqa" / "xquad-r" / "en.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for article in document["data"] for paragraph in article["paragraphs"]]
    found = [set(sentence_spans(paragraph["context"])) for paragraph in paragraphs]
    wanted = [{(start, end) for start, end in paragraph["sentence_breaks"]} for paragraph in paragraphs]
    assert sum(map(len, wanted)) == 1180
    assert sum(len(ours & theirs) for ours, theirs in zip(found, wanted, strict=True)) >= 1167
    assert sum(map(len, found)) <= 1174


@pytest.mark.parametrize(
    ("answer", "start", "sentence"),
    [
        ("cats", 2, "  A cats."),  # not where it is said to stand
        ("cat", 4, "A cat."),
        ("A cat.", 2, "A cat."),
        ("A dog", 9, "A dog."),
        (" A dog", 8, "A cat."),  # begins in the gap behind the sentence
        ("cat. A dog", 4, "A cat."),  # goes on behind the sentence
        ("dog.", 11, "A dog."),
    ],
)
def test_the_sentence_of_an_answer(answer, start, sentence):
    context = "  A cat. A dog. "
    found = answering_sentence(Question("q", "?", context, (answer,), (start,)), sentence_spans(context))
    assert found == (sentence if context.startswith(answer, start) else None)


def test_a_question_without_an_answer_has_no_sentence():
    assert answering_sentence(Question("q", "?", "A cat.", None), [(0, 6)]) is None


def squad(*paragraphs) -> str:
    return json.dumps({"data": [{"paragraphs": list(paragraphs)}]})


def asked(name: str, question: str, answer: str, context: str) -> dict:
    return {"id": name, "question": question, "answers": [{"text": answer, "answer_start": context.index(answer)}]}


CONTEXT = "A cat\nsat. It ate."


def test_pairs_of_squad(write, tmp_path):
    wrong = {"id": "q4", "question": "What?", "answers": [{"text": "dog", "answer_start": 2}]}
    items = [asked("q1", "Who sat?", "cat", CONTEXT), asked("q2", "Who ate?", "It", CONTEXT), wrong]
    write("squad/train-v1.1.part.json", squad({"context": CONTEXT, "qas": [*items, asked("q3", "?", "sat", CONTEXT)]}))
    found = load_pairs(open_directory(tmp_path), "lareqa")
    first, second = "A catsat.A catsat. It ate.", "It ate.A catsat. It ate."
    assert pairs_of(found) == [("Who sat?", first), ("Who ate?", second), ("?", first)]
    assert [query.id for query in found.examples] == ["q1", "q2", "q3"]
    assert found.candidates.texts == (first, second)


def test_candidates_are_those_of_lareqa(write, tmp_path):
    """Train and test texts of one paragraph are alike."""
    marked = {"context": CONTEXT, "sentence_breaks": [[0, 10], [11, 18]], "qas": [asked("q", "?", "ate", CONTEXT)]}
    path = write("squad/dev-v1.1.json", squad(marked))
    (wanted,) = read_lareqa_pool([path])([path], TASKS["lareqa"]).examples
    texts = read_lareqa_pool([path])([path], TASKS["lareqa"]).candidates.texts
    assert pairs_of(load_pairs(open_directory(tmp_path), "lareqa", "dev")) == [("?", texts[wanted.gold[0]])]


def test_real_squad(xtreme):
    """Nearly all sentences hold the whole answer; the rest are answers of several sentences and abbreviations."""
    questions = read_squad([xtreme / "squad" / "train-v1.1.part.json"], DUAL["lareqa"]).examples
    sentences = [answering_sentence(question, sentence_spans(question.context)) for question in questions]
    assert len(sentences) == 11877
    assert None not in sentences
    whole = sum(question.gold[0] in sentence for question, sentence in zip(questions, sentences, strict=True))
    assert whole / len(sentences) > 0.999
    assert max(map(len, sentences)) < 2500


def test_a_limit_is_spread_and_keeps_no_other_candidates(write, tmp_path):
    texts = [f"Cat {number} sat." for number in range(10)]
    paragraphs = [{"context": text, "qas": [asked(text[4], "?", "sat", text)]} for text in texts]
    write("squad/dev-v1.1.json", squad(*paragraphs))
    every, some = (load_pairs(open_directory(tmp_path), "lareqa", "dev", limit) for limit in (None, 3))
    assert [query.id for query in every.examples] == [text[4] for text in texts]
    assert [query.id for query in some.examples] == ["0", "3", "6"]
    assert some.candidates.texts == tuple(2 * texts[number] for number in (0, 3, 6))
    assert pairs_of(some) == [pairs_of(every)[number] for number in (0, 3, 6)]
    fingerprints = {
        load_pairs(open_directory(tmp_path), "lareqa", "dev", limit).fingerprint() for limit in (None, 3, 4)
    }
    assert len(fingerprints) == 3
    assert every.fingerprint() in fingerprints


TEXT = "First. The {old} cat  sat\nthere. Last."
SPANS = [{"start": 0, "end": 6}, {"start": 7, "end": 32}]


def mention_pair(entity_id: str = "Q2", description: str = "A\nfeline.", **changes) -> dict:
    context = {"text": TEXT, "sentence_spans": SPANS}
    contextual = {"context": context, "mention": mention("m1", TEXT, "cat", "Q2") | changes}
    return {"contextual_mention": contextual, "entity": entity(entity_id, description)}


@pytest.mark.parametrize("split", ["train", "dev"])
def test_pairs_of_mewslix(write, tmp_path, split):
    rows = [mention_pair(), mention_pair(example_id="m2"), mention_pair(description="Other.", example_id="m3")]
    write(f"mewslix/wikipedia_pairs-{split}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    found = load_pairs(open_directory(tmp_path), "mewslix", split)
    query = "cat: The (old) { cat }  sat there."
    assert pairs_of(found) == [(query, "A feline."), (query, "A feline."), (query, "Other.")]
    assert [example.id for example in found.examples] == ["m1", "m2", "m3"]


def test_the_published_sample_as_pairs(xtreme, write, tmp_path):
    """The same texts as the test set's reader makes of the same mentions."""
    lines = (xtreme / "mewslix" / "example_mentions.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    rows = [
        {"contextual_mention": {"context": d["context"], "mention": m}, "entity": entity(m["entity_id"], "A\nthing.")}
        for d in documents
        for m in d["mentions"]
    ]
    write("mewslix/wikipedia_pairs-dev.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    entities = {row["entity"]["entity_id"]: row["entity"] for row in rows}
    pool = write("pool", "".join(json.dumps(row) + "\n" for row in entities.values()))
    tested = read_mewslix_pool([pool])([xtreme / "mewslix" / "example_mentions.jsonl"], TASKS["mewslix"])
    found = load_pairs(open_directory(tmp_path), "mewslix", "dev")
    assert len(rows) >= 2
    assert pairs_of(found) == pairs_of(tested)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "jsonl:1: not a pair of Mewsli-X"),
        ("[]", "jsonl:1: not a pair of Mewsli-X"),
        ('{"entity": {"entity_id": "Q1"}}', "no field 'contextual_mention'"),
        (json.dumps(mention_pair("Q3")), "the entity 'Q2' of mention m1 is not among the candidates"),
        (json.dumps(mention_pair(mention_span={"text": "x", "start": 4, "end": 9})), "does not lie in one sentence"),
    ],
)
def test_malformed_pairs_of_mewslix(write, tmp_path, row, complaint):
    write("mewslix/wikipedia_pairs-train.jsonl", row + "\n")
    with pytest.raises(InputError, match=complaint):
        load_pairs(open_directory(tmp_path), "mewslix")


@pytest.mark.parametrize(("key", "path"), [("lareqa", r"squad/train-v1\.1\.json"), ("mewslix", r"pairs-train\.jsonl")])
def test_missing_pairs(tmp_path, key, path):
    with pytest.raises(InputError, match=rf"no train data of {key} .*{path} not found"):
        load_pairs(open_directory(tmp_path), key)


def test_only_the_splits_differ_from_the_suites():
    for key, task in DUAL.items():
        assert set(task.splits) == {"train", "dev"}
        assert (task.kind, task.max_length, task.pooling) == (TASKS[key].kind, TASKS[key].max_length, "pooler")
