"""Batches by hand, and the schedule that draws them."""

from collections import Counter

import numpy as np
import pytest
from accelerate.data_loader import BatchSamplerShard
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.tasks.features import Sequences
from xbench.training.batches import DrawnBatches, PaddedBatch, TaskBatch
from xbench.training.sampling import Draw, Schedule, task_probabilities, updates

SEQUENCES = Sequences.pack([([5, 6], [0, 0]), ([7], [0]), ([8, 9, 10], [0, 0, 1]), ([11], [0])])


def test_a_batch_by_hand():
    batch = PaddedBatch(SEQUENCES, {"labels": [3, 1, 4, 1]}, pad_id=1)([2, 0])
    assert batch["input_ids"].tolist() == [[8, 9, 10], [5, 6, 1]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 1], [0, 0, 0]]
    assert batch["labels"].tolist() == [4, 3]


def test_a_batch_of_choices_by_hand():
    padded = PaddedBatch(SEQUENCES, {"labels": [0, 1]}, pad_id=1, choices=2)
    assert len(padded) == 2
    batch = padded([1, 0])
    assert batch["input_ids"].tolist() == [[[8, 9, 10], [11, 1, 1]], [[5, 6, 1], [7, 1, 1]]]
    assert batch["labels"].tolist() == [1, 0]


def test_labels_of_tokens_are_padded_with_what_the_loss_ignores():
    labels = [np.array([-100, 2]), np.array([0]), np.array([-100, 1, -100]), np.array([3])]
    batch = PaddedBatch(SEQUENCES, {"labels": labels}, pad_id=1)([1, 2])
    assert batch["labels"].tolist() == [[0, -100, -100], [-100, 1, -100]]


def test_a_batch_is_made_by_its_task():
    other = PaddedBatch(SEQUENCES, {}, pad_id=0)
    collate = TaskBatch({"a": PaddedBatch(SEQUENCES, {}, pad_id=1).drawn, "b": other.drawn})
    batch = collate([Draw("b", 2, 0), Draw("b", 1, 0)])
    assert batch["task"] == "b"
    assert batch["input_ids"].tolist() == [[8, 9, 10], [7, 0, 0]]


SIZES = {"small": 100, "middle": 900, "large": 9_000}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("proportional", [0.01, 0.09, 0.9]),
        ("uniform", [1 / 3, 1 / 3, 1 / 3]),
        ("temperature", [10 / (40 + 9_000**0.5), 30 / (40 + 9_000**0.5), 9_000**0.5 / (40 + 9_000**0.5)]),
        ("temperature=1", [0.01, 0.09, 0.9]),
        ("capped=900", [1 / 19, 9 / 19, 9 / 19]),
        ("capped", [0.01, 0.09, 0.9]),
    ],
)
def test_tasks_are_drawn_as_often_as_the_formula_says(way, expected):
    probabilities = task_probabilities(SIZES, way)
    assert list(probabilities.values()) == pytest.approx(expected)
    batches = 20_000
    counts = Counter(draws[0].task for draws in Schedule(SIZES, probabilities, 1, batches, seed=3))
    for task, share in probabilities.items():
        # Five standard deviations of a binomial share.
        assert abs(counts[task] / batches - share) < 5 * (share * (1 - share) / batches) ** 0.5


@pytest.mark.parametrize("way", ["uniform=2", "temperature=0", "temperature=nan", "capped=x", "proportionl"])
def test_unknown_ways_of_sampling_are_refused(way):
    with pytest.raises(InputError, match=way.partition("=")[0]):
        task_probabilities(SIZES, way)


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 12), min_size=1),
    st.integers(1, 5),
    st.integers(0, 40),
    st.integers(1, 4),
    st.integers(0, 5),
)
def test_each_pass_over_a_task_takes_every_example_once(sizes, batch_size, batches, group, seed):
    schedule = Schedule(sizes, task_probabilities(sizes), batch_size, batches, seed, group)
    drawn = list(schedule)
    assert drawn == list(schedule)
    assert len(drawn) == len(schedule) == batches
    assert [draw.batch for draws in drawn for draw in draws] == [n for n, draws in enumerate(drawn) for _ in draws]
    for start in range(0, batches, group):
        assert len({draw.task for draws in drawn[start : start + group] for draw in draws}) == 1
    for task, size in sizes.items():
        rows = [draw.row for draws in drawn for draw in draws if draw.task == task]
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            assert len(set(part)) == len(part)
            assert set(part) <= set(range(size))


def test_two_seeds_draw_differently():
    one, two = (list(Schedule(SIZES, task_probabilities(SIZES), 4, 50, seed)) for seed in (1, 2))
    assert one != two


def test_processes_share_the_batches_of_an_update_and_their_task():
    """As accelerate deals them out; batches differ in size, and none may be lost or made up."""
    sizes = {"a": 10, "b": 7}
    schedule = Schedule(sizes, task_probabilities(sizes), 4, 24, seed=1, group=4)
    shards = [list(BatchSamplerShard(DrawnBatches(schedule), 2, rank, even_batches=False)) for rank in (0, 1)]
    assert [batch for pair in zip(*shards, strict=True) for batch in pair] == list(schedule)
    assert [batch[0].task for batch in shards[0]] == [batch[0].task for batch in shards[1]]


def test_updates_by_hand():
    assert updates({"a": 10, "b": 7}, epochs=2, batch_size=4, accumulation=3) == 4  # 2 * (3 + 2) / 3, rounded up
    assert updates({"a": 1}, epochs=0.1, batch_size=4, accumulation=3) == 1
