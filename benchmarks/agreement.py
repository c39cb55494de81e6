"""Do xbench and a peer say the same? Outputs are compared, not scores, so that errors cannot cancel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tasks.features import Outputs
from ..tasks.kinds.tagging import Window

COSINE, SHARE = 0.99999, 0.999
"""What the same results must reach: the smallest cosine of two embeddings, and the share of equal decisions."""
Decided = NDArray[np.int64]
Places = Sequence[int] | None


@dataclass(frozen=True)
class Agreement:
    """What was compared, and how much of it is equal.

    Attributes:
        sequences: sequences of xbench.
        matched: those of which the peer had one of the same token ids; only these are compared.
        decisions: labels, tags of words, starts and ends of answers, or nearest sentences, in those. Sentences of the
            same token ids are one.
        equal: decisions that both made alike.
        cosine: the smallest of two embeddings of one text; None where there are none.
    """

    sequences: int
    matched: int
    decisions: int
    equal: int
    cosine: float | None = None

    @property
    def share(self) -> float:
        """Equal decisions of all."""
        return self.equal / self.decisions if self.decisions else 0.0

    @property
    def holds(self) -> bool:
        """Whether they gave the same results."""
        return self.share >= SHARE and (self.cosine is None or self.cosine >= COSINE)


def compare_embeddings(
    ours: NDArray[np.float32], theirs: NDArray[np.float32], nearest: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> Agreement:
    """Compare embeddings of shape (texts, dimensions) row by row, and for each unit the nearest sentences by both."""
    cosines = (_unit(ours) * _unit(theirs)).sum(1)
    equal = sum(a == b for mine, other in nearest for a, b in zip(mine, other, strict=True))
    return Agreement(len(ours), len(theirs), sum(len(mine) for mine, _ in nearest), equal, float(cosines.min()))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Vectors of length 1, in double precision: the cosine must not be less for its own rounding."""
    exact = vectors.astype(np.float64)
    found: NDArray[np.float64] = exact / np.linalg.norm(exact, axis=1, keepdims=True)
    return found


def compare_decisions(
    ours: Sequence[tuple[NDArray[np.int32], Decided]], places: Sequence[Places], theirs: Mapping[bytes, Decided]
) -> Agreement:
    """Compare decisions on the sequences that both had.

    Args:
        ours: token ids and decisions of each sequence, shape (decisions,).
        places: for each sequence where among the peer's decisions ours stand; None if there are no others.
        theirs: the peer's decisions by `key` of the token ids.
    """
    matched = decisions = equal = 0
    for (ids, mine), place in zip(ours, places, strict=True):
        other = theirs.get(key(ids))
        if other is not None:
            other = other if place is None else other[list(place)]
            matched, decisions, equal = matched + 1, decisions + len(mine), equal + int((mine == other).sum())
    return Agreement(len(ours), matched, decisions, equal)


def key(ids: NDArray[Any]) -> bytes:
    """Token ids as what a table is asked by."""
    return np.asarray(ids, np.int32).tobytes()


def own_decisions(head: str, outputs: Outputs, alignment: Any) -> Iterator[tuple[Decided, Places]]:
    """The decisions of each sequence in the graph's outputs, and where they stand among the peer's."""
    if head == "classification":
        yield from ((np.array([row.argmax()]), None) for row in outputs["logits"])
    elif head == "span":
        for start, end in zip(outputs["start_positions"], outputs["end_positions"], strict=True):
            yield np.array([start[0], end[0]], np.int64), None
    else:
        windows: Sequence[Window] = alignment
        for window, row in zip(windows, outputs["label_ids"], strict=True):
            yield row[list(window.positions)].astype(np.int64), window.positions


def peer_decisions(head: str, arrays: Mapping[str, NDArray[Any]]) -> dict[bytes, Decided]:
    """The decisions in what the peer `trainer` saved: `ids` flat, `lengths`, and `logits` or `starts` and `ends`.

    Logits have shape (sequences, classes), (sequences, tokens, labels) or (sequences, tokens), padded behind.
    """
    stops = np.cumsum(arrays["lengths"])
    found = {}
    for row, stop in enumerate(stops):
        length = int(arrays["lengths"][row])
        found[key(arrays["ids"][stop - length : stop])] = _decided(head, arrays, row, length)
    return found


def _decided(head: str, arrays: Mapping[str, NDArray[Any]], row: int, length: int) -> Decided:
    if head == "classification":
        return np.array([arrays["logits"][row].argmax()])
    if head == "span":
        return np.array([arrays[name][row, :length].argmax() for name in ("starts", "ends")])
    tags: Decided = arrays["logits"][row, :length].argmax(-1)
    return tags
