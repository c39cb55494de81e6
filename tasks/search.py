"""Exact search for the largest inner products, in memory that does not grow with queries x candidates.

A matrix product is cheap, choosing from it is not: choosing the k best of each block anew costs several times the
product. Here a block is held against the k-th best that each query has so far, and only the few values above are
sorted in. Both directions of a search read the same block while it is in the cache.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_ROWS, _COLUMNS = 2048, 2048  # a block of similarities of 16 MB; docs/benchmarks says what other sizes cost
_NORMALISED_ROWS = 4096
_GROUPS = 16  # a first bound is taken from between 8 k and 16 k maxima


class Neighbours(NamedTuple):
    """The k best candidates of each query, best first.

    `similarities` float32 and `rows` int64 have shape (queries, k).
    """

    similarities: NDArray[np.float32]
    rows: NDArray[np.int64]


def normalise(vectors: NDArray[np.float32], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Scale rows to length 1; a row of zeros stays as it is.

    Args:
        vectors: shape (rows, dimensions).
        out: where the result goes, `vectors` itself to scale in place; a new array if None. Either way the rest of the
            memory that is used is that of a few thousand rows.
    """
    unit = np.empty_like(vectors) if out is None else out
    for start in range(0, len(vectors), _NORMALISED_ROWS):
        rows = slice(start, start + _NORMALISED_ROWS)
        norms = np.linalg.norm(vectors[rows], axis=1, keepdims=True)
        norms[norms == 0] = 1
        np.divide(vectors[rows], norms, out=unit[rows])
    return unit


def top_k(queries: NDArray[np.float32], candidates: NDArray[np.float32], k: int) -> Neighbours:
    """The k candidates with the largest inner product for each query; of equals the lower row comes first.

    Similarities are equal if they are so in float32 as BLAS sums them. Its kernels for some processors (OpenBLAS:
    Haswell, Zen) sum in an order that depends on the place in the block, so that even the similarities of two equal
    vectors may differ in the last bit.

    Args:
        queries: shape (queries, dimensions), finite.
        candidates: shape (candidates, dimensions), finite.
        k: how many, at least 1. Where there are fewer candidates the result has as many columns as candidates.
    """
    best = _Best(len(queries), min(k, len(candidates)))
    for block, row, column in _blocks(queries, candidates):
        best.offer(block, 0, row, column)
    return best.neighbours


def top_k_both(x: NDArray[np.float32], y: NDArray[np.float32], k: int) -> tuple[Neighbours, Neighbours]:
    """`top_k(x, y, k)` and `top_k(y, x, k)` by one pass over the similarities.

    A pair that is found in both directions has exactly the same similarity in both.
    """
    forward, backward = _Best(len(x), min(k, len(y))), _Best(len(y), min(k, len(x)))
    for block, row, column in _blocks(x, y):
        forward.offer(block, 0, row, column)
        backward.offer(block, 1, column, row)
    return forward.neighbours, backward.neighbours


def _blocks(x: NDArray[np.float32], y: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.float32], int, int]]:
    """Blocks of x @ y.T with their first row and column, in order; each is overwritten by the next."""
    memory = np.empty(min(_ROWS, len(x)) * min(_COLUMNS, len(y)), np.float32)
    for row in range(0, len(x), _ROWS):
        for column in range(0, len(y), _COLUMNS):
            left, right = x[row : row + _ROWS], y[column : column + _COLUMNS]
            block = memory[: len(left) * len(right)].reshape(len(left), len(right))
            yield np.dot(left, right.T, out=block), row, column


def _bound(block: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """What each row's k-th largest value is not below: the k-th largest of the maxima of disjoint parts of the row."""
    while block.shape[1] >= _GROUPS * k:
        half = block.shape[1] // 2
        block = np.maximum(block[:, :half], block[:, half : 2 * half])
    if block.shape[1] < k:
        return np.full(len(block), -np.inf, np.float32)
    return np.partition(block, -k, axis=1)[:, -k]


class _Best:
    """The k best candidates so far of each query; candidates are offered in ascending order."""

    def __init__(self, queries: int, k: int) -> None:
        self.neighbours = Neighbours(np.full((queries, k), -np.inf, np.float32), np.full((queries, k), -1, np.int64))

    def offer(self, block: NDArray[np.float32], axis: int, first_query: int, first_candidate: int) -> None:
        """Take in similarities whose queries run along `axis` and whose candidates along the other axis."""
        similarities, _ = self.neighbours
        floor = similarities[first_query : first_query + block.shape[axis], -1]
        if floor[0] == -np.inf:  # nothing was offered to these queries yet; a value equal to the bound must pass
            floor = np.nextafter(_bound(block.T if axis else block, similarities.shape[1]), np.float32(-np.inf))
        above = np.flatnonzero(block > (floor if axis else floor[:, None]))
        if len(above):
            at = np.divmod(above, block.shape[1])
            self._insert(at[axis] + first_query, at[1 - axis] + first_candidate, block.ravel()[above])

    def _insert(
        self, queries: NDArray[np.int64], candidates: NDArray[np.int64], similarities: NDArray[np.float32]
    ) -> None:
        """Sort in candidates, those of one query in ascending order and above all rows that it has."""
        old, k = self.neighbours, self.neighbours.rows.shape[1]
        concerned = np.unique(queries)
        query = np.concatenate([np.repeat(concerned, k), queries])
        similarity = np.concatenate([old.similarities[concerned].ravel(), similarities])
        row = np.concatenate([old.rows[concerned].ravel(), candidates])
        order = np.lexsort((-similarity, query))  # stable: of equals the one that came first
        best = order[np.searchsorted(query[order], concerned)[:, None] + np.arange(k)]
        old.similarities[concerned] = similarity[best]
        old.rows[concerned] = row[best]
