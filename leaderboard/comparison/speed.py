"""How fast two systems ran, from the times in their records, and whether the two may be held against each other.

Times of different runs are only indicative: the machine may have been busier in one of them. A fair measurement lets
the two take turns in one job.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...results.record import Record
from ...results.store import StoredRecord
from ..runs import NOT_SPEED, hardware, run_file

Records = Sequence[tuple[StoredRecord, StoredRecord]]
"""Records of base and head, of the same task and language each."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second while inferring, padding not counted."""

    base: float
    head: float

    @property
    def ratio(self) -> float:
        """Above 1 where head is faster."""
        return self.head / self.base


def measured_speed(records: Records) -> Speed | None:
    """Speed over all the records together; None if one side computed nothing."""
    base, head = (tokens_per_second(side) for side in zip(*records, strict=True))
    return Speed(base, head) if base and head else None


def tokens_per_second(side: Sequence[StoredRecord]) -> float:
    """Tokens inferred a second over all the records together, padding not counted; 0 if nothing was computed."""
    timings = [stored.record.timing for stored in side]
    seconds = sum(timing.infer for timing in timings)
    return sum(timing.tokens for timing in timings) / seconds if seconds else 0.0


def obstacles(records: Records) -> tuple[str, ...]:
    """Why the speeds cannot be compared, each reason once: hardware, provider or tokens are not the same."""
    machines = {path: hardware(path) for path in {run_file(stored) for pair in records for stored in pair}}
    reasons = (
        reason
        for base, head in records
        for reason in (
            *_of_records(base.record, head.record),
            *_of_machines(run_file(base), run_file(head), machines),
        )
    )
    return tuple(dict.fromkeys(reasons))


def _of_records(base: Record, head: Record) -> Iterator[str]:
    if base.provider != head.provider:
        yield f"provider {head.provider} instead of {base.provider}"
    if base.key.tokenizer != head.key.tokenizer:
        yield "other tokenizers, so that a token is not the same work"


def _of_machines(base: Path, head: Path, machines: Mapping[Path, Mapping[str, Any] | None]) -> Iterator[str]:
    mine, other = machines[head], machines[base]
    if mine is None or other is None:
        yield f"hardware unknown, as {head if mine is None else base} does not tell"
        return
    for name in sorted({*mine, *other} - {*NOT_SPEED}):
        if mine.get(name) != other.get(name):
            yield f"{name.replace('_', ' ')} {mine.get(name)} instead of {other.get(name)}"
