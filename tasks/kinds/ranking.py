"""Ranking of a pool that all languages of a task share: LAReQA, Mewsli-X."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, Query
from ..features import SHARED, Features, Outputs, SharedSequences
from ..metrics import MAP_AT_20, Metric
from ..search import normalise, top_k
from ..tokenization import TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task

DEPTH = 20


def average_precision(ranked: Sequence[str], relevant: Sequence[str], depth: int = DEPTH) -> float:
    """Average precision of the first `depth` ranks, over the hits that were possible there; in 0..1.

    With one relevant candidate it is the reciprocal rank, 0 beyond `depth` (XTREME-R: third_party/utils_mewslix.py
    and evaluate_retrieval.py). A candidate counts once, however often it is named.
    """
    wanted, hits, total = set(relevant), 0, 0.0
    possible = min(len(wanted), depth)
    for rank, name in enumerate(ranked[:depth], start=1):
        if name in wanted:
            wanted.discard(name)
            hits += 1
            total += hits / rank
    return total / possible if possible else 0.0


@dataclass(frozen=True)
class Ranking:
    """The 20 candidates of the pool with the largest cosine, by name; mean average precision.

    Queries are cut to `query_length` tokens, candidates to the task's maximum length.
    """

    query_length: int

    name: ClassVar[str] = "ranking"
    head: ClassVar[str] = "embedding"
    outputs: ClassVar[tuple[Output, ...]] = (Output("embedding"),)
    metrics: ClassVar[tuple[Metric, ...]] = (MAP_AT_20,)

    def encode(self, task: "Task", dataset: Dataset[Query], encoder: TextEncoder) -> Features[None]:
        """One sequence a query; the candidates are shared by the task's languages."""
        candidates = dataset.candidates
        shared = SharedSequences(
            candidates.fingerprint, lambda: encoder.encode_singles(candidates.texts, task.max_length)
        )
        texts = [query.text for query in dataset.examples]
        return Features(encoder.encode_singles(texts, self.query_length), None, shared)

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[Query],
        features: Features[None],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[list[str]]:
        """Names of the best candidates, best first; embeddings have shape (queries or candidates, dimensions)."""
        queries = normalise(np.asarray(outputs["embedding"], np.float32))
        candidates = normalise(np.asarray(outputs[f"{SHARED}embedding"], np.float32))
        rows = top_k(queries, candidates, DEPTH).rows
        return [[dataset.candidates.ids[row] for row in ranked] for ranked in rows]

    def score(
        self, task: "Task", language: str, dataset: Dataset[Query], predictions: Sequence[Sequence[str]]
    ) -> dict[str, NDArray[np.float64]]:
        """The average precision of each query."""
        names = dataset.candidates.ids
        precision = [
            average_precision(ranked, [names[row] for row in query.gold or ()])
            for ranked, query in zip(predictions, dataset.examples, strict=True)
        ]
        return {"average_precision": np.array(precision), "examples": np.ones(len(precision))}

    def targets(
        self, task: "Task", dataset: Dataset[Query], features: Features[None], labels: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Nothing: a dual encoder learns from pairs, not from this form."""
        return {}

    def texts(self, example: Query) -> tuple[str, ...]:
        """The query."""
        return (example.text,)
