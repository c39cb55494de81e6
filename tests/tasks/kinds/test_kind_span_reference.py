"""Sequences, targets and answers against transformers' copy of the original SQuAD code, in many scripts.

XTREME's fork (third_party/run_squad.py, processors/squad.py) differs from that copy in two points, put back here:

* It runs before `BasicTokenizer` composed characters (NFC).
* It counts two separators in XLM-R's pairs. Transformers knows by the tokenizer's class which have two, and has left
  XLM-R's out. The class here has CamemBERT's name, which is on its list; RoBERTa's would get a blank before each word.

Tokenizers are slow ones, as the reference's: the fast ones' `convert_tokens_to_string` takes away blanks before
punctuation, and their `encode_plus` cannot be given tokens.
"""

import unicodedata
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from xbench.tasks.alignment import split_words
from xbench.tasks.examples import Dataset, Question
from xbench.tasks.kinds.span import N_BEST, Span
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS
from xbench.tasks.tokenization import TextEncoder

TASK = TASKS["xquad"]

# Words with capitals, accents, marks, inner and outer punctuation, unknown letters, and characters that XLM-R's
# normalisation changes.
WORDS = {
    "en": ["the", "cat", "Sat", "on", "(1895-1943)", "dog's", "house,", "unable.", "e.g.", '"river"', "naïve"],
    "de": ["Der", "Fluß", "größer", "Straße,", "«Übung»", "z.B.", "Haus-Nr.", "alten", "A\u0308rger"],
    "ar": ["عاصمة", "العراق", "بغداد.", "العَرَبِيّة", "(سؤال)", "وجواب؟", "\u200fمدينة\u200f", "ﷺ"],
    "th": ["ฉันอยู่ที่กรุงเทพมหานคร", "น้ำ", "ประเทศไทย(สยาม)", "2475", "ๆ", "กรุงเทพฯ"],
    "zh": ["北京是中国的首都，", "上海", "大学（1905年）。", "ＡＢＣ公司", "北京a", "的", "《红楼梦》", "龘"],
    "hi": ["हिन्दी", "क्षि", "का", "\u0958", "राजधानी।", "नई", "दिल्ली", "१९४७"],
}
BLANKS = (" ", " ", " ", "  ", "\n", "\t", "\r\n", " \u202f", "\u00a0", "\u3000", "")
Result = namedtuple("Result", "unique_id start_logits end_logits")


