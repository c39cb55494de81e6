"""Tagging: windows that lose nothing, tags stitched back, chunk F1 with token accuracy beside it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xbench.tasks.examples import Dataset, TaggedSentence
from xbench.tasks.kinds.tagging import IGNORED, Tagging, split_windows
from xbench.tasks.suites import TASKS

KIND, UDPOS, PANX = Tagging(), TASKS["udpos"], TASKS["panx"]
# The model's labels, in an order of its own, with one that is never right.
LABELS = ["WRONG", *reversed(UDPOS.labels)]

# Known words, words of several sub-words, words of none (a zero-width or control character), unknown ones.
vocabulary = st.sampled_from(
    ["cat", "the", "houses", "unable", "rivers", "\u3000", "\u200b", "\u0000", "𒀀", "北京", "abcdefghijklmnop"]
)
sentences = st.lists(st.tuples(vocabulary, st.sampled_from(UDPOS.labels)), max_size=40).map(
    lambda pairs: (tuple(word for word, _ in pairs), tuple(tag for _, tag in pairs))
)


def dataset(pairs):
    return Dataset(tuple(TaggedSentence(str(n), words, tags) for n, (words, tags) in enumerate(pairs)))


def sequences_of(features):
    return [features.sequences[i].tolist() for i in range(len(features.sequences))]


@given(st.lists(st.integers(1, 7)), st.integers(7, 12))
@example([7, 7, 1], 7)
def test_windows_keep_every_word_and_close_only_when_the_next_one_overflows(lengths, budget):
    words = [[n] * length for n, length in enumerate(lengths)]
    windows = split_windows(words, budget)
    assert [word for _, some in windows for word in some] == words
    sizes = [sum(map(len, some)) for _, some in windows]
    assert all(0 < size <= budget for size in sizes)
    for (first, some), size, (next_first, following) in zip(windows, sizes, windows[1:], strict=False):
        assert next_first == first + len(some)
        assert size + len(following[0]) > budget
    assert not windows or windows[0][0] == 0


def test_windows_by_hand():
    a, b, c = [1, 1], [2, 2, 2], [3]
    # 2 + 3 = 5 fits exactly; the next does not.
    assert split_windows([a, b, c], 5) == [(0, [a, b]), (2, [c])]
    assert split_windows([a, b, c], 4) == [(0, [a]), (1, [b, c])]
    assert split_windows([], 4) == []


def test_encode_by_hand(bert):
    """`houses` is house + ##s, `unable` is un + ##able; a window has room for three sub-words: 5 - [CLS] - [SEP]."""
    words = ("the", "houses", "unable", "cat")
    ids = {w: bert.ids([w])[w] for w in words}
    assert [len(ids[w]) for w in words] == [1, 2, 2, 1]
    features = KIND.encode(replace(UDPOS, max_length=5), dataset([(words, ("DET", "NOUN", "ADJ", "NOUN"))]), bert)
    assert sequences_of(features) == [
        [2, *ids["the"], *ids["houses"], 3],
        [2, *ids["unable"], *ids["cat"], 3],
    ]
    # In the second window: `unable` at 1, `cat` at 3.
    targets = KIND.targets(
        UDPOS, dataset([(words, ("DET", "NOUN", "ADJ", "VERB"))]), features, ["VERB", "ADJ", "NOUN", "DET"]
    )
    assert [row.tolist() for row in targets["labels"]] == [[-100, 3, 2, -100, -100], [-100, 1, -100, 0, -100]]
    assert IGNORED == -100  # what torch's cross entropy ignores


def test_words_of_no_or_too_many_sub_words_become_the_unknown_token(encoder):
    letters = "abcdefghijklmnop"  # a sub-word a letter
    data = dataset([(("cat", "\u3000", letters), ("NOUN", "X", "X"))])
    # Both families take an ideographic space for a blank: without the rule the tag of this word would be lost.
    assert encoder.ids(["\u3000"])["\u3000"] == []
    (row,) = sequences_of(KIND.encode(replace(UDPOS, max_length=10), data, encoder))
    inner = row[1 : -len(encoder.pair.between.ids)]
    cat = encoder.ids(["cat"])["cat"]
    assert inner == [*cat, encoder.unknown_id, encoder.unknown_id]


def test_the_longest_word_that_fits_is_kept(bert):
    letters = "abcdefgh"
    data = dataset([((letters,), ("X",))])
    pieces = bert.ids([letters])[letters]
    assert len(pieces) == 8
    assert sequences_of(KIND.encode(replace(UDPOS, max_length=10), data, bert)) == [[2, *pieces, 3]]
    assert sequences_of(KIND.encode(replace(UDPOS, max_length=9), data, bert)) == [[2, bert.unknown_id, 3]]


def oracle(features, data, tokenizer, budget, closing):
    """A perfect model: it reads each sequence token by token and knows where words begin; wrong elsewhere.

    It counts sub-words with the library's tokenizer and takes nothing from the alignment.
    """
    words = iter([(w, t) for s in data.examples for w, t in zip(s.words, s.gold, strict=True)])
    outputs = []
    for ids in sequences_of(features):
        row = [LABELS.index("WRONG")] * len(ids)
        place = 1
        while place < len(ids) - closing:
            word, tag = next(words)
            row[place] = LABELS.index(tag)
            count = len(tokenizer.encode(word, add_special_tokens=False).ids)
            place += count if 0 < count <= budget else 1
        outputs.append(np.array(row))
    assert next(words, None) is None
    return {"label_ids": outputs}


