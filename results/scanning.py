"""One results directory, read for what it holds; what is no record of ours is passed over with a sentence.

Strict readers (`store.system_records`) end at the first wrong file, which is right where a score that is missing would
be missed: in a comparison, a submission, a gate. A leaderboard of fifty systems must not fall over one file.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from .record import Record, SystemDescription
from .store import RUNS, SPLITS, SYSTEM, TEST, StoredRecord, read_record, read_system, record_name, slug

_SPLIT = "|".join(split for split in SPLITS if split != TEST)
_RECORD = re.compile(rf"[^.]+(?:\.(?P<split>{_SPLIT}))?(?P<sweep>\.layers)?\.json")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a results directory holds of one split.

    Attributes:
        records: by system, task and language.
        systems: descriptions of the systems that have records, with their files.
        notes: a sentence for each file that was passed over.
    """

    records: tuple[StoredRecord, ...]
    systems: tuple[tuple[Path, SystemDescription], ...]
    notes: tuple[str, ...]


def scan(root: Path, split: str) -> Scan:
    """Read all records of one split; those of sweeps and of other splits are left alone.

    Raises:
        InputError: the directory is missing, or nothing in it is a record, of whatever split.
    """
    if not root.is_dir():
        raise InputError(f"no results directory {root}")
    found = _scan(root, split)
    if not found.records and not any(_scan(root, other).records for other in SPLITS if other != split):
        reasons = f" ({found.notes[0]})" if found.notes else ""
        raise InputError(f"nothing in {root} is a record: write some with `xbench run`{reasons}")
    return found


def _scan(root: Path, split: str) -> Scan:
    notes: list[str] = []
    records: list[StoredRecord] = []
    systems: list[tuple[Path, SystemDescription]] = []
    for folder in _folders(root, notes):
        if own := _records_of_system(folder, split, notes):
            records += own
            systems += _description(folder, notes)
    # A file name that is not UTF-8 could be written nowhere.
    return Scan(tuple(records), tuple(systems), tuple(n.encode("utf-8", "backslashreplace").decode() for n in notes))


def _records_of_system(folder: Path, split: str, notes: list[str]) -> list[StoredRecord]:
    """The records in the folder of a system, which is named after it (`store.slug`)."""
    before = len(notes)
    found = [one for task in _folders(folder, notes) if task.name != RUNS for one in _records(task, split, notes)]
    strangers = Counter(record.system for _, record in found if _slug(record.system) != folder.name)
    for name, count in sorted(strangers.items()):
        notes.append(
            f"Passed over: {folder} holds {count} record{'s' * (count > 1)} of the system {name!r}, whose folder would"
            f" be {_slug(name)!r}."
        )
    if not found and len(notes) == before and not any(folder.glob("*/*.json")):
        notes.append(f"{folder} holds no records.")
    return [stored for stored in found if stored.record.system not in strangers]


def _records(task: Path, split: str, notes: list[str]) -> Iterator[StoredRecord]:
    for path in _entries(task, notes):
        if path.suffix != ".json":
            continue
        name = _RECORD.fullmatch(path.name)
        if name is None:
            notes.append(f"Passed over: {path} is not named like a record, LANGUAGE.json or LANGUAGE.SPLIT.json.")
        elif (name["split"] or TEST) == split and not name["sweep"] and (record := _read(path, notes)):
            yield StoredRecord(path, record)


def _read(path: Path, notes: list[str]) -> Record | None:
    """The record in a file, unless it is none or says that it is of another task, language or split."""
    if not path.is_file():  # a pipe would never end
        notes.append(f"Passed over: {path} is not a regular file.")
        return None
    try:
        record = read_record(path)
    except InputError as error:
        notes.append(f"Passed over: {error}.")
        return None
    name = record_name(record.language, record.split, sweep=record.layers is not None)
    if (record.task, name) == (path.parent.name, path.name):
        return record
    notes.append(f"Passed over: {path} holds what belongs into {record.task}/{name}.")
    return None


def _description(folder: Path, notes: list[str]) -> Iterator[tuple[Path, SystemDescription]]:
    try:
        description = read_system(folder)
    except InputError as error:
        notes.append(f"What {folder.name} is made of is unknown: {error}.")
        return
    if _slug(description.name) == folder.name:
        yield folder / SYSTEM, description
    else:
        notes.append(f"Passed over: {folder / SYSTEM} describes the system {description.name!r}.")


def _folders(directory: Path, notes: list[str]) -> Iterator[Path]:
    for path in _entries(directory, notes):
        link = path.is_symlink()
        if link and not path.exists():
            notes.append(f"Passed over: {path} is a link that leads nowhere.")
        elif link and directory.resolve().is_relative_to(path.resolve()):
            notes.append(f"Passed over: {path} is a link to a folder that it lies in.")
        elif path.is_dir():
            yield path


def _entries(directory: Path, notes: list[str]) -> Iterator[Path]:
    """What lies in a directory, by name. Hidden files are nobody's records, but one may be half of one."""
    try:
        paths = sorted(directory.iterdir())
    except OSError as error:
        notes.append(f"Passed over: cannot read {directory}: {error.strerror}.")
        return
    for path in paths:
        if not path.name.startswith("."):
            yield path
        elif path.suffix == ".tmp":
            notes.append(f"Passed over: {path} is what an interrupted write left, unless one is going on.")


def _slug(name: str) -> str:
    try:
        return slug(name)
    except InputError:
        return ""
