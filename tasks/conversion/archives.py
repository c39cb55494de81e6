"""Unpacking archives that are not trusted: plain files with names inside the target, and nothing else."""

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from ...errors import InputError
from ...files import make_directory, write_failure

_CHUNK = 1 << 20
# What the libraries raise on archives that are damaged, cut off, encrypted or of an unknown kind.
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
)


class _Member(NamedTuple):
    name: str
    regular: bool
    open: Callable[[], IO[bytes] | None]


def _zip_members(path: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                # Archives made outside Unix record no kind of file.
                regular = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
                yield _Member(info.filename, regular, partial(archive.open, info))


def _tar_members(path: Path) -> Iterator[_Member]:
    with tarfile.open(path) as archive:
        for info in archive:
            if not info.isdir():
                yield _Member(info.name, info.isreg(), partial(archive.extractfile, info))
        # The checksum of a compressed archive stands behind the last member.
        while archive.fileobj is not None and archive.fileobj.read(_CHUNK):
            pass


_MEMBERS: dict[str, Callable[[Path], Iterator[_Member]]] = {
    ".zip": _zip_members,
    **dict.fromkeys((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"), _tar_members),
}


def _suffix(name: str) -> str | None:
    return next((suffix for suffix in _MEMBERS if name.lower().endswith(suffix) and len(name) > len(suffix)), None)


def archive_stem(name: str) -> str | None:
    """The name of an archive without its suffix; None if it is not the name of an archive."""
    suffix = _suffix(name)
    return name[: -len(suffix)] if suffix else None


def unpack(archive: Path, shown: str, target: Path, wanted: Callable[[str], bool]) -> None:
    """Unpack the members of a zip or tar archive whose names are wanted; the others are not looked at.

    Args:
        archive: the file; its suffix says what it is.
        shown: what to call it in messages.
        target: an existing directory.
        wanted: whether to take the member of that name.

    Raises:
        InputError: the archive cannot be read, or a wanted member is a link or a device, or has a name that leads out
            of `target`.
        EnvironmentFault: the disk is full.
    """
    suffix = _suffix(archive.name)
    assert suffix is not None
    try:
        for member in _MEMBERS[suffix](archive):
            place = PurePosixPath(member.name)
            if not wanted(str(place)):
                continue
            if not member.regular or place.is_absolute() or ".." in place.parts:
                raise InputError(f"{shown}: {member.name!r} is a link, a device or leads out of the archive: refused")
            _copy(member, target / place)
    except _BROKEN as error:
        reason = (str(error) or type(error).__name__).partition("\n")[0].removesuffix(":")
        raise InputError(f"cannot unpack {shown}: {reason}; fetch it again") from error


def _copy(member: _Member, path: Path) -> None:
    make_directory(path.parent)
    source = member.open()
    assert source is not None  # tarfile gives None for what is no plain file, and that is refused before
    try:
        with source, path.open("wb") as file:
            shutil.copyfileobj(source, file, _CHUNK)
    except OSError as error:
        if error.errno is None:  # damaged data, not the system
            raise
        raise write_failure(error, path) from error
