"""Minimum-functionality tests of a question-answering model: MultiCheckList."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..checklist.rules import TESTS, WITHOUT_WORDS, passes, whole_words
from ..examples import Dataset, Question
from ..features import Features, Outputs
from ..metrics import Metric
from ..tokenization import TextEncoder
from .kind import Output
from .span import ContextWindow, Span

if TYPE_CHECKING:
    from ..task import Task

# max_answer_len of the pipeline that the reference answers with.
_MAX_ANSWER = 15


def question_id(test: str, case: str | int, number: int) -> str:
    """The id of question `number` of a test case; `test` is a key of `TESTS`."""
    return f"{test}/{case}/{number}"


def _case_of(identity: str) -> str:
    return identity.rpartition("/")[0]


def _test_of(identity: str) -> str:
    return identity.partition("/")[0]


def _rate(suffix: str) -> Metric:
    return Metric(f"error_rate{suffix}", {f"failed{suffix}": 1}, {f"cases{suffix}": 1}, less_is_better=True)


@dataclass(frozen=True)
class Checklist:
    """Questions in test cases; the share of cases that fail, overall and for each of the six tests.

    A case is one filling of a test's template. It fails if any of its questions does (the framework's aggregation
    `all`: marcotcr/checklist, expect.py; multichecklist/test_models.py takes one result a case). Answers come from a
    model that was tuned on SQuAD, through `span`. Smaller is better.
    """

    span: Span = field(default_factory=lambda: Span(max_answer=_MAX_ANSWER, alignment="offsets"))

    name: ClassVar[str] = "checklist"
    head: ClassVar[str] = Span.head
    outputs: ClassVar[tuple[Output, ...]] = Span.outputs
    metrics: ClassVar[tuple[Metric, ...]] = (_rate(""), *(_rate(f".{test}") for test in TESTS))

    def encode(self, task: "Task", dataset: Dataset[Question], encoder: TextEncoder) -> Features[list[ContextWindow]]:
        """Windows of question and context, as for any extractive question answering."""
        return self.span.encode(task, dataset, encoder)

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[Question],
        features: Features[list[ContextWindow]],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[str]:
        """The best span of each context, made whole words except in Chinese, Japanese and Korean."""
        answers = self.span.decode(task, language, dataset, features, outputs, labels)
        if language in WITHOUT_WORDS:
            return answers
        return [whole_words(answer, e.context) for answer, e in zip(answers, dataset.examples, strict=True)]

    def score(
        self, task: "Task", language: str, dataset: Dataset[Question], predictions: Sequence[str]
    ) -> dict[str, NDArray[np.float64]]:
        """Cases and failed cases, overall and by test, counted where a case's first question stands.

        Raises:
            InputError: a test has no case, as happens when only few examples are run: its rate would be no rate.
        """
        passed: dict[str, bool] = {}
        first: dict[str, int] = {}
        for row, (prediction, example) in enumerate(zip(predictions, dataset.examples, strict=True)):
            case, right = _case_of(example.id), passes(prediction, (example.gold or ("",))[0], language)
            first.setdefault(case, row)
            passed[case] = passed.get(case, True) and right
        tests = [_test_of(case) for case in first]
        if missing := [test for test in TESTS if test not in tests]:
            raise InputError(f"no case of {', '.join(missing)} in {language!r} among the examples: raise --limit")
        counts = np.zeros((2 + 2 * len(TESTS), len(dataset.examples)))
        columns = dict(zip(_columns(), counts, strict=True))
        for test, (case, row) in zip(tests, first.items(), strict=True):
            for suffix in ("", f".{test}"):
                columns[f"cases{suffix}"][row] = 1
                columns[f"failed{suffix}"][row] = not passed[case]
        return columns

    def targets(
        self, task: "Task", dataset: Dataset[Question], features: Features[list[ContextWindow]], labels: Sequence[str]
    ) -> Mapping[str, Sequence[int]]:
        """Nothing: the model is the one tuned on SQuAD."""
        return {}

    def texts(self, example: Question) -> tuple[str, ...]:
        """The question, then the context."""
        return self.span.texts(example)


def _columns() -> list[str]:
    return [f"{count}{suffix}" for suffix in ("", *(f".{test}" for test in TESTS)) for count in ("failed", "cases")]
