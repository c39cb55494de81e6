"""Training examples as the Hugging Face Trainer wants them: draws of a schedule, and collators that make tensors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from ..tasks.features import Sequences
from ..tasks.kinds.tagging import IGNORED
from .sampling import Draw, Schedule

Collate = Callable[[list[Draw]], dict[str, Any]]
"""The draws of a batch, all of one task, in; its tensors by the names of the model's inputs out."""


class Draws(Dataset[Draw]):
    """What a schedule draws from: an item's number is the draw itself, as examples are looked up by the collator."""

    def __init__(self, schedule: Schedule) -> None:
        """Hold the examples of `schedule`."""
        self._size = sum(schedule.sizes.values())

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, draw: Draw) -> Draw:
        return draw


class DrawnBatches:
    """The batches of a schedule.

    It has no `batch_size`, which tells accelerate that a short one is not the last when it deals them to processes.
    """

    def __init__(self, schedule: Schedule) -> None:
        """Give the batches of `schedule` in order."""
        self._schedule = schedule

    def __len__(self) -> int:
        return len(self._schedule)

    def __iter__(self) -> Iterator[list[Draw]]:
        return iter(self._schedule)


class TaskBatch:
    """Makes a batch by the collator of its task, and names the task in it."""

    def __init__(self, collators: Mapping[str, Collate]) -> None:
        """Use `collators`, by task."""
        self._collators = collators

    def __call__(self, draws: list[Draw]) -> dict[str, Any]:
        """The batch of these draws, all of one task."""
        task = draws[0].task
        return {**self._collators[task](draws), "task": task}


class PaddedBatch:
    """Makes a batch of tensors from row numbers.

    With `choices` > 1 an example is that many consecutive sequences, and inputs have shape (rows, choices, tokens);
    else they have shape (rows, tokens).
    """

    def __init__(
        self, sequences: Sequences, targets: Mapping[str, Sequence[Any]], pad_id: int, choices: int = 1
    ) -> None:
        """Draw from `sequences`, with `targets` one an example."""
        self._sequences = sequences
        self._targets = targets
        self._pad_id = pad_id
        self._choices = choices

    def __len__(self) -> int:
        """Number of examples."""
        return len(self._sequences) // self._choices

    def drawn(self, draws: list[Draw]) -> dict[str, Tensor]:
        """The batch of the examples that were drawn."""
        return self([draw.row for draw in draws])

    def __call__(self, rows: list[int]) -> dict[str, Tensor]:
        """The batch of the examples with these numbers."""
        places = [row * self._choices + choice for row in rows for choice in range(self._choices)]
        inputs = self._sequences.padded(places, self._pad_id)
        batch = {name: torch.from_numpy(array.astype(np.int64)) for name, array in inputs.items()}
        if self._choices > 1:
            batch = {name: tensor.view(len(rows), self._choices, -1) for name, tensor in batch.items()}
        length = batch["input_ids"].shape[-1]
        return batch | {name: _stacked([values[row] for row in rows], length) for name, values in self._targets.items()}


def _stacked(values: Sequence[Any], length: int) -> Tensor:
    """Numbers to shape (rows,); label arrays of shape (tokens,) to (rows, length), filled with `IGNORED`."""
    if not isinstance(values[0], np.ndarray):
        return torch.tensor(values)
    filled = np.full((len(values), length), IGNORED, np.int64)
    for row, labels in enumerate(values):
        filled[row, : len(labels)] = labels
    return torch.from_numpy(filled)
