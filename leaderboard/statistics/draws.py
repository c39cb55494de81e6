"""How often each example is drawn, or swapped, in each replicate.

The counts are those of drawing with replacement (multinomial), not independent ones (Poisson), under which the number
of examples would vary too. They are small whole numbers, so single precision holds them exactly.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Draws: TypeAlias = NDArray[np.float32]
"""Shape (replicates, examples)."""

# Replicates are made in blocks of about this many weights, 32 MiB.
_BLOCK = 1 << 22


def blocks(replicates: int, width: int) -> Iterator[int]:
    """Numbers of replicates that fit into a block of memory, `replicates` in all."""
    size = max(1, _BLOCK // max(1, width))
    for first in range(0, replicates, size):
        yield min(size, replicates - first)


def counts_of_groups(sizes: NDArray[np.int64], replicates: int, generator: np.random.Generator) -> Draws:
    """How often each group is drawn if `sizes.sum()` examples are, of which a group has `sizes`; (replicates, groups).

    Quick where groups are few.
    """
    return generator.multinomial(sizes.sum(), sizes / sizes.sum(), size=replicates).astype(np.float32)


def counts_of_examples(sizes: NDArray[np.int64], replicates: int, generator: np.random.Generator) -> Draws:
    """The same, by drawing the examples."""
    group_of = np.repeat(np.arange(len(sizes)), sizes)
    drawn = group_of[generator.integers(0, len(group_of), (replicates, len(group_of)))]
    drawn += np.arange(replicates)[:, None] * len(sizes)
    return _counted(drawn, replicates, len(sizes))


def counts_of_some(some: int, total: int, replicates: int, generator: np.random.Generator) -> Draws:
    """How often each of the first `some` examples is drawn if `total` are, of as many; shape (replicates, some)."""
    if some == total:
        return counts_of_examples(np.ones(total, np.int64), replicates, generator)
    replicate = np.repeat(np.arange(replicates), generator.binomial(total, some / total, replicates))
    return _counted(generator.integers(0, some, len(replicate)) + replicate * some, replicates, some)


def coins(examples: int, replicates: int, generator: np.random.Generator) -> Draws:
    """0 or 1 with equal probability, for each example and replicate; shape (replicates, examples)."""
    return generator.integers(0, 2, (replicates, examples), dtype=np.int8).astype(np.float32)


def _counted(numbers: NDArray[np.int64], rows: int, columns: int) -> Draws:
    """How often each place of a matrix is among the numbers of places, counted row by row."""
    return np.bincount(numbers.ravel(), minlength=rows * columns).reshape(rows, columns).astype(np.float32)
