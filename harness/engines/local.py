"""This process: while one unit is computed, the next is read and tokenised and the last decoded and stored."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from ...errors import EnvironmentFault, XbenchError
from ...exporters.session import choose_device
from ...results.record import Record
from ..evaluator import Evaluator, Prepared
from ..plan import Unit
from .engine import Outcome

T = TypeVar("T")
R = TypeVar("R")


def prefetch(function: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, Future[R]]]:
    """Call `function` on each item in a thread, one item ahead of the consumer."""
    with ThreadPoolExecutor(1, thread_name_prefix="xbench-prepare") as pool:
        waiting: deque[tuple[T, Future[R]]] = deque()
        try:
            for item in items:
                waiting.append((item, pool.submit(function, item)))
                if len(waiting) > 1:
                    yield waiting.popleft()
            yield from waiting
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class LocalEngine:
    """Runs units in this process."""

    def device(self, wanted: str) -> str:
        """Here, `auto` is CUDA where there is a GPU."""
        return choose_device(wanted)

    def account(self) -> dict[str, Any]:
        """There are no workers but this process."""
        return {"name": "local"}

    def close(self) -> None:
        """Nothing is held between runs."""

    def run(self, evaluator: Evaluator, units: Sequence[Unit]) -> Iterator[Outcome]:
        """Yield what came of each unit, in order.

        Raises:
            EnvironmentFault: the machine cannot go on; finished units are stored.
        """
        running: deque[tuple[Unit, Prepared]] = deque()
        try:
            for unit, prepared in prefetch(evaluator.prepare, units):
                outcome = self._begin(evaluator, unit, prepared, running)
                if outcome is not None:
                    yield outcome
                while len(running) > 1:
                    yield self._end(evaluator, *running.popleft())
            evaluator.all_prepared()
            while running:
                yield self._end(evaluator, *running.popleft())
        finally:
            evaluator.close()

    @staticmethod
    def _begin(
        evaluator: Evaluator, unit: Unit, future: "Future[Prepared | Record]", running: deque[tuple[Unit, Prepared]]
    ) -> Outcome | None:
        """Queue the unit's batches; an outcome if there is nothing to compute."""
        try:
            prepared = future.result()
            if isinstance(prepared, Record):
                return Outcome(unit, record=prepared, reused=True)
            running.append((unit, evaluator.start(prepared)))
        except EnvironmentFault:
            raise
        except Exception as error:  # one unit must not take the others with it
            return Outcome(unit, error=as_known(unit, error))
        return None

    @staticmethod
    def _end(evaluator: Evaluator, unit: Unit, running: Prepared) -> Outcome:
        try:
            return Outcome(unit, record=evaluator.finish(running))
        except EnvironmentFault:
            raise
        except Exception as error:  # as above
            return Outcome(unit, error=as_known(unit, error))


def as_known(unit: Unit, error: Exception) -> XbenchError:
    """The error itself if it is one of ours, else one that says in a line what happened to the unit."""
    if isinstance(error, XbenchError):
        return error
    reason = str(error).strip().splitlines()
    return XbenchError(f"{unit} failed: {type(error).__name__}: {reason[0] if reason else 'no reason given'}")
