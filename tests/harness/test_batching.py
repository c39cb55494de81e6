"""Batches: every sequence once, longest first, within the budget, and outputs put back in order."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import EnvironmentFault
from xbench.harness.batching import padded_tokens, plan_batches
from xbench.harness.collect import OutputCollector
from xbench.tasks.kinds.kind import Output

LENGTHS = st.lists(st.integers(1, 600), max_size=80).map(lambda values: np.array(values, np.int64))


def test_by_hand():
    lengths = np.array([3, 10, 4, 5, 1])
    batches = plan_batches(lengths, 10, call=4)
    # 10 fills a batch; 5 and 4 padded to 5 fill one; 3 and 1 padded to 3 take 6
    assert [batch.tolist() for batch in batches] == [[1], [3, 2], [0, 4]]
    assert padded_tokens(lengths, batches) == 10 + 10 + 6
    # If a call costs nothing, only equal lengths share one.
    assert [batch.tolist() for batch in plan_batches(lengths, 10, call=0)] == [[1], [3], [2], [0], [4]]


@given(LENGTHS, st.integers(1, 700), st.integers(0, 200))
def test_invariants(lengths, budget, call):
    batches = plan_batches(lengths, budget, call)
    order = [int(row) for batch in batches for row in batch]
    assert sorted(order) == list(range(len(lengths)))
    assert all(lengths[a] >= lengths[b] for a, b in pairwise(order))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * lengths[batch].max() <= budget


@given(st.lists(st.integers(1, 12), min_size=1, max_size=9), st.integers(1, 40), st.integers(0, 9))
def test_no_other_division_is_cheaper(lengths, budget, call):
    descending = sorted(lengths, reverse=True)

    def divisions(rest):
        if not rest:
            yield 0
        for rows in range(1, len(rest) + 1):
            if rows == 1 or rows * rest[0] <= budget:
                yield from (call + rows * rest[0] + cost for cost in divisions(rest[rows:]))

    array = np.array(lengths, np.int64)
    batches = plan_batches(array, budget, call)
    assert padded_tokens(array, batches) + call * len(batches) == min(divisions(descending))


def test_many_sequences_fill_their_batches():
    lengths = np.tile(np.arange(1, 101), 50)
    batches = plan_batches(lengths, 512, call=64)
    assert sorted(int(row) for batch in batches for row in batch) == list(range(5000))
    for batch in batches[:-1]:
        assert len(batch) * lengths[batch].max() <= 512 < (len(batch) + 1) * lengths[batch].max()


@given(LENGTHS.filter(len), st.integers(1, 700))
def test_outputs_come_back_in_order(lengths, budget):
    outputs = (Output("row"), Output("tokens", per_token=True))
    collector = OutputCollector(outputs, lengths)
    for batch in reversed(plan_batches(lengths, budget, call=8)):
        width = int(lengths[batch].max())
        per_token = np.tile(batch[:, None], (1, width))
        collector.put(batch, {"row": np.stack([batch, -batch], 1), "tokens": per_token})
    found = collector.outputs()
    assert np.array_equal(found["row"], np.stack([np.arange(len(lengths)), -np.arange(len(lengths))], 1))
    for row, length in enumerate(lengths):
        assert found["tokens"][row].tolist() == [row] * length


def test_numbers_that_are_not_finite_are_refused():
    collector = OutputCollector((Output("logits"),), np.array([1]))
    with pytest.raises(EnvironmentFault, match="not finite"):
        collector.put(np.array([0]), {"logits": np.array([[np.nan, 0.0]], np.float32)})


def test_copies_get_the_outputs_of_their_originals():
    collector = OutputCollector((Output("row"), Output("tokens", per_token=True)), np.array([2, 1, 2]))
    collector.put(np.array([0, 1]), {"row": np.array([[5.0], [6.0]]), "tokens": np.array([[1, 2], [3, 0]])})
    collector.copy(np.array([0]), np.array([2]))
    found = collector.outputs()
    assert found["row"].tolist() == [[5.0], [6.0], [5.0]]
    assert [tokens.tolist() for tokens in found["tokens"]] == [[1, 2], [3], [1, 2]]
