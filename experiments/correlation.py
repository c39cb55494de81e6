"""What the intermediate tasks of a condition are, and how that goes with what they gain."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from ..tasks.intermediate import OFFICIAL_SIZE, parse_training_reference
from .account import CellAccount, PartSummary
from .gains import OverSeeds, Results
from .grid import ENCODER, Cell

_SMALLEST = 3
# Conditions whose orders are all tried for a probability; of more, so many random ones.
_EXACT = 7
_ORDERS = 9_999
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Description:
    """The intermediate tasks of a condition.

    Attributes:
        condition: its name.
        references: the tasks with their languages, as the grid has them.
        formats: the kinds of its tasks.
        official: examples of the published training sets, of all languages, by task.
        trained: examples that were trained on, by task; empty if nothing was.
        dev: score on English dev in percent after phase 1, by task, the mean over seeds.
    """

    condition: str
    references: tuple[str, ...]
    formats: tuple[str, ...]
    official: Mapping[str, int]
    trained: Mapping[str, int]
    dev: Mapping[str, float]

    @property
    def tasks(self) -> int:
        """Number of tasks; one in several languages counts once."""
        return len(self.official)

    @property
    def examples(self) -> int:
        """Examples of all tasks: those trained on if that is known, else the published ones."""
        return sum((self.trained or self.official).values())

    @property
    def difficulty(self) -> float | None:
        """100 minus the mean of the tasks' scores on English dev; None if one is missing."""
        return 100 - fmean(self.dev.values()) if self.dev.keys() == self.official.keys() else None


def describe(results: Results, condition: str, accounts: Mapping[Cell, CellAccount | None]) -> Description:
    """What a condition's intermediate tasks are, from the trainings where there are any."""
    references = results.grid.intermediate[condition].tasks
    tasks = [parse_training_reference(reference).task for reference in references]
    languages = Counter(task.key for task in tasks)
    parts = _phase_one(results, condition, accounts)
    scores = {key: [part.dev[key] for part in parts if key in part.dev] for key in languages}
    return Description(
        condition=condition,
        references=references,
        formats=tuple(dict.fromkeys(task.kind.name for task in tasks)),
        official={key: OFFICIAL_SIZE[key] * count for key, count in languages.items()},
        # Every seed has the same data.
        trained={key: parts[0].examples.get(key, 0) for key in languages} if parts else {},
        dev={key: fmean(values) for key, values in scores.items() if values},
    )


def _phase_one(results: Results, condition: str, accounts: Mapping[Cell, CellAccount | None]) -> list[PartSummary]:
    """The trainings of phase 1 of each seed, of the cell that lent its encoder if it was borrowed."""
    cells = (Cell(results.base, condition, seed) for seed in results.grid.seeds)
    found = (accounts.get(results.grid.lender(cell) or cell) for cell in cells)
    return [account.parts[ENCODER] for account in found if account is not None and ENCODER in account.parts]


@dataclass(frozen=True, slots=True)
class Point:
    """A condition with intermediate tasks: what they are, and what they gain on the slice of the correlation."""

    description: Description
    gain: OverSeeds | None
    spread: float | None

    def feature(self, name: str) -> float | None:
        """`tasks`, `size` or `difficulty`."""
        one = self.description
        return {"tasks": one.tasks, "size": one.examples, "difficulty": one.difficulty}[name]

    def outcome(self, name: str) -> float | None:
        """`gain` or `spread`, if it is over all tasks and languages of the slice; else None."""
        if self.gain is None or self.gain.covered is not None:
            return None
        return self.gain.mean if name == "gain" else self.spread


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """Spearman's rho over `n` conditions, and the two-sided probability of one as large by chance alone."""

    rho: float
    p: float
    n: int


def points(results: Results, accounts: Mapping[Cell, CellAccount | None]) -> list[Point]:
    """The conditions that have intermediate tasks and nothing else; `results` are those of the slice."""
    grid, found = results.grid, []
    for name, condition in grid.intermediate.items():
        if condition.tasks and not condition.target_data and not condition.mlm and name != grid.baseline:
            gains = results.gains(name, grid.baseline)
            found.append(Point(describe(results, name, accounts), gains.average(), gains.spread()))
    return found


def correlate(pairs: Sequence[tuple[float | None, float | None]]) -> RankCorrelation | None:
    """Spearman's correlation of the pairs that have both values; equal values share the mean of their ranks.

    The probability is that of a permutation test, exact for up to 7 pairs.

    Returns:
        None for fewer than 3 pairs, or if one side has the same value throughout.
    """
    complete = [(first, second) for first, second in pairs if first is not None and second is not None]
    if len(complete) < _SMALLEST or any(len(set(side)) == 1 for side in zip(*complete, strict=True)):
        return None
    first, second = (_standard_ranks(side) for side in zip(*complete, strict=True))
    rho = float(first @ second)
    exact = len(complete) <= _EXACT
    orders = np.array(list(permutations(first))) if exact else _random_orders(first)
    as_large = np.count_nonzero(np.abs(orders @ second) >= abs(rho) - _ROUNDING)
    # What was observed is one of all orders, but none of the random ones.
    p = as_large / len(orders) if exact else (as_large + 1) / (len(orders) + 1)
    return RankCorrelation(rho, float(p), len(complete))


def _standard_ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks with mean 0 and length 1, shape (values,): the product of two such is their correlation."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    centred = ranks - ranks.mean()
    standard: NDArray[np.float64] = centred / np.linalg.norm(centred)
    return standard


def _random_orders(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values in random orders, always the same ones, shape (orders, values)."""
    return np.random.default_rng(0).permuted(np.tile(values, (_ORDERS, 1)), axis=1)
