"""MultiCheckList's templates: a table whose cells are texts with placeholders, translated side by side.

Format (google-research/xtreme, multichecklist/checklist_templates.tsv and generate_tests.py): tab-separated; the first
row is `Field`, then a language code for each column. A language may have several columns: each holds another way to
say what the row says, and a column `<code>-placeholders` to its right names the English fillers that the way is for
(none: for all). Rows come in blocks, one a test, between empty rows: `Name`, `Capability`, then any number of
`Context`, `Question` and `Answer` rows (an answer for each question, in order), then fillers by the placeholder's name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError
from ..languages import nearest
from ..readers import read_lines
from .rules import TESTS

_ONLY_FOR = "-placeholders"
_BY_NAME = {name: test for test, name in TESTS.items()}
_ENGLISH = "en"
_COMMA = ", "


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a row in a language; `only_for` names English fillers, "" for all."""

    text: str
    only_for: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its English cell, and its wordings by language."""

    english: str
    wordings: dict[str, tuple[Wording, ...]]

    def names(self) -> tuple[str, ...]:
        """What `only_for` may call this row: its English text, the parts between commas, and their last words."""
        parts = [part for part in self.english.split(_COMMA) if part]
        return tuple(dict.fromkeys(name for part in parts for name in (self.english, part, part.split()[-1])))


@dataclass(slots=True)
class Template:
    """One test; `fillers` holds the rows of each placeholder, `line` is where the test stands."""

    test: str
    line: int
    contexts: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    fillers: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Templates:
    """All tests by their short names, and the languages of the table."""

    tests: dict[str, Template]
    languages: tuple[str, ...]


def read_templates(path: Path) -> Templates:
    """Read the table.

    Raises:
        InputError: it is not such a table, a test is unknown or missing, or has not one answer a question.
    """
    header, *lines = [line.split("\t") for line in read_lines(path)] or [[""]]
    if header[0] != "Field" or _ENGLISH not in header:
        raise InputError(f"{path}:1: not a table of checklist templates: its columns are Field, en and other languages")
    tests: dict[str, Template] = {}
    current: Template | None = None
    for number, cells in enumerate(lines, start=2):
        name = cells[0].strip()
        if name == "Name":
            current = Template(_test_of(path, number, cells), number)
            tests[current.test] = current
        elif name and current is None:
            raise InputError(f"{path}:{number}: row {name!r} belongs to no test; a test begins with a row Name")
        elif name and current is not None:
            _rows(current, name).append(_row(header, cells))
    _check(path, tests)
    return Templates(tests, tuple(dict.fromkeys(code for code in header[1:] if code and not code.endswith(_ONLY_FOR))))


def _test_of(path: Path, number: int, cells: Sequence[str]) -> str:
    name = cells[1].strip() if len(cells) > 1 else ""
    if name not in _BY_NAME:
        raise InputError(f"{path}:{number}: unknown test {name!r}: {nearest(name, _BY_NAME)}")
    return _BY_NAME[name]


def _rows(template: Template, name: str) -> list[Row]:
    fixed = {"Context": template.contexts, "Question": template.questions, "Answer": template.answers}
    return fixed[name] if name in fixed else template.fillers.setdefault(name, [])


def _row(header: Sequence[str], cells: Sequence[str]) -> Row:
    wordings: dict[str, tuple[Wording, ...]] = {}
    padded = [*(cell.strip() for cell in cells), *[""] * (len(header) + 1 - len(cells))]
    for column, code in enumerate(header):
        if column == 0 or not padded[column] or code.endswith(_ONLY_FOR):
            continue
        restricted = header[column + 1 : column + 2] == [f"{code}{_ONLY_FOR}"]
        only_for = _regular(padded[column + 1]) if restricted else ""
        wordings[code] = (*wordings.get(code, ()), Wording(padded[column], only_for))
    return Row(_regular(padded[header.index(_ENGLISH)]), wordings)


def _regular(cell: str) -> str:
    """The cell with the same comma between all its parts and none at its end."""
    return re.sub(r"\s*,\s*", _COMMA, cell).strip(_COMMA)


def _check(path: Path, tests: dict[str, Template]) -> None:
    if missing := [TESTS[test] for test in TESTS if test not in tests]:
        raise InputError(f"{path}: no test named {missing[0]!r}")
    for template in tests.values():
        questions, answers = len(template.questions), len(template.answers)
        if not template.contexts or not questions or questions != answers:
            raise InputError(
                f"{path}:{template.line}: the test has {len(template.contexts)} contexts, {questions} questions and"
                f" {answers} answers; it needs a context, and an answer for each question"
            )
