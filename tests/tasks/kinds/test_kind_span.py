"""Spans: windows by the original SQuAD code's loops, decoding and scores by hand, characters of any script.

`test_kind_span_reference.py` compares all of it with transformers' copy of the original code.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, pre_tokenizers
from xbench.tasks.alignment import ALIGNMENTS
from xbench.tasks.examples import Dataset, Question
from xbench.tasks.kinds.span import N_BEST, Span, max_context, window_bounds
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS
from xbench.tasks.tokenization import TextEncoder

KIND, TASK = Span(), TASKS["xquad"]


def original_bounds(tokens, capacity, stride):
    """The loop of the original SQuAD code."""
    bounds, start = [], 0
    while start < tokens:
        length = min(tokens - start, capacity)
        bounds.append((start, start + length))
        if start + length == tokens:
            break
        start += min(length, stride)
    return bounds


def original_owner(bounds, position):
    """`_check_is_max_context` of the original SQuAD code, asked of each window in turn."""
    best, owner = None, None
    for number, (start, past) in enumerate(bounds):
        length, end = past - start, past - 1
        if not start <= position <= end:
            continue
        score = min(position - start, end - position) + 0.01 * length
        if best is None or score > best:
            best, owner = score, number
    return owner


sizes = (st.integers(1, 300), st.integers(1, 50), st.integers(1, 60))


@given(*sizes)
@example(384, 384, 128)
@example(385, 384, 128)
@example(10, 4, 9)  # a stride beyond the window: nothing is skipped
def test_windows_are_those_of_the_original_loop(tokens, capacity, stride):
    assert window_bounds(tokens, capacity, stride) == original_bounds(tokens, capacity, stride)


def test_windows_by_hand():
    assert window_bounds(10, 6, 3) == [(0, 6), (3, 9), (6, 10)]
    assert window_bounds(6, 6, 3) == [(0, 6)]
    assert window_bounds(7, 6, 3) == [(0, 6), (3, 7)]
    # An empty context still is one sequence, so that each question has an answer ("").
    assert window_bounds(0, 6, 3) == [(0, 0)]


@given(*sizes)
@example(301, 300, 128)  # the last window is 127 tokens shorter, so it must be better by more than 1.27
@example(700, 320, 128)
def test_owners_are_those_of_the_original_rule(tokens, capacity, stride):
    bounds = window_bounds(tokens, capacity, stride)
    assert max_context(bounds, tokens).tolist() == [original_owner(bounds, token) for token in range(tokens)]


def test_owners_by_hand():
    # Windows 0-5, 3-8, 6-9. Token 4: 1 from the end of the first, 1 from the start of the second: the first of equals.
    # Token 5: 0 against 2. Token 6: 2 against 0. Token 7: 1 against 1, 0.06 against 0.04. Token 8: 0 against 1.
    assert max_context([(0, 6), (3, 9), (6, 10)], 10).tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]


def question(context, text="who", gold=None, start=None, identity="0"):
    golds = None if gold is None else (gold,)
    starts = () if gold is None else (context.index(gold) if start is None else start,)
    return Question(identity, text, context, golds, starts)


def outputs_of(starts, ends):
    """What the graph returns for rows of start and end logits: the 20 best of each, the lower position first."""
    columns = {name: [] for name in ("start_scores", "start_positions", "end_scores", "end_positions")}
    for name, rows in (("start", starts), ("end", ends)):
        for row in rows:
            filled = np.concatenate([np.asarray(row, np.float32), np.full(N_BEST, -1e30, np.float32)])
            best = np.argsort(-filled, kind="stable")[:N_BEST]
            columns[f"{name}_scores"].append(filled[best])
            columns[f"{name}_positions"].append(best)
    return {name: np.array(column).reshape(-1, N_BEST) for name, column in columns.items()}


def test_encode_by_hand(bert):
    """Question of 1, so a budget of 10 - 3 - 1 = 6 for the context; windows move by 3."""
    kind, task = Span(stride=3), replace(TASK, max_length=10)
    context = "the cat sat on the old mat in the house"
    c = bert.ids([context])[context]
    who = bert.ids(["who"])["who"]
    assert (len(c), len(who)) == (10, 1)
    features = kind.encode(task, Dataset((question(context),)), bert)
    assert [features.sequences[i].tolist() for i in range(3)] == [
        [2, *who, 3, *c[0:6], 3],
        [2, *who, 3, *c[3:9], 3],
        [2, *who, 3, *c[6:10], 3],
    ]
    assert features.sequences.type_ids[:10].tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    # Owners as worked out in test_owners_by_hand.
    assert [(w.first, w.last, w.own_first, w.own_last, w.lead) for w in features.alignment] == [
        (0, 6, 0, 5, 3),
        (3, 9, 5, 8, 3),
        (6, 10, 8, 10, 3),
    ]


@given(
    tokens=st.integers(0, 400),
    asked=st.integers(0, 90),
    stride=st.sampled_from([16, 100, 128]),
    alignment=st.sampled_from(sorted(ALIGNMENTS)),
)
@settings(max_examples=30)
def test_windows_cover_the_context_and_each_token_has_one_owner(encoder, tokens, asked, stride, alignment):
    kind, task = Span(stride=stride, alignment=alignment), replace(TASK, max_length=160)
    data = Dataset((question("cat " * tokens, "who " * asked),))
    features = kind.encode(task, data, encoder)
    assert (features.sequences.lengths <= 160).all()
    bounds = [(w.first, w.last) for w in features.alignment]
    for token in range(tokens):
        owners = [number for number, w in enumerate(features.alignment) if w.own_first <= token < w.own_last]
        assert owners == [original_owner(bounds, token)]
    # Questions are cut to 64 tokens, contexts are not cut.
    lead = min(asked, 64) + len(encoder.pair.before.ids) + len(encoder.pair.between.ids)
    assert {window.lead for window in features.alignment} == {lead}
    assert bounds == (original_bounds(tokens, 160 - lead - 1, stride) or [(0, 0)])


def test_a_model_with_few_positions_keeps_room_for_context(bert_tokenizer):
    short = TextEncoder(Tokenizer.from_str(bert_tokenizer.to_str()), 23)
    data = Dataset((question("cat " * 30, "who " * 64),))
    features = KIND.encode(TASK, data, short)
    # 20 tokens of text: 10 of the question, 10 of the context.
    assert features.sequences.lengths.tolist() == [23, 23, 23]
    assert [(w.lead, w.first, w.last) for w in features.alignment] == [(12, 0, 10), (12, 10, 20), (12, 20, 30)]


# -- decoding -----------------------------------------------------------------------------------------------------


def window_of(bert, context):
    data = Dataset((question(context),))
    features = KIND.encode(TASK, data, bert)
    assert len(features.sequences) == 1
    return data, features, int(features.sequences.lengths[0])


def decode_one(data, features, length, starts, ends):
    rows = np.zeros((2, length)) - 5
    for row, values in zip(rows, (starts, ends), strict=True):
        for position, value in values.items():
            row[position] = value
    return KIND.decode(TASK, "en", data, features, outputs_of([rows[0]], [rows[1]]), ())


def test_an_answer_has_at_most_thirty_tokens(bert):
    numbers = ["cat", *["the"] * 38, "dog"]
    data, features, length = window_of(bert, " ".join(numbers))
    # [CLS] who [SEP]: the context begins at 3. cat..dog are 40 tokens; the best start of `dog` within 30 is the second.
    assert decode_one(data, features, length, {3: 9, 35: 1}, {42: 9}) == ["the the the the the the the dog"]
    # Exactly 30 tokens are allowed (3 to 32), 31 are not (3 to 33): the start at 30 is taken then.
    assert decode_one(data, features, length, {3: 9, 30: 1}, {32: 9}) == [" ".join(numbers[:30])]
    assert decode_one(data, features, length, {3: 9, 30: 1}, {33: 9}) == ["the the the the"]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_no_answer_is_longer_than_thirty_tokens(bert, seed):
    data, features, length = window_of(bert, " ".join(["cat"] * 200))
    rng = np.random.default_rng(seed)
    outputs = outputs_of([rng.normal(size=length)], [rng.normal(size=length)])
    (answer,) = KIND.decode(TASK, "en", data, features, outputs, ())
    assert len(answer.split()) <= 30


def test_sums_are_those_of_python_floats(bert):
    """In single precision both sums are 2**24, and the first in order of ranks (12, 14) would win."""
    names = "abcdefghijklmnopqrst"
    data, features, length = window_of(bert, " ".join(names))
    big = 2.0**24
    # Start 12 cannot end at 7. 12-14: big + 0.5. 6-7: big - 1 + 1.75 = big + 0.75. 6-14: big - 1 + 0.5.
    assert decode_one(data, features, length, {12: big, 6: big - 1}, {7: 1.75, 14: 0.5}) == ["d e"]


def test_no_valid_span_is_an_empty_answer(bert):
    data, features, length = window_of(bert, " ".join(["cat"] * 100))
    # All twenty best starts come after all twenty best ends.
    late, early = dict.fromkeys(range(80, 100), 9), dict.fromkeys(range(10, 30), 9)
    assert decode_one(data, features, length, late, early) == [""]
    # The question and special tokens are no answers; [SEP] at the end is none.
    assert decode_one(data, features, length, {0: 9, 1: 9, 2: 9, 50: 1}, {0: 9, 1: 9, 51: 1, length - 1: 9}) == [
        "cat cat"
    ]


def test_an_empty_context_has_an_empty_answer(encoder):
    data = Dataset((question(""), question("   ")))
    features = KIND.encode(TASK, data, encoder)
    lengths = features.sequences.lengths
    rows = [np.ones(length) for length in lengths]
    assert KIND.decode(TASK, "en", data, features, outputs_of(rows, rows), ()) == ["", ""]


def test_the_best_window_wins_and_starts_belong_to_one_window(bert):
    """Ten words in windows 0-5, 3-8, 6-9, which own 0-4, 5-7, 8-9 (see above); positions are 3 + token - first."""
    kind, task = Span(stride=3), replace(TASK, max_length=10)
    data = Dataset((question("the cat sat on the old mat in the house"),))
    features = kind.encode(task, data, bert)

    def decode(*best):
        starts, ends = [], []
        for window, (token, score) in zip(features.alignment, best, strict=True):
            row = np.full(window.last - window.first + 4, -5.0)
            row[3 + token - window.first] = score
            starts.append(row)
            ends.append(row)
        return kind.decode(task, "en", data, features, outputs_of(starts, ends), ())

    assert decode((1, 1), (5, 3), (9, 2)) == ["old"]
    assert decode((1, 4), (5, 3), (9, 2)) == ["cat"]
    # Token 5 in the first window is the second's, so its high score there does not count for a start: what is left
    # there is a start at -5 and the end at 9, in all 4, less than 6.
    assert decode((5, 9), (6, 3), (9, 2)) == ["mat"]
    # Windows of the same score: the first.
    assert decode((1, 3), (5, 3), (9, 3)) == ["cat"]


# -- scripts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "gold"),
    [
        ("عاصمة العراق مدينة بغداد.", "مدينة بغداد"),
        ("العربيةمنالعراق", "منال"),  # inside a word
        ("北京是中国的首都，上海是大学。", "中国的首都"),
        ("ฉันอยู่ที่กรุงเทพมหานคร", "กรุงเทพมหานคร"),
        ("ฉันอยู่ที่กรุงเทพ", "อยู่ที่"),
        ("Москва стоит на реке", "стоит на"),
        ("the  cat\tsat\n on", "cat\tsat\n on"),  # blanks come back as they were
        ("(1895-1943) cat", "1895"),
        ("\u200fبغداد\u200f cat", "cat"),
    ],
)
def test_the_characters_of_the_context_come_back(tokenizer, encoder, context, gold):
    # A word with an unknown letter would be one token, and its answer the whole word.
    assert not {"[UNK]", "<unk>"} & set(tokenizer.encode(gold, add_special_tokens=False).tokens)
    start = context.index(gold)
    data, kind = Dataset((question(context, gold=gold),)), Span(alignment="offsets")
    features = kind.encode(TASK, data, encoder)
    # The places of the answer by the tokenizer's own offsets, in its own encoding of the pair.
    pair = tokenizer.encode("who", context)
    inside = [
        place
        for place, ((a, b), text) in enumerate(zip(pair.offsets, pair.sequence_ids, strict=True))
        if text == 1 and a < start + len(gold) and b > start
    ]
    assert features.sequences[0].tolist() == pair.ids
    assert kind.targets(TASK, data, features, ()) == {"start_positions": [inside[0]], "end_positions": [inside[-1]]}
    starts, ends = np.zeros(len(pair.ids)), np.zeros(len(pair.ids))
    starts[inside[0]] = ends[inside[-1]] = 9
    assert kind.decode(TASK, "en", data, features, outputs_of([starts], [ends]), ()) == [gold]


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_the_blank_that_a_piece_carries_is_no_part_of_the_answer(xlmr_tokenizer, alignment):
    # Without WhitespaceSplit a piece such as "▁cat" spans the blank before it, as in mDeBERTa's tokenizer.
    own = Tokenizer.from_str(xlmr_tokenizer.to_str())
    own.pre_tokenizer = pre_tokenizers.Metaspace()
    assert own.encode("the cat", add_special_tokens=False).offsets == [(0, 3), (3, 7)]
    data, kind = Dataset((question("the cat sat", gold="cat"),)), Span(alignment=alignment)
    features = kind.encode(TASK, data, TextEncoder(own, 512))
    # <s> who </s></s> the cat sat </s>: pieces are words, so `cat` is at 5.
    assert features.sequences.lengths.tolist() == [8]
    assert kind.targets(TASK, data, features, ()) == {"start_positions": [5], "end_positions": [5]}
    row = np.zeros(8)
    row[5] = 9
    assert kind.decode(TASK, "en", data, features, outputs_of([row], [row]), ()) == ["cat"]


# -- targets and scores -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_targets_by_hand(bert, alignment):
    """Windows 0-5, 3-8, 6-9 of ten words, each behind [CLS] who [SEP]."""
    kind, task = Span(stride=3, alignment=alignment), replace(TASK, max_length=10)
    context = "the cat sat on the old mat in the house"
    # "old mat" are tokens 5 and 6: not both in 0-5; at 3 + 2 and 3 + 3 in 3-8; not both in 6-9.
    data = Dataset((question(context, gold="old mat"),))
    targets = kind.targets(task, data, kind.encode(task, data, bert), ())
    assert targets == {"start_positions": [0, 5, 0], "end_positions": [0, 6, 0]}


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_a_question_without_an_answer_teaches_the_first_position(encoder, alignment):
    """SQuAD 2.0's questions, withheld answers, XTREME's placeholder; then one with two answers, the first of which."""
    context = "the cat sat on the mat"
    empty = [Question("0", "who", context, None), Question("1", "who", context, ())]
    empty += [Question("2", "who", context, ("cat",)), Question("3", "who", context, ("",), (0,))]
    data = Dataset((*empty, Question("4", "who", context, ("cat sat", "mat"), (4, 19))))
    kind = Span(alignment=alignment)
    features = kind.encode(TASK, data, encoder)
    lead = features.alignment[0].lead
    assert kind.targets(TASK, data, features, ()) == {
        "start_positions": [0, 0, 0, 0, lead + 1],
        "end_positions": [0, 0, 0, 0, lead + 2],
    }


def learnt(kind, task, language, data, encoder):
    """The answers of a model that has learnt the targets."""
    features = kind.encode(task, data, encoder)
    targets = kind.targets(task, data, features, ())
    lengths = features.sequences.lengths
    logits = [
        [np.eye(1, length, place)[0] for length, place in zip(lengths, targets[f"{end}_positions"], strict=True)]
        for end in ("start", "end")
    ]
    return kind.decode(task, language, data, features, outputs_of(*logits), ())


@pytest.mark.parametrize(
    ("language", "alignment", "least"),
    [("en", "reference", 99.5), ("de", "reference", 98), ("en", "offsets", 99.5), ("zh", "offsets", 98)],
)
def test_real_answers_come_back(xtreme, minilm, language, alignment, least):
    """What is lost is longer than 30 tokens; the reference's way loses more where words hold punctuation."""
    data = DirectorySource(xtreme).load(TASK, "test", language)
    encoder = TextEncoder.from_file(minilm / "tokenizer.json", 512)
    kind = Span(alignment=alignment)
    columns = kind.score(TASK, language, data, learnt(kind, TASK, language, data, encoder))
    assert 100 * columns["exact"].mean() >= least


