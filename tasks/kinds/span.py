"""Extractive question answering: XQuAD, MLQA, TyDiQA-GoldP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..alignment import ALIGNMENTS, Context
from ..answers import ANSWER_RULES, exact_match, overlap_f1
from ..examples import Dataset, Question
from ..features import Features, Outputs, Sequences
from ..metrics import EXACT_MATCH, TOKEN_F1, Metric
from ..tokenization import TextEncoder
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
    context: Context

    def start_of(self, position: int) -> int | None:
        """The token at `position` of the sequence, None if no answer may start there."""
        token = position - self.lead + self.first
        return token if self.own_first <= token < self.own_last else None

    def end_of(self, position: int) -> int | None:
        """The token at `position` of the sequence, None if that is outside the context."""
        token = position - self.lead + self.first
        return token if self.first <= token < self.last else None

    def positions_of(self, tokens: tuple[int, int] | None) -> tuple[int, int]:
        """Where the first and last token of an answer stand; (0, 0) if they are not both inside."""
        if tokens is None or tokens[0] < self.first or tokens[1] >= self.last:
            return 0, 0
        return tokens[0] - self.first + self.lead, tokens[1] - self.first + self.lead


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

    `alignment` is a key of `tasks.alignment.ALIGNMENTS`. Under `reference` a context is tokenised word by word and
    answers are aligned back to words, as XTREME does (third_party/run_squad.py); it loses answers where its alignment
    fails, and blanks inside an answer come back as single spaces. Under `offsets` a context is tokenised as a whole and
    answers are its characters. The token ids differ only for tokenizers that see more than one blank between words,
    or that merge across it.

    `nullable` questions may have no answer (SQuAD v2.0): the prediction is "" where the first token scores higher, in
    every window, than the best span does.
    """

    rule: str = "squad"
    stride: int = 128
    max_question: int = 64
    max_answer: int = 30
    alignment: str = "reference"
    nullable: bool = False

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
        contexts = ALIGNMENTS[self.alignment]((example.context for example in dataset.examples), encoder)
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

    def _windows(self, number: int, lead: int, context: Context, capacity: int) -> list[ContextWindow]:
        tokens = len(context.ids)
        bounds = window_bounds(tokens, capacity, self.stride)
        owners = max_context(bounds, tokens)
        windows = []
        for index, (first, last) in enumerate(bounds):
            # Tokens are owned in one run: towards a window's middle its score only grows.
            own = np.flatnonzero(owners == index)
            own_first, own_last = (int(own[0]), int(own[-1]) + 1) if len(own) else (first, first)
            windows.append(ContextWindow(number, lead, first, last, own_first, own_last, context))
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
        """The text of the best valid span over all windows; "" where there is none.

        Each output has shape (windows, `N_BEST`), best first. Only the best span of a question is made text of.
        """
        best: dict[int, tuple[float, ContextWindow, tuple[int, int]]] = {}
        null = np.full(len(dataset.examples), np.inf)
        rows = zip(*(outputs[output.name] for output in self.outputs), strict=True)
        for window, row in zip(features.alignment, rows, strict=True):
            score, span = self._best_span(window, *row)
            null[window.example] = min(null[window.example], _null_score(*row))
            if span is not None and (window.example not in best or score > best[window.example][0]):
                best[window.example] = (score, window, span)
        answers = [""] * len(dataset.examples)
        for number, (score, window, span) in best.items():
            if not (self.nullable and null[number] > score):
                answers[number] = window.context.answer(*span, language)
        return answers

    def _best_span(
        self,
        window: ContextWindow,
        start_scores: NDArray[np.float32],
        start_positions: NDArray[np.int64],
        end_scores: NDArray[np.float32],
        end_positions: NDArray[np.int64],
    ) -> tuple[float, tuple[int, int] | None]:
        """Score and tokens of the best pair of start and end; pairs are tried in the order of their ranks."""
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
        """The best agreement with any of the gold answers, by the rule of the language.

        Where there is no answer, only an empty prediction is right.
        """
        tokens = ANSWER_RULES[self.rule]
        exact, overlap = np.zeros(len(dataset.examples)), np.zeros(len(dataset.examples))
        for row, (prediction, example) in enumerate(zip(predictions, dataset.examples, strict=True)):
            given = tokens(prediction, language)
            golds = [tokens(answer, language) for answer in example.gold or ()]
            if not golds:
                exact[row] = overlap[row] = float(not given)
                continue
            exact[row] = max(exact_match(given, gold) for gold in golds)
            overlap[row] = max(overlap_f1(given, gold) for gold in golds)
        return {"exact": exact, "overlap": overlap, "examples": np.ones(len(exact))}

    def targets(
        self,
        task: "Task",
        dataset: Dataset[Question],
        features: Features[list[ContextWindow]],
        labels: Sequence[str],
    ) -> Mapping[str, Sequence[int]]:
        """First and last position of the first gold answer; 0 (the first token) where a window does not hold it.

        It is 0 in all windows of a question without an answer too.
        """
        starts, ends = [], []
        for window in features.alignment:
            example = dataset.examples[window.example]
            answer = next(zip(example.gold or (), example.starts, strict=False), None)
            first, last = window.positions_of(window.context.tokens_of(*answer) if answer else None)
            starts.append(first)
            ends.append(last)
        return {"start_positions": starts, "end_positions": ends}

    def texts(self, example: Question) -> tuple[str, ...]:
        """The question, then the context."""
        return example.question, example.context


def _null_score(
    start_scores: NDArray[np.float32],
    start_positions: NDArray[np.int64],
    end_scores: NDArray[np.float32],
    end_positions: NDArray[np.int64],
) -> float:
    """Score of the first token as start and end; -inf where it is among the best of neither."""
    sides = ((start_scores, start_positions), (end_scores, end_positions))
    return float(sum(max(scores[positions == 0], default=-np.inf) for scores, positions in sides))
