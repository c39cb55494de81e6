"""Sequences on their way through a model: batches, outputs, and how long it took."""

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ..tasks.features import Outputs, Sequences
from .batching import padded_tokens, plan_batches
from .collect import OutputCollector
from .graphs import Graph
from .plan import Unit


class Inference:
    """The batches of some sequences on one graph, begun once and waited for by all who need the outputs.

    Equal sequences are computed once: their outputs are then equal to the last bit, so that ties between them are
    broken by the decoder's rule and not by what else was in a batch.
    """

    def __init__(self, unit: Unit, graph: Graph, sequences: Sequences) -> None:
        """Plan the batches of `sequences` for `unit`, which came with them first."""
        self.unit = unit
        self.sequences = sequences
        firsts = sequences.first_occurrences()
        numbers = np.arange(len(sequences))
        distinct = np.flatnonzero(firsts == numbers)
        self.batches = [distinct[rows] for rows in plan_batches(sequences.lengths[distinct], graph.batch_tokens)]
        self.tokens = int(sequences.lengths[distinct].sum())
        """Tokens that are computed, without padding."""
        self._copies = np.flatnonzero(firsts != numbers)
        self._originals = firsts[self._copies]
        self._graph = graph
        self._collector = OutputCollector(unit.task.kind.outputs, sequences.lengths)
        self._futures: list[Future[None]] | None = None
        self.started = 0.0
        """`time.perf_counter()` when the model was there and the first batch begun."""
        self._finished: list[float] = []

    @property
    def padded_tokens(self) -> int:
        """Tokens that are computed, with padding."""
        return padded_tokens(self.sequences.lengths, self.batches)

    @property
    def seconds(self) -> float:
        """From the first batch to the last that is done."""
        return max(self._finished, default=self.started) - self.started

    def start(self, advance: Callable[[int], None]) -> None:
        """Hand the batches to the backend's threads, unless that was done; `advance` is told of tokens computed."""
        if self._futures is None:
            pool = self._graph.pool  # waits for the model
            self.started = perf_counter()
            self._futures = [pool.submit(self._infer, rows, advance) for rows in self.batches]

    def outputs(self) -> Outputs:
        """Wait for all batches; after a failure, for none that has not begun.

        Raises:
            EnvironmentFault: an output holds a number that is not finite.
        """
        futures = self._futures or []
        for future in wait(futures, return_when=FIRST_EXCEPTION).not_done:
            future.cancel()
        # Whoever waits for the same outputs later hears of the failure, not of what was cancelled after it.
        for future in futures:
            if future.done() and not future.cancelled():
                future.result()
        self._collector.copy(self._originals, self._copies)
        return self._collector.outputs()

    def _infer(self, rows: NDArray[np.int64], advance: Callable[[int], None]) -> None:
        batch = self.sequences.padded(rows, self.unit.checkpoint.pad_id)
        self._collector.put(rows, self._graph.backend.run(batch))
        self._finished.append(perf_counter())
        advance(int(self.sequences.lengths[rows].sum()))
