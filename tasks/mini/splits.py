"""Which propositions belong to training, development and test, so that no task's items are in two of its splits."""

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from itertools import product
from typing import TypeVar

from .sentences import ACTIVITIES, PLACES, STATES, SUBJECTS, Proposition, state

T = TypeVar("T")


class Split(StrEnum):
    """A part of a task's data; training data is English only."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


def sizes(train: int) -> dict[Split, int]:
    """The number of items of each split: dev and test are the same for all tasks."""
    return {Split.TRAIN: train, Split.DEV: 24, Split.TEST: 48}


def shuffled(items: Iterable[T], purpose: str) -> list[T]:
    """Put items in an arbitrary order, fixed by `purpose` and by what the items print as.

    The module `random` promises its shuffles only within one version of Python; a hash promises them everywhere.
    """
    return sorted(items, key=lambda item: hashlib.sha256(f"{purpose}:{item!r}".encode()).digest())


def share(items: Sequence[T], split: Split, test: int, dev: int) -> Sequence[T]:
    """Give a split its part of `items`: the first `test`, the `dev` after them, or all the rest to train on."""
    return {Split.TEST: items[:test], Split.DEV: items[test : test + dev], Split.TRAIN: items[test + dev :]}[split]


@cache
def propositions(split: Split) -> tuple[Proposition, ...]:
    """All propositions of a split in a fixed order, 200 to test, 100 to tune and 1,092 to train."""
    activities = [
        *(Proposition(*numbers) for numbers in product(range(SUBJECTS), range(ACTIVITIES), range(PLACES))),
        *(Proposition(*numbers) for numbers in product(range(SUBJECTS), range(ACTIVITIES))),
    ]
    states = [Proposition(*numbers) for numbers in product(range(SUBJECTS), map(state, range(STATES)))]
    return _spread(
        share(shuffled(states, "states"), split, test=16, dev=8),
        share(shuffled(activities, "activities"), split, test=184, dev=92),
    )


def _spread(rare: Sequence[T], others: Sequence[T]) -> tuple[T, ...]:
    # Every third of the first sentences is a state, so that even a short file shows some.
    common = iter(others)
    return (*(item for one in rare for item in (next(common), next(common), one)), *common)


@cache
def placed_propositions(split: Split) -> tuple[tuple[Proposition, int], ...]:
    """The activities with a place of a split, each with its place: at least 80 in each split, 850 in training."""
    return tuple((item, item.place) for item in propositions(split) if item.place is not None)
