"""Records of several results directories as those of one: what the shards of a run wrote, or different machines."""

from collections.abc import Iterable
from pathlib import Path

from ..errors import InputError
from .record import Record, SystemDescription
from .store import StoredRecord


def merge_records(directories: Iterable[Iterable[StoredRecord]]) -> dict[tuple[str, str, str], StoredRecord]:
    """The records of all directories by (system, task, language), in this order.

    A measurement that stands in two directories with the same scores is taken once, from the first.

    Raises:
        InputError: two directories contradict each other.
    """
    merged: dict[tuple[str, str, str], StoredRecord] = {}
    for stored in (stored for directory in directories for stored in directory):
        record = stored.record
        first = merged.setdefault((record.system, record.task, record.language), stored)
        if not _same(first.record, record):
            raise InputError(
                f"{first.path} and {stored.path} are different measurements of one system: remove one, or run one"
                " again with a --name of its own"
            )
    return dict(sorted(merged.items()))


def _same(first: Record, second: Record) -> bool:
    """Whether two records are of the same measurement and came to the same scores."""
    names = ("key", "limit", "examples", "scores")
    return all(getattr(first, name) == getattr(second, name) for name in names)


def merge_systems(described: Iterable[tuple[Path, SystemDescription]]) -> dict[str, SystemDescription]:
    """Descriptions by name; a system may be spread over directories, but has one checkpoint for each training task.

    Raises:
        InputError: two files name different models for one training task of a system.
    """
    merged: dict[str, SystemDescription] = {}
    sources: dict[tuple[str, str], Path] = {}
    for path, system in described:
        known = merged.setdefault(system.name, system).checkpoints
        for training, checkpoint in system.checkpoints.items():
            first = sources.setdefault((system.name, training), path)
            if known.get(training, checkpoint).get("fingerprint") != checkpoint.get("fingerprint"):
                raise InputError(
                    f"{first} and {path} are of different models under the name {system.name!r}: run one again with a"
                    " --name of its own"
                )
        merged[system.name] = system.model_copy(update={"checkpoints": {**system.checkpoints, **known}})
    return dict(sorted(merged.items()))
