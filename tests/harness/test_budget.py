"""The best budget of tokens: what is tried, what is chosen, what is remembered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.harness import budget
from xbench.harness.budget import BudgetMemory, Trial, best_budget, plan_trials


@pytest.fixture
def small(monkeypatch):
    """Budgets for the lengths of these tests."""
    monkeypatch.setattr(budget, "_TRIED", {"cpu": (4, 16)})


def test_few_sequences_are_no_trial():
    # Three budgets three times, two batches of 1,024 each time.
    assert plan_trials(np.full(3 * 3 * 2 * 1024 // 8 - 1, 8), "cpu") == []
    assert len(plan_trials(np.full(3 * 3 * 2 * 1024 // 8, 8), "cpu")) == 9


def test_every_budget_is_tried_three_times_on_the_same_mixture(small):
    lengths = np.random.default_rng(0).integers(1, 9, 2_000)
    trials = plan_trials(lengths, "cpu")
    assert [trial.budget for trial in trials] == [4, 16] * 3
    rows = np.concatenate([trial.rows for trial in trials])
    assert len(set(rows.tolist())) == len(rows)
    sums = [lengths[trial.rows].sum() for trial in trials]
    assert max(sums) - min(sums) <= lengths.max() * 2
    assert lengths[rows].sum() == pytest.approx(3 * 2 * 2 * 16, rel=0.2)
    assert lengths[rows].mean() == pytest.approx(lengths.mean(), rel=0.05)


@given(st.lists(st.integers(1, 600), min_size=1, max_size=300))
def test_trials_never_share_a_sequence(values):
    lengths = np.array(values * 40)
    rows = [row for trial in plan_trials(lengths, "cpu") for row in trial.rows.tolist()]
    assert len(rows) == len(set(rows))
    assert all(0 <= row < len(lengths) for row in rows)


def test_the_highest_rate_over_all_trials_wins():
    trials = [Trial(number, np.arange(1)) for number in (4, 16, 4, 16)]
    # 4: 200 tokens in 3 s; 16: 200 tokens in 2.5 s, though its second trial was disturbed.
    assert best_budget(trials, [100, 100, 100, 100], [1.5, 0.5, 1.5, 2.0], default=4) == 16
    assert best_budget(trials, [100, 100, 100, 100], [1.0, 2.0, 1.0, 2.0], default=16) == 4
    # 2 % faster is as fast.
    assert best_budget(trials, [100, 100, 100, 100], [1.02, 1.0, 1.02, 1.0], default=4) == 4


def test_memory_is_of_these_facts_alone(tmp_path):
    memory = BudgetMemory(tmp_path, {"processor": "a", "threads": 2})
    assert memory.read() is None
    memory.write(1024)
    assert BudgetMemory(tmp_path, {"threads": 2, "processor": "a"}).read() == 1024
    assert BudgetMemory(tmp_path, {"processor": "a", "threads": 3}).read() is None
    (path,) = (tmp_path / "batch-tokens").iterdir()
    for broken in ("", "[]", '{"batch_tokens": "many"}', '{"batch_tokens": 0}'):
        path.write_text(broken)
        assert memory.read() is None