@given(pairs=st.lists(sentences, max_size=5), max_length=st.integers(8, 20))
@example(pairs=[((), ()), (("cat",), ("NOUN",)), ((), ())], max_length=8)
def test_an_oracles_tags_come_back_exactly(family, tokenizer, encoder, pairs, max_length):
    closing = {"bert": 1, "xlmr": 2}[family]
    task, data = replace(UDPOS, max_length=max_length), dataset(pairs)
    features = KIND.encode(task, data, encoder)
    assert (features.sequences.lengths <= max_length).all()
    outputs = oracle(features, data, tokenizer, max_length - 1 - closing, closing)
    assert KIND.decode(task, "en", data, features, outputs, LABELS) == [list(tags) for _, tags in pairs]
    # What a model is trained on are the same labels in the same places.
    labels = [np.where(row == 0, IGNORED, row) for row in outputs["label_ids"]]
    targets = KIND.targets(task, data, features, LABELS)["labels"]
    assert [row.tolist() for row in targets] == [row.tolist() for row in labels]


def test_ten_thousand_words(tokenizer, encoder, family):
    closing = {"bert": 1, "xlmr": 2}[family]
    words = tuple(("houses", "cat", "unable", "\u3000", "the")[n % 5] for n in range(10_000))
    tags = tuple(UDPOS.labels[n % 17] for n in range(10_000))
    data = dataset([((), ()), (words, tags), (("cat",), ("X",))])
    features = KIND.encode(UDPOS, data, encoder)
    assert len(features.sequences) > 100
    assert features.sequences.lengths.max() <= 128
    outputs = oracle(features, data, tokenizer, 127 - closing, closing)
    assert KIND.decode(UDPOS, "en", data, features, outputs, LABELS) == [[], list(tags), ["X"]]


def test_score_by_hand():
    data = dataset(
        [
            (("a",) * 5, ("B-PER", "I-PER", "O", "B-LOC", "O")),
            (("a",) * 3, ("B-ORG", "O", "O")),
            ((), ()),
        ]
    )
    predictions = [
        # PER 0-1 is right; LOC is found one token too long: 2 predicted, 2 gold, 1 correct, 4 of 5 tokens.
        ["B-PER", "I-PER", "O", "B-LOC", "I-LOC"],
        # Right place, wrong type: 1 predicted, 1 gold, 0 correct, 2 of 3 tokens.
        ["B-PER", "O", "O"],
        [],
    ]
    columns = KIND.score(PANX, "en", data, predictions)
    assert {name: column.tolist() for name, column in columns.items()} == {
        "correct": [1, 0, 0],
        "predicted": [2, 1, 0],
        "gold": [2, 1, 0],
        "correct_tokens": [4, 2, 0],
        "tokens": [5, 3, 0],
    }
    values = {metric.name: metric.value(columns) for metric in KIND.metrics}
    # F1 = 2 * 1 / (3 + 3); token accuracy = 6 / 8.
    assert values == pytest.approx({"f1": 100 / 3, "precision": 100 / 3, "recall": 100 / 3, "token_accuracy": 75.0})


def test_chunk_f1_is_not_token_accuracy():
    # One of two nouns is missed: the run is one chunk, and it is lost whole. VERB is right: P = 1/3, R = 1/2.
    data = dataset([(("a",) * 3, ("NOUN", "NOUN", "VERB"))])
    columns = KIND.score(UDPOS, "en", data, [["NOUN", "ADJ", "VERB"]])
    values = {metric.name: metric.value(columns) for metric in KIND.metrics}
    assert values == pytest.approx({"f1": 40.0, "precision": 100 / 3, "recall": 50.0, "token_accuracy": 200 / 3})


def test_a_sentence_of_another_length_is_an_error_not_a_shifted_comparison():
    with pytest.raises(ValueError, match="zip"):
        KIND.score(UDPOS, "en", dataset([(("a", "b"), ("NOUN", "VERB"))]), [["NOUN"]])


iob_pairs = st.lists(st.tuples(st.sampled_from(PANX.labels), st.sampled_from(PANX.labels)), min_size=1, max_size=10)


@given(st.lists(iob_pairs, min_size=1, max_size=5))
@pytest.mark.filterwarnings("ignore")  # seqeval warns where there is nothing to divide by
def test_seqeval_gives_the_same_on_iob_corpora(corpus):
    from seqeval.metrics import f1_score, precision_score, recall_score

    gold = [[tag for tag, _ in sentence] for sentence in corpus]
    predicted = [[tag for _, tag in sentence] for sentence in corpus]
    data = dataset([(("a",) * len(tags), tuple(tags)) for tags in gold])
    columns = KIND.score(PANX, "en", data, predicted)
    values = {metric.name: metric.value(columns) for metric in KIND.metrics}
    assert values["f1"] == pytest.approx(100 * f1_score(gold, predicted))
    assert values["precision"] == pytest.approx(100 * precision_score(gold, predicted))
    assert values["recall"] == pytest.approx(100 * recall_score(gold, predicted))
    hits = [a == b for sentence in corpus for a, b in sentence]
    assert values["token_accuracy"] == pytest.approx(100 * sum(hits) / len(hits))


def test_texts():
    assert KIND.texts(TaggedSentence("0", ("a", "b"), ("X", "X"))) == ("a", "b")
