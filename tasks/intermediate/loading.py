"""What the command line names, as data to train on."""

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import InputError
from ..examples import Dataset
from ..languages import find_language, nearest
from ..sources import Source, load_labelled, open_directory
from ..task import Task
from .catalogue import INTERMEDIATE, PARTS
from .translations import translated

ENGLISH = "en"


class TrainingReference(NamedTuple):
    """An intermediate task in a language; the task's forms are those of that language, and of no other."""

    task: Task
    language: str

    def __str__(self) -> str:
        return self.task.key if self.language == ENGLISH else f"{self.task.key}@{self.language}"


def parse_training_reference(text: str) -> TrainingReference:
    """Read `mnli` (English) or `mnli@de`.

    Raises:
        InputError: an unknown task or language (the nearest is named), or a task without translations.
    """
    key, at, language = text.partition("@")
    if key not in INTERMEDIATE:
        raise InputError(f"unknown intermediate task {key!r}: {nearest(key, INTERMEDIATE)}")
    if not at or find_language(language).code == ENGLISH:
        return TrainingReference(INTERMEDIATE[key], ENGLISH)
    return TrainingReference(translated(INTERMEDIATE[key], language), language)


def parts_of(reference: TrainingReference) -> tuple[TrainingReference, ...]:
    """The references that have files: the parts of a task that is made of others, in order; else the only one."""
    if reference.task.key not in PARTS:
        return (reference,)
    suffix = "" if reference.language == ENGLISH else f"@{reference.language}"
    parts = (parse_training_reference(f"{key}{suffix}") for key in PARTS[reference.task.key])
    return tuple(leaf for part in parts for leaf in parts_of(part))


def load_training(
    source: Source | Path, reference: str, split: str = "train", limit: int | None = None
) -> Dataset[Any]:
    """Read a split of an intermediate task.

    Args:
        source: where the data are; a path is a directory in XTREME's layout, with the task's own folders beside.
        reference: see `parse_training_reference`.
        split: `train` or `dev`.
        limit: keep this many examples, spread evenly over the split: its first ones would be a few articles of SQuAD,
            or one part of ANLI+. None for all.

    Returns:
        The examples in the order of the files; those of a task of parts one part behind the other, their ids led by
        the part's key.

    Raises:
        InputError: an unknown reference or split, or data that are missing, malformed, empty or not labelled.
    """
    opened = open_directory(source) if isinstance(source, Path) else source
    parts = parts_of(parse_training_reference(reference))
    datasets = [load_labelled(opened, task, split, language) for task, language in parts]
    if len(parts) == 1:
        return spread(datasets[0], limit)
    examples = (
        replace(example, id=f"{part.task.key}-{example.id}")
        for part, dataset in zip(parts, datasets, strict=True)
        for example in dataset.examples
    )
    return spread(Dataset(tuple(examples)), limit)


def spread(dataset: Dataset[Any], limit: int | None) -> Dataset[Any]:
    """Keep `limit` examples at even distances, in their order; all if there are no more."""
    size = len(dataset.examples)
    if limit is None or limit >= size:
        return dataset
    return replace(dataset, examples=tuple(dataset.examples[number * size // limit] for number in range(limit)))
