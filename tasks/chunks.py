"""Chunks of a tag sequence by the rule of seqeval 0.0.12, which XTREME's published numbers used.

The rule is conlleval's, applied to whatever comes: the first character of a tag is its prefix and what follows the
last hyphen its type. On bare part-of-speech tags a maximal run of one tag is therefore one chunk, except that tags
beginning with S (SCONJ, SYM) are read as IOBES "single" and stand alone. Protocol notes: `udpos` is scored with this
rule too, which is why its F1 is neither accuracy nor token F1.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Chunk(NamedTuple):
    """A typed span of tokens; `first` and `last` are both inside."""

    type: str
    first: int
    last: int


def _ends(prefix: str, kind: str, next_prefix: str, next_kind: str) -> bool:
    return prefix in "ES" or (prefix in "BI" and next_prefix in "BSO") or (prefix not in "O." and kind != next_kind)


def _starts(prefix: str, kind: str, next_prefix: str, next_kind: str) -> bool:
    return (
        next_prefix in "BS"
        or (prefix in "ESO" and next_prefix in "EI")
        or (next_prefix not in "O." and kind != next_kind)
    )


def chunks(tags: Sequence[str]) -> list[Chunk]:
    """Chunks of one sentence, in order; the sentence is taken to be followed by `O`."""
    found: list[Chunk] = []
    prefix, kind, first = "O", "", 0
    for position, tag in enumerate([*tags, "O"]):
        next_prefix, next_kind = tag[0], tag.rsplit("-", 1)[-1]
        if _ends(prefix, kind, next_prefix, next_kind):
            found.append(Chunk(kind, first, position - 1))
        if _starts(prefix, kind, next_prefix, next_kind):
            first = position
        prefix, kind = next_prefix, next_kind
    return found
