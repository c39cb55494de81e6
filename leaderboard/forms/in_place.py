"""A markdown leaderboard inside a page that holds other things too, such as a README: between two markers.

Everything outside the markers stays as it is, byte for byte.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import InputError
from ...files import write_text

BEGIN = "<!-- xbench:leaderboard:begin -->"
END = "<!-- xbench:leaderboard:end -->"
_LOWEST = 6
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>.*)")
_HEADING = re.compile(r" {0,3}(?:(?P<signs>#{1,6})(?:\s|$)|<h(?P<tag>[1-6])[\s>])")
_UNDERLINE = re.compile(r" {0,3}(?P<signs>=+|-+)\s*")
_OURS = re.compile(r"^#{1,6}(?= )", re.MULTILINE)


def write_in_place(path: Path, board: str) -> None:
    """Write a leaderboard to its place in a file, all or nothing; see `placed`.

    Raises:
        InputError: as `placed`; or the file cannot be read or written, or is not UTF-8.
        EnvironmentFault: the disk is full.
    """
    try:
        page = path.read_bytes().decode() if path.exists() else None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; choose another place with -o") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8, so no leaderboard can be put into it; choose another with -o"
        ) from error
    write_text(path, placed(page, board, path))


def placed(page: str | None, board: str, path: Path) -> str:
    """The page with the leaderboard in its place.

    Args:
        page: what stands in the file now, its line ends as they are; None if there is none.
        board: the leaderboard, whose first line is its heading of level 1.
        path: of the file, for complaints.

    Returns:
        The page with what stands between its markers replaced: headings lowered so that they fit below the one that
        stands before, line ends those of the page. Where there is no page, or one that is empty or begins with the
        leaderboard's own heading, which an earlier version of xbench wrote: the leaderboard between markers.

    Raises:
        InputError: a marker is missing, in the wrong order or there twice; the line is named. Or the page has neither
            markers nor the leaderboard's heading, so somebody else wrote it.
    """
    lines = _LINE.findall(page or "")
    found = list(_found(lines))
    if not found and _is_ours(lines, board):
        return f"{BEGIN}\n\n{board.rstrip()}\n\n{END}\n"
    begin, end = _pair(found, path)
    ending = "\r\n" if lines[begin].endswith("\r\n") else "\n"
    level = next(reversed(list(_levels(lines[:begin]))), 0)
    inside = f"\n{lowered(board, level).rstrip()}\n\n".replace("\n", ending)
    return "".join(lines[: begin + 1]) + inside + "".join(lines[end:])


def lowered(board: str, level: int) -> str:
    """The leaderboard for a place below a heading of that level; 0 leaves it as it is.

    A line of a leaderboard that begins with `#` is a heading, as `escape` marks every other one.
    """
    return _OURS.sub(lambda match: "#" * min(_LOWEST, len(match[0]) + level), board)


def _is_ours(lines: Sequence[str], board: str) -> bool:
    """Whether a page without markers may be replaced as a whole."""
    return not "".join(lines).strip() or lines[0].strip("\ufeff\r\n") == board.split("\n", 1)[0]


def _found(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The markers with the numbers of their lines, from 0; what only shows them, as code or in a sentence, is none."""
    return ((number, line.strip()) for number, line in _outside_code(lines) if line.strip() in (BEGIN, END))


def _pair(found: Sequence[tuple[int, str]], path: Path) -> tuple[int, int]:
    """The lines of the two markers."""
    places = {marker: [number for number, other in found if other == marker] for marker in (BEGIN, END)}
    for marker, numbers in places.items():
        if len(numbers) > 1:
            raise InputError(
                f"{path}:{numbers[1] + 1}: a second {marker}, the first is in line {numbers[0] + 1}: leave one of them"
            )
    if not found:
        raise InputError(
            f"{path} was not written by xbench and is left as it is: to have the leaderboard in it, put the lines"
            f" {BEGIN} and {END} where it is to stand; or choose another file with -o"
        )
    if len(found) == 1:
        (number, marker), missing = found[0], (END if found[0][1] == BEGIN else BEGIN)
        raise InputError(f"{path}:{number + 1}: {marker} without {missing}: add that line, or remove this one")
    (first, marker), (last, _) = found
    if marker == END:
        raise InputError(f"{path}:{first + 1}: {END} stands above {BEGIN} in line {last + 1}: swap them")
    return first, last


def _levels(lines: Sequence[str]) -> Iterator[int]:
    """The levels of a page's headings, in order: with `#`, underlined, or as HTML."""
    before = ""
    for number, line in _outside_code(lines):
        if match := _HEADING.match(line):
            yield len(match["signs"]) if match["signs"] else int(match["tag"])
        elif before.strip() and (underline := _UNDERLINE.fullmatch(line)) and not _in_front_matter(lines, number):
            yield 1 if underline["signs"].startswith("=") else 2
        before = "" if match else line


def _in_front_matter(lines: Sequence[str], number: int) -> bool:
    """Whether a line is the end of the metadata that some pages begin with, between lines of three hyphens."""
    if lines[0].strip() != "---":
        return False
    return next((place for place, line in enumerate(lines) if place and line.strip() == "---"), None) == number


def _outside_code(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that stand in no fenced block of code, with their numbers."""
    fence = None
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if fence is None and match and "`" not in match["rest"]:
            fence = match["fence"]
        elif fence is None:
            yield number, line
        elif match and match["fence"].startswith(fence) and not match["rest"].strip():
            fence = None
