"""The files of an original, found by their names: below a directory, in archives, in archives within those."""

import filecmp
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from ..readers import read_lines
from .archives import archive_stem, unpack

# AmazonPhotos.zip holds one archive a language; deeper nesting is refused rather than followed without end.
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Original:
    """One file: where it lies now, what to call it in messages, its name, and what the name says (language, split)."""

    path: Path
    shown: str
    name: str
    parts: Mapping[str, str]

    def lines(self) -> list[str]:
        """Lines without their ends; `InputError` if the file is not UTF-8."""
        with shown_names(self):
            return read_lines(self.path)

    def text(self) -> str:
        """The whole text, line ends unchanged; `InputError` if it is not UTF-8."""
        self.lines()
        return self.path.read_bytes().decode("utf-8")

    def malformed(self, line: int, problem: str) -> InputError:
        """What to raise for a malformed line."""
        return InputError(f"{self.shown}:{line}: {problem}")


@contextmanager
def shown_names(*originals: Original) -> Iterator[None]:
    """Have readers' errors name files as the user knows them, not by the place they were unpacked to."""
    try:
        yield
    except InputError as error:
        message = str(error)
        for original in originals:
            message = message.replace(str(original.path), original.shown)
        raise InputError(message) from error


@dataclass(frozen=True, slots=True)
class _Search:
    files: re.Pattern[str]
    archives: re.Pattern[str]
    scratch: Path

    def visit(self, path: Path, place: str, shown: str, depth: int = 0) -> Iterator[Original]:
        """The originals at `path`, which stands at `place` within RAW (archives count as directories)."""
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    below = file.relative_to(path).as_posix()
                    yield from self.visit(file, f"{place}/{below}", f"{shown}/{below}", depth)
        elif match := self.files.search(place):
            parts = {name: value for name, value in match.groupdict().items() if value is not None}
            yield Original(path, shown, match[1], parts)
        elif inside := self._inside(place, depth):
            target = Path(tempfile.mkdtemp(dir=self.scratch))
            unpack(path, shown, target, lambda name: self._wants(f"{inside}/{name}", depth + 1))
            yield from self.visit(target, inside, shown, depth + 1)

    def _wants(self, place: str, depth: int) -> bool:
        return self.files.search(place) is not None or self._inside(place, depth) is not None

    def _inside(self, place: str, depth: int) -> str | None:
        """Where the content of the archive at `place` stands; None if it is no archive, or none to open."""
        stem = archive_stem(place)
        if stem is None or depth >= _DEPTH:
            return None
        # RAW itself is opened under whatever name it has.
        return stem if "/" not in place or self.archives.fullmatch(stem.rpartition("/")[2]) else None


@contextmanager
def find_originals(raw: Path, files: str, archives: str) -> Iterator[list[Original]]:
    """Find files in a directory or archive; what was unpacked is gone when the context ends.

    Args:
        raw: a directory, an archive (zip, tar, gz, bz2) or a single file.
        files: regular expression of what a wanted path ends with, from the start of a name.
        archives: regular expression of the names, without suffix, of archives within `raw` that are opened.

    Yields:
        One original for each different set of `parts`, sorted by name.

    Raises:
        InputError: `raw` is missing, an archive is damaged or unsafe, or two different files could be meant.
    """
    if not raw.exists():
        raise InputError(f"no file or directory {raw}")
    pattern, opened = re.compile(rf"(?:\A|/)({files})\Z"), re.compile(archives)
    with tempfile.TemporaryDirectory(prefix="xbench-", ignore_cleanup_errors=True) as scratch:
        search = _Search(pattern, opened, Path(scratch))
        yield _distinct(sorted(search.visit(raw, raw.absolute().name, str(raw)), key=lambda found: found.name))


def _distinct(originals: Sequence[Original]) -> list[Original]:
    kept: dict[frozenset[tuple[str, str]], Original] = {}
    for original in originals:
        first = kept.setdefault(frozenset(original.parts.items()), original)
        if first is not original and not filecmp.cmp(first.path, original.path, shallow=False):
            raise InputError(f"{first.shown} and {original.shown} differ, and either could be meant: name one of them")
    return list(kept.values())
