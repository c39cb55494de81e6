"""Everything of one split in results directories: what leaderboards, pages, pictures and reports are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .merge import merge_records, merge_systems
from .record import Record, SystemDescription
from .scanning import scan
from .store import StoredRecord


@dataclass(frozen=True, slots=True)
class Results:
    """Everything of one split in one or several results directories.

    Attributes:
        records: by system, task and language.
        stored: the same with their files, by (system, task, language).
        systems: by name; those without a readable system.json are absent.
        notes: one sentence for each file that was passed over, and why.
    """

    records: tuple[Record, ...]
    stored: Mapping[tuple[str, str, str], StoredRecord]
    systems: Mapping[str, SystemDescription]
    notes: tuple[str, ...]


def read_results(directories: Sequence[Path], split: str) -> Results:
    """Read directories as if they were one: those that the shards of a run wrote, or different machines.

    A file that is no record of ours is passed over, with a note; the rest stands. Where directories have records of
    other splits alone, there may be no records at all.

    Raises:
        InputError: a directory is missing or holds no record of any split, or two directories contradict each other.
    """
    scans = {directory: scan(directory, split) for directory in directories}
    stored = merge_records(found.records for found in scans.values())
    bare = [directory for directory, found in scans.items() if stored and not found.records]
    return Results(
        records=tuple(one.record for one in stored.values()),
        stored=stored,
        systems=merge_systems(described for found in scans.values() for described in found.systems),
        notes=(
            *dict.fromkeys(note for found in scans.values() for note in found.notes),
            *(f"{directory} has no records of split {split}." for directory in bare),
        ),
    )
