"""Where data comes from: a directory laid out as XTREME's own scripts lay out `download/`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..errors import InputError
from .examples import Dataset, Example
from .readers import read
from .task import Form, Task


class Source(Protocol):
    """A place that holds splits of tasks."""

    @property
    def name(self) -> str:
        """What to call it in messages."""

    @property
    def notice(self) -> str | None:
        """A sentence to show wherever scores on this data are shown."""

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether the split is there."""

    def load(self, task: Task, split: str, language: str) -> Dataset[Example]:
        """Read the split; `InputError` if it is missing or malformed."""


@dataclass(frozen=True)
class DirectorySource:
    """A directory in XTREME's layout."""

    directory: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.directory)

    @property
    def notice(self) -> str | None:
        """What the directory's `DATASET.json` says of itself, if there is one."""
        path = self.directory / "DATASET.json"
        if not path.is_file():
            return None
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["notice"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: not a description of a data set: {error!r}") from error

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether all files of one of the split's forms are there."""
        return any(self._complete(form, language) for form in task.forms(split))

    def load(self, task: Task, split: str, language: str) -> Dataset[Example]:
        """Read the first form of the split whose files are all there.

        Raises:
            InputError: no form is complete (the file looked for is named), or a file is malformed.
        """
        forms = task.forms(split)
        for form in forms:
            if self._complete(form, language):
                return read(form.reader, self._paths(form, language), task)
        raise InputError(f"no {split} data of {task.key} in {language!r}: {self._missing(forms, language)} not found")

    def _paths(self, form: Form, language: str) -> list[Path]:
        return [self.directory / path for path in form.located(language)]

    def _complete(self, form: Form, language: str) -> bool:
        return all(path.is_file() for path in self._paths(form, language))

    def _missing(self, forms: tuple[Form, ...], language: str) -> Path:
        """The missing file of the form that comes closest."""
        partial = [form for form in forms if any(path.is_file() for path in self._paths(form, language))]
        paths = self._paths((partial or list(forms))[0], language)
        return next(path for path in paths if not path.is_file())


def open_directory(directory: Path) -> DirectorySource:
    """Use `directory` as a source.

    Raises:
        InputError: it is not a directory.
    """
    if not directory.is_dir():
        raise InputError(f"no data directory {directory}")
    return DirectorySource(directory)


def load_labelled(source: Source, task: Task, split: str, language: str, limit: int | None = None) -> Dataset[Example]:
    """Read a split that is to be scored.

    Raises:
        InputError: it is missing, malformed, empty, or without real labels.
    """
    # The whole split is judged: the first examples may share a label by chance, and a placeholder by right.
    dataset = source.load(task, split, language)
    if not dataset.examples:
        raise InputError(f"the {split} data of {task.key} in {language!r} in {source.name} is empty")
    if not dataset.labelled:
        raise InputError(
            f"the {split} data of {task.key} in {language!r} in {source.name} has no gold labels (none, or one"
            " placeholder throughout): it cannot be scored"
        )
    return dataset.limited(limit)
