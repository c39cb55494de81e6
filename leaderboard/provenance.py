"""How the scores of a system came about, gathered from its records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..results.record import Record, SystemDescription
from ..tasks.suites import known_tasks


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a system's records say of their origin; more than one value where they differ.

    `checkpoints` maps each training task to the fingerprints that served it, `retrieval` are pairs of layer and
    pooling, `newest` is the day of the newest record (UTC). `parameters` are those of the largest checkpoint that the
    system is made of, heads included; None if that is unknown.
    """

    checkpoints: Mapping[str, tuple[str, ...]]
    backends: tuple[str, ...]
    providers: tuple[str, ...]
    precisions: tuple[str, ...]
    retrieval: tuple[tuple[int | None, str | None], ...]
    newest: str
    parameters: int | None


def provenance(records: Sequence[Record], description: SystemDescription | None) -> Provenance:
    """Gather the records of one system, which must be of known tasks, and what is known of the system itself."""
    training = sorted({known_tasks()[record.task].training for record in records})
    layers = {(r.key.layer, r.key.pooling) for r in records if r.key.layer is not None or r.key.pooling is not None}
    return Provenance(
        checkpoints={name: _distinct(r.key.checkpoint for r in _trained(records, name)) for name in training},
        backends=_distinct(record.key.backend for record in records),
        providers=_distinct(record.provider for record in records),
        precisions=_distinct(record.key.precision for record in records),
        retrieval=tuple(sorted(layers, key=repr)),
        newest=max(record.created for record in records)[: len("2020-05-26")],
        parameters=None if description is None else _parameters(description),
    )


def _parameters(description: SystemDescription) -> int | None:
    counts = [checkpoint.get("parameters") for checkpoint in description.checkpoints.values()]
    return max((count for count in counts if isinstance(count, int)), default=None)


def _trained(records: Iterable[Record], training: str) -> Iterable[Record]:
    return (record for record in records if known_tasks()[record.task].training == training)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
