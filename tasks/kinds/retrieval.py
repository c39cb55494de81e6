"""Retrieval of sentences by the cosine of their embeddings: Tatoeba."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, Query
from ..features import Features, Outputs
from ..metrics import ACCURACY, Metric
from ..search import normalise, top_k
from ..tokenization import TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task


@dataclass(frozen=True)
class Retrieval:
    """Every query's nearest candidate; accuracy.

    XTREME's Tatoeba queries with the sorted English lines and searches among the foreign ones
    (third_party/evaluate_retrieval.py).
    """

    name: ClassVar[str] = "retrieval"
    head: ClassVar[str] = "embedding"
    outputs: ClassVar[tuple[Output, ...]] = (Output("embedding"),)
    metrics: ClassVar[tuple[Metric, ...]] = (ACCURACY,)

    def encode(self, task: "Task", dataset: Dataset[Query], encoder: TextEncoder) -> Features[int]:
        """One sequence a text, queries first; the alignment is the number of queries."""
        texts = [*(query.text for query in dataset.examples), *dataset.candidates.texts]
        return Features(encoder.encode_singles(texts, task.max_length), len(dataset.examples))

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[Query],
        features: Features[int],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[int]:
        """Nearest candidates; `outputs["embedding"]` has shape (queries + candidates, dimensions)."""
        unit = normalise(np.asarray(outputs["embedding"], np.float32))
        found = top_k(unit[: features.alignment], unit[features.alignment :], 1)
        return [int(row) for row in found.rows[:, 0]]

    def score(
        self, task: "Task", language: str, dataset: Dataset[Query], predictions: Sequence[int]
    ) -> dict[str, NDArray[np.float64]]:
        """A hit is a gold row."""
        pairs = zip(predictions, dataset.examples, strict=True)
        hits = [prediction in (example.gold or ()) for prediction, example in pairs]
        return {"correct": np.array(hits, float), "examples": np.ones(len(hits))}

    def targets(
        self, task: "Task", dataset: Dataset[Query], features: Features[int], labels: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Nothing: retrieval tasks are evaluated without training."""
        return {}

    def texts(self, example: Query) -> tuple[str, ...]:
        """The query."""
        return (example.text,)
