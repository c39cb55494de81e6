"""The hub as a source of data."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...errors import EnvironmentFault, InputError
from ...files import write_text
from ..examples import Dataset
from ..sources import DirectorySource
from ..task import Task
from .layouts import LAYOUTS, Row
from .places import NOTICES, PLACES, REPOSITORIES, UNAVAILABLE, Place, Repository, for_language

# Raised whenever a change of `layouts` or `places` changes what is laid out, so that it is laid out anew.
VERSION = 1
_INSTEAD = "name a directory that has it with --data-dir"


@dataclass(frozen=True)
class HubSource:
    """The Hugging Face hub.

    Attributes:
        offline: never ask the hub, but use what its cache on this machine holds.
        cache: where the files of XTREME's layout are kept; None to make them anew whenever they are read.
        repositories: where the sets are, by the keys of `REPOSITORIES`; a path that is absolute is a directory.
    """

    offline: bool = False
    cache: Path | None = None
    repositories: Mapping[str, Repository] = field(default_factory=lambda: REPOSITORIES)

    @property
    def name(self) -> str:
        """The hub, or its cache if that is all that may be used."""
        return "the Hugging Face hub's cache" if self.offline else "the Hugging Face hub"

    def notice(self, task: Task) -> str | None:
        """What differs from XTREME's own files enough to change a score."""
        return NOTICES.get(task.key)

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether a place is known for the split; the hub is not asked."""
        return _place(task, split, language) is not None

    def load(self, task: Task, split: str, language: str) -> Dataset[Any]:
        """Read the split, which is fetched if it is not in the cache.

        Raises:
            InputError: no place is known for it, or what lies there is malformed.
            EnvironmentFault: it cannot be fetched.
        """
        place = _place(task, split, language)
        if place is None:
            reason = UNAVAILABLE.get(task.key, "no repository is known to hold it")
            raise InputError(f"no {split} data of {task.key} in {language!r} in {self.name}: {reason}; {_INSTEAD}")
        with self._directory(self.repositories[place.repository]) as directory:
            laid_out = DirectorySource(directory)
            if not laid_out.has(task, split, language):
                paths = task.forms(split)[place.form].located(language)
                for path, text in zip(paths, self._fetch(place, task, split, language), strict=True):
                    write_text(directory / path, text)
            return laid_out.load(task, split, language)

    @contextmanager
    def _directory(self, repository: Repository) -> Iterator[Path]:
        """Where files made from this repository stand, so that another revision's cannot be taken for them."""
        if self.cache is None:
            with TemporaryDirectory() as directory:
                yield Path(directory)
        else:
            yield self.cache / f"hub-{VERSION}" / f"{repository.path.replace('/', '--')}@{repository.revision}"

    def _fetch(self, place: Place, task: Task, split: str, language: str) -> tuple[str, ...]:
        """The texts of the split's files."""
        repository, files = self.repositories[place.repository], for_language(place.files, language)
        only = for_language(place.only, language)
        try:
            with _without_progress_bars():
                directory = _snapshot(repository, files, self.offline)
                rows = _rows(directory, _complete(directory, files), place.columns)
            return LAYOUTS[place.layout](row for row in rows if not only or row[0].startswith(only))
        except Exception as error:  # the hub's client and the readers of files raise many unrelated classes
            reason = str(error).strip().split("\n")[0].split(". ")[0] or type(error).__name__
            raise EnvironmentFault(
                f"cannot get the {split} data of {task.key} in {language!r} ({files} of {repository.path} at"
                f" {repository.revision[:7]}) from {self.name}: {reason}; {_INSTEAD}"
            ) from error


def _place(task: Task, split: str, language: str) -> Place | None:
    task.forms(split)  # an unknown split is a mistake, not a lack
    for place in PLACES.get((task.key, split), ()):
        if language in (place.languages or task.languages):
            return place
    return None


def _snapshot(repository: Repository, files: str, offline: bool) -> Path:
    """The directory of the repository at its revision, with at least these files if they exist.

    `load_dataset` does not do for this: without a network it takes whatever revision was cached last.
    """
    if Path(repository.path).is_absolute():
        return Path(repository.path)
    from huggingface_hub import snapshot_download

    return Path(
        snapshot_download(
            repository.path,
            repo_type="dataset",
            revision=repository.revision,
            allow_patterns=f"{files}*",
            local_files_only=offline,
        )
    )


def _complete(directory: Path, files: str) -> list[str]:
    """The files whose paths begin so; `FileNotFoundError` if there are none, or some of their number are missing."""
    found = sorted(str(path.relative_to(directory)) for path in directory.glob(f"{files}*"))
    numbered = re.search(r"-of-0*(\d+)\.", found[0]) if found else None
    if not found:
        raise FileNotFoundError("there is no such file")
    if numbered and len(found) != int(numbered[1]):
        raise FileNotFoundError(f"{len(found)} of {numbered[1]} files are there")
    return found


def _rows(directory: Path, files: list[str], columns: Sequence[str]) -> list[Row]:
    """The rows of data files, labels by name."""
    from datasets import load_dataset

    with TemporaryDirectory() as scratch:  # rows are read once, so the library's own copy is not kept
        table = load_dataset(str(directory), data_files=files, split="train", cache_dir=scratch)
        missing = [name for name in columns if name not in table.column_names]
        if missing:
            raise ValueError(f"no column {', '.join(missing)} among {', '.join(table.column_names)}")
        content = table.select_columns(list(columns))[:]
        return list(zip(*(_named(table.features[name], content[name]) for name in columns), strict=True))


def _named(feature: Any, values: list[Any]) -> list[Any]:
    """Labels by their names, None for those withheld (-1); other values as they are."""
    inner = getattr(feature, "feature", None)
    names = getattr(inner or feature, "names", None)
    if names is None:
        return values
    if inner is not None:
        return [_named(inner, value) for value in values]
    return [None if value is None or value < 0 else names[value] for value in values]


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    import datasets.utils
    import huggingface_hub.utils

    shown = [part for part in (datasets.utils, huggingface_hub.utils) if not part.are_progress_bars_disabled()]
    for part in shown:
        part.disable_progress_bars()
    try:
        yield
    finally:
        for part in shown:
            part.enable_progress_bars()
