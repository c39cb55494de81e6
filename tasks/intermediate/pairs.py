"""Readers of sentence pairs: MultiNLI, SNLI, ANLI, QQP, and machine translations of them.

Examples are numbered in the order of the file, those without a label left out, so that every form of a split gives the
same data set.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..examples import Dataset, SentencePair
from ..readers import malformed, read_lines
from ..task import Task
from .records import Record, columns, read_records, text_of

# What SNLI and MultiNLI write where the annotators did not agree; such pairs are no examples.
_UNDECIDED = "-"
_Row = tuple[str, str, str]


def _label(raw: str, classes: Mapping[str, str], task: Task) -> str:
    label = classes.get(raw, raw)
    if label not in (*task.labels, _UNDECIDED):
        known = ", ".join(classes or task.labels)
        raise ValueError(f"unknown label {raw!r}, expected one of {known}")
    return label


def _dataset(rows: Iterable[_Row]) -> Dataset[SentencePair]:
    decided = (row for row in rows if row[2] != _UNDECIDED)
    return Dataset(tuple(SentencePair(str(number), *row) for number, row in enumerate(decided)))


def _numbered(
    path: Path, rows: Iterable[tuple[int, Sequence[str]]], classes: Mapping[str, str], task: Task
) -> Dataset[SentencePair]:
    found: list[_Row] = []
    for number, (first, second, raw) in rows:
        try:
            found.append((first, second, _label(raw, classes, task)))
        except ValueError as error:
            raise malformed(path, number, str(error)) from error
    return _dataset(found)


@dataclass(frozen=True)
class JsonPairs:
    """Lines of JSON with the fields `first`, `second` and `label`; `classes` are the labels' names in the file."""

    first: str
    second: str
    label: str
    classes: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, paths: Sequence[Path], task: Task) -> Dataset[SentencePair]:
        """Read the only path.

        Raises:
            InputError: a line is malformed.
        """
        (path,) = paths

        def row(_: str, record: Record) -> _Row:
            label = _label(text_of(record, self.label), self.classes, task)
            return text_of(record, self.first), text_of(record, self.second), label

        return _dataset(read_records(path, task.title, row))


@dataclass(frozen=True)
class TablePairs:
    """A table whose header names the columns `first`, `second` and `label`; `classes` as in `JsonPairs`.

    `quoted` and `drop_short` as in `records.columns`.
    """

    first: str
    second: str
    label: str
    classes: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = "\t"
    quoted: bool = False
    drop_short: bool = False

    def __call__(self, paths: Sequence[Path], task: Task) -> Dataset[SentencePair]:
        """Read the only path.

        Raises:
            InputError: the header or a row is malformed.
        """
        (path,) = paths
        names = (self.first, self.second, self.label)
        rows = columns(path, names, self.delimiter, quoted=self.quoted, drop_short=self.drop_short)
        return _numbered(path, rows, self.classes, task)


# XNLI's and XTREME's machine translations of MultiNLI name one class otherwise.
TRANSLATED_CLASSES: Mapping[str, str] = {
    "contradictory": "contradiction",
    "contradiction": "contradiction",
    "entailment": "entailment",
    "neutral": "neutral",
}


def read_translated_pairs(paths: Sequence[Path], task: Task) -> Dataset[SentencePair]:
    """XTREME's translate-train: original pair, translated pair and label, split by tabs, no header (its README.md).

    Raises:
        InputError: a line is malformed.
    """
    (path,) = paths

    def rows() -> Iterable[tuple[int, list[Any]]]:
        for number, line in enumerate(read_lines(path), start=1):
            fields = line.split("\t")
            if len(fields) != 5:
                raise malformed(path, number, f"{len(fields)} fields, expected two pairs and a label, split by tabs")
            yield number, fields[2:]

    return _numbered(path, rows(), TRANSLATED_CLASSES, task)
