"""Systems that differ in the training seed alone: what they score on average, and how far seeds are apart."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from .averages import Mean, TaskMean
from .board import Board, SystemRow
from .naming import split_seed


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """Systems named `NAME.seedN` with one NAME, as `xbench train --seeds` and `xbench experiment` name them."""

    name: str
    systems: tuple[SystemRow, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """A value over seeds: mean and sample standard deviation, in points; `coverage` as of each of them."""

    mean: float
    deviation: float
    coverage: Mean | TaskMean


def seed_groups(board: Board) -> tuple[SeedGroup, ...]:
    """The groups of two seeds and more, in the order of their best."""
    groups: defaultdict[str, list[SystemRow]] = defaultdict(list)
    for system in board.systems:
        name, seed = split_seed(system.name)
        if seed is not None:
            groups[name].append(system)
    return tuple(SeedGroup(name, tuple(systems)) for name, systems in groups.items() if len(systems) > 1)


def spread(means: Sequence[Mean] | Sequence[TaskMean]) -> Spread | None:
    """The spread of one quantity, one mean a seed; None if one is missing or they do not cover equally much."""
    values = [mean.partial for mean in means if mean.partial is not None]
    if len(values) < len(means) or len({_coverage(mean) for mean in means}) > 1:
        return None
    return Spread(fmean(values), stdev(values), means[0])


def _coverage(mean: Mean | TaskMean) -> tuple[int, ...]:
    return (mean.there,) if isinstance(mean, Mean) else (mean.tasks, mean.languages)


def spreads(group: SeedGroup, tasks: Sequence[str]) -> Iterator[Spread | None]:
    """Of the average, the average without retrieval, and each of `tasks`."""
    yield spread([system.average.mean for system in group.systems])
    yield spread([system.without_retrieval.mean for system in group.systems])
    for task in tasks:
        yield spread([system.tasks[task].mean for system in group.systems])
