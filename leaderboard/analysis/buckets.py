"""Units in buckets by quantiles of an attribute, and what a metric is in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...tasks.metrics import Columns, Metric
from .attributes import Units


@dataclass(frozen=True, slots=True)
class Bucket:
    """The units whose attribute lies in `low` to `high`, both inside.

    `number` is the quantile, from 1, that the bucket begins in. `units` counts what the quantiles are taken over.
    A score, in percent, is None where the bucket has nothing to divide by.
    """

    number: int
    low: float
    high: float
    units: int
    scores: Mapping[str, float | None]


def quantiles(units: Units, buckets: int) -> NDArray[np.int64]:
    """The bucket of each unit, from 0; shape (units,).

    It is the quantile in which the unit's value begins: floor(`buckets` * share of the counted units with a smaller
    value). So equal values are never parted, a frequent value makes its bucket larger, and buckets may be left out.
    """
    counted = np.sort(units.values[units.counted] if units.counted.any() else units.values)
    smaller = np.searchsorted(counted, units.values, side="left")
    numbers: NDArray[np.int64] = np.minimum(smaller * buckets // max(len(counted), 1), buckets - 1)
    return numbers


def make_buckets(units: Units, buckets: int, metrics: Sequence[Metric]) -> tuple[Bucket, ...]:
    """Divide units into at most `buckets` buckets and score each; a bucket without units is left out."""
    numbers = quantiles(units, buckets)
    return tuple(_bucket(units, int(number), numbers == number, metrics) for number in np.unique(numbers))


def _bucket(units: Units, number: int, inside: NDArray[np.bool_], metrics: Sequence[Metric]) -> Bucket:
    values = units.values[inside]
    columns = {name: column[inside] for name, column in units.columns.items()}
    return Bucket(
        number=number + 1,
        low=float(values.min()),
        high=float(values.max()),
        units=int(units.counted[inside].sum()),
        scores={metric.name: _score(metric, columns) for metric in metrics},
    )


def _score(metric: Metric, columns: Columns) -> float | None:
    below = sum(weight * columns[name].sum() for name, weight in metric.denominator.items())
    return metric.value(columns) if below else None
