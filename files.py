"""Writing files so that a reader never sees half of one: temporary file, fsync, rename."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import EnvironmentFault, InputError, XbenchError

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


def write_failure(error: OSError, path: Path) -> XbenchError:
    """Turn the system's refusal to write `path` into the error that a user should read."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _DISK_FULL:
        return EnvironmentFault(f"cannot write {path}: {reason}; free some space and run again")
    return InputError(f"cannot write {path}: {reason}; choose another place")


def make_directory(path: Path) -> Path:
    """Create `path` with its parents; `InputError` if that place cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_failure(error, path) from error
    return path


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success flush it to disk and move it into place.

    Raises:
        InputError: the place cannot be written.
        EnvironmentFault: the disk is full.
    """
    make_directory(path.parent)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        _open_to_readers(temporary)
        temporary.replace(path)
    except OSError as error:
        raise write_failure(error, path) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, unchanged line ends, all or nothing."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


@contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Give an empty temporary directory beside `path`; on success it takes the place of `path`, whatever was there.

    Raises:
        InputError: the place cannot be written.
        EnvironmentFault: the disk is full.
    """
    make_directory(path.parent)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as parent:
            temporary = Path(parent) / path.name
            temporary.mkdir()
            yield temporary
            for part in (temporary, *temporary.iterdir()):
                _open_to_readers(part)
            shutil.rmtree(path, ignore_errors=True)
            temporary.replace(path)
    except OSError as error:
        raise write_failure(error, path) from error


def _open_to_readers(path: Path) -> None:
    """Give a temporary file or directory, made for the owner alone, the permissions that a new one would have."""
    path.chmod((0o777 if path.is_dir() else 0o666) & ~_umask())


def _umask() -> int:
    # The only portable way to read the mask is to set it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
