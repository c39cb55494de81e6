"""Sequences on their way through a model: batches, outputs, and how long it took."""

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ..errors import EnvironmentFault
from ..tasks.features import Outputs, Sequences
from .batching import padded_tokens, plan_batches
from .budget import CALL, DEFAULT, Trial, best_budget, plan_trials
from .collect import OutputCollector
from .graphs import Graph
from .plan import Unit

Advance = Callable[[int], None]


class Inference:
    """The batches of some sequences on one graph, begun once and waited for by all who need the outputs.

    Equal sequences are computed once: their outputs are then equal to the last bit, so that ties between them are
    broken by the decoder's rule and not by what else was in a batch.
    """

    def __init__(self, unit: Unit, graph: Graph, sequences: Sequences) -> None:
        """Take `sequences`, of which `unit` came first."""
        self.unit = unit
        self.sequences = sequences
        self.batches: list[NDArray[np.int64]] = []
        """Sequence numbers of each batch; known once it is started."""
        self.batch_tokens = 0
        """The budget that most of them were made under."""
        firsts = sequences.first_occurrences()
        numbers = np.arange(len(sequences))
        self._distinct = np.flatnonzero(firsts == numbers)
        self.tokens = int(sequences.lengths[self._distinct].sum())
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

    def start(self, advance: Advance) -> None:
        """Hand the batches to the backend's threads, unless that was done; `advance` is told of tokens computed.

        Where the best budget of tokens is not known yet, it is measured first, on a part of the sequences.
        """
        if self._futures is not None:
            return
        self._futures = []
        _ = self._graph.pool  # waits for the model
        self.started = perf_counter()
        left = self._measure(advance) if self._graph.tries_budgets else self._distinct
        self.batch_tokens = self._graph.batch_tokens
        self._futures += self._submit(left, self.batch_tokens, advance)

    def outputs(self) -> Outputs:
        """Wait for all batches; after a failure, for none that has not begun.

        Raises:
            EnvironmentFault: an output holds a number that is not finite, or one sequence is too much for the memory.
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

    def _measure(self, advance: Advance) -> NDArray[np.int64]:
        """Compute a part of the sequences under several budgets and keep the best one; the numbers of the rest."""
        lengths = self.sequences.lengths[self._distinct]
        trials = plan_trials(lengths, self._graph.device)
        if not trials:
            return self._distinct
        # The longest sequence goes first and alone: buffers grow once, and not at the cost of the first trial.
        longest = np.argmax(lengths)
        done = [np.array([longest])]
        self._try(Trial(1, done[0]), advance)
        seconds = []
        for trial in (Trial(trial.budget, trial.rows[trial.rows != longest]) for trial in trials):
            seconds.append(self._try(trial, advance))
            done.append(trial.rows)
        tokens = [int(lengths[trial.rows].sum()) for trial in trials]
        self._graph.found(best_budget(trials, tokens, seconds, DEFAULT[self._graph.device]))
        return np.delete(self._distinct, np.concatenate(done))

    def _try(self, trial: Trial, advance: Advance) -> float:
        """Compute the sequences of a trial; the seconds that it took."""
        started = perf_counter()
        futures = self._submit(self._distinct[trial.rows], trial.budget, advance)
        assert self._futures is not None
        self._futures += futures
        wait(futures, return_when=FIRST_EXCEPTION)
        return perf_counter() - started

    def _submit(self, rows: NDArray[np.int64], budget: int, advance: Advance) -> list[Future[None]]:
        plan = plan_batches(self.sequences.lengths[rows], budget, CALL[self._graph.device])
        batches = [rows[numbers] for numbers in plan]
        self.batches += batches
        return [self._graph.pool.submit(self._infer, batch, advance) for batch in batches]

    def _infer(self, rows: NDArray[np.int64], advance: Advance) -> None:
        """Compute a batch, in halves where memory does not suffice for it, or has not sufficed for one as large."""
        padded = len(rows) * int(self.sequences.lengths[rows].max())
        if len(rows) > 1 and not self._graph.fits(padded):
            self._infer_halves(rows, advance)
            return
        batch = self.sequences.padded(rows, self.unit.checkpoint.pad_id)
        try:
            outputs = self._graph.backend.run(batch)
        except MemoryError as error:
            if len(rows) == 1:
                raise EnvironmentFault(
                    f"out of memory with a single sequence of {padded:,} tokens ({self.unit}): free some, or use a"
                    " lower --precision or fewer --threads"
                ) from error
            self._graph.halve(padded)
            self._infer_halves(rows, advance)
            return
        self._collector.put(rows, outputs)
        self._finished.append(perf_counter())
        advance(int(self.sequences.lengths[rows].sum()))

    def _infer_halves(self, rows: NDArray[np.int64], advance: Advance) -> None:
        middle = len(rows) // 2
        self._infer(rows[:middle], advance)
        self._infer(rows[middle:], advance)
