"""Training examples as the Hugging Face Trainer wants them: a data set of row numbers, and a collator that pads."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from ..tasks.features import Sequences
from ..tasks.kinds.tagging import IGNORED


class Rows(Dataset[int]):
    """The numbers 0 to n - 1: what is trained on is looked up when a batch is made."""

    def __init__(self, size: int) -> None:
        """Hold `size` rows."""
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> int:
        return index


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
