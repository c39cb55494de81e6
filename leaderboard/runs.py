"""What a system's runs say of themselves in their files under `runs/`: on which machine, with which versions."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..results.store import StoredRecord

# They change from one start of a machine to the next without changing its speed.
NOT_SPEED = ("memory_bytes", "system")


def run_file(stored: StoredRecord) -> Path:
    """The file that describes the run which wrote the record."""
    return stored.path.parent.parent / "runs" / f"{stored.record.run}.json"


def hardware(path: Path) -> Mapping[str, Any] | None:
    """The machine of the run that `path` describes; None if it does not say."""
    return _section(path, "hardware")


def versions(path: Path) -> Mapping[str, Any] | None:
    """The version of xbench and of the libraries under it, by name, in that run; None if its file does not say."""
    return _section(path, "versions")


def _section(path: Path, name: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())[name]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found if isinstance(found, dict) else None
