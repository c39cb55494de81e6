"""Two systems on the same examples of one task and language, aligned by the examples' ids."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...results.store import StoredRecord, read_predictions
from ...tasks.metrics import Metric
from ...tasks.suites import find_task
from ..averages import language_value

Counts: TypeAlias = NDArray[np.float64]
"""Shape (..., metrics, 2): of each main metric what stands above and below the fraction line."""

# Scores are ratios of the same sums, so they agree to rounding.
_AGREES = 1e-6


@dataclass(frozen=True, slots=True)
class Pair:
    """What each example adds to the sums of two systems; `base` and `head` are counts of shape (examples, metrics, 2).

    A metric is a ratio of weighted sums (`tasks.metrics`), so its weights are applied to each example beforehand.
    """

    task: str
    language: str
    ids: tuple[str, ...]
    base: Counts
    head: Counts

    @property
    def values(self) -> tuple[float, float]:
        """The task's value in this language for base and head, in percent."""
        return float(task_value(self.base.sum(axis=0))), float(task_value(self.head.sum(axis=0)))


def task_value(sums: Counts) -> NDArray[np.float64]:
    """The mean of the main metrics in percent, as `averages.language_value`; of sums (..., metrics, 2) shape (...).

    A metric with nothing to divide by is 0, as `Metric.value` has it.
    """
    above, below = sums[..., 0], sums[..., 1]
    ratios = np.divide(above, below, out=np.zeros_like(above), where=below != 0)
    values: NDArray[np.float64] = 100.0 * ratios.mean(axis=-1)
    return values


def read_pair(base: StoredRecord, head: StoredRecord) -> Pair:
    """Align the stored predictions of two records of one task and language; the examples are in the order of base.

    Raises:
        InputError: the examples are not the same, or predictions are missing or not those of their record.
    """
    (base_ids, base_counts), (head_ids, head_counts) = _read(base), _read(head)
    if base_ids != head_ids:
        # A stable order keeps examples apart that share an id.
        base_order, head_order = _order(base_ids), _order(head_ids)
        if [base_ids[row] for row in base_order] != [head_ids[row] for row in head_order]:
            raise InputError(
                f"{_predictions(base)} and {_predictions(head)} hold other examples: run one of them again"
            )
        aligned = np.empty_like(head_counts)
        aligned[base_order] = head_counts[head_order]
        head_counts = aligned
    return Pair(base.record.task, base.record.language, tuple(base_ids), base_counts, head_counts)


def _order(ids: list[str]) -> list[int]:
    return sorted(range(len(ids)), key=ids.__getitem__)


def _predictions(stored: StoredRecord) -> str:
    return str(stored.path.with_suffix(".parquet"))


def _read(stored: StoredRecord) -> tuple[list[str], Counts]:
    """Ids and counts of shape (examples, metrics, 2); the record's score must come out of them."""
    record, task = stored.record, find_task(stored.record.task)
    metrics = [metric for metric in task.kind.metrics if metric.name in task.main_metrics]
    names = sorted({name for metric in metrics for name in (*metric.numerator, *metric.denominator)})
    wanted = ["id", *(f"count_{name}" for name in names)]
    rows = read_predictions(stored.path.with_suffix(".parquet"), wanted)
    if any(len(rows.get(name, ())) != record.examples for name in wanted):
        raise InputError(
            f"{_predictions(stored)} has no counts of the {record.examples} examples of its record: run it again"
        )
    columns = {name: np.array(rows[f"count_{name}"], np.float64) for name in names}
    counts = np.stack([_fraction(metric, columns, record.examples) for metric in metrics], axis=1)
    if abs(float(task_value(counts.sum(axis=0))) - language_value(record.scores, task.main_metrics)) > _AGREES:
        raise InputError(f"{_predictions(stored)} does not give the score of its record: run it again")
    return rows["id"], counts


def _fraction(metric: Metric, columns: dict[str, NDArray[np.float64]], examples: int) -> NDArray[np.float64]:
    """What each example adds above and below the line; shape (examples, 2)."""
    sides = np.zeros((examples, 2))
    for side, weights in enumerate((metric.numerator, metric.denominator)):
        for name, weight in weights.items():
            sides[:, side] += weight * columns[name]
    return sides