def test_score_by_hand():
    data = Dataset(
        (
            Question("0", "who", "x", ("the old cat", "cat")),
            Question("1", "who", "x", ("a dog",)),
            Question("2", "who", "x", ("river",)),
        )
    )
    # "Cat!" equals the second gold; "old dog" has P = 1/2 and R = 1/1 with "dog"; "" has nothing.
    columns = KIND.score(TASK, "en", data, ["Cat!", "old dog", ""])
    assert columns["exact"].tolist() == [1.0, 0.0, 0.0]
    assert columns["overlap"].tolist() == pytest.approx([1.0, 2 / 3, 0.0])
    values = {metric.name: metric.value(columns) for metric in KIND.metrics}
    assert values == pytest.approx({"exact_match": 100 / 3, "f1": 500 / 9})


def test_the_best_overlap_and_the_best_match_may_come_from_different_golds():
    data = Dataset((Question("0", "who", "x", ("...", "cat dog")),))
    # Empty equals "..." after normalisation, and overlaps with neither.
    columns = KIND.score(TASK, "en", data, ["the"])
    assert (columns["exact"][0], columns["overlap"][0]) == (1.0, 0.0)


def test_mlqa_and_xquad_score_the_same_answer_by_different_rules():
    data = Dataset((Question("0", "q", "c", ("中国的首都",)), Question("1", "q", "c", ("der Hund",))))
    xquad = KIND.score(TASKS["xquad"], "zh", data, ["中国首都", "die Hund"])
    assert (xquad["exact"].tolist(), xquad["overlap"].tolist()) == ([0, 0], [0, 0.5])
    kind = TASKS["mlqa"].kind
    # Characters: four shared of 4 and 5: 8 / 9.
    assert kind.score(TASKS["mlqa"], "zh", data, ["中国首都", ""])["overlap"][0] == pytest.approx(8 / 9)
    assert kind.score(TASKS["mlqa"], "de", data, ["", "die Hund"])["exact"].tolist() == [0, 1]