@pytest.fixture(scope="module", autouse=True)
def not_composing() -> Iterator[None]:
    """Transformers' basic tokenisation without NFC."""
    plain = SimpleNamespace(
        normalize=lambda form, text: text if form == "NFC" else unicodedata.normalize(form, text),
        category=unicodedata.category,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transformers.models.bert.tokenization_bert.unicodedata", plain)
        yield


class Pair(NamedTuple):
    """The same tokenizer twice: ours, and as the original code needs it."""

    encoder: TextEncoder
    slow: Any
    lowercase: bool


def slow_xlmr(tokenizer: Tokenizer) -> Any:
    """A slow tokenizer of XLM-R's rules over the pieces of a fast one."""
    from transformers import PreTrainedTokenizer

    class CamembertTokenizer(PreTrainedTokenizer):  # type: ignore[misc]
        vocab_size = property(lambda self: tokenizer.get_vocab_size())

        def get_vocab(self) -> dict[str, int]:
            return tokenizer.get_vocab()

        def _tokenize(self, text: str) -> list[str]:
            return [tokenizer.id_to_token(token) for token in tokenizer.encode(text, add_special_tokens=False).ids]

        def _convert_token_to_id(self, token: str) -> int:
            return tokenizer.token_to_id(token)

        def _convert_id_to_token(self, index: int) -> str:
            return tokenizer.id_to_token(index)

        def convert_tokens_to_string(self, tokens: list[str]) -> str:
            return "".join(tokens).replace("▁", " ").strip()

        def build_inputs_with_special_tokens(self, first: list[int], second: list[int] | None = None) -> list[int]:
            return [0, *first, 2] if second is None else [0, *first, 2, 2, *second, 2]

        def create_token_type_ids_from_sequences(self, first: list[int], second: list[int] | None = None) -> list[int]:
            return [0] * len(self.build_inputs_with_special_tokens(first, second))

    names = {"cls_token": "<s>", "bos_token": "<s>", "pad_token": "<pad>", "sep_token": "</s>", "eos_token": "</s>"}
    return CamembertTokenizer(**names, unk_token="<unk>", model_max_length=512)


def slow_bert(path: Path, vocabulary: dict[str, int], lowercase: bool) -> Any:
    from transformers import BertTokenizer

    tokens = {number: token for token, number in vocabulary.items()}
    lines = [tokens.get(number, f"[unused{number}]") for number in range(max(tokens) + 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return BertTokenizer(str(path), do_lower_case=lowercase, model_max_length=512)


@pytest.fixture(scope="module", params=["cased", "uncased", "xlmr"])
def pair(request, tmp_path_factory, bert_tokenizer, xlmr_tokenizer) -> Pair:
    if request.param == "xlmr":
        return Pair(TextEncoder(Tokenizer.from_str(xlmr_tokenizer.to_str()), 512), slow_xlmr(xlmr_tokenizer), False)
    lowercase = request.param == "uncased"
    if lowercase:
        fast = Tokenizer.from_file(str(request.getfixturevalue("minilm") / "tokenizer.json"))
    else:
        fast = Tokenizer.from_str(bert_tokenizer.to_str())
    path = tmp_path_factory.mktemp("slow") / "vocab.txt"
    return Pair(TextEncoder(fast, 512), slow_bert(path, fast.get_vocab(), lowercase), lowercase)


def original_features(slow, question, max_length, stride):
    """What transformers' copy of the original code makes of a question, with its targets."""
    from transformers.data.processors.squad import (
        SquadExample,
        squad_convert_example_to_features,
        squad_convert_example_to_features_init,
    )

    made = SquadExample("0", question.question, question.context, question.gold[0], question.starts[0], "", answers=[])
    squad_convert_example_to_features_init(slow)
    found = squad_convert_example_to_features(made, max_length, stride, 64, "do_not_pad", True)
    for number, feature in enumerate(found):
        feature.unique_id, feature.example_index = number, 0
    return made, found


def original_answer(pair, made, features, logits):
    """The top answer of transformers' copy of the original code; it says "empty" where no span is valid."""
    from transformers.data.metrics.squad_metrics import compute_predictions_logits

    results = [Result(number, *row.tolist()) for number, row in enumerate(logits)]
    compute = partial(compute_predictions_logits, [made], features, results, N_BEST, 30, pair.lowercase)
    answer = compute(None, None, None, False, False, 0.0, pair.slow)["0"]
    return "" if answer == "empty" else answer


def outputs_of(logits):
    """What the graph returns: the 20 best starts and ends of each window, the lower position first."""
    columns = {name: [] for name in ("start_scores", "start_positions", "end_scores", "end_positions")}
    for rows in logits:
        for name, row in zip(("start", "end"), rows, strict=True):
            filled = np.concatenate([row, np.full(N_BEST, -1e30, np.float32)])
            best = np.argsort(-filled, kind="stable")[:N_BEST]
            columns[f"{name}_scores"].append(filled[best])
            columns[f"{name}_positions"].append(best)
    return {name: np.array(column) for name, column in columns.items()}


@st.composite
def questions(draw):
    """A question on words of one language between blanks of any kind, with an answer anywhere in them."""
    language = draw(st.sampled_from(sorted(WORDS)))
    pieces = draw(
        st.lists(st.tuples(st.sampled_from(WORDS[language]), st.sampled_from(BLANKS)), min_size=1, max_size=40)
    )
    context = draw(st.sampled_from(["", " "])) + "".join(word + blank for word, blank in pieces)
    start = draw(st.integers(0, len(context) - 1))
    gold = context[start : start + draw(st.integers(1, 20))]
    # An answer neither begins nor ends with a blank, nor holds other blanks than its words do.
    assume(gold == gold.strip() and " ".join(split_words(gold)) == " ".join(gold.split()) != "")
    return Question("0", "who sat", context, (gold,), (start,)), language


lengths = st.sampled_from([(24, 7), (40, 16), (120, 50)])


@given(case=questions(), lengths=lengths, seed=st.integers(0, 10_000), ties=st.booleans())
@settings(max_examples=100)
def test_all_is_as_in_the_original_code(pair, case, lengths, seed, ties):
    (asked, language), (max_length, stride) = case, lengths
    made, expected = original_features(pair.slow, asked, max_length, stride)
    assume(expected)  # no sequences of a context without tokens
    kind, task, data = Span(stride=stride), replace(TASK, max_length=max_length), Dataset((asked,))
    features = kind.encode(task, data, pair.encoder)
    assert [row.tolist() for row in features.sequences] == [feature.input_ids for feature in expected]
    owned = [
        {place: window.start_of(place) is not None for place in feature.token_is_max_context}
        for window, feature in zip(features.alignment, expected, strict=True)
    ]
    assert owned == [feature.token_is_max_context for feature in expected]
    # An answer without tokens is behind its own end in the original code.
    if all(feature.start_position <= feature.end_position for feature in expected):
        targets = kind.targets(task, data, features, ())
        assert targets["start_positions"] == [feature.start_position for feature in expected]
        assert targets["end_positions"] == [feature.end_position for feature in expected]

    rng = np.random.default_rng(seed)
    logits = [rng.normal(scale=5, size=(2, len(feature.input_ids))).astype(np.float32) for feature in expected]
    if ties:
        logits = [np.round(rows / 4) for rows in logits]
    outputs = outputs_of(logits)
    answer = original_answer(pair, made, expected, logits)
    assert kind.decode(task, "en", data, features, outputs, ()) == [answer]
    if pair.encoder.parts_chinese or language != "zh":
        assert kind.decode(task, language, data, features, outputs, ()) == [answer]


@pytest.mark.parametrize("language", ["en", "ar", "th", "zh"])
def test_all_is_as_in_the_original_code_on_xquad(pair, xtreme, language):
    examples = DirectorySource(xtreme).load(TASK, "test", language).examples[::60]
    rng = np.random.default_rng(0)
    for asked in examples:
        made, expected = original_features(pair.slow, asked, 384, 128)
        data = Dataset((asked,))
        features = Span().encode(TASK, data, pair.encoder)
        assert [row.tolist() for row in features.sequences] == [feature.input_ids for feature in expected]
        logits = [rng.normal(size=(2, len(feature.input_ids))).astype(np.float32) for feature in expected]
        answers = Span().decode(TASK, "en", data, features, outputs_of(logits), ())
        assert answers == [original_answer(pair, made, expected, logits)]
