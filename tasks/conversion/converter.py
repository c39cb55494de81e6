"""What a format's module says of itself, and what it gives back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..languages import Language
from .originals import Original


class Converted(NamedTuple):
    """A file of XTREME's layout: path below the data directory, language, text and number of examples."""

    path: str
    language: str
    text: str
    examples: int


def code(language: Language) -> str:
    """The two-letter code, by which most originals name languages."""
    return language.code


@dataclass(frozen=True)
class Converter:
    """How the original of a task becomes XTREME's files, labels kept.

    `files` and `archives` are the regular expressions of `find_originals`, in which `{language}` stands for any of the
    languages as `spelling` writes them; the group `language` is given to `convert` as a code. `looked_for` tells a
    user what `files` means. `convert` takes the originals and the codes of the languages that are wanted.
    """

    files: str
    archives: str
    looked_for: str
    convert: Callable[[Sequence[Original], Sequence[str]], Iterator[Converted]]
    spelling: Callable[[Language], str] = code
