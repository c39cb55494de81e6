"""Which sequences go through the model together."""

import numpy as np
from numpy.typing import NDArray


def plan_batches(lengths: NDArray[np.int64], budget: int) -> list[NDArray[np.int64]]:
    """Batches of sequence numbers, longest sequences first, each of at most `budget` padded tokens.

    A batch is as many consecutive sequences in order of length as fit: rows x longest row <= budget; a sequence longer
    than the budget is a batch of its own. Longest first, so that lack of memory shows in the first batch and buffers
    grow once.

    Args:
        lengths: tokens of each sequence, shape (sequences,).
        budget: padded tokens a batch.
    """
    order = np.argsort(-lengths, kind="stable")
    batches = []
    start = 0
    while start < len(order):
        rows = max(1, budget // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + rows])
        start += rows
    return batches


def padded_tokens(lengths: NDArray[np.int64], batches: list[NDArray[np.int64]]) -> int:
    """Tokens that the batches hold, padding counted."""
    return sum(len(batch) * int(lengths[batch].max()) for batch in batches)
