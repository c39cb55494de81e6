"""Where data comes from: a directory laid out as XTREME's own scripts lay out `download/`, or what plug-ins open."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ..errors import InputError
from .examples import Dataset
from .formats import pool_reader_of, reader_of
from .languages import nearest
from .plugins import with_plugins
from .submission.layout import FORMATS, submission_path, with_labels
from .task import Form, Reader, Task


class Source(Protocol):
    """A place that holds splits of tasks."""

    @property
    def name(self) -> str:
        """What to call it in messages."""

    def notice(self, task: Task) -> str | None:
        """A sentence to show wherever scores of `task` on this data are shown."""

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether the split is there."""

    def load(self, task: Task, split: str, language: str) -> Dataset[Any]:
        """Read the split; `InputError` if it is missing or malformed."""


@dataclass(frozen=True)
class DirectorySource:
    """A directory in XTREME's layout.

    A pool of candidates that languages share is read once, so the object remembers the last one.
    """

    directory: Path
    _pools: dict[tuple[str, ...], Reader] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The path."""
        return str(self.directory)

    def notice(self, task: Task) -> str | None:
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

    def load(self, task: Task, split: str, language: str) -> Dataset[Any]:
        """Read the first form of the split whose files are all there.

        Gold labels that the data lack are taken from `labels/<task>/<split>-<language>.<ext>` of the directory if it
        is there (see `tasks.submission`).

        Raises:
            InputError: no form is complete (the file looked for is named), or a file is malformed.
        """
        forms = task.forms(split)
        for form in forms:
            if self._complete(form, language):
                dataset = self._reader(form)(self._paths(form, language), task)
                return self._completed(dataset, task, split, language)
        raise InputError(f"no {split} data of {task.key} in {language!r}: {self._missing(forms, language)} not found")

    def size(self, task: Task, split: str, language: str) -> int:
        """Bytes of the files that `load` reads for this language alone; 0 if they are not there."""
        form = next((form for form in task.forms(split) if self._complete(form, language)), None)
        return sum(path.stat().st_size for path in self._paths(form, language)) if form else 0

    def _completed(self, dataset: Dataset[Any], task: Task, split: str, language: str) -> Dataset[Any]:
        if dataset.labelled or task.kind.name not in FORMATS:
            return dataset
        labels = submission_path(self.directory / "labels", task, language, split)
        return with_labels(task, dataset, labels) if labels.is_file() else dataset

    def _reader(self, form: Form) -> Reader:
        if not form.pool:
            return reader_of(form)
        if form.pool not in self._pools:
            self._pools.clear()  # a pool may fill a gigabyte
            self._pools[form.pool] = pool_reader_of(form)([self.directory / path for path in form.pool])
        return self._pools[form.pool]

    def _paths(self, form: Form, language: str) -> list[Path]:
        return [self.directory / path for path in form.located(language)]

    def _needed(self, form: Form, language: str) -> list[Path]:
        return [*self._paths(form, language), *(self.directory / path for path in form.pool)]

    def _complete(self, form: Form, language: str) -> bool:
        return all(path.is_file() for path in self._needed(form, language))

    def _missing(self, forms: tuple[Form, ...], language: str) -> Path:
        """The missing file of the form that comes closest."""
        partial = [form for form in forms if any(path.is_file() for path in self._needed(form, language))]
        paths = self._needed((partial or list(forms))[0], language)
        return next(path for path in paths if not path.is_file())


def open_directory(directory: Path) -> DirectorySource:
    """Use `directory` as a source.

    Raises:
        InputError: it is not a directory.
    """
    if not directory.is_dir():
        raise InputError(f"no data directory {directory}")
    return DirectorySource(directory)


@dataclass(frozen=True, slots=True)
class SourceScheme:
    """A kind of place that is no directory: `--data-dir KEY:LOCATION` opens LOCATION, offline if that is asked for."""

    key: str
    open: Callable[[str, bool], Source]


SCHEMES: dict[str, SourceScheme] = {}


def known_schemes() -> dict[str, SourceScheme]:
    """All schemes, those of plug-ins too."""
    return with_plugins(SCHEMES, SourceScheme)


def open_source(location: str | Path, offline: bool = False) -> Source:
    """Use what a user names: a directory, or `KEY:LOCATION` where KEY is a scheme's.

    A `Path` is always a directory, and so is what exists as one, or has a slash before its first colon.

    Raises:
        InputError: it is neither, or the scheme cannot open it.
    """
    key, colon, place = str(location).partition(":")
    if isinstance(location, Path) or not colon or "/" in key or Path(location).is_dir():
        return open_directory(Path(location))
    schemes = known_schemes()
    if key not in schemes:
        raise InputError(f"no data directory {location}, and no source of data {key!r}: {nearest(key, schemes)}")
    return schemes[key].open(place, offline)


def needed_splits(task: Task, split: str) -> tuple[str, ...]:
    """The splits that a score on `split` is made from."""
    return (split,) if task.tuned_on in (None, split) else (split, str(task.tuned_on))


def load_split(source: Source, task: Task, split: str, language: str, limit: int | None = None) -> Dataset[Any]:
    """Read a split with the one that the task is tuned on.

    Raises:
        InputError: it is missing, malformed or empty.
    """
    dataset = source.load(task, split, language)
    if not dataset.examples:
        raise InputError(f"the {split} data of {task.key} in {language!r} in {source.name} is empty")
    for other in needed_splits(task, split)[1:]:
        dataset = replace(dataset, tuning=load_labelled(source, task, other, language))
    return dataset.limited(limit)


def load_labelled(source: Source, task: Task, split: str, language: str, limit: int | None = None) -> Dataset[Any]:
    """Read a split that is to be scored.

    Raises:
        InputError: it is missing, malformed, empty, or without real labels.
    """
    # The whole split is judged: the first examples may share a label by chance, and a placeholder by right.
    dataset = load_split(source, task, split, language)
    if not dataset.labelled:
        raise InputError(
            f"the {split} data of {task.key} in {language!r} in {source.name} has no gold labels (none, or one"
            " placeholder throughout): it cannot be scored"
        )
    return dataset.limited(limit)
