"""From a context to tokens and from tokens back to an answer: as XTREME does it, or by character offsets."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from .tokenization import Ids, TextEncoder

# What separates words to the original SQuAD code; other blanks, as U+00A0 and U+3000, are parts of words.
_WORD = re.compile("[^ \t\r\n\u202f]+")

# Written without blanks, in characters that basic tokenisation puts apart.
_CHINESE = "zh"


class Context(Protocol):
    """A tokenised context that knows what its tokens say."""

    @property
    def ids(self) -> Ids:
        """Its token ids, without special tokens."""

    def answer(self, first: int, last: int, language: str) -> str:
        """The text that the tokens `first` to `last` (inclusive) stand for."""

    def tokens_of(self, answer: str, start: int) -> tuple[int, int] | None:
        """First and last token of an answer that begins at character `start`; None if there are none."""


@dataclass(frozen=True)
class OffsetContext:
    """A context tokenised as a whole; answers are stretches of its characters, blanks and all."""

    text: str
    ids: Ids
    offsets: list[tuple[int, int]]

    def answer(self, first: int, last: int, language: str) -> str:
        """The characters of the context from the first token's first to the last token's last."""
        return self.text[self.offsets[first][0] : self.offsets[last][1]].strip()

    def tokens_of(self, answer: str, start: int) -> tuple[int, int] | None:
        """The tokens that touch the answer's characters."""
        end = start + len(answer)
        touched = [token for token, (a, b) in enumerate(self.offsets) if a < end and b > start]
        return (touched[0], touched[-1]) if touched else None


@dataclass(frozen=True)
class WordContext:
    """A context tokenised word by word; answers are aligned back to its words.

    The rules are those of the original SQuAD code as XTREME uses it (third_party/processors/squad.py; transformers,
    data/metrics/squad_metrics.py). `word_of` is the word that each token belongs to.
    """

    text: str
    ids: Ids
    word_of: list[int]
    encoder: TextEncoder

    def answer(self, first: int, last: int, language: str) -> str:
        """The part of the tokens' words that the tokens say (see `align_back`).

        In Chinese it is what the tokens say, unless the tokenizer puts Chinese characters apart as BERT's does.
        Aligned back, most answers of XLM-R would be whole sentences, and exact match on MLQA 4 %
        (google-research/xtreme, issue 38; huggingface/transformers, issue 3510). jiant takes what the tokens say for
        all models (jiant/tasks/evaluate/core.py), which leaves blanks between BERT's characters; with those mBERT
        cannot have had its published 48 % on XQuAD, whose rule does not look past blanks.
        """
        said = self.encoder.joined(self.ids[first : last + 1])
        if language == _CHINESE and not self.encoder.parts_chinese:
            return said
        words = split_words(self.text)[self.word_of[first] : self.word_of[last] + 1]
        return align_back(said, " ".join(words), self.encoder.lowercases)

    def tokens_of(self, answer: str, start: int) -> tuple[int, int] | None:
        """The tokens that the answer has by itself, if its words hold them; else all tokens of its words."""
        end = start + len(answer)
        words = [n for n, word in enumerate(_WORD.finditer(self.text)) if word.start() < end and word.end() > start]
        if not words:
            return None
        first, past = bisect_left(self.word_of, words[0]), bisect_right(self.word_of, words[-1])
        own = self.encoder.word_ids([answer])[answer]
        for token in range(first, past - len(own) + 1):
            if own and self.ids[token : token + len(own)] == own:
                return token, token + len(own) - 1
        return (first, past - 1) if first < past else None


def split_words(text: str) -> list[str]:
    """What stands between spaces, tabs, line ends and narrow no-break spaces (U+202F)."""
    return _WORD.findall(text)


def basic_tokens(text: str, lowercase: bool) -> list[str]:
    """BERT's tokens before WordPiece: no control characters, punctuation marks and Chinese characters each alone.

    `lowercase` also strips accents. The reference's version of transformers did not compose characters first, as later
    ones do; nor does this.
    """
    normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lowercase)
    return [token for token, _ in BertPreTokenizer().pre_tokenize_str(normalizer.normalize_str(text))]


def align_back(said: str, words: str, lowercase: bool) -> str:
    """The part of `words` that corresponds to `said`, text as of `TextEncoder.joined`; all of it where none is found.

    `said` is looked for among the basic tokens of `words`. These should have as many characters besides blanks as
    `words` has: then the n-th of the one is the n-th of the other.
    """
    spread = " ".join(basic_tokens(words, lowercase))
    start = spread.find(said)
    places = [place for place, character in enumerate(words) if character != " "]
    if not said or start < 0 or len(places) != _letters(spread):
        return words
    first = _letters(spread[:start])
    return words[places[first] : places[first + _letters(said) - 1] + 1]


def _letters(text: str) -> int:
    return len(text) - text.count(" ")


def offset_contexts(texts: Iterable[str], encoder: TextEncoder) -> dict[str, OffsetContext]:
    """Tokenise each distinct context as a whole."""
    return {text: OffsetContext(text, *pieces) for text, pieces in encoder.pieces(texts).items()}


def word_contexts(texts: Iterable[str], encoder: TextEncoder) -> dict[str, WordContext]:
    """Tokenise each distinct word of each distinct context by itself."""
    words = {text: split_words(text) for text in texts}
    ids = encoder.word_ids(word for some in words.values() for word in some)
    contexts = {}
    for text, some in words.items():
        pieces = [(piece, number) for number, word in enumerate(some) for piece in ids[word]]
        contexts[text] = WordContext(text, [piece for piece, _ in pieces], [number for _, number in pieces], encoder)
    return contexts


ALIGNMENTS: dict[str, Callable[[Iterable[str], TextEncoder], Mapping[str, Context]]] = {
    "reference": word_contexts,
    "offsets": offset_contexts,
}
