"""A task and a suite, as frozen data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from .examples import Dataset
from .kinds.kind import Kind
from .languages import find_language, nearest


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a split lies on disk: a key of `formats.READERS`, and the files it reads in its order.

    Paths are relative to the data directory; `{language}` and `{iso3}` stand for the language's codes. `pool` are the
    files that all languages share: then `reader` is a key of `formats.POOLS`. A format that is not in those tables
    comes as a function of the same kind.
    """

    reader: "str | Reader | PoolReader"
    paths: tuple[str, ...]
    pool: tuple[str, ...] = ()

    def located(self, language: str) -> tuple[str, ...]:
        """The paths for one language."""
        iso3 = find_language(language).iso3
        return tuple(path.format(language=language, iso3=iso3) for path in self.paths)


@dataclass(frozen=True)
class Task:
    """What is measured: a new task is one of these.

    `languages` are all that XTREME and XTREME-R use, in the reference's order, and those the data adds; a suite may
    narrow them or bring its own. `training` names the checkpoint that serves the task (several tasks may share one:
    `squad` serves XQuAD and MLQA; `encoder` is the model without a head). `labels` are the classes or tags in the
    reference's order; `extra_labels` may occur in a model without harm. The value of a language is the mean of
    `main_metrics`. `tuned_on` names the split on which the kind tunes what it must not tune on the test set.
    `pooling` is the reference's for a retrieval task. `version` changes whenever a number could.
    """

    key: str
    title: str
    kind: Kind[Any, Any, Any]
    languages: tuple[str, ...]
    training: str
    main_metrics: tuple[str, ...]
    max_length: int
    splits: Mapping[str, tuple[Form, ...]]
    labels: tuple[str, ...] = ()
    extra_labels: tuple[str, ...] = ()
    tuned_on: str | None = None
    pooling: str = "mean"
    version: int = 1

    def forms(self, split: str) -> tuple[Form, ...]:
        """The ways in which `split` may lie on disk.

        Raises:
            InputError: the task has no such split.
        """
        if split not in self.splits:
            raise InputError(f"task {self.key!r} has no split {split!r}: {nearest(split, self.splits)}")
        return self.splits[split]


Reader = Callable[[Sequence[Path], Task], Dataset[Any]]
"""Files in, a data set out; `InputError` names the file, the line and what is wrong."""
PoolReader = Callable[[Sequence[Path]], Reader]
"""The files of a pool in, the reader of one language's files out."""


@dataclass(frozen=True)
class Suite:
    """A benchmark: its tasks in order, each with the languages that must be complete for an average.

    `groups` name tasks that are averaged together; `notice` is shown wherever scores of the suite are.
    """

    key: str
    title: str
    languages: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notice: str | None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """Keys of the tasks, in order."""
        return tuple(self.languages)
