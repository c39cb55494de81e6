"""Which worker gets which unit next: bookkeeping alone, which knows of no cluster.

Units are numbers from 0, workers are names.
"""

from collections import Counter, deque
from collections.abc import Collection, Hashable, Sequence

# As on one machine: one unit is decoded, one is computed, and one is read and tokenised.
DEPTH = 3
# So many workers may die over a unit before it is held to be the reason.
ATTEMPTS = 3


class Deal:
    """Units on their way through workers that may die.

    Units of one graph tend to stay with one worker, so that it seldom loads another. What a worker held when it died
    is dealt again when all else is dealt, and each of these units to a worker that holds nothing else: who dies over
    it then shows whether it is the reason.
    """

    def __init__(self, graphs: Sequence[Hashable]) -> None:
        """Deal the units 0, 1, ..., of which each needs the graph that is given for it."""
        self._graphs = graphs
        self._waiting: dict[Hashable, deque[int]] = {}
        for unit, graph in enumerate(graphs):
            self._waiting.setdefault(graph, deque()).append(unit)
        self._suspects: deque[int] = deque()
        self._deaths: Counter[int] = Counter()
        self._hands: dict[str, list[int]] = {}
        self._last: dict[str, Hashable] = {}

    @property
    def unfinished(self) -> bool:
        """Whether a unit waits or is with a worker."""
        return bool(self._suspects) or any(self._waiting.values()) or any(self._hands.values())

    def join(self, worker: str) -> None:
        """Count with a worker, who may ask for its first unit later."""
        self._hands[worker] = []

    def leave(self, worker: str) -> list[int]:
        """The worker is dead: put its units back. Those over which too many have died are given up and returned."""
        self._last.pop(worker, None)
        held = self._hands.pop(worker)
        self._deaths.update(held)
        self._suspects.extend(unit for unit in held if self._deaths[unit] < ATTEMPTS)
        return [unit for unit in held if self._deaths[unit] >= ATTEMPTS]

    def next(self, worker: str, ready: Collection[Hashable]) -> int | None:
        """A unit of a graph that is `ready`; None if the worker has enough, or nothing can be dealt now."""
        hand = self._hands[worker]
        if len(hand) >= DEPTH or any(self._deaths[unit] for unit in hand):
            return None
        open_graphs = [graph for graph, units in self._waiting.items() if units and graph in ready]
        if not open_graphs:
            return None if hand else self._next_suspect(hand, ready)
        # The last units are left to those who have none.
        if hand and sum(map(len, self._waiting.values())) < len(self._hands):
            return None
        graph = self._last.get(worker)
        if graph not in open_graphs:
            graph = max(open_graphs, key=self._share)
        self._last[worker] = graph
        hand.append(self._waiting[graph].popleft())
        return hand[-1]

    def done(self, worker: str, unit: int) -> None:
        """The worker has finished the unit."""
        self._hands[worker].remove(unit)

    def give_up(self, graph: Hashable) -> list[int]:
        """Take back all that waits for a graph which cannot be had."""
        units = [*self._waiting.pop(graph, ()), *(unit for unit in self._suspects if self._graphs[unit] == graph)]
        self._suspects = deque(unit for unit in self._suspects if self._graphs[unit] != graph)
        return units

    def _next_suspect(self, hand: list[int], ready: Collection[Hashable]) -> int | None:
        for unit in self._suspects:
            if self._graphs[unit] in ready:
                self._suspects.remove(unit)
                hand.append(unit)
                return unit
        return None

    def _share(self, graph: Hashable) -> float:
        """What is left of a graph for each of those who would then be on it."""
        return len(self._waiting[graph]) / (1 + sum(last == graph for last in self._last.values()))
