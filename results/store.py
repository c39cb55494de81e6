"""Records and predictions on disk.

<output>/<system>/system.json
<output>/<system>/<task>/<language>.json      one record
<output>/<system>/<task>/<language>.parquet   predictions, one row an example
<output>/<system>/runs/<utc>.json             provenance of a run

A record of another split than the test set has it in its name (`de.dev.json`), one of a sweep over all layers says so
too (`de.dev.layers.json`).
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import InputError
from ..files import atomic_path, make_directory, write_failure, write_text
from .record import Record, SystemDescription
from .upgrade import load

_SLUG = re.compile(r"[^\w.+-]+")
# The folder of a system holds, beside those of tasks:
RUNS, SYSTEM = "runs", "system.json"
TEST, DEV = "test", "dev"
SPLITS = (TEST, DEV)


def slug(name: str) -> str:
    """A system's name as a directory name: letters, digits, `.`, `_`, `-`, `+`; never hidden, never empty.

    Raises:
        InputError: nothing is left of the name.
    """
    safe = _SLUG.sub("_", name).lstrip(".")
    if not safe.strip("_"):
        raise InputError(f"cannot make a directory name of the system name {name!r}; choose one with --name")
    return safe


def record_name(language: str, split: str = TEST, *, sweep: bool = False) -> str:
    """The name of a record's file in the folder of its task."""
    return ".".join([language, *([] if split == TEST else [split]), *(["layers"] if sweep else []), "json"])


@dataclass(frozen=True)
class Store:
    """A results directory."""

    root: Path

    def prepare(self) -> None:
        """Create the directory and check that it can be written.

        Raises:
            InputError: it cannot.
        """
        make_directory(self.root)
        if not os.access(self.root, os.W_OK):
            raise InputError(f"cannot write {self.root}: permission denied; choose another place")

    def record_path(self, system: str, task: str, language: str, split: str = TEST, *, sweep: bool = False) -> Path:
        """Where a record lies."""
        return self.root / slug(system) / task / record_name(language, split, sweep=sweep)

    def find(self, system: str, task: str, language: str, split: str = TEST, *, sweep: bool = False) -> Record | None:
        """The stored record, None if there is none, it is unreadable, or its predictions are gone."""
        path = self.record_path(system, task, language, split, sweep=sweep)
        if not path.is_file() or not path.with_suffix(".parquet").is_file():
            return None
        try:
            return read_record(path)
        except InputError:
            return None  # computed anew and replaced

    def save(self, record: Record, predictions: Mapping[str, Sequence[Any]]) -> None:
        """Store a record and its predictions (columns of equal length), each all or nothing, the record last.

        Raises:
            InputError: the place cannot be written.
            EnvironmentFault: the disk is full.
        """
        sweep = record.layers is not None
        path = self.record_path(record.system, record.task, record.language, record.split, sweep=sweep)
        # A record is proof of its predictions, so an older one must not outlive them.
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise write_failure(error, path) from error
        write_predictions(path.with_suffix(".parquet"), predictions)
        write_text(path, record.model_dump_json(indent=2) + "\n")

    def save_system(self, description: SystemDescription) -> None:
        """Store what a system is made of.

        Raises:
            InputError: the directory holds another system, whose name comes to the same; or it cannot be written.
        """
        path = self.root / slug(description.name) / SYSTEM
        other = _stored_name(path)
        if other not in (None, description.name):
            raise InputError(f"{path.parent} holds the system {other!r}, not {description.name!r}; choose a --name")
        write_text(path, description.model_dump_json(indent=2) + "\n")

    def new_run(self, system: str) -> str:
        """A name for a run, by the time, that no run has that another process begins in this directory.

        Raises:
            InputError: the place cannot be written.
            EnvironmentFault: the disk is full.
        """
        directory = make_directory(self.root / slug(system) / RUNS)
        while True:
            name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
            path = directory / f"{name}.json"
            try:
                path.touch(exist_ok=False)
            except FileExistsError:
                continue
            except OSError as error:
                raise write_failure(error, path) from error
            return name

    def save_run(self, system: str, name: str, content: Mapping[str, Any]) -> Path:
        """Store the provenance of a run under `name`; the path."""
        path = self.root / slug(system) / RUNS / f"{name}.json"
        write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return path

    def records(self, split: str = TEST) -> Iterator[Record]:
        """The records of one split, by system, task and language; those of sweeps are left out.

        Raises:
            InputError: the directory is missing, or a file in it is not a record.
        """
        return (stored.record for stored in self.stored(split))

    def stored(self, split: str = TEST) -> "Iterator[StoredRecord]":
        """The same with their files.

        Raises:
            InputError: as above.
        """
        if not self.root.is_dir():
            raise InputError(f"no results directory {self.root}")
        for directory in sorted(self.root.iterdir()):
            yield from system_records(directory, split)


class StoredRecord(NamedTuple):
    """A record and its file; the predictions lie beside it, with the suffix `.parquet`."""

    path: Path
    record: Record


def system_records(directory: Path, split: str = TEST) -> Iterator[StoredRecord]:
    """The records of one split in the folder of a system, by task and language; those of sweeps are left out.

    Raises:
        InputError: a file in it is not a record.
    """
    wanted = [*([] if split == TEST else [f".{split}"]), ".json"]
    for path in sorted(directory.glob("*/*.json")):
        if path.parent.name != RUNS and path.suffixes == wanted:
            yield StoredRecord(path, read_record(path))


def read_system(directory: Path) -> SystemDescription:
    """Read what the system in a folder is made of.

    Raises:
        InputError: there is no `system.json` that says so, or one of a newer version.
    """
    return load(SystemDescription, directory / SYSTEM, "xbench's description of a system")


def _stored_name(path: Path) -> str | None:
    try:
        return read_system(path.parent).name
    except InputError:
        return None  # none yet, or one that a newer version may replace


def read_record(path: Path) -> Record:
    """Read one record.

    Raises:
        InputError: the file is not a record, or one of a newer version; the field is named.
    """
    return load(Record, path, "a record of xbench")


def write_predictions(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns of equal length as parquet."""
    import pyarrow
    from pyarrow import parquet

    from .columns import arrow_column

    arrays = [arrow_column(values) for values in columns.values()]
    table = pyarrow.Table.from_arrays(arrays, names=list(columns))
    with atomic_path(path) as temporary:
        parquet.write_table(table, temporary, compression="zstd")


def read_predictions(path: Path, wanted: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """Read what `write_predictions` wrote, or those of its columns that are wanted and there.

    Raises:
        InputError: there is no such file, or it is not parquet.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        there = wanted and [name for name in parquet.read_schema(path).names if name in wanted]
        columns: dict[str, list[Any]] = parquet.read_table(path, columns=there).to_pydict()
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise InputError(f"cannot read the predictions {path}: {error}") from error
    return columns
