"""A run cut into parts that several processes take, each knowing only its own number and how many there are."""

from collections.abc import Sequence

from ..tasks.sources import DirectorySource, Source
from .plan import Unit

Shard = tuple[int, int]
"""Number of a part, from 1, and how many there are."""


def units_of_shard(units: Sequence[Unit], shard: Shard | None, source: Source, split: str) -> tuple[Unit, ...]:
    """The units of one part, in their order in `units`; all for None.

    Units are counted off by task, and within a task from the largest to the smallest, so that each part gets its share
    of every task and of large and small languages. All that this depends on is the same in every process: the plan, and
    the sizes of the files if the data lie in a directory. (What the hub's cache holds changes while it is read.)
    """
    if shard is None:
        return tuple(units)
    number, count = shard
    tasks = list(dict.fromkeys(unit.task.key for unit in units))

    def place(index: int) -> tuple[int, int, int]:
        unit = units[index]
        return tasks.index(unit.task.key), -_size(unit, source, split), index

    mine = sorted(range(len(units)), key=place)[number - 1 :: count]
    return tuple(units[index] for index in sorted(mine))


def _size(unit: Unit, source: Source, split: str) -> int:
    return source.size(unit.task, split, unit.language) if isinstance(source, DirectorySource) else 0
