"""The seam between a run and the place where its units are computed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import XbenchError
from ...results.record import Record
from ..evaluator import Evaluator
from ..plan import Unit


@dataclass(frozen=True)
class Outcome:
    """What came of a unit: a record (new, or reused from the store), or the error that prevented it."""

    unit: Unit
    record: Record | None = None
    error: XbenchError | None = None
    reused: bool = False


class Engine(Protocol):
    """Computes units somewhere."""

    def device(self, wanted: str) -> str:
        """`cpu` or `cuda`: what `auto`, `cpu` or `cuda` means where the units will be computed."""

    def run(self, evaluator: Evaluator, units: Sequence[Unit]) -> Iterator[Outcome]:
        """Yield the outcome of every unit as it is known."""

    def account(self) -> dict[str, Any]:
        """For the run's account: the engine's name, and who did what so far."""

    def close(self) -> None:
        """Let go of what is held for runs."""
