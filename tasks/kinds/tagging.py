"""Tagging of words: UD-POS, PAN-X. Nothing is truncated: long sentences become windows, stitched back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..chunks import REFERENCE_RULE, chunks_by_sentence
from ..examples import Dataset, TaggedSentence
from ..features import Features, Outputs, Sequences
from ..metrics import MICRO_F1, MICRO_PRECISION, MICRO_RECALL, TOKEN_ACCURACY, Metric
from ..tokenization import Ids, TextEncoder
from .kind import Output

if TYPE_CHECKING:
    from ..task import Task

# Label of positions that are not the first sub-word of a word, as torch's cross entropy ignores it.
IGNORED = -100


@dataclass(frozen=True)
class Window:
    """Some consecutive words of one sentence, as one sequence.

    `first_word` is the index of its first word in the sentence, `positions` where each word's first sub-word stands
    in the sequence.
    """

    sentence: int
    first_word: int
    positions: tuple[int, ...]


def split_windows(words: Sequence[Ids], budget: int) -> list[tuple[int, list[Ids]]]:
    """Group words into windows of at most `budget` sub-words: (index of the first word, its words' sub-words).

    A window closes when the next word would overflow it (XTREME's utils_preprocess.py).
    """
    windows: list[tuple[int, list[Ids]]] = []
    used = budget
    for index, word in enumerate(words):
        if used + len(word) > budget:
            windows.append((index, []))
            used = 0
        windows[-1][1].append(word)
        used += len(word)
    return windows


@dataclass(frozen=True)
class Tagging:
    """One tag a word; micro F1 over chunks by a rule of `tasks.chunks`, token accuracy beside it."""

    chunk_rule: str = REFERENCE_RULE

    name: ClassVar[str] = "tagging"
    head: ClassVar[str] = "tagging"
    outputs: ClassVar[tuple[Output, ...]] = (Output("label_ids", per_token=True),)
    metrics: ClassVar[tuple[Metric, ...]] = (MICRO_F1, MICRO_PRECISION, MICRO_RECALL, TOKEN_ACCURACY)

    def encode(self, task: "Task", dataset: Dataset[TaggedSentence], encoder: TextEncoder) -> Features[list[Window]]:
        """Windows of whole words of at most the task's maximum length.

        A word without sub-words, or with more than fit into one window, becomes the unknown token.
        """
        ids = encoder.ids(word for sentence in dataset.examples for word in sentence.words)
        budget = encoder.word_budget(task.max_length)
        unknown = [encoder.unknown_id]
        lead = len(encoder.pair.before.ids)
        rows, windows = [], []
        for number, sentence in enumerate(dataset.examples):
            words = [ids[word] if 0 < len(ids[word]) <= budget else unknown for word in sentence.words]
            for first_word, pieces in split_windows(words, budget):
                rows.append(encoder.join_words([piece for word in pieces for piece in word]))
                ends = np.cumsum([lead, *(len(word) for word in pieces)])
                windows.append(Window(number, first_word, tuple(ends[:-1].tolist())))
        return Features(Sequences.pack(rows), windows)

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[TaggedSentence],
        features: Features[list[Window]],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[list[str]]:
        """The label of each word's first sub-word, windows stitched; `label_ids[i]` has shape (tokens,)."""
        tags: list[list[str]] = [[] for _ in dataset.examples]
        for window, label_ids in zip(features.alignment, outputs["label_ids"], strict=True):
            tags[window.sentence].extend(labels[label_ids[position]] for position in window.positions)
        return tags

    def score(
        self, task: "Task", language: str, dataset: Dataset[TaggedSentence], predictions: Sequence[list[str]]
    ) -> dict[str, NDArray[np.float64]]:
        """Chunks and tokens counted in each sentence."""
        golds = [sentence.gold or () for sentence in dataset.examples]
        found = chunks_by_sentence(predictions, self.chunk_rule)
        wanted = chunks_by_sentence(golds, self.chunk_rule)
        rows = []
        for row, (tags, gold) in enumerate(zip(predictions, golds, strict=True)):
            right = sum(tag == other for tag, other in zip(tags, gold, strict=True))
            rows.append((len(found[row] & wanted[row]), len(found[row]), len(wanted[row]), right, len(gold)))
        counts = np.array(rows, float).reshape(len(rows), 5)
        return dict(zip(("correct", "predicted", "gold", "correct_tokens", "tokens"), counts.T, strict=True))

    def targets(
        self, task: "Task", dataset: Dataset[TaggedSentence], features: Features[list[Window]], labels: Sequence[str]
    ) -> Mapping[str, Sequence[NDArray[np.int64]]]:
        """The gold label on each word's first sub-word, `IGNORED` elsewhere; shape (tokens,) each."""
        index = {label: number for number, label in enumerate(labels)}
        rows = []
        for window, length in zip(features.alignment, features.sequences.lengths, strict=True):
            row = np.full(int(length), IGNORED, np.int64)
            gold = dataset.examples[window.sentence].gold or ()
            last = window.first_word + len(window.positions)
            row[list(window.positions)] = [index[tag] for tag in gold[window.first_word : last]]
            rows.append(row)
        return {"labels": rows}

    def texts(self, example: TaggedSentence) -> tuple[str, ...]:
        """The words."""
        return example.words
