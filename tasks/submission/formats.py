"""Texts of the files of a submission: what one says of each example, read and written (XTREME's evaluate.py)."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from ...errors import InputError
from ..examples import Question
from ..readers import malformed, read_lines, read_squad
from ..task import Task
from .entries import Entries


class TextFormat(Protocol):
    """A text that holds a value an example."""

    def read(self, path: Path, task: Task) -> Entries:
        """Read a file; `InputError` names it, and the line or the example where it is malformed."""

    def write(self, values: Mapping[str, Any]) -> str:
        """The text of such a file."""


@dataclass(frozen=True, slots=True)
class Lines:
    """One value a line, stripped of blanks around it; `parse` raises `ValueError` where it is none of the task's."""

    parse: Callable[[str, Task], Any]
    text: Callable[[Any], str] = str

    def read(self, path: Path, task: Task) -> Entries:
        """Read a file; see `TextFormat`."""
        values = {}
        for number, line in enumerate(read_lines(path), start=1):
            try:
                values[str(number - 1)] = self.parse(line.strip(), task)
            except ValueError as error:
                raise malformed(path, number, str(error)) from error
        return Entries(path, values, tuple(range(1, len(values) + 1)))

    def write(self, values: Mapping[str, Any]) -> str:
        """The text of such a file."""
        return "".join(f"{self.text(value)}\n" for value in values.values())


def class_label(text: str, task: Task) -> str:
    """A class by its name."""
    if text not in task.labels:
        raise ValueError(f"unknown label {text!r}, expected one of {', '.join(task.labels)}")
    return text


def choice_label(text: str, task: Task) -> int:
    """The index of a choice, in COPA's field `label`; other fields may stand beside it."""
    try:
        row = _parse(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg}") from error
    label = row.get("label") if isinstance(row, dict) else None
    if type(label) is not int or label not in (0, 1):
        raise ValueError(f"expected a JSON object whose field 'label' is 0 or 1, found {text[:60]!r}")
    return label


def row_label(text: str, task: Task) -> int:
    """A row from 0, bare or in the brackets in which XTREME's script prints it."""
    digits = text.removeprefix("[").removesuffix("]").strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f"{text[:60]!r} is not the number of a row, counted from 0")
    return int(digits)


@dataclass(frozen=True, slots=True)
class Blocks:
    """One tag a line, a blank line behind each sentence: every blank line closes one, so two in a row are an empty one.

    Values are tuples of tags.
    """

    def read(self, path: Path, task: Task) -> Entries:
        """Read a file; see `TextFormat`."""
        known = {*task.labels, *task.extra_labels}
        sentences: list[list[str]] = []
        starts: list[int] = []
        inside = False
        for number, line in enumerate(read_lines(path), start=1):
            tag = line.strip()
            if tag and tag not in known:
                raise malformed(path, number, f"sentence {len(starts) + (not inside)}: unknown tag {tag[:60]!r}")
            if not inside:
                sentences.append([])
                starts.append(number)
            inside = bool(tag)
            sentences[-1] += [tag] if tag else []
        return Entries(path, {str(row): tuple(tags) for row, tags in enumerate(sentences)}, tuple(starts))

    def write(self, values: Mapping[str, Sequence[str]]) -> str:
        """The text of such a file."""
        return "".join("".join(f"{tag}\n" for tag in tags) + "\n" for tags in values.values())


@dataclass(frozen=True, slots=True)
class Pairs:
    """Lines `source id TAB target id`, in any order; values are lists of target ids by source id."""

    def read(self, path: Path, task: Task) -> Entries:
        """Read a file; see `TextFormat`."""
        values: dict[str, list[str]] = {}
        for number, line in enumerate(read_lines(path), start=1):
            names = line.strip().split("\t")
            if len(names) != 2:
                raise malformed(path, number, f"expected two ids and a tab between them, found {line[:60]!r}")
            targets = values.setdefault(names[0], [])
            if names[1] in targets:
                raise malformed(path, number, f"the pair {names[0]} {names[1]} occurs twice")
            targets.append(names[1])
        return Entries(path, values)

    def write(self, values: Mapping[str, Sequence[str]]) -> str:
        """The text of such a file."""
        return "".join(f"{source}\t{target}\n" for source, targets in values.items() for target in targets)


@dataclass(frozen=True, slots=True)
class Objects:
    """A JSON object with a value an example, by its id; `wanted` says in words what `fits` checks."""

    fits: Callable[[Any], bool]
    wanted: str

    def read(self, path: Path, task: Task) -> Entries:
        """Read a file; see `TextFormat`."""
        try:
            values = _parse("\n".join(read_lines(path)))
        except json.JSONDecodeError as error:
            raise malformed(path, error.lineno, f"not JSON: {error.msg}") from error
        except ValueError as error:
            raise InputError(f"{path}: {error}") from error
        if not isinstance(values, dict):
            raise InputError(f"{path}: expected a JSON object with {self.wanted} an example, by its id")
        for name, value in values.items():
            if not self.fits(value):
                raise InputError(f"{path}: {name!r} has {str(value)[:60]!r} where {self.wanted} is expected")
        return Entries(path, values)

    def write(self, values: Mapping[str, Any]) -> str:
        """The text of such a file, one example a line."""
        # ASCII, because XTREME's evaluate.py opens files in whatever encoding the locale has.
        rows = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in values.items())
        return "{\n" + ",\n".join(rows) + "\n}\n"


def is_text(value: Any) -> bool:
    """Whether a JSON value is an answer."""
    return isinstance(value, str)


def is_names(value: Any) -> bool:
    """Whether a JSON value is a list of candidates' ids."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def is_gold(value: Any) -> bool:
    """Whether a JSON value is a list of right candidates' ids: one or more, where XTREME-R's placeholder is `[""]`."""
    return is_names(value) and bool(value) and all(value)


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions with their answers in SQuAD's format; values are `Question`s."""

    def read(self, path: Path, task: Task) -> Entries:
        """Read a file; see `TextFormat`."""
        questions: dict[str, Question] = {}
        for question in read_squad([path], task).examples:
            if question.id in questions:
                raise InputError(f"{path}: the question {question.id!r} occurs twice")
            questions[question.id] = question
        return Entries(path, questions)

    def write(self, values: Mapping[str, Question]) -> str:
        """The text of such a file, one paragraph for questions in a row on the same context."""
        paragraphs = [
            {"context": context, "qas": [_squad_question(question) for question in questions]}
            for context, questions in groupby(values.values(), key=lambda question: question.context)
        ]
        return json.dumps({"version": "1.1", "data": [{"paragraphs": paragraphs}]}, indent=1) + "\n"


def _squad_question(question: Question) -> dict[str, Any]:
    answers = zip(question.gold or (), question.starts, strict=True)
    return {
        "id": question.id,
        "question": question.question,
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
    }


def _parse(text: str) -> Any:
    """A JSON value; `ValueError` where it is none, or an object in it has two fields of one name."""
    try:
        return json.loads(text, object_pairs_hook=_distinct)
    except RecursionError as error:
        raise ValueError("not JSON that can be read: nested too deeply") from error


def _distinct(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in fields:
        if name in found:
            raise ValueError(f"the id {name!r} occurs twice")
        found[name] = value
    return found
