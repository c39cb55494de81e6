"""Which task the next batch is of, and which of its examples: decided by a seed alone, so that it can be resumed."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..tasks.languages import nearest

_CAP = 100_000


def _proportional(sizes: NDArray[np.float64], _: float) -> NDArray[np.float64]:
    return sizes


def _uniform(sizes: NDArray[np.float64], _: float) -> NDArray[np.float64]:
    return np.ones_like(sizes)


def _temperature(sizes: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = sizes ** (1 / temperature)
    return weights


def _capped(sizes: NDArray[np.float64], cap: float) -> NDArray[np.float64]:
    return np.minimum(sizes, cap)


@dataclass(frozen=True, slots=True)
class _Way:
    weights: Callable[[NDArray[np.float64], float], NDArray[np.float64]]
    default: float = 0.0


_WAYS = {
    "proportional": _Way(_proportional),
    "uniform": _Way(_uniform),
    "temperature": _Way(_temperature, 2.0),
    "capped": _Way(_capped, _CAP),
}


def task_probabilities(sizes: Mapping[str, int], way: str = "proportional") -> dict[str, float]:
    """How often each task is drawn.

    Args:
        sizes: training examples of each task.
        way: `proportional` to size (jiant's ProportionalMultiTaskSampler), `uniform`, `temperature=T` (size to the
            power of 1/T; T is 2 if it is left out), or `capped=N` (proportional to the smaller of size and N; T5's
            examples-proportional mixing, Raffel et al. 2020, section 3.5.2).

    Raises:
        InputError: an unknown way, or a number that is none or not positive.
    """
    name, equals, number = way.partition("=")
    if name not in _WAYS:
        raise InputError(f"unknown sampling {name!r}: {nearest(name, _WAYS)}")
    value = _WAYS[name].default
    if equals:
        try:
            value = float(number)
        except ValueError as error:
            raise InputError(f"sampling {way!r}: {number!r} is no number") from error
    if equals and (not value > 0 or not _WAYS[name].default):
        raise InputError(f"sampling {way!r}: {name} takes {'a number above 0' if _WAYS[name].default else 'no number'}")
    weights = _WAYS[name].weights(np.array(list(sizes.values()), float), value)
    return dict(zip(sizes, (weights / weights.sum()).tolist(), strict=True))


class Draw(NamedTuple):
    """One example in the schedule: its task, its row there, and the number of the batch it is in."""

    task: str
    row: int
    batch: int


@dataclass(frozen=True)
class Schedule:
    """All batches of a training: each of one task, drawn by `probabilities`, its examples without replacement.

    A task is drawn for `group` batches together: those of one update, as jiant does (jiant/proj/main/runner.py). The
    examples of a task are shuffled anew for each pass over them; the last batch of a pass may be short.
    """

    sizes: Mapping[str, int]
    probabilities: Mapping[str, float]
    batch_size: int
    batches: int
    seed: int
    group: int = 1

    def __len__(self) -> int:
        return self.batches

    def __iter__(self) -> Iterator[list[Draw]]:
        """The batches in order; each iteration gives the same ones."""
        tasks = list(self.sizes)
        rng = np.random.default_rng(self.seed)
        groups = math.ceil(self.batches / self.group)
        order = rng.choice(len(tasks), groups, p=[self.probabilities[task] for task in tasks]).repeat(self.group)
        passes = {task: self._passes(task, number) for number, task in enumerate(tasks)}
        for batch, number in enumerate(order[: self.batches]):
            task = tasks[number]
            yield [Draw(task, row, batch) for row in next(passes[task])]

    def _passes(self, task: str, number: int) -> Iterator[Sequence[int]]:
        rng = np.random.default_rng((self.seed, number))
        while True:
            rows = rng.permutation(self.sizes[task])
            for start in range(0, len(rows), self.batch_size):
                yield rows[start : start + self.batch_size].tolist()


def updates(sizes: Mapping[str, int], epochs: float, batch_size: int, accumulation: int) -> int:
    """Updates that `epochs` passes over all examples take, at least 1."""
    batches = sum(math.ceil(size / batch_size) for size in sizes.values())
    return max(1, math.ceil(epochs * batches / accumulation))