def test_the_numbers_of_the_protocol():
    assert (N_BEST, KIND.stride, KIND.max_question, KIND.max_answer, TASK.max_length) == (20, 128, 64, 30, 384)
    assert {key: TASKS[key].kind.rule for key in ("xquad", "mlqa", "tydiqa")} == {
        "xquad": "squad",
        "mlqa": "mlqa",
        "tydiqa": "squad",
    }
    assert KIND.texts(question("c", "q")) == ("q", "c")


@pytest.mark.parametrize(("null", "wanted"), [([9, 9], ""), ([9, 2], "cat"), ([7, 8], "cat")])
def test_no_answer_where_the_first_token_wins_in_every_window(bert, null, wanted):
    """Two windows; "cat" scores 4 + 4 = 8 in the first, so both windows' first tokens must score more than that."""
    kind, task = Span(stride=3, nullable=True), replace(TASK, max_length=10)
    data = Dataset((question("the cat sat on the old mat"),))
    features = kind.encode(task, data, bert)
    assert len(features.sequences) == 2
    rows = np.full((2, 10), -5.0)
    rows[0, features.alignment[0].lead + 1] = 4.0
    rows[:, 0] = np.array(null) / 2
    assert kind.decode(task, "en", data, features, outputs_of(rows, rows), ()) == [wanted]
    assert Span(stride=3).decode(task, "en", data, features, outputs_of(rows, rows), ()) == ["cat"]


def test_only_an_empty_prediction_is_right_where_there_is_no_answer():
    data = Dataset((Question("0", "who", "x", ()), Question("1", "who", "x", ())))
    columns = KIND.score(TASK, "en", data, ["", "x"])
    assert (columns["exact"].tolist(), columns["overlap"].tolist()) == ([1, 0], [1, 0])
