"""CoNLL-U as far as tagging needs it: words, their heads, and the tokens that fuse several words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .originals import Original

_COLUMNS = 10
_WORD = re.compile(r"[1-9][0-9]*")
_FUSED = re.compile(r"([1-9][0-9]*)-([1-9][0-9]*)")
_EMPTY_NODE = re.compile(r"[0-9]+\.[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Word:
    """A syntactic word; `heads` are those of the basic and of the enhanced graph, 0 being the root."""

    form: str
    upos: str
    heads: frozenset[int]


@dataclass(frozen=True, slots=True)
class Fused:
    """A token of several words: its form, and its first and last word, counted from 1."""

    form: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words in order, word i at index i - 1; fused tokens by their first word, in order."""

    words: list[Word] = field(default_factory=list)
    fused: dict[int, Fused] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all words of the last fused token are there."""
        return self._covered <= len(self.words)

    @property
    def _covered(self) -> int:
        return max(self.fused.values(), key=lambda token: token.last).last if self.fused else 0

    def add(self, columns: list[str], tags: frozenset[str]) -> None:
        """Take in one line; empty nodes (8.1) are left out.

        Raises:
            ValueError: what is wrong with the line.
        """
        if len(columns) != _COLUMNS:
            raise ValueError(f"{len(columns)} columns instead of {_COLUMNS}")
        if _EMPTY_NODE.fullmatch(columns[0]):
            return
        if span := _FUSED.fullmatch(columns[0]):
            self._add_fused(columns[1], int(span[1]), int(span[2]))
        else:
            self._add_word(columns, tags)

    def _add_fused(self, form: str, first: int, last: int) -> None:
        if first != len(self.words) + 1 or last < first or first <= self._covered:
            raise ValueError(f"id {first}-{last} out of order")
        self.fused[first] = Fused(form, first, last)

    def _add_word(self, columns: list[str], tags: frozenset[str]) -> None:
        name, form, _, upos, _, _, head, _, enhanced, _ = columns
        if not _WORD.fullmatch(name) or int(name) != len(self.words) + 1:
            raise ValueError(f"id {name!r} out of order")
        if upos not in tags:
            raise ValueError(f"unknown part of speech {upos!r}")
        if not head.isdecimal():
            raise ValueError(f"head {head!r} is no number")
        self.words.append(Word(form, upos, frozenset({int(head), *_enhanced_heads(enhanced)})))


def _enhanced_heads(relations: str) -> Iterator[int]:
    """Heads in the enhanced graph, `4:nsubj|6:conj`, without those that are empty nodes."""
    for relation in relations.split("|"):
        head = relation.partition(":")[0]
        if head.isdecimal():
            yield int(head)


def read_conllu(original: Original, tags: frozenset[str]) -> Iterator[Sentence]:
    """The sentences of a file; blocks without words are left out.

    Raises:
        InputError: a line is not CoNLL-U, ids are out of order, or a part of speech is none of `tags`.
    """
    sentence = Sentence()
    for number, line in enumerate([*original.lines(), ""], start=1):
        if line.startswith("#"):
            continue
        if line.strip():
            try:
                sentence.add([column.strip() for column in line.split("\t")], tags)
            except ValueError as error:
                raise original.malformed(number, f"not a line of CoNLL-U: {error}") from error
            continue
        if not sentence.complete:
            raise original.malformed(number, "the sentence ends within a fused token")
        if sentence.words:
            yield sentence
        sentence = Sentence()
