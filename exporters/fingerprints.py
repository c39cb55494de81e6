"""Content hashes of files, remembered by the file's size and time, so that a gigabyte is hashed once."""

import hashlib
import json
from pathlib import Path

from ..files import write_text


def file_fingerprint(path: Path, cache: Path) -> str:
    """SHA-256 of a file's content, in hex.

    The hash is kept in `cache` under the file's resolved path and reused while size and modification time stay.
    """
    resolved = path.resolve()
    state = resolved.stat()
    memory = cache / "fingerprints" / f"{hashlib.sha256(str(resolved).encode()).hexdigest()[:32]}.json"
    known = _read(memory)
    if (known.get("size"), known.get("mtime_ns")) == (state.st_size, state.st_mtime_ns):
        return str(known["sha256"])
    with resolved.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry = {"path": str(resolved), "size": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256": digest}
    write_text(memory, json.dumps(entry))
    return digest


def _read(path: Path) -> dict[str, object]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # never hashed, or a foreign file: hash again
    return known if isinstance(known, dict) and "sha256" in known else {}
