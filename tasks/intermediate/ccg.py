"""Readers of CCGbank: words with their supertags. Their set is that of the training data (see `labels`)."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..examples import Dataset, TaggedSentence
from ..readers import malformed, read_lines
from ..task import Task

_Tagged = list[tuple[str, str]]
# Category, both part-of-speech tags, word, predicate-argument category.
_LEAF = re.compile(r"<L (\S+) \S+ \S+ (\S+) .*?>\)")


def _derivation(line: str) -> _Tagged:
    leaves = [(word, category) for category, word in _LEAF.findall(line)]
    if not leaves or len(leaves) != line.count("<L "):
        raise ValueError("expected a derivation whose leaves are (<L category tag tag word category>)")
    return leaves


def _piped(line: str) -> _Tagged:
    tokens = [token.rsplit("|", 2) for token in line.split()]
    if any(len(parts) != 3 or not all(parts) for parts in tokens):
        raise ValueError("expected words of the form word|tag|supertag")
    return [(word, category) for word, _, category in tokens]


def _columns(line: str) -> _Tagged:
    words, categories = (part.split() for part in line.partition("\t")[::2])
    if len(words) != len(categories):
        raise ValueError("expected words, a tab, and as many supertags, split by blanks")
    return list(zip(words, categories, strict=True))


def _read(path: Path, parse: Callable[[str], _Tagged], skipped: str) -> Dataset[TaggedSentence]:
    def sentences() -> Iterator[_Tagged]:
        for number, line in enumerate(read_lines(path), start=1):
            if not line.strip() or (skipped and line.startswith(skipped)):
                continue
            try:
                yield parse(line)
            except ValueError as error:
                raise malformed(path, number, f"{error}, found {line[:60]!r}") from error

    examples = (
        TaggedSentence(str(number), tuple(word for word, _ in pairs), tuple(tag for _, tag in pairs))
        for number, pairs in enumerate(sentences())
    )
    return Dataset(tuple(examples))


def read_derivations(paths: Sequence[Path], task: Task) -> Dataset[TaggedSentence]:
    """CCGbank's AUTO files: an `ID=` line, then the derivation, whose leaves are the words.

    Raises:
        InputError: a line is malformed.
    """
    return _read(paths[0], _derivation, "ID=")


def read_supertags(paths: Sequence[Path], task: Task) -> Dataset[TaggedSentence]:
    """The C&C tools' `word|tag|supertag`, a sentence a line, comments led by `# `.

    Raises:
        InputError: a line is malformed.
    """
    return _read(paths[0], _piped, "# ")


def read_supertag_columns(paths: Sequence[Path], task: Task) -> Dataset[TaggedSentence]:
    """The form that jiant reads: the words, a tab, their supertags (jiant/tasks/lib/ccg.py).

    Raises:
        InputError: a line is malformed.
    """
    return _read(paths[0], _columns, "")
