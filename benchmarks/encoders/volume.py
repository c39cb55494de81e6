"""How much XTREME is, all of it: official numbers of examples, and what they cost an encoder."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..flops import EncoderShape, useful_flops
from .lengths import TaskLengths

_SAMPLE = 20_000


@dataclass(frozen=True)
class TaskVolume:
    """Examples of a task over all its languages, or sentences, where each is a sequence of its own (`sentences`)."""

    examples: int
    sentences: bool = False


# German is the paper's: the card's 22,458 has a treebank more.
_UDPOS = (
    425, 1680, 1116, 20436, 2809, 5440, 3147, 3760, 1799, 600, 4422, 9465, 491, 2684, 449, 1557, 3518, 2372, 1047,
    4276, 47, 1471, 2681, 11336, 120, 146, 1000, 55, 4785, 535, 800, 100, 5528,
)  # fmt: skip
_PANX = 25 * 10_000 + 12 * 1_000 + 3 * 100
_MLQA = (11_590, 5_335, 4_517, 5_253, 4_918, 5_495, 5_137)
_TATOEBA = 28 * 1_000 + 205 + 234 + 307 + 390 + 548 + 575 + 687 + 746
# Monolingual sides of the shared task's training data, de, fr, ru, zh, each against en. From memory, unverified.
_BUCC = (413_869, 399_337, 271_874, 369_810, 460_853, 558_401, 94_637, 88_860)

# Sources: shared/reference/protocol.md, sections 1.2 and 1.3, but for BUCC.
XTREME = {
    "xnli": TaskVolume(15 * 5_010),
    "pawsx": TaskVolume(7 * 2_000),
    "udpos": TaskVolume(sum(_UDPOS)),
    "panx": TaskVolume(_PANX),
    "xquad": TaskVolume(11 * 1_190),
    "mlqa": TaskVolume(sum(_MLQA)),
    "tydiqa": TaskVolume(5_077),
    "bucc2018": TaskVolume(sum(_BUCC), sentences=True),
    "tatoeba": TaskVolume(2 * _TATOEBA, sentences=True),
}
RETRIEVAL = ("bucc2018", "tatoeba")


def sequences(task: str, lengths: TaskLengths) -> int:
    """Sequences of all of a task."""
    volume = XTREME[task]
    return volume.examples if volume.sentences else round(volume.examples * lengths.sequences_per_example)


def task_flops(task: str, lengths: TaskLengths, shape: EncoderShape) -> float:
    """Useful floating-point operations of all of a task, from a sample of its lengths."""
    sample = lengths.draw(_SAMPLE)
    return useful_flops(np.asarray(sample), shape) / _SAMPLE * sequences(task, lengths)


def nearest_task(task: str, lengths: Mapping[str, TaskLengths], measured: set[str]) -> str:
    """The measured task whose sequences are as long as those of `task`, or nearly."""
    return min(measured, key=lambda other: abs(np.log(lengths[other].mean / lengths[task].mean)))
