"""Metrics are ratios of sums: by hand, and with nothing to divide by."""

import numpy as np
import pytest
from xbench.tasks.metrics import (
    ACCURACY,
    EXACT_MATCH,
    MICRO_F1,
    MICRO_PRECISION,
    MICRO_RECALL,
    TOKEN_ACCURACY,
    TOKEN_F1,
    Metric,
)

COLUMNS = {
    "correct": np.array([2.0, 0.0, 1.0]),
    "predicted": np.array([3.0, 1.0, 1.0]),
    "gold": np.array([2.0, 2.0, 3.0]),
    "correct_tokens": np.array([9.0, 1.0, 0.0]),
    "tokens": np.array([10.0, 2.0, 4.0]),
    "exact": np.array([1.0, 0.0, 0.0]),
    "overlap": np.array([1.0, 0.5, 0.0]),
    "examples": np.ones(3),
}


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (ACCURACY, 100.0),  # 3 of 3
        (MICRO_PRECISION, 60.0),  # 3 of 5
        (MICRO_RECALL, 300 / 7),  # 3 of 7
        (MICRO_F1, 50.0),  # 2 * 3 / (5 + 7); micro: not the mean of the three sentences' F1
        (TOKEN_ACCURACY, 62.5),  # 10 of 16
        (EXACT_MATCH, 100 / 3),
        (TOKEN_F1, 50.0),  # 1.5 of 3
    ],
)
def test_by_hand(metric, value):
    assert metric.value(COLUMNS) == pytest.approx(value, abs=1e-12)


def test_f1_is_the_harmonic_mean():
    precision, recall = MICRO_PRECISION.value(COLUMNS), MICRO_RECALL.value(COLUMNS)
    assert MICRO_F1.value(COLUMNS) == pytest.approx(2 * precision * recall / (precision + recall))


def test_weights():
    # (2 * 3 - 1 * 5) / (0.5 * 7)
    metric = Metric("m", {"correct": 2, "predicted": -1}, {"gold": 0.5})
    assert metric.value(COLUMNS) == pytest.approx(100 / 3.5)


@pytest.mark.parametrize("metric", [ACCURACY, MICRO_F1, MICRO_PRECISION, MICRO_RECALL, TOKEN_ACCURACY, TOKEN_F1])
@pytest.mark.parametrize("rows", [0, 2])
def test_nothing_to_divide_by_is_zero(metric, rows):
    assert metric.value({name: np.zeros(rows) for name in COLUMNS}) == 0.0
