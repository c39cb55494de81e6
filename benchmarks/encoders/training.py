"""Training of a sentence-pair classifier in bf16: throughput and memory."""

import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from .lengths import TaskLengths
from .measure import memory_mib
from .models import PAD, SIZES, make_classifier

_LABELS = 3
_LEARNING_RATE = 2e-5
_WARM_UP = 3


@dataclass(frozen=True)
class TrainingResult:
    """Tokens a second without padding, from the fourth step on; memory in MiB; losses of the first and last step."""

    steps: int
    rows: int
    tokens_per_second: float
    sequences_per_second: float
    memory: float
    first_loss: float
    last_loss: float


def train_apart(size: str, lengths: TaskLengths, steps: int, rows: int, device: str) -> TrainingResult | str:
    """`train` in a process of its own; why not, if it cannot."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(_train_or_fault, size, lengths, steps, rows, device).result()
    except BrokenProcessPool:
        return "its process died"


def _train_or_fault(size: str, lengths: TaskLengths, steps: int, rows: int, device: str) -> TrainingResult | str:
    try:
        return train(size, lengths, steps, rows, device)
    except Exception as error:  # a line of the report
        return (str(error).strip().splitlines() or [type(error).__name__])[0]


def train(size: str, lengths: TaskLengths, steps: int, rows: int, device: str) -> TrainingResult:
    """AdamW on fp32 weights, forward and backward in bf16, batches padded to their longest row as a trainer does it.

    The label is whether the first word's number is high, in three grades: a thing that can be learnt.
    """
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise RuntimeError("needs a PyTorch with CUDA")
    before = memory_mib(device)
    model = make_classifier(size, _LABELS).to(device).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=_LEARNING_RATE)
    draw = np.random.default_rng(0)
    drawn = lengths.draw(steps * rows).reshape(steps, rows)
    losses = []
    start, measured = time.perf_counter(), 0
    for step, counts in enumerate(drawn):
        if step == min(_WARM_UP, steps - 1):
            _wait(device)
            start, measured = time.perf_counter(), 0
        ids = draw.integers(5, SIZES[size].vocabulary, (rows, int(counts.max())))
        mask = np.arange(ids.shape[1]) < counts[:, None]
        ids[~mask] = PAD
        labels = torch.from_numpy(ids[:, 0] * _LABELS // SIZES[size].vocabulary).to(device)
        with torch.autocast(device, torch.bfloat16):
            loss = model(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device), labels=labels).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.detach())
        measured += int(counts.sum())
    _wait(device)
    seconds = time.perf_counter() - start
    timed = max(1, steps - _WARM_UP)
    memory = memory_mib(device) - (before if device == "cuda" else 0)
    return TrainingResult(
        steps, rows, measured / seconds, timed * rows / seconds, memory, float(losses[0]), float(losses[-1])
    )


def _wait(device: str) -> None:
    import torch

    if device == "cuda":
        torch.cuda.synchronize()
