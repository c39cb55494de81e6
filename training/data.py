"""What a stage of training learns from: the data of one task, tokenised, with its English dev set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.heads import HEADS
from ..tasks.dual import DUAL, load_pairs
from ..tasks.examples import Dataset, MultipleChoice
from ..tasks.intermediate import TrainingReference, load_training, parse_training_reference, with_labels
from ..tasks.intermediate.loading import parts_of, spread
from ..tasks.sources import Source, load_labelled
from ..tasks.task import Task
from ..tasks.tokenization import TextEncoder
from .batches import PaddedBatch
from .checkpoints import with_fresh_head
from .dev import DevSet
from .recipe import Recipe

_ENGLISH = "en"


@dataclass(frozen=True)
class TaskData:
    """Where a task's examples come from, and what is known of them; `training.json` holds it.

    Attributes:
        references: what was asked for: a key, or several languages of one (`mnli@de`).
        examples: how many are trained on.
        official_examples: how many the published training set has, one a language; None where it is not recorded.
        data: hash of them.
        dev_examples: how many of English dev the scores are on; 0 for none.
        dev_data: hash of them.
    """

    references: tuple[str, ...]
    examples: int
    official_examples: int | None
    data: str
    dev_examples: int = 0
    dev_data: str | None = None


@dataclass(frozen=True)
class TrainingSet:
    """A task's training data, tokenised, and its dev set; `build` makes its model of a base and a seed."""

    build: Callable[[Checkpoint, int], Any]
    batches: PaddedBatch
    dev: DevSet | None
    origin: TaskData

    def __len__(self) -> int:
        """Number of rows: examples, or windows of long ones."""
        return len(self.batches)


def intermediate_data(
    source: Source, references: Sequence[str], recipe: Recipe
) -> tuple[TrainingReference, Dataset[Any], Dataset[Any] | None]:
    """The examples of one intermediate task in one or several languages, and those of its English dev.

    Raises:
        InputError: training data are missing or malformed, or dev data malformed.
    """
    parsed = [parse_training_reference(reference) for reference in references]
    trains = [load_training(source, str(reference), "train", recipe.limit) for reference in parsed]
    examples = tuple(example for train in trains for example in train.examples)
    english = parse_training_reference(parsed[0].task.key)
    there = all(source.has(part.task, "dev", part.language) for part in parts_of(english))
    dev = load_training(source, english.task.key, "dev", recipe.dev_limit) if there else None
    return english, Dataset(examples), dev


def target_data(
    source: Source, train: Task, evaluated: Task, recipe: Recipe
) -> tuple[Dataset[Any], Dataset[Any] | None]:
    """English examples to train on, and those of dev.

    Raises:
        InputError: training data are missing or malformed, or dev data malformed.
    """
    examples = spread(load_labelled(source, train, "train", _ENGLISH), recipe.limit)
    if "dev" not in evaluated.splits or not source.has(evaluated, "dev", _ENGLISH):
        return examples, None
    return examples, spread(load_labelled(source, evaluated, "dev", _ENGLISH), recipe.dev_limit)


def training_set(
    task: Task,
    data: tuple[Dataset[Any], Dataset[Any] | None],
    encoder: TextEncoder,
    pad_id: int,
    max_length: int | None,
    references: Sequence[str],
    official: int | None,
) -> TrainingSet:
    """Tokenise the examples of a task, and those of its dev set; `references` and `official` as in `TaskData`.

    Raises:
        InputError: the data have labels that the task has not.
    """
    train, dev = data
    task = with_labels(replace(task, max_length=max_length or task.max_length), train)
    labels = _labels(task, train)
    features = task.kind.encode(task, train, encoder)
    first = train.examples[0]
    choices = len(first.choices) if isinstance(first, MultipleChoice) else 1
    targets = task.kind.targets(task, train, features, labels)
    origin = TaskData(tuple(references), len(train.examples), official, train.fingerprint())
    held_out = None
    if dev is not None:
        held_out = DevSet(task, dev, task.kind.encode(task, dev, encoder), labels, pad_id)
        origin = replace(origin, dev_examples=len(dev.examples), dev_data=dev.fingerprint())
    build = partial(with_fresh_head, auto_class=HEADS[task.kind.head].auto_class, labels=labels)
    return TrainingSet(build, PaddedBatch(features.sequences, targets, pad_id, choices), held_out, origin)


def dual_training_set(
    source: Source, key: str, encoder: TextEncoder, pad_id: int, recipe: Recipe, official: int | None
) -> TrainingSet:
    """Pairs of a query and what answers it, for the dual encoder of `key`, a key of `tasks.dual.DUAL`.

    Raises:
        InputError: training data are missing or malformed, or dev data malformed.
    """
    from .dual import dual_dev_set, dual_encoder, pair_batches

    task = replace(DUAL[key], max_length=recipe.max_length or DUAL[key].max_length)
    train = load_pairs(source, key, "train", recipe.limit)
    origin, held_out = TaskData((key,), len(train.examples), official, train.fingerprint()), None
    if source.has(task, "dev", _ENGLISH):
        dev = load_pairs(source, key, "dev", recipe.dev_limit)
        held_out = dual_dev_set(task, dev, encoder, pad_id)
        origin = replace(origin, dev_examples=len(dev.examples), dev_data=dev.fingerprint())
    return TrainingSet(dual_encoder, pair_batches(train, task, encoder, pad_id), held_out, origin)


def _labels(task: Task, dataset: Dataset[Any]) -> tuple[str, ...]:
    """The task's labels, and those extra ones that the training data has."""
    if not task.labels:
        return ()
    golds = (example.gold for example in dataset.examples)
    seen = {label for gold in golds for label in (gold if isinstance(gold, tuple) else (gold,))}
    if unknown := seen - {*task.labels, *task.extra_labels}:
        raise InputError(f"the training data of {task.key} has labels it should not: {', '.join(sorted(unknown))}")
    return (*task.labels, *(label for label in task.extra_labels if label in seen))
