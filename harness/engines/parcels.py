"""What travels between the process that runs and its workers on other machines, and how it is unpacked there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, XbenchError
from ...exporters.export import Export
from ...files import atomic_directory, make_directory
from ...results.record import Record
from ...tasks.examples import Dataset
from ...tasks.sources import DirectorySource, Source
from ...tasks.task import Task
from ..plan import Unit

Files = Mapping[str, NDArray[np.uint8]]
"""Contents of files by name, as arrays of shape (bytes,), which the object store hands over without a copy."""
Splits = Mapping[str, Dataset[Any]]
"""Data of a unit by split."""


@dataclass(frozen=True)
class Parcel:
    """A unit with what its worker must know; `files` and `splits` only if it could not find them itself.

    These two are references into the object store (the second time a unit is sent), fetched by the worker.
    """

    unit: Unit
    stored: Record | None
    notice: str | None
    export: Export | None
    files: Any = None
    splits: Any = None


@dataclass(frozen=True)
class Reply:
    """What came of a unit: a record with the columns of its predictions, the error, or what the worker lacks."""

    record: Record | None = None
    predictions: Mapping[str, Sequence[Any]] | None = None
    error: XbenchError | None = None
    lacks_export: bool = False
    lacks_data: bool = False

    @property
    def lacking(self) -> bool:
        """Whether the unit must be sent again with what is missing."""
        return self.lacks_export or self.lacks_data


def pack(directory: Path) -> Files:
    """The files of an export."""
    return {path.name: np.fromfile(path, np.uint8) for path in sorted(directory.iterdir()) if path.is_file()}


def unpack(files: Files, directory: Path) -> None:
    """Write an export, unless one who was faster has written it.

    Raises:
        InputError: the place cannot be written.
        EnvironmentFault: the disk is full.
    """
    from filelock import FileLock

    make_directory(directory.parent)
    with FileLock(str(directory) + ".lock"):
        if not (directory / "export.json").is_file():
            with atomic_directory(directory) as temporary:
                for name, content in files.items():
                    content.tofile(temporary / name)


def find_export(export: Export, cache: Path) -> Export | None:
    """The export where this machine has it: at the path it was made at, or in this machine's own cache."""
    for directory in (export.directory, own_place(export, cache)):
        if (directory / "export.json").is_file():
            return replace(export, directory=directory)
    return None


def own_place(export: Export, cache: Path) -> Path:
    """Where an export lies in a cache."""
    return cache / "onnx" / export.key


class CarriedRecords:
    """In the place of a results directory: knows the stored records that came with parcels, keeps the new ones."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], Record] = {}
        self._saved: dict[tuple[str, str], tuple[Record, Mapping[str, Sequence[Any]]]] = {}

    def find(self, system: str, task: str, language: str, split: str = "", *, sweep: bool = False) -> Record | None:
        """What came with the parcel, which was looked up by system, split and sweep before it was sent."""
        return self.stored.pop((task, language), None)

    def save(self, record: Record, predictions: Mapping[str, Sequence[Any]]) -> None:
        """Keep it for `taken`."""
        self._saved[record.task, record.language] = (record, predictions)

    def taken(self, record: Record) -> Mapping[str, Sequence[Any]]:
        """The predictions that were saved with a record, which are let go."""
        return self._saved.pop((record.task, record.language))[1]


class NodeSource:
    """Data as a worker sees it: what came with parcels, else the run's data directory where it is visible."""

    def __init__(self, source: Source) -> None:
        """Stand for `source` on another machine."""
        self.name = source.name
        self._directory = DirectorySource(source.directory.absolute()) if isinstance(source, DirectorySource) else None
        self._carried: dict[tuple[str, str], Splits] = {}
        self._notices: dict[str, str | None] = {}

    def notice(self, task: Task) -> str | None:
        """What the run's source says of the task."""
        return self._notices[task.key]

    def set_notice(self, task: Task, notice: str | None) -> None:
        """Keep what the run's source says of the task."""
        self._notices[task.key] = notice

    def carry(self, unit: Unit, splits: Splits) -> None:
        """Keep data that came with a parcel, until they are forgotten."""
        self._carried[unit.task.key, unit.language] = splits

    def forget(self, unit: Unit) -> None:
        """Let data go that came with a parcel."""
        self._carried.pop((unit.task.key, unit.language), None)

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether the split came or is visible here."""
        if split in self._carried.get((task.key, language), {}):
            return True
        return self._directory is not None and self._directory.has(task, split, language)

    def load(self, task: Task, split: str, language: str) -> Dataset[Any]:
        """The split that came, or that is read here.

        Raises:
            InputError: it is neither, or malformed.
        """
        carried = self._carried.get((task.key, language), {})
        if split in carried:
            return carried[split]
        if self._directory is None:
            raise InputError(f"no {split} data of {task.key} in {language!r} came from {self.name}")
        return self._directory.load(task, split, language)
