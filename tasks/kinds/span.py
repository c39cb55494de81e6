"""Extractive question answering: XQuAD, MLQA, TyDiQA-GoldP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..answers import ANSWER_RULES, exact_match, overlap_f1
from ..examples import Dataset, Question
from ..features import Features, Outputs, Sequences
from ..metrics import EXACT_MATCH, TOKEN_F1, Metric
from ..tokenization import Pieces, TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task

# Candidates for the start and for the end of an answer that the graph returns for each window.
N_BEST = 20


@dataclass(frozen=True)
class ContextWindow:
    """A stretch of a context's tokens behind a question, as one sequence.

    Token t of the context, `first <= t < last`, stands at position `lead + t - first` of the sequence. An answer may
    start only at tokens in [`own_first`, `own_last`): those that have more context here than in any other window.
    """

    example: int
    lead: int
    first: int
    last: int
    own_first: int
    own_last: int
    offsets: list[tuple[int, int]]

    def start_of(self, position: int) -> int | None:
        """First character of an answer that starts at `position` of the sequence, None if none may start there."""
        token = position - self.lead + self.first
        return self.offsets[token][0] if self.own_first <= token < self.own_last else None

    def end_of(self, position: int) -> int | None:
        """Last character (exclusive) of an answer that ends at `position`, None if that is outside the context."""
        token = position - self.lead + self.first
        return self.offsets[token][1] if self.first <= token < self.last else None


def window_bounds(tokens: int, capacity: int, stride: int) -> list[tuple[int, int]]:
    """Windows [first, last) over `tokens` tokens: each starts `stride` tokens after the one before.

    The stride is the step between windows, as in the original SQuAD code, not their overlap.
    """
    step = min(stride, capacity)
    bounds = [(0, min(tokens, capacity))]
    while bounds[-1][1] < tokens:
        first = bounds[-1][0] + step
        bounds.append((first, min(tokens, first + capacity)))
    return bounds


def max_context(bounds: Sequence[tuple[int, int]], tokens: int) -> NDArray[np.int64]:
    """The window in which each token has most context on its poorer side; shape (tokens,), first of equals.

    The score is that of the original SQuAD code: min(left, right) + 0.01 * length.
    """
    positions = np.arange(tokens)
    scores = np.full((len(bounds), tokens), -1.0)
    for number, (first, last) in enumerate(bounds):
        inside = positions[first:last]
        scores[number, first:last] = np.minimum(inside - first, last - 1 - inside) + 0.01 * (last - first)
    owners: NDArray[np.int64] = np.argmax(scores, axis=0)
    return owners


@dataclass(frozen=True)
class Span:
    """The best span of a context; exact match and F1, by the SQuAD v1.1 rule or MLQA's.

    Windows move by `stride` tokens, questions are cut to `max_question` tokens, answers to `max_answer` tokens.
    """

    rule: str = "squad"
    stride: int = 128
    max_question: int = 64
    max_answer: int = 30

    name: ClassVar[str] = "span"
    head: ClassVar[str] = "span"
    outputs: ClassVar[tuple[Output, ...]] = (
        Output("start_scores"),
        Output("start_positions"),
        Output("end_scores"),
        Output("end_positions"),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (EXACT_MATCH, TOKEN_F1)

    def encode(self, task: "Task", dataset: Dataset[Question], encoder: TextEncoder) -> Features[list[ContextWindow]]:
        """Windows of question and context of at most the task's maximum length."""
        questions = encoder.ids(example.question for example in dataset.examples)
        contexts = encoder.pieces(example.context for example in dataset.examples)
        budget = encoder.pair_budget(task.max_length)
        rows, windows = [], []
        for number, example in enumerate(dataset.examples):
            # A model with few positions still needs room for some context.
            question = questions[example.question][: min(self.max_question, budget // 2)]
            context = contexts[example.context]
            lead = len(encoder.pair.before.ids) + len(question) + len(encoder.pair.between.ids)
            for window in self._windows(number, lead, context, budget - len(question)):
                rows.append(encoder.join_pair(question, context.ids[window.first : window.last]))
                windows.append(window)
        return Features(Sequences.pack(rows), windows)

    def _windows(self, number: int, lead: int, context: Pieces, capacity: int) -> list[ContextWindow]:
        tokens = len(context.ids)
        bounds = window_bounds(tokens, capacity, self.stride)
        owners = max_context(bounds, tokens)
        windows = []
        for index, (first, last) in enumerate(bounds):
            # Tokens are owned in one run: towards a window's middle its score only grows.
            own = np.flatnonzero(owners == index)
            own_first, own_last = (int(own[0]), int(own[-1]) + 1) if len(own) else (first, first)
            windows.append(ContextWindow(number, lead, first, last, own_first, own_last, context.offsets))
        return windows

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[Question],
        features: Features[list[ContextWindow]],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[str]:
        """The text of the best valid span over all windows, by characters of the context; "" where there is none.

        Each output has shape (windows, `N_BEST`), best first.
        """
        best = [(-np.inf, "")] * len(dataset.examples)
        names = [output.name for output in self.outputs]
        rows = zip(*(outputs[name] for name in names), strict=True)
        for window, row in zip(features.alignment, rows, strict=True):
            score, span = self._best_span(window, *row)
            if span is not None and score > best[window.example][0]:
                text = dataset.examples[window.example].context[span[0] : span[1]].strip()
                best[window.example] = (score, text)
        return [text for _, text in best]

    def _best_span(
        self,
        window: ContextWindow,
        start_scores: NDArray[np.float32],
        start_positions: NDArray[np.int64],
        end_scores: NDArray[np.float32],
        end_positions: NDArray[np.int64],
    ) -> tuple[float, tuple[int, int] | None]:
        """Score and characters of the best pair of start and end; pairs are tried in the order of their ranks."""
        # In double precision, as the reference adds Python floats: ties must not depend on rounding.
        totals = start_scores[:, None].astype(float) + end_scores[None, :].astype(float)
        lengths = end_positions[None, :] - start_positions[:, None] + 1
        starts = [window.start_of(int(position)) for position in start_positions]
        ends = [window.end_of(int(position)) for position in end_positions]
        valid = (lengths >= 1) & (lengths <= self.max_answer)
        valid &= np.array([start is not None for start in starts])[:, None]
        valid &= np.array([end is not None for end in ends])[None, :]
        if not valid.any():
            return -np.inf, None
        row, column = divmod(int(np.argmax(np.where(valid, totals, -np.inf))), totals.shape[1])
        return float(totals[row, column]), (starts[row] or 0, ends[column] or 0)

    def score(
        self, task: "Task", language: str, dataset: Dataset[Question], predictions: Sequence[str]
    ) -> dict[str, NDArray[np.float64]]:
        """The best agreement with any of the gold answers, by the rule of the language."""
        tokens = ANSWER_RULES[self.rule]
        exact, overlap = np.zeros(len(dataset.examples)), np.zeros(len(dataset.examples))
        for row, (prediction, example) in enumerate(zip(predictions, dataset.examples, strict=True)):
            given = tokens(prediction, language)
            golds = [tokens(answer, language) for answer in example.gold or ()]
            exact[row] = max((exact_match(given, gold) for gold in golds), default=0.0)
            overlap[row] = max((overlap_f1(given, gold) for gold in golds), default=0.0)
        return {"exact": exact, "overlap": overlap, "examples": np.ones(len(exact))}

    def targets(
        self,
        task: "Task",
        dataset: Dataset[Question],
        features: Features[list[ContextWindow]],
        labels: Sequence[str],
    ) -> Mapping[str, Sequence[int]]:
        """First and last position of the first gold answer; 0 (the first token) where a window does not hold it."""
        starts, ends = [], []
        for window in features.alignment:
            example = dataset.examples[window.example]
            first, last = answer_tokens(window, example.starts[0], len((example.gold or ("",))[0]))
            starts.append(first)
            ends.append(last)
        return {"start_positions": starts, "end_positions": ends}

    def texts(self, example: Question) -> tuple[str, ...]:
        """The question, then the context."""
        return example.question, example.context


def answer_tokens(window: ContextWindow, start: int, length: int) -> tuple[int, int]:
    """Positions in the sequence of the tokens that touch `length` characters from `start`; (0, 0) if not all inside."""
    end = start + length
    touched = [t for t, (a, b) in enumerate(window.offsets) if a < end and b > start]
    if not touched or touched[0] < window.first or touched[-1] >= window.last:
        return 0, 0
    shift = window.lead - window.first
    return touched[0] + shift, touched[-1] + shift
