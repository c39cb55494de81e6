"""Records of several results directories as those of one: what the shards of a run wrote, or different machines."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import InputError
from .record import Record
from .store import Store, StoredRecord, read_system


def merged_records(directories: Sequence[Path], split: str) -> list[Record]:
    """The records of one split in all directories, those of one system side by side.

    A measurement that stands in two directories with the same scores is taken once.

    Raises:
        InputError: a directory is missing, a file in it is not a record, or two directories contradict each other.
    """
    _check_systems(directories)
    firsts: dict[tuple[str, str, str], StoredRecord] = {}
    records = []
    for directory in dict.fromkeys(directories):
        for stored in Store(directory).stored(split):
            record = stored.record
            first = firsts.setdefault((record.system, record.task, record.language), stored)
            # What one directory has twice is for the reader of the records to refuse.
            if first is stored or first.path.is_relative_to(directory):
                records.append(record)
            elif not _same(first.record, record):
                raise InputError(
                    f"{first.path} and {stored.path} are different measurements of one system: remove one, or run one"
                    " again with a --name of its own"
                )
    return sorted(records, key=lambda record: (record.system, record.task, record.language))


def _same(first: Record, second: Record) -> bool:
    """Whether two records are of the same measurement and came to the same scores."""
    names = ("key", "limit", "examples", "scores")
    return all(getattr(first, name) == getattr(second, name) for name in names)


def _check_systems(directories: Sequence[Path]) -> None:
    """A system may be spread over directories, but has one checkpoint for each training task."""
    known: dict[tuple[str, str], tuple[Path, object]] = {}
    for path in (path for directory in directories for path in sorted(directory.glob("*/system.json"))):
        system = read_system(path.parent)
        for training, checkpoint in system.checkpoints.items():
            first, fingerprint = known.setdefault((system.name, training), (path, checkpoint.get("fingerprint")))
            if fingerprint != checkpoint.get("fingerprint"):
                raise InputError(
                    f"{first} and {path} are of different models under the name {system.name!r}: run one again with a"
                    " --name of its own"
                )
