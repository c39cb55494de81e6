"""One contender measured in a process of its own, so that its memory can be told and its end hurts nobody."""

import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...harness.batching import plan_batches
from ...tasks.features import Sequences
from ..flops import useful_flops
from .contenders import CONTENDERS, Batch, Encoder
from .models import PAD, SIZES, shape_of

_FIRST_WORD = 5
_COMPARED = 256
_TRIAL_BATCHES = 4


@dataclass(frozen=True)
class Job:
    """What a contender has to do: `lengths` of the sequences of each task, (sequences,); `budgets` to choose from."""

    contender: str
    size: str
    layers: int
    device: str
    work: Path
    lengths: Mapping[str, NDArray[np.int64]]
    budgets: Sequence[int]
    rounds: int


@dataclass(frozen=True)
class TaskResult:
    """Medians over rounds; `embeddings` of the first sequences, (`_COMPARED`, hidden)."""

    sequences_per_second: float
    useful_flops_per_second: float
    rounds: Sequence[float]
    embeddings: NDArray[np.float32]


@dataclass(frozen=True)
class Result:
    """What came of a job, or why nothing did (`fault`). Memory in MiB: on a GPU the device's, else the process's peak.

    `growth` is what was added after the longest batch of the first task.
    """

    contender: str
    fault: str | None = None
    budget: int = 0
    load_seconds: float = 0.0
    memory: float = 0.0
    growth: float = 0.0
    tasks: Mapping[str, TaskResult] = field(default_factory=dict)


def run_apart(job: Job) -> Result:
    """`measure` in a new process; a result with a fault if that fails or dies."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(_measure_or_fault, job).result()
    except BrokenProcessPool:
        return Result(job.contender, "its process died")


def _measure_or_fault(job: Job) -> Result:
    try:
        return measure(job)
    except Exception as error:  # whatever a library raises is a line of the table, and need not survive pickling
        return Result(job.contender, (str(error).strip().splitlines() or [type(error).__name__])[0])


def measure(job: Job) -> Result:
    """Load, choose a budget, and time whole passes; batches are padded beforehand, transfers are timed."""
    before = memory_mib(job.device)
    start = time.perf_counter()
    encode = CONTENDERS[job.contender].make(job.size, job.layers, job.device, job.work)
    loaded = time.perf_counter() - start
    sequences = {task: _random_sequences(job.size, lengths) for task, lengths in job.lengths.items()}
    first = next(iter(sequences.values()))
    budget = _best_budget(encode, first, job.budgets)
    encode(_batches(first, budget)[0][1])
    after_longest = memory_mib(job.device)
    tasks = {task: _time(encode, given, budget, job) for task, given in sequences.items()}
    used = memory_mib(job.device)
    return Result(
        job.contender, None, budget, loaded, used - (before if job.device == "cuda" else 0), used - after_longest, tasks
    )


def _random_sequences(size: str, lengths: NDArray[np.int64]) -> Sequences:
    total = int(lengths.sum())
    ids = np.random.default_rng(0).integers(_FIRST_WORD, SIZES[size].vocabulary, total, dtype=np.int32)
    return Sequences(ids, np.zeros(total, np.int32), np.concatenate([[0], np.cumsum(lengths)]))


def _batches(sequences: Sequences, budget: int) -> list[tuple[NDArray[np.int64], Batch]]:
    # A call counts as much as a full batch, so that there are as few as can be.
    return [(rows, sequences.padded(rows, PAD)) for rows in plan_batches(sequences.lengths, budget, budget)]


def _best_budget(encode: Encoder, sequences: Sequences, budgets: Sequence[int]) -> int:
    """The budget with the highest rate over a few batches from the middle; one that does not fit is left out."""
    rates: dict[int, float] = {}
    for budget in budgets if len(budgets) > 1 else ():
        batches = [batch for _, batch in _batches(sequences, budget)]
        middle = batches[len(batches) // 2 :][:_TRIAL_BATCHES]
        try:
            for batch in (batches[0], *middle):
                encode(batch)
            start = time.perf_counter()
            for batch in middle:
                encode(batch)
        except Exception as error:  # libraries say in many ways that memory is out
            if "memory" in str(error).lower() and rates:
                break
            raise
        tokens = sum(int(batch["attention_mask"].sum()) for batch in middle)
        rates[budget] = tokens / (time.perf_counter() - start)
    return max(rates, key=lambda budget: rates[budget]) if rates else budgets[0]


def _time(encode: Encoder, sequences: Sequences, budget: int, job: Job) -> TaskResult:
    batches = _batches(sequences, budget)
    found = np.empty((len(sequences), SIZES[job.size].hidden), np.float32)
    for _, batch in (batches[0], batches[-1]):
        encode(batch)
    seconds = []
    for _ in range(job.rounds):
        start = time.perf_counter()
        for rows, batch in batches:
            found[rows] = encode(batch)
        seconds.append(time.perf_counter() - start)
    if not np.isfinite(found).all():
        raise RuntimeError("the embeddings hold numbers that are not finite")
    middle = statistics.median(seconds)
    flops = useful_flops(sequences.lengths, shape_of(job.size, job.layers))
    return TaskResult(len(sequences) / middle, flops / middle, seconds, found[:_COMPARED].copy())


def memory_mib(device: str) -> float:
    """The GPU's memory in use, by all; on a CPU the peak of this process."""
    if device == "cpu":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    command = ["nvidia-smi", "--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[0])
