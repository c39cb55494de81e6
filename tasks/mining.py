"""Mining of sentence pairs from two files by the ratio margin (BUCC 2018).

The steps are those of XTREME (third_party/utils_retrieve.py, scripts/run_bucc2018.sh), after LASER (Artetxe and
Schwenk, "Margin-based parallel corpus mining with multilingual sentence embeddings", ACL 2019): unify equal sentences,
find 4 neighbours in both directions, score by the ratio margin, keep each sentence's best neighbour, accept greedily,
cut at a threshold tuned on dev. The reference leaves the order of equal scores to chance; here it is defined.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .search import Neighbours, normalise, top_k_both

NEIGHBOURS = 4

# How often a text may occur in its file for its pairs to count. XTREME drops sentences that occur more than once, when
# it reads candidates back; jiant lets a pair of texts stand for all rows of both (jiant/tasks/lib/bucc2018.py).
DUPLICATES: Mapping[str, float] = MappingProxyType({"drop": 1, "expand": math.inf})

_MOVED_ROWS = 4096


@dataclass(frozen=True, eq=False)
class DistinctTexts:
    """The distinct texts of a file, numbered in the order of their last occurrence.

    Attributes:
        rows: shape (sentences,), rows of the file, those of one text side by side and ascending.
        starts: shape (texts,), where the rows of each text begin in `rows`.
        counts: shape (texts,), how often each text occurs.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def last(self) -> NDArray[np.int64]:
        """Row of each text's last occurrence, ascending; its embedding is the text's (XTREME unifies so)."""
        last: NDArray[np.int64] = self.rows[self.starts + self.counts - 1]
        return last


