"""Scores on English dev while a model is trained."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from ..exporters.heads import HEADS
from ..tasks.examples import Dataset
from ..tasks.features import Features
from ..tasks.task import Task

_SEQUENCES_A_BATCH = 32
_LANGUAGE = "en"


@dataclass(frozen=True)
class DevSet:
    """The English dev data of a task, tokenised; `labels` are the model's, in the order of its ids."""

    task: Task
    dataset: Dataset[Any]
    features: Features[Any]
    labels: Sequence[str]
    pad_id: int

    def score(self, model: Any) -> float:
        """The task's value in percent: the mean of its main metrics; `model` is one of Hugging Face for the task."""
        return self.score_of(self.predictions(model))

    def score_of(self, predictions: Sequence[Any]) -> float:
        """The task's value in percent of given predictions."""
        kind = self.task.kind
        columns = kind.score(self.task, _LANGUAGE, self.dataset, predictions)
        values = {metric.name: metric.value(columns) for metric in kind.metrics}
        return fmean(values[name] for name in self.task.main_metrics)

    def predictions(self, model: Any) -> list[Any]:
        """What the model answers, decoded as an evaluation does; the model is left in evaluation mode."""
        outputs = self._outputs(model.eval())
        return self.task.kind.decode(self.task, _LANGUAGE, self.dataset, self.features, outputs, self.labels)

    def collapse(self, predictions: Sequence[Any]) -> str | None:
        """Why these predictions show a model that has learnt nothing; None if they do not.

        It answers everything alike, or scores no better than the most frequent class or tag. (Which of its choices is
        right is no class of an example, and an answer in a text is none either.)
        """
        alone = [item for answer in predictions for item in (answer if isinstance(answer, list) else [answer])]
        if len(self.dataset.examples) > 1 and len(set(alone)) == 1:
            return f"the answer to all of English dev is {alone[0]!r}"
        if not self.labels:
            return None
        score, majority = self.score_of(predictions), self.score_of(self._majority())
        if score <= majority:
            return f"the score on English dev, {score:.1f}, is not above that of one label throughout, {majority:.1f}"
        return None

    def _majority(self) -> list[Any]:
        golds = [example.gold for example in self.dataset.examples]
        if not isinstance(golds[0], tuple):
            return [Counter(golds).most_common(1)[0][0]] * len(golds)
        tag = Counter(tag for gold in golds for tag in gold).most_common(1)[0][0]
        return [[tag] * len(gold) for gold in golds]

    def _outputs(self, model: Any) -> dict[str, Any]:
        import torch

        head = HEADS[self.task.kind.head].build(model)
        sequences = self.features.sequences
        order = np.argsort(-sequences.lengths, kind="stable")
        found: dict[str, list[Any]] = {output.name: [None] * len(sequences) for output in self.task.kind.outputs}
        for start in range(0, len(order), _SEQUENCES_A_BATCH):
            rows = order[start : start + _SEQUENCES_A_BATCH]
            batch = sequences.padded(rows, self.pad_id)
            with torch.inference_mode():
                inputs = {name: torch.from_numpy(array).to(model.device) for name, array in batch.items()}
                outputs = {name: tensor.cpu().numpy() for name, tensor in head(**inputs).items()}
            for name, array in outputs.items():
                for row, values in zip(rows, array, strict=True):
                    found[name][row] = values
        per_token = {output.name for output in self.task.kind.outputs if output.per_token}
        return {name: values if name in per_token else np.array(values) for name, values in found.items()}
