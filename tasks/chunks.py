"""Chunks of tag sequences, by the rules of two generations of seqeval.

`seqeval-0.0.12`, which XTREME's published numbers used, is conlleval's rule applied to whatever comes: the first
character of a tag is its prefix and what follows the last hyphen its type. On bare part-of-speech tags a maximal run
of one tag is therefore one chunk, except that tags beginning with S (SCONJ, SYM) are read as IOBES "single" and stand
alone. Protocol notes: `udpos` is scored with this rule too, which is why its F1 is neither accuracy nor token F1.

`seqeval-1` (from 0.0.16 on, non-strict) cuts the first character off before it looks for the type, so that CCONJ and
SCONJ are of one type, and X is of the type of O and lost where no other type ends it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple


class Chunk(NamedTuple):
    """A typed span of tokens; `first` and `last` are both inside."""

    type: str
    first: int
    last: int


CHUNK_RULES: dict[str, Callable[[str], str]] = {
    "seqeval-0.0.12": lambda tag: tag.rsplit("-", 1)[-1],
    "seqeval-1": lambda tag: tag[1:].rsplit("-", 1)[-1] or "_",
}
"""The type of a tag, by rule."""
REFERENCE_RULE = "seqeval-0.0.12"


def _ends(prefix: str, kind: str, next_prefix: str, next_kind: str) -> bool:
    return prefix in "ES" or (prefix in "BI" and next_prefix in "BSO") or (prefix not in "O." and kind != next_kind)


def _starts(prefix: str, kind: str, next_prefix: str, next_kind: str) -> bool:
    return (
        next_prefix in "BS"
        or (prefix in "ESO" and next_prefix in "EI")
        or (next_prefix not in "O." and kind != next_kind)
    )


def chunks(tags: Sequence[str], rule: str = REFERENCE_RULE) -> list[Chunk]:
    """Chunks of a sequence, in order; it is taken to be followed by `O`.

    Args:
        tags: one a token.
        rule: a key of `CHUNK_RULES`.
    """
    type_of = CHUNK_RULES[rule]
    found: list[Chunk] = []
    prefix, kind, first = "O", "", 0
    for position, tag in enumerate([*tags, "O"]):
        next_prefix, next_kind = tag[0], type_of(tag)
        if _ends(prefix, kind, next_prefix, next_kind):
            found.append(Chunk(kind, first, position - 1))
        if _starts(prefix, kind, next_prefix, next_kind):
            first = position
        prefix, kind = next_prefix, next_kind
    return found


def chunks_by_sentence(sentences: Iterable[Sequence[str]], rule: str = REFERENCE_RULE) -> list[set[Chunk]]:
    """Chunks of sentences joined by an `O`, as seqeval joins them, each under the sentence that it ends in.

    By the newer rule what is lost at the end of one sentence changes the next, so sentences cannot be taken alone.
    Positions count through all of them.
    """
    joined: list[str] = []
    sentence_of: list[int] = []
    found: list[set[Chunk]] = []
    for number, tags in enumerate(sentences):
        joined += [*tags, "O"]
        sentence_of += [number] * (len(tags) + 1)
        found.append(set())
    for chunk in chunks(joined, rule):
        found[sentence_of[chunk.last]].add(chunk)
    return found
