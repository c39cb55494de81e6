"""A task and a suite, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from .kinds.kind import Kind
from .languages import LANGUAGES, nearest


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a split lies on disk: a key of `readers.READERS` and the files it reads, in its order.

    Paths are relative to the data directory; `{language}` and `{iso3}` stand for the language's codes.
    """

    reader: str
    paths: tuple[str, ...]

    def located(self, language: str) -> tuple[str, ...]:
        """The paths for one language."""
        return tuple(path.format(language=language, iso3=LANGUAGES[language].iso3) for path in self.paths)


@dataclass(frozen=True)
class Task:
    """What is measured: a new task is one of these.

    `languages` are all that XTREME and XTREME-R use, in the reference's order, and those the data adds; a suite may
    narrow them or bring its own. `training` names the checkpoint that serves the task (several tasks may share one:
    `squad` serves XQuAD and MLQA; `encoder` is the model without a head). `labels` are the classes or tags in the
    reference's order; `extra_labels` may occur in a model without harm. The value of a language is the mean of
    `main_metrics`. `version` changes whenever a number could.
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
    version: int = 1

    def forms(self, split: str) -> tuple[Form, ...]:
        """The ways in which `split` may lie on disk.

        Raises:
            InputError: the task has no such split.
        """
        if split not in self.splits:
            raise InputError(f"task {self.key!r} has no split {split!r}: {nearest(split, self.splits)}")
        return self.splits[split]


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
