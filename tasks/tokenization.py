"""Text to token ids, with the `tokenizers` library alone: no transformers.

Special tokens are put around pieces here, from templates read off the tokenizer itself, so that a text that occurs in
many examples (a premise, a context) is tokenised once, and windows can be cut between the pieces.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import tokenizers

from ..errors import InputError
from .features import Sequences

Ids = list[int]

# Words of many scripts; their token ids tell one tokenizer, and one version of its library, from another.
_PROBE = (
    "A tokeniser's probe: naïve café, 12,345.67!",
    "Straße Übung größer ığdır çocuk ẹ̀kọ́ ọjà",
    "Вопрос и ответ · Ερώτηση και απάντηση",
    "سؤال وجواب · שאלה ותשובה",
    "प्रश्न और उत्तर · প্রশ্ন · கேள்வி · ప్రశ్న",
    "คำถามและคำตอบ · მაგალითი · 질문과 답변",
    "問題と答え 问题和答案 ①Ａ\u200b\u00adﬁ 🙂",
)


class Pieces(NamedTuple):
    """Token ids of one text without special tokens, and the (start, end) characters that each came from."""

    ids: Ids
    offsets: list[tuple[int, int]]


class _Affix(NamedTuple):
    ids: Ids
    type_ids: Ids


@dataclass(frozen=True)
class Template:
    """The special tokens around and between sequences, and the type id of each place."""

    before: _Affix
    between: _Affix
    after: _Affix
    first_type: int
    second_type: int


def longest_first(first: int, second: int, budget: int) -> tuple[int, int]:
    """Lengths after dropping tokens from the end of the longer text until both fit; ties drop from the second."""
    if first + second <= budget:
        return first, second
    if second <= budget // 2:
        return budget - second, second
    if first <= (budget + 1) // 2:
        return first, budget - first
    return (budget + 1) // 2, budget // 2


class TextEncoder:
    """A tokenizer with the layouts that tasks need: single texts, pairs, words, and windows."""

    def __init__(self, tokenizer: tokenizers.Tokenizer, position_limit: int) -> None:
        """Use `tokenizer` for sequences of at most `position_limit` tokens (what the model has positions for)."""
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.position_limit = position_limit
        self.single = self._template(tokenizer.encode("a"))
        self.pair = self._template(tokenizer.encode("a", "a"))
        self.unknown_id = self._unknown_id()
        alone, twice = self.ids(("a", "a a")).values()
        self._word_blank = "" if twice == alone + alone else " "

    @classmethod
    def from_file(cls, path: Path, position_limit: int) -> "TextEncoder":
        """Load a `tokenizer.json`.

        Raises:
            InputError: the file cannot be read as a tokenizer.
        """
        try:
            tokenizer = tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise InputError(f"cannot read the tokenizer {path}: {error}") from error
        return cls(tokenizer, position_limit)

    def fingerprint(self) -> str:
        """Hash of the size of the vocabulary and of the token ids of a fixed probe text in many scripts."""
        ids = [self._tokenizer.encode(text).ids for text in _PROBE]
        return hashlib.sha256(repr((self._tokenizer.get_vocab_size(), ids)).encode()).hexdigest()[:16]

    def pieces(self, texts: Iterable[str]) -> dict[str, Pieces]:
        """Tokenise each distinct text once, with character offsets."""
        distinct = list(dict.fromkeys(texts))
        encodings = self._tokenizer.encode_batch(distinct, add_special_tokens=False)
        return {text: Pieces(e.ids, e.offsets) for text, e in zip(distinct, encodings, strict=True)}

    def ids(self, texts: Iterable[str]) -> dict[str, Ids]:
        """Tokenise each distinct text once, without offsets (faster)."""
        distinct = list(dict.fromkeys(texts))
        encodings = self._tokenizer.encode_batch_fast(distinct, add_special_tokens=False)
        return {text: e.ids for text, e in zip(distinct, encodings, strict=True)}

    def word_ids(self, words: Iterable[str]) -> dict[str, Ids]:
        """Tokenise each distinct word as it would be behind another word in a text.

        To BERT's and XLM-R's tokenizers that is the word alone. Those that mark a blank only where there is one, as
        RoBERTa's, are given one, as transformers does (data/processors/squad.py).
        """
        blank = self._word_blank
        distinct = list(dict.fromkeys(words))
        ids = self.ids(blank + word for word in distinct)
        return {word: ids[blank + word] for word in distinct}

    def joined(self, ids: Ids) -> str:
        """The text that tokens stand for, without blanks around it and with single blanks inside.

        It is what transformers' slow tokenizers make of tokens: unlike a decoder of the `tokenizers` library, BERT's
        leaves the blank before punctuation.
        """
        tokens = [str(self._tokenizer.id_to_token(token)) for token in ids]
        model, decoder = self._tokenizer.model, self._tokenizer.decoder
        if isinstance(model, tokenizers.models.WordPiece):
            text = " ".join(tokens).replace(f" {model.continuing_subword_prefix}", "")
        elif decoder is not None:
            text = decoder.decode(tokens)
        else:
            text = "".join(tokens).replace("\u2581", " ")
        return " ".join(text.split())

    @property
    def lowercases(self) -> bool:
        """Whether the tokenizer makes small letters of capitals."""
        normalizer = self._tokenizer.normalizer
        return normalizer is not None and "a" in normalizer.normalize_str("A")

    @property
    def parts_chinese(self) -> bool:
        """Whether Chinese characters come back from tokens with blanks between them, as from BERT's."""
        text = "\u4e2d\u6587"
        return " " in self.joined(self.ids([text])[text])

    def encode_singles(self, texts: Sequence[str], max_length: int) -> Sequences:
        """One text a sequence, cut to `max_length` tokens with its special tokens."""
        ids = self.ids(texts)
        template = self.single
        budget = self._budget(template, max_length)
        return Sequences.pack(_join(template, ids[text][:budget]) for text in texts)

    def encode_pairs(self, pairs: Sequence[tuple[str, str]], max_length: int) -> Sequences:
        """Two texts a sequence, cut to `max_length` tokens from the end of the longer one."""
        ids = self.ids(text for pair in pairs for text in pair)
        budget = self._budget(self.pair, max_length)
        rows = []
        for first, second in pairs:
            keep_first, keep_second = longest_first(len(ids[first]), len(ids[second]), budget)
            rows.append(self.join_pair(ids[first][:keep_first], ids[second][:keep_second]))
        return Sequences.pack(rows)

    def join_pair(self, first: Ids, second: Ids) -> tuple[Ids, Ids]:
        """Put special tokens around two pieces; token ids and type ids."""
        return _join(self.pair, first, second)

    def join_words(self, pieces: Ids) -> tuple[Ids, Ids]:
        """Put special tokens around a window of words.

        XTREME closes it as it separates a pair: one separator for BERT, two for RoBERTa's family
        (third_party/utils_tag.py).
        """
        before, close = self.pair.before, self.pair.between
        kind = self.pair.first_type
        return before.ids + pieces + close.ids, before.type_ids + [kind] * len(pieces) + close.type_ids

    def word_budget(self, max_length: int) -> int:
        """How many sub-words fit into a window of words of `max_length` tokens."""
        return min(max_length, self.position_limit) - len(self.pair.before.ids) - len(self.pair.between.ids)

    def pair_budget(self, max_length: int) -> int:
        """How many tokens of text fit into a pair of `max_length` tokens."""
        return self._budget(self.pair, max_length)

    def _budget(self, template: Template, max_length: int) -> int:
        special = sum(len(affix.ids) for affix in (template.before, template.between, template.after))
        return min(max_length, self.position_limit) - special

    def _template(self, probe: tokenizers.Encoding) -> Template:
        places = list(probe.sequence_ids)
        first = [i for i, place in enumerate(places) if place == 0]
        second = [i for i, place in enumerate(places) if place == 1]
        if not first:
            raise InputError("the tokenizer turns the letter 'a' into nothing: it cannot be used")

        def affix(start: int, end: int) -> _Affix:
            return _Affix(probe.ids[start:end], probe.type_ids[start:end])

        end = second or first
        return Template(
            before=affix(0, first[0]),
            between=affix(first[-1] + 1, second[0]) if second else _Affix([], []),
            after=affix(end[-1] + 1, len(places)),
            first_type=probe.type_ids[first[0]],
            second_type=probe.type_ids[end[0]],
        )

    def _unknown_id(self) -> int:
        for token in ("<unk>", "[UNK]", "<UNK>"):
            found = self._tokenizer.token_to_id(token)
            if found is not None:
                return int(found)
        return 0


def _join(template: Template, first: Ids, second: Ids | None = None) -> tuple[Ids, Ids]:
    tail = [] if second is None else second
    ids = template.before.ids + first + template.between.ids + tail + template.after.ids
    type_ids = (
        template.before.type_ids
        + [template.first_type] * len(first)
        + template.between.type_ids
        + [template.second_type] * len(tail)
        + template.after.type_ids
    )
    return ids, type_ids
