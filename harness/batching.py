"""Which sequences go through the model together."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# Among more sequences than these, neighbours in order of length are so alike that filling up batches pads next to
# nothing; looking for the best plan would only take time.
_PLANNED = 4096


def plan_batches(lengths: NDArray[np.int64], budget: int, call: int) -> list[NDArray[np.int64]]:
    """Batches of sequence numbers, longest sequences first, each of at most `budget` padded tokens.

    A batch is consecutive sequences in order of length: rows x longest row <= budget; a sequence longer than the budget
    is a batch of its own. Longest first, so that lack of memory shows in the first batch and buffers grow once.

    A few sequences of many lengths are padded much if each batch takes all that fit: a fifth of 25 sentences in 512
    tokens is padding. So the batches end where the sum of padded tokens and of `call` for each batch is least.

    Args:
        lengths: tokens of each sequence, shape (sequences,).
        budget: padded tokens a batch.
        call: what calling the model costs beside its tokens, in tokens.
    """
    order = np.argsort(-lengths, kind="stable")
    ends = _best_ends if len(order) <= _PLANNED else _filled_ends
    bounds = [0, *ends(lengths[order], budget, call)]
    return [order[start:end] for start, end in pairwise(bounds)]


def _most_rows(longest: int, budget: int) -> int:
    return max(1, budget // max(1, longest))


def _filled_ends(descending: NDArray[np.int64], budget: int, call: int) -> list[int]:
    """Ends of batches that each take all that fit."""
    ends, start = [], 0
    while start < len(descending):
        start = min(len(descending), start + _most_rows(int(descending[start]), budget))
        ends.append(start)
    return ends


def _best_ends(descending: NDArray[np.int64], budget: int, call: int) -> list[int]:
    """Ends of the cheapest batches: a shortest path over the positions at which a batch may begin."""
    count = len(descending)
    costs = np.full(count + 1, np.iinfo(np.int64).max)
    costs[0] = 0
    starts = np.zeros(count + 1, np.int64)
    for start in range(count):
        longest = int(descending[start])
        rows = np.arange(1, min(_most_rows(longest, budget), count - start) + 1)
        cost = costs[start] + call + longest * rows
        reached = costs[start + 1 : start + 1 + len(rows)]
        cheaper = cost < reached
        reached[cheaper] = cost[cheaper]
        starts[start + 1 : start + 1 + len(rows)][cheaper] = start
    ends = []
    end = count
    while end > 0:
        ends.append(end)
        end = int(starts[end])
    return ends[::-1]


def padded_tokens(lengths: NDArray[np.int64], batches: list[NDArray[np.int64]]) -> int:
    """Tokens that the batches hold, padding counted."""
    return sum(len(batch) * int(lengths[batch].max()) for batch in batches)
