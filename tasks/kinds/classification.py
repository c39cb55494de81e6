"""Sentence-pair classification: XNLI, PAWS-X."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, SentencePair
from ..features import Features, Outputs
from ..metrics import ACCURACY, Metric
from ..tokenization import TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task


@dataclass(frozen=True)
class Classification:
    """One class a pair; accuracy. Pairs are cut to the task's maximum length, longest text first."""

    name: ClassVar[str] = "classification"
    head: ClassVar[str] = "classification"
    outputs: ClassVar[tuple[Output, ...]] = (Output("logits"),)
    metrics: ClassVar[tuple[Metric, ...]] = (ACCURACY,)

    def encode(self, task: "Task", dataset: Dataset[SentencePair], encoder: TextEncoder) -> Features[None]:
        """One sequence a pair."""
        pairs = [(example.first, example.second) for example in dataset.examples]
        return Features(encoder.encode_pairs(pairs, task.max_length), None)

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[SentencePair],
        features: Features[None],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[str]:
        """The class of the largest logit; `outputs["logits"]` has shape (pairs, classes)."""
        return [labels[int(np.argmax(row))] for row in outputs["logits"]]

    def score(
        self, task: "Task", language: str, dataset: Dataset[SentencePair], predictions: Sequence[str]
    ) -> dict[str, NDArray[np.float64]]:
        """A hit is equality of class names."""
        hits = [prediction == e.gold for prediction, e in zip(predictions, dataset.examples, strict=True)]
        return {"correct": np.array(hits, float), "examples": np.ones(len(hits))}

    def targets(
        self, task: "Task", dataset: Dataset[SentencePair], features: Features[None], labels: Sequence[str]
    ) -> Mapping[str, Sequence[int]]:
        """The id of the gold class."""
        return {"labels": [labels.index(str(example.gold)) for example in dataset.examples]}

    def texts(self, example: SentencePair) -> tuple[str, ...]:
        """Both sentences."""
        return example.first, example.second
