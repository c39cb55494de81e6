"""Results of the GPU suite as markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..flops import EncoderShape
from .contenders import CONTENDERS, REFERENCE
from .lengths import TaskLengths
from .measure import Result
from .training import TrainingResult
from .volume import RETRIEVAL, XTREME, nearest_task, sequences, task_flops

_TERA = 1e12


def agreement(found: NDArray[np.float32], wanted: NDArray[np.float32]) -> tuple[float, float]:
    """The smallest cosine of embeddings, and the share of nearest neighbours that differ; both of (rows, hidden)."""
    unit, unit_wanted = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (found, wanted))
    changed = np.mean(_nearest(unit) != _nearest(unit_wanted)) if len(found) > 1 else 0.0
    return float((unit * unit_wanted).sum(1).min()), float(changed)


def _nearest(unit: NDArray[np.float32]) -> NDArray[np.int64]:
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    nearest: NDArray[np.int64] = cosines.argmax(1)
    return nearest


def comparison_table(results: Sequence[Result], peak: float | None, inside: Mapping[str, Any]) -> str:
    """One line a contender and task: speed, share of the peak, agreement with the reference, memory."""
    reference = next(result for result in results if result.contender == REFERENCE)
    lines = [
        "| contender | task | tokens a batch | sequences/s | useful TFLOP/s | of the peak | smallest cosine"
        " | neighbours changed | MiB | growth, MiB | copies | attention kernels |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for result in results:
        title = CONTENDERS[result.contender].title
        if result.fault:
            lines.append(f"| {title} | {result.fault.replace('|', ' ')} |" + " |" * 10)
        for task, found in result.tasks.items():
            wanted = reference.tasks.get(task)
            cosine, changed = agreement(found.embeddings, wanted.embeddings) if wanted else (float("nan"),) * 2
            seen = inside.get(result.contender, {})
            kernels = ", ".join(f"{name} x {uses}" for name, uses in seen.get("attention_kernels", {}).items())
            share = f"{found.useful_flops_per_second / peak:.0%}" if peak else ""
            lines.append(
                f"| {title} | {task} | {result.budget:,} | {found.sequences_per_second:,.0f}"
                f" | {found.useful_flops_per_second / _TERA:.4g} | {share} | {cosine:.6f} | {changed:.2%}"
                f" | {result.memory:,.0f} | {result.growth:,.0f} | {seen.get('memory_copies', '')} | {kernels} |"
            )
    return "\n".join(lines)


def estimate_table(
    results: Sequence[Result], lengths: Mapping[str, TaskLengths], shape: EncoderShape, retrieval_layers: int
) -> str:
    """Minutes for all of XTREME at each contender's measured rates; retrieval with `retrieval_layers` blocks.

    A task that was not measured is taken to run at the rate, in useful operations, of the measured one whose sequences
    are nearest in length.
    """
    cut = EncoderShape(retrieval_layers, shape.hidden, shape.intermediate)
    work = {task: task_flops(task, lengths[task], cut if task in RETRIEVAL else shape) for task in XTREME}
    total = sum(sequences(task, lengths[task]) for task in XTREME)
    lines = [
        f"All of XTREME is {total:,} sequences and {sum(work.values()) / _TERA:,.0f} useful TFLOP; estimated:",
        "",
        "| contender | minutes |",
        "| --- | ---: |",
    ]
    for result in results:
        if not result.fault:
            rates = {task: found.useful_flops_per_second for task, found in result.tasks.items()}
            seconds = sum(work[task] / rates[nearest_task(task, lengths, set(rates))] for task in XTREME)
            lines.append(f"| {CONTENDERS[result.contender].title} | {seconds / 60:,.1f} |")
    return "\n".join(lines)


def training_line(size: str, trained: TrainingResult | str) -> str:
    """What training came to, in a sentence."""
    if isinstance(trained, str):
        return f"Training of {size} in bf16: {trained}"
    return (
        f"Training of {size} in bf16, {trained.steps} steps of {trained.rows} pairs: {trained.tokens_per_second:,.0f}"
        f" tokens/s, {trained.sequences_per_second:,.1f} pairs/s, {trained.memory:,.0f} MiB,"
        f" loss {trained.first_loss:.3f} -> {trained.last_loss:.3f}"
    )
