"""Label sets that only the data tell: CCG's supertags."""

from dataclasses import replace
from typing import Any

from ..examples import Dataset, TaggedSentence
from ..kinds.tagging import Tagging
from ..task import Task


def labels_of(*datasets: Dataset[TaggedSentence]) -> tuple[str, ...]:
    """The gold tags of the sentences, sorted by code point: the same whatever the order of the sentences."""
    return tuple(sorted({tag for data in datasets for example in data.examples for tag in example.gold or ()}))


def with_labels(task: Task, *datasets: Dataset[Any]) -> Task:
    """The task with its labels: as it is, but for a tagging task without any, which gets those of the data.

    What a model learns must be among its labels, so give it all data that it learns from, and the dev set if the loss
    is computed there.
    """
    if task.labels or not isinstance(task.kind, Tagging):
        return task
    return replace(task, labels=labels_of(*datasets))
