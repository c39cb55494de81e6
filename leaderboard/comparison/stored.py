"""One system as it lies on disk, found by the folder that a user names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ...errors import InputError
from ...results.store import SPLITS, StoredRecord, read_system, system_records


class Place(NamedTuple):
    """Where a score stands, whatever the system."""

    task: str
    language: str

    def __str__(self) -> str:
        return f"{self.task} {self.language}"


@dataclass(frozen=True, slots=True)
class StoredSystem:
    """A system's name, its folder, and its records of one split."""

    name: str
    directory: Path
    records: Mapping[Place, StoredRecord]


def open_system(path: Path, split: str) -> StoredSystem:
    """Read a system from its folder in a results directory, or from a results directory that holds no other.

    The folder may have been renamed or moved: its name says nothing.

    Raises:
        InputError: there is no system, there are several, or it has no records of the split.
    """
    directory = system_directory(path)
    found = {Place(stored.record.task, stored.record.language): stored for stored in system_records(directory, split)}
    if not found:
        others = [other for other in SPLITS if other != split and any(system_records(directory, other))]
        hint = f"it has some of {others[0]}: --split {others[0]}" if others else "write some with `xbench run`"
        raise InputError(f"no records of split {split} in {directory}: {hint}")
    return StoredSystem(read_system(directory).name, directory, found)


def system_directory(path: Path) -> Path:
    """The folder of a system: the one that is named, or the only one in a results directory.

    Raises:
        InputError: there is no system, or there are several.
    """
    if not path.is_dir():
        raise InputError(f"no directory {path}: name a system's folder in a results directory")
    if _holds_system(path):
        return path
    systems = [child for child in sorted(path.iterdir()) if _holds_system(child)]
    if len(systems) == 1:
        return systems[0]
    raise InputError(f"{path} holds {_list(systems)}: name a system's folder, the one with system.json")


def _holds_system(path: Path) -> bool:
    return (path / "system.json").is_file()


def _list(systems: Collection[Path]) -> str:
    return f"several systems ({', '.join(path.name for path in systems)})" if systems else "no system"
