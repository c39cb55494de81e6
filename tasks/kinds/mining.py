"""Mining of translations from two files of sentences: BUCC 2018."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, Query
from ..features import Features, Outputs
from ..metrics import MICRO_F1, MICRO_PRECISION, MICRO_RECALL, Metric
from ..mining import Bitext, best_threshold, mine
from ..tokenization import TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task


def _sides(dataset: Dataset[Query]) -> tuple[list[str], list[str]]:
    return [query.text for query in dataset.examples], list(dataset.candidates.texts)


def _gold_pairs(dataset: Dataset[Query]) -> set[tuple[int, int]]:
    return {(row, gold) for row, query in enumerate(dataset.examples) for gold in query.gold or ()}


@dataclass(frozen=True)
class Mining:
    """Pairs of sentences whose margin exceeds a threshold; micro F1 over pairs.

    The threshold is the best one on the data set's `tuning` split, or without one on itself (as jiant does on dev).
    Steps: XTREME's scripts/run_bucc2018.sh and third_party/utils_retrieve.py, see `tasks.mining`. `duplicates` says
    what a sentence that occurs more than once may pair with (a key of `mining.DUPLICATES`).
    """

    duplicates: str = "drop"

    name: ClassVar[str] = "mining"
    head: ClassVar[str] = "embedding"
    outputs: ClassVar[tuple[Output, ...]] = (Output("embedding"),)
    metrics: ClassVar[tuple[Metric, ...]] = (MICRO_F1, MICRO_PRECISION, MICRO_RECALL)

    def encode(self, task: "Task", dataset: Dataset[Query], encoder: TextEncoder) -> Features[list[int]]:
        """One sequence a sentence; the alignment holds where each side of each split ends."""
        splits = [dataset, *([dataset.tuning] if dataset.tuning else [])]
        sides = [side for split in splits for side in _sides(split)]
        texts = [text for side in sides for text in side]
        ends = np.cumsum([len(side) for side in sides]).tolist()
        return Features(encoder.encode_singles(texts, task.max_length), ends)

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[Query],
        features: Features[list[int]],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[list[str]]:
        """For each sentence the names of those it is paired with.

        `outputs["embedding"]` has shape (sentences of all sides, dimensions); it is overwritten, as a copy of a million
        vectors would take gigabytes.
        """
        vectors = np.split(np.asarray(outputs["embedding"], np.float32), features.alignment[:-1])
        bitext = tuned = self._mined(dataset, vectors[:2])
        if dataset.tuning:
            tuned = self._mined(dataset.tuning, vectors[2:])
        threshold = best_threshold(tuned, _gold_pairs(dataset.tuning or dataset), self.duplicates)
        found: list[list[str]] = [[] for _ in dataset.examples]
        for row, other in bitext.pairs(threshold, self.duplicates):
            found[row].append(dataset.candidates.ids[other])
        return found

    def _mined(self, dataset: Dataset[Query], vectors: Sequence[NDArray[np.float32]]) -> Bitext:
        texts, others = _sides(dataset)
        return mine(texts, vectors[0], others, vectors[1])

    def score(
        self, task: "Task", language: str, dataset: Dataset[Query], predictions: Sequence[Sequence[str]]
    ) -> dict[str, NDArray[np.float64]]:
        """Pairs of each sentence: found, wanted, and both."""
        names = dataset.candidates.ids
        rows = []
        for found, query in zip(predictions, dataset.examples, strict=True):
            wanted = {names[row] for row in query.gold or ()}
            rows.append((len(wanted & set(found)), len(set(found)), len(wanted)))
        counts = np.array(rows, float).reshape(len(rows), 3)
        return dict(zip(("correct", "predicted", "gold"), counts.T, strict=True))

    def targets(
        self, task: "Task", dataset: Dataset[Query], features: Features[list[int]], labels: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Nothing: retrieval tasks are evaluated without training."""
        return {}

    def texts(self, example: Query) -> tuple[str, ...]:
        """The sentence."""
        return (example.text,)
