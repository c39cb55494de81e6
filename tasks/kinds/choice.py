"""Multiple choice: XCOPA."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, MultipleChoice
from ..features import Features, Outputs
from ..metrics import ACCURACY, Metric
from ..tokenization import TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task


@dataclass(frozen=True)
class Choice:
    """One scalar a (prompt, choice) pair, the largest wins; accuracy."""

    name: ClassVar[str] = "multiple choice"
    head: ClassVar[str] = "choice"
    outputs: ClassVar[tuple[Output, ...]] = (Output("score"),)
    metrics: ClassVar[tuple[Metric, ...]] = (ACCURACY,)

    def encode(self, task: "Task", dataset: Dataset[MultipleChoice], encoder: TextEncoder) -> Features[list[int]]:
        """One sequence a choice; the alignment holds where each example's choices begin, and their end."""
        pairs = [(example.prompt, choice) for example in dataset.examples for choice in example.choices]
        starts = list(accumulate((len(example.choices) for example in dataset.examples), initial=0))
        return Features(encoder.encode_pairs(pairs, task.max_length), starts)

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[MultipleChoice],
        features: Features[list[int]],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[int]:
        """The index of the best choice, the first of equals; `outputs["score"]` has shape (sequences,)."""
        scores = np.asarray(outputs["score"])
        return [int(np.argmax(scores[a:b])) for a, b in pairwise(features.alignment)]

    def score(
        self, task: "Task", language: str, dataset: Dataset[MultipleChoice], predictions: Sequence[int]
    ) -> dict[str, NDArray[np.float64]]:
        """A hit is the index of the right choice."""
        hits = [prediction == e.gold for prediction, e in zip(predictions, dataset.examples, strict=True)]
        return {"correct": np.array(hits, float), "examples": np.ones(len(hits))}

    def targets(
        self, task: "Task", dataset: Dataset[MultipleChoice], features: Features[list[int]], labels: Sequence[str]
    ) -> Mapping[str, Sequence[int]]:
        """The index of the right choice, one entry an example."""
        return {"labels": [int(example.gold or 0) for example in dataset.examples]}

    def texts(self, example: MultipleChoice) -> tuple[str, ...]:
        """The prompt, then the choices."""
        return example.prompt, *example.choices
