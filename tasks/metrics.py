"""Metrics as ratios of sums over examples.

Every metric of XTREME's classification, tagging, QA and retrieval tasks is such a ratio: accuracy is the sum of hits
over the number of examples, micro F1 is twice the correct chunks over predicted plus gold chunks. So an example
contributes a row of counts, a score is a ratio of column sums, and intervals and paired tests resample the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Metric:
    """A score in percent: weighted column sums over weighted column sums, 0 where there is nothing to divide by.

    `less_is_better` if a system gets better as the score falls, as a rate of errors does.
    """

    name: str
    numerator: Mapping[str, float]
    denominator: Mapping[str, float]
    less_is_better: bool = False

    def value(self, columns: Columns) -> float:
        """Score all examples; each column of `columns` has shape (examples,)."""
        sums = {name: float(column.sum()) for name, column in columns.items()}
        below = sum(weight * sums[name] for name, weight in self.denominator.items())
        above = sum(weight * sums[name] for name, weight in self.numerator.items())
        return 100.0 * above / below if below else 0.0


ACCURACY = Metric("accuracy", {"correct": 1}, {"examples": 1})
TOKEN_ACCURACY = Metric("token_accuracy", {"correct_tokens": 1}, {"tokens": 1})
EXACT_MATCH = Metric("exact_match", {"exact": 1}, {"examples": 1})
TOKEN_F1 = Metric("f1", {"overlap": 1}, {"examples": 1})
# Over all chunks of a tagger, or all pairs of sentences that were mined.
MICRO_F1 = Metric("f1", {"correct": 2}, {"predicted": 1, "gold": 1})
MICRO_PRECISION = Metric("precision", {"correct": 1}, {"predicted": 1})
MICRO_RECALL = Metric("recall", {"correct": 1}, {"gold": 1})
MAP_AT_20 = Metric("map@20", {"average_precision": 1}, {"examples": 1})
