"""Retrieval of sentences by the cosine of their embeddings: Tatoeba."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, Query
from ..features import Features, Outputs
from ..metrics import ACCURACY, Metric
from ..tokenization import TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task

_BLOCK = 1024


def normalise(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to length 1; a row of zeros stays as it is."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit


def nearest_rows(queries: NDArray[np.float32], candidates: NDArray[np.float32]) -> NDArray[np.int64]:
    """Row of the candidate with the largest cosine for each query, the first of equals; shape (queries,).

    Searched in blocks of queries, so that memory does not grow with queries x candidates.
    """
    index = normalise(candidates).T
    unit = normalise(queries)
    blocks = (unit[start : start + _BLOCK] @ index for start in range(0, len(unit), _BLOCK))
    return np.concatenate([np.argmax(block, axis=1) for block in blocks]) if len(unit) else np.zeros(0, np.int64)


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
        texts = [*(query.text for query in dataset.examples), *dataset.candidates]
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
        vectors = np.asarray(outputs["embedding"], np.float32)
        queries, candidates = vectors[: features.alignment], vectors[features.alignment :]
        return [int(row) for row in nearest_rows(queries, candidates)]

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