@dataclass(frozen=True, eq=False)
class Bitext:
    """Pairs of distinct texts accepted by the greedy search, best first; each text is in one pair at most.

    Attributes:
        scores: shape (pairs,), ratio margins, all above 0.
        x: shape (pairs,), numbers of texts of `x_texts`.
        y: shape (pairs,), numbers of texts of `y_texts`.
        x_texts: the distinct texts of the first file.
        y_texts: the distinct texts of the second file.
    """

    scores: NDArray[np.float64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    x_texts: DistinctTexts
    y_texts: DistinctTexts

    def scored_pairs(self, duplicates: str) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        """Scores and rows of both files, best first, each of shape (pairs of sentences,).

        A pair of texts stands for every row of the one with every row of the other.

        Args:
            duplicates: a key of `DUPLICATES`.
        """
        x_counts, y_counts = self.x_texts.counts[self.x], self.y_texts.counts[self.y]
        taken = np.maximum(x_counts, y_counts) <= DUPLICATES[duplicates]
        combinations = (x_counts * y_counts)[taken]
        pair = np.repeat(np.flatnonzero(taken), combinations)
        number = np.arange(len(pair)) - np.repeat(np.cumsum(combinations) - combinations, combinations)
        x_place, y_place = np.divmod(number, y_counts[pair])
        x_rows = self.x_texts.rows[self.x_texts.starts[self.x[pair]] + x_place]
        y_rows = self.y_texts.rows[self.y_texts.starts[self.y[pair]] + y_place]
        return self.scores[pair], x_rows, y_rows

    def pairs(self, threshold: float, duplicates: str) -> list[tuple[int, int]]:
        """Rows of both files whose score is `threshold` or more, best first; see `scored_pairs`."""
        scores, x_rows, y_rows = self.scored_pairs(duplicates)
        passed = scores >= threshold
        return list(zip(x_rows[passed].tolist(), y_rows[passed].tolist(), strict=True))


def distinct(texts: Sequence[str]) -> DistinctTexts:
    """Group equal texts."""
    last = {text: row for row, text in enumerate(texts)}
    of_row = np.fromiter((last[text] for text in texts), np.int64, len(texts))
    _, number, counts = np.unique(of_row, return_inverse=True, return_counts=True)
    return DistinctTexts(np.argsort(number, kind="stable"), np.cumsum(counts) - counts, counts)


def mine(
    x_texts: Sequence[str],
    x_vectors: NDArray[np.float32],
    y_texts: Sequence[str],
    y_vectors: NDArray[np.float32],
    k: int = NEIGHBOURS,
) -> Bitext:
    """Pair the sentences of two files.

    Both arrays of vectors are overwritten (embeddings of distinct texts move to the front and are scaled to length 1),
    so that no second copy of them is in memory.

    Args:
        x_texts: sentences of the first file.
        x_vectors: their embeddings, shape (sentences, dimensions), finite, of any length.
        y_texts: sentences of the second file.
        y_vectors: their embeddings.
        k: number of neighbours that the margin is relative to; all there are, where they are fewer.
    """
    assert (len(x_texts), len(y_texts)) == (len(x_vectors), len(y_vectors))
    x, y = distinct(x_texts), distinct(y_texts)
    x_unit, y_unit = _unit_vectors(x_vectors, x), _unit_vectors(y_vectors, y)
    scores, x_numbers, y_numbers = margin_candidates(*top_k_both(x_unit, y_unit, k))
    accepted = accept_greedily(scores, x_numbers, y_numbers)
    return Bitext(scores[accepted], x_numbers[accepted], y_numbers[accepted], x, y)


def margin_candidates(
    forward: Neighbours, backward: Neighbours
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Scores, x and y of each x's best neighbour in order of x, then of each y's in order of y; shape (x + y,).

    The ratio margin of (x, y) is their cosine over the mean of two means: of x's k largest cosines and of y's. It is 0
    where that mean is 0. Of equal scores of one sentence the nearer neighbour's is taken.
    """
    if not forward.rows.size:
        return np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64)
    x_means, y_means = (side.similarities.mean(axis=1, dtype=np.float64) for side in (forward, backward))
    x_scores, x_best = _best_margins(forward, x_means, y_means)
    y_scores, y_best = _best_margins(backward, y_means, x_means)
    scores = np.concatenate([x_scores, y_scores])
    x = np.concatenate([np.arange(len(x_best)), y_best])
    y = np.concatenate([x_best, np.arange(len(y_best))])
    return scores, x, y


def accept_greedily(scores: NDArray[np.float64], x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of the candidates that are accepted, in descending order of score; of equals the first comes first.

    A candidate is accepted if its score is above 0 and neither side is in one accepted before. The reference marks
    sides as seen also where the score is not above 0, which changes nothing, as only such scores follow.
    """
    order = np.argsort(-scores, kind="stable")
    order = order[: np.count_nonzero(scores > 0)]
    seen_x, seen_y = bytearray(int(x.max(initial=0)) + 1), bytearray(int(y.max(initial=0)) + 1)
    accepted = []
    for position, row, other in zip(order.tolist(), x[order].tolist(), y[order].tolist(), strict=True):
        if not (seen_x[row] or seen_y[other]):
            seen_x[row] = seen_y[other] = True
            accepted.append(position)
    return np.array(accepted, np.int64)


def best_threshold(bitext: Bitext, gold: Iterable[tuple[int, int]], duplicates: str) -> float:
    """The score at which F1 against the gold pairs is highest, the higher one of equals.

    It lies midway between the last pair that is taken and the next, or is the score of the last pair of all, for which
    the reference has no rule (IndexError); 0 if no pair is right. Pairs of equal score are taken together, since no
    threshold can part them.

    Args:
        bitext: pairs mined from the files that `gold` refers to.
        gold: rows of both files. A pair that cannot be predicted counts as missed.
        duplicates: as in `Bitext.scored_pairs`.
    """
    scores, x_rows, y_rows = bitext.scored_pairs(duplicates)
    wanted = set(gold)
    right = [pair in wanted for pair in zip(x_rows.tolist(), y_rows.tolist(), strict=True)]
    if not any(right):
        return 0.0
    f1 = 2 * np.cumsum(right) / (np.arange(1, len(right) + 1) + len(wanted))
    following = np.append(scores[1:], -np.inf)
    place = int(np.argmax(np.where(scores > following, f1, 0)))
    if place + 1 == len(scores):
        return float(scores[place])
    middle = float((scores[place] + following[place]) / 2)
    return middle if middle > following[place] else float(scores[place])


def _unit_vectors(vectors: NDArray[np.float32], texts: DistinctTexts) -> NDArray[np.float32]:
    """The embeddings of distinct texts, of length 1, in the memory of `vectors`."""
    rows = texts.last
    for start in range(0, len(rows), _MOVED_ROWS):  # rows ascend, so none is overwritten before it has moved
        stop = start + _MOVED_ROWS
        vectors[start : min(stop, len(rows))] = vectors[rows[start:stop]]
    unit = vectors[: len(rows)]
    return normalise(unit, out=unit)


def _best_margins(
    neighbours: Neighbours, own: NDArray[np.float64], others: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The best of each row's margins and the neighbour it belongs to; `own` and `others` are mean similarities."""
    scale = (own[:, None] + others[neighbours.rows]) / 2
    margins = np.divide(neighbours.similarities, scale, out=np.zeros_like(scale), where=scale != 0)
    best = np.argmax(margins, axis=1)[:, None]
    return np.take_along_axis(margins, best, 1)[:, 0], np.take_along_axis(neighbours.rows, best, 1)[:, 0]
