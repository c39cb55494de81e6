"""Suites of minimum-functionality tests as lines of JSON.

MultiCheckList's own suites (gs://xtreme_translations/MultiCheckList/lang_suites) hold their gold answers in pickles
alone, and loading a pickle can run any code, so they are not read. Our format has one object a line:

    {"test": "comp", "case": 0, "context": "Ann is older than Bo.", "question": "Who is older?", "answer": "Ann"}

`test` is a key of `checklist_rules.TESTS`; lines of one test with the same `case` (a string or a number) are one test
case, which passes only as a whole. `checklist_suites` makes such files from MultiCheckList's templates. Who trusts the
pickles finds in the framework, under `suite.tests[name]`, `data` (for each case its pairs of context and question) and
`labels` (for each case their answers).
"""

import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from ...errors import InputError
from ..examples import Dataset, Question
from ..kinds.checklist import question_id
from ..languages import nearest
from ..readers import read_lines
from ..task import Task
from .rules import TESTS

_TEXTS = ("context", "question", "answer")


def read_checklist(paths: Sequence[Path], task: Task) -> Dataset[Question]:
    """Lines of JSON, one question each; case after case, the tests in turn, so that a part of them shows every test.

    Raises:
        InputError: a line is malformed (it is named), or a test has no case.
    """
    (path,) = paths
    suite: dict[str, dict[str, list[Question]]] = {test: {} for test in TESTS}
    for number, line in enumerate(read_lines(path), start=1):
        try:
            row = _checked(json.loads(line))
        except ValueError as error:
            raise InputError(f"{path}:{number}: not a line of a checklist suite: {error}") from error
        case = suite[row["test"]].setdefault(row["case"], [])
        identity = question_id(row["test"], row["case"], len(case))
        case.append(Question(identity, row["question"], row["context"], (row["answer"],)))
    if missing := [test for test, cases in suite.items() if not cases]:
        raise InputError(f"{path}: no case of {', '.join(missing)}; a suite has all of {', '.join(TESTS)}")
    rounds = zip_longest(*(cases.values() for cases in suite.values()), fillvalue=())
    return Dataset(tuple(question for turn in rounds for case in turn for question in case))


def _checked(row: object) -> dict[str, str]:
    """The fields of a line as texts.

    Raises:
        ValueError: one is missing or of the wrong kind; what is wrong is said.
    """
    if not isinstance(row, dict):
        raise ValueError("expected an object with test, case, context, question and answer")
    for field in _TEXTS:
        if not isinstance(row.get(field), str) or not row[field].strip():
            raise ValueError(f"expected a text in {field!r}, found {row.get(field)!r}")
    case = row.get("case")
    if isinstance(case, bool) or not isinstance(case, str | int):
        raise ValueError(f"expected a string or a number in 'case', found {case!r}")
    test = str(row.get("test"))
    if test not in TESTS:
        raise ValueError(f"unknown test {test!r}: {nearest(test, TESTS)}")
    return {"test": test, "case": str(case), **{field: row[field] for field in _TEXTS}}
