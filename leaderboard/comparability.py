"""Which records may stand beside each other, and the sentence that marks one that may not.

Two scores of the same task and language are comparable if task version, data, precision and protocol are equal.
Checkpoint, tokenizer, backend, layer and pooling are what a board compares; they may differ between systems but not
within a task of one system, whose mean would be that of no system.
"""

from collections import Counter
from collections.abc import Sequence

from ..results.record import Measurement, Record

_OF_THE_SYSTEM = ("checkpoint", "tokenizer", "backend", "precision", "protocol", "task_version", "layer", "pooling")


def comparable(first: Record, second: Record) -> bool:
    """Whether the difference of two scores of the same task and language means anything."""
    return first.key.measurement == second.key.measurement and first.split == second.split


def reference_of(column: Sequence[Record], baseline: str | None) -> Record:
    """The record that others of its task and language are held against.

    That of the baseline; without one, the first of those whose measurement is the most frequent.
    """
    for record in column:
        if record.system == baseline:
            return record
    frequency: Counter[Measurement] = Counter(record.key.measurement for record in column)
    return max(column, key=lambda record: frequency[record.key.measurement])


def record_marks(record: Record, reference: Record) -> tuple[str, ...]:
    """Sentences that must stand beside a score: what makes it differ from its column, and that data were cut."""
    marks = [*cut_mark(record)]
    if not comparable(record, reference):
        marks.append(f"Not comparable with {reference.system}: {', '.join(differences(record, reference).values())}.")
    return tuple(marks)


def cut_mark(record: Record) -> tuple[str, ...]:
    """One sentence if only the first examples were run, else none."""
    if record.limit is None or record.examples < record.limit:  # fewer than the limit: nothing was cut
        return ()
    return (f"Only the first {record.limit} examples of each language.",)


def mixture_mark(records: Sequence[Record]) -> tuple[str, ...]:
    """One sentence if the languages of one task of one system were not all measured on the same model, else none."""
    mixed = [
        name.replace("_", " ") for name in _OF_THE_SYSTEM if len({getattr(record.key, name) for record in records}) > 1
    ]
    return (f"The languages of this task differ in {', '.join(mixed)}.",) if mixed else ()


def _protocol(key: Measurement) -> str:
    return " ".join(key.protocol) or "the reference's"


def differences(record: Record, reference: Record) -> dict[str, str]:
    """What keeps two records from being comparable: the part of the key that differs, and how; empty if they are."""
    mine, other = record.key, reference.key
    found = {}
    if mine.task_version != other.task_version:
        found["task_version"] = f"version {mine.task_version} of the task instead of {other.task_version}"
    if record.split != reference.split:
        found["split"] = f"split {record.split} instead of {reference.split}"
    if mine.data != other.data:
        found["data"] = _other_data(record, reference)
    if mine.precision != other.precision:
        found["precision"] = f"precision {mine.precision} instead of {other.precision}"
    if mine.protocol != other.protocol:
        found["protocol"] = f"protocol {_protocol(mine)} instead of {_protocol(other)}"
    return found


def _other_data(record: Record, reference: Record) -> str:
    if record.limit == reference.limit:
        return "other examples"
    mine, other = ("all" if limit is None else f"the first {limit}" for limit in (record.limit, reference.limit))
    return f"{mine} examples instead of {other}"
