"""Does the graph say what PyTorch says? Compared on real text in many languages, at every export."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..tasks.features import Sequences
from ..tasks.mini import MINI_LANGUAGES, sample_texts
from ..tasks.tokenization import TextEncoder

Arrays = Mapping[str, NDArray[Any]]


class Tolerance(NamedTuple):
    """Largest difference of an output in units of its largest value (at least 1), and share of changed decisions."""

    difference: float
    changes: float


# Differences of fp32 that only the order of sums explains, in units of the output's largest value.
_ROUNDING = 1e-6
# 8 bits are judged by what they decide, and not sharply: a broken graph changes nearly all, and what a sound one costs
# is for scores to say (`xbench compare --across precision`).
_8_BITS = Tolerance(math.inf, 0.25)
TOLERATED = {
    "fp32": Tolerance(1e-3, 0.005),
    "fp16": Tolerance(2e-2, 0.02),
    "int8": _8_BITS,
    "int8-reduced": _8_BITS,
}

_ROWS_A_BATCH = 16
_TEXTS_A_LANGUAGE = 3
_MASKED = -1e20


@dataclass(frozen=True)
class Parity:
    """How far a graph is from PyTorch.

    `difference` is the largest absolute difference of a float output, `scale` the largest absolute value there;
    `changed` is the share of `decisions` (labels, nearest neighbours, spans) that differ.
    """

    difference: float
    scale: float
    decisions: int
    changed: float

    def holds(self, precision: str) -> bool:
        """Whether a graph of that arithmetic may be used."""
        tolerated, scale = TOLERATED[precision], max(1.0, self.scale)
        if self.difference <= _ROUNDING * scale:
            return True  # what changes then were ties
        return self.difference <= tolerated.difference * scale and self.changed <= tolerated.changes


def probe(encoder: TextEncoder) -> Sequences:
    """Pairs of a sentence and a paragraph of up to twelve sentences, in all languages of the mini suite."""
    texts = [text for language in MINI_LANGUAGES for text in sample_texts(language, _TEXTS_A_LANGUAGE)]
    rows = []
    for row, text in enumerate(texts):
        size = 1 + row % 12
        rows.append((text, " ".join(texts[row : row + size])))
    return encoder.encode_pairs(rows, encoder.position_limit)


def _nearest_neighbours(outputs: Arrays) -> NDArray[Any]:
    vectors = outputs["embedding"].reshape(len(outputs["embedding"]), -1)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    nearest: NDArray[np.int64] = np.argmax(cosines, axis=1)
    return nearest


# What a decoder would choose, by head: one number a decision, shape (decisions,).
DECISIONS: dict[str, Callable[[Arrays], NDArray[Any]]] = {
    "embedding": _nearest_neighbours,
    "layers": _nearest_neighbours,
    "classification": lambda outputs: np.argmax(outputs["logits"], axis=1),
    "choice": lambda outputs: outputs["score"][1:] > outputs["score"][:-1],
    "tagging": lambda outputs: outputs["label_ids"].reshape(-1),
    "span": lambda outputs: np.concatenate([outputs["start_positions"][:, 0], outputs["end_positions"][:, 0]]),
}


def compare(head: str, module: Any, session: Any, sequences: Sequences, pad_id: int) -> Parity:
    """Run both on the same padded batches; `module` is a head of `heads`, `session` an ONNX Runtime session."""
    import torch

    names = [node.name for node in session.get_inputs()]
    difference, scale, total, changed = 0.0, 0.0, 0, 0
    for start in range(0, len(sequences), _ROWS_A_BATCH):
        batch = sequences.padded(range(start, min(start + _ROWS_A_BATCH, len(sequences))), pad_id)
        with torch.inference_mode():
            found = module(**{name: torch.from_numpy(array) for name, array in batch.items()})
        reference = {name: tensor.numpy() for name, tensor in found.items()}
        graph = dict(zip(reference, session.run(list(reference), {name: batch[name] for name in names}), strict=True))
        for name, wanted in reference.items():
            if wanted.dtype.kind == "f":
                real = wanted > _MASKED
                gaps = np.abs(wanted - graph[name])[real]
                # A number that is not one must not pass for agreement.
                difference = max(difference, float(np.max(np.nan_to_num(gaps, nan=np.inf), initial=0.0)))
                scale = max(scale, float(np.max(np.abs(wanted[real]), initial=0.0)))
        mask = batch["attention_mask"].reshape(-1).astype(bool) if head == "tagging" else slice(None)
        ours, theirs = DECISIONS[head](graph)[mask], DECISIONS[head](reference)[mask]
        total += len(ours)
        changed += int(np.sum(ours != theirs))
    return Parity(difference, scale, total, changed / max(1, total))
