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
    (base_ids, base_counts), (head_ids, head_counts) = read_counts(base), read_counts(head)
    counts = aligned(head_ids, head_counts, base_ids)
    if counts is None:
        raise InputError(f"{_predictions(base)} and {_predictions(head)} hold other examples: run one of them again")
    return Pair(base.record.task, base.record.language, tuple(base_ids), base_counts, counts)


def aligned(ids: list[str], counts: Counts, wanted: list[str]) -> Counts | None:
    """Counts of the examples `ids` in the order `wanted`; None if these are other examples."""
    if ids == wanted:
        return counts
    # A stable order keeps examples apart that share an id.
    order, places = _order(ids), _order(wanted)
    if [ids[row] for row in order] != [wanted[row] for row in places]:
        return None
    ordered = np.empty_like(counts)
    ordered[places] = counts[order]
    return ordered


def _order(ids: list[str]) -> list[int]:
    return sorted(range(len(ids)), key=ids.__getitem__)


def _predictions(stored: StoredRecord) -> str:
    return str(stored.path.with_suffix(".parquet"))


def read_counts(stored: StoredRecord) -> tuple[list[str], Counts]:
    """Ids of a record's examples, and what each adds to its sums; the record's score must come out of them.

    Raises:
        InputError: predictions are missing, damaged, or not those of the record.
    """
    record, task = stored.record, find_task(stored.record.task)
    metrics = [metric for metric in task.kind.metrics if metric.name in task.main_metrics]
    ids, columns = _columns(stored, {name for metric in metrics for name in (*metric.numerator, *metric.denominator)})
    counts = np.stack([_fraction(metric, columns, record.examples) for metric in metrics], axis=1)
    difference = float(task_value(counts.sum(axis=0))) - language_value(record.scores, task.main_metrics)
    if not abs(difference) <= _AGREES:  # refuses no-numbers too
        raise InputError(f"{_predictions(stored)} does not give the score of its record: run it again")
    return ids, counts


def _columns(stored: StoredRecord, names: set[str]) -> tuple[list[str], dict[str, NDArray[np.float64]]]:
    """Ids and counts by name, as many as the record has examples."""
    rows = read_predictions(stored.path.with_suffix(".parquet"), ["id", *(f"count_{name}" for name in sorted(names))])
    ids = rows.get("id", [])
    try:
        columns = {name: np.array(rows.get(f"count_{name}", []), np.float64) for name in names}
    except (TypeError, ValueError):
        columns = {}
    lengths = {len(ids), *(len(columns.get(name, ())) for name in names)}
    if lengths != {stored.record.examples} or not all(isinstance(identity, str) for identity in ids):
        raise InputError(
            f"{_predictions(stored)} has no counts of the {stored.record.examples} examples of its record: run it again"
        )
    return ids, columns


def _fraction(metric: Metric, columns: dict[str, NDArray[np.float64]], examples: int) -> NDArray[np.float64]:
    """What each example adds above and below the line; shape (examples, 2)."""
    sides = np.zeros((examples, 2))
    for side, weights in enumerate((metric.numerator, metric.denominator)):
        for name, weight in weights.items():
            sides[:, side] += weight * columns[name]
    return sides
