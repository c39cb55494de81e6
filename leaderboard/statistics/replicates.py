"""Replicates of many systems at once, which see the same resampled examples and the same swaps.

A pair of systems is then a subtraction: a bootstrap difference is that of two values on the same drawn examples; and
with one coin an example, what a swap moves from one system to the other is the difference of what the coins pick from
each. So each system costs one matrix product, whatever number of pairs it is in. What is drawn depends on the task's
examples alone, not on which systems are there (in BUCC, where most examples count nowhere, on which of them do).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from ..scores import CellKey
from .draws import Array, Draws, blocks, coins, counts_of_some
from .paired import Counts, task_value
from .samples import LanguageSample, Numbers, Sample
from .significance import Resampling


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two sides to compare, each one system or several that differ in the training seed alone.

    `matched` if the seeds are the same on both sides, in the same order.
    """

    head: tuple[str, ...]
    base: tuple[str, ...]
    matched: bool

    @property
    def gain(self) -> Mapping[str, float]:
        """Weights of the systems, whose sum is the mean of head minus that of base."""
        head, base = ({system: 1 / len(side) for system in side} for side in (self.head, self.base))
        return head | {system: -weight for system, weight in base.items()}

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs of systems whose mean difference is that of the two sides: seed by seed, or each with each."""
        return tuple(zip(self.head, self.base, strict=True)) if self.matched else tuple(product(self.head, self.base))

    @property
    def systems(self) -> tuple[str, ...]:
        """Of both sides."""
        return (*self.head, *self.base)


class Swap(NamedTuple):
    """Where the systems of a pair are swapped."""

    head: str
    base: str
    task: str
    language: str


@dataclass(frozen=True, slots=True)
class Replicates:
    """Values in percent and differences in points, each of shape (replicates,).

    `resampled` are values on resampled examples, `swapped` differences after swapping two systems at random.
    """

    resampled: Mapping[CellKey, Array]
    swapped: Mapping[Swap, Array]


def make_replicates(samples: Sequence[Sample], pairings: Sequence[Pairing], resampling: Resampling) -> Replicates:
    """Replicate all systems of the pairings, and all their pairs, wherever they have samples."""
    systems = tuple(dict.fromkeys(system for pairing in pairings for system in pairing.systems))
    pairs = tuple(dict.fromkeys(pair for pairing in pairings for pair in pairing.pairs))
    resampled: dict[CellKey, Array] = {}
    swapped: dict[Swap, Array] = {}
    sizes = block_sizes(samples, resampling.replicates)
    for sample in samples:
        resampled |= _resampled(sample, systems, resampling)
        swapped |= _swapped(sample, systems, pairs, resampling, sizes)
    return Replicates(resampled, swapped)


def block_sizes(samples: Sequence[Sample], replicates: int) -> list[int]:
    """Numbers of replicates that are made at a time, the same for all samples: they can be gone through at once."""
    return list(blocks(replicates, max((sample.kept for sample in samples), default=1)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some systems on one language.

    Attributes:
        systems: those that have it.
        sums: over all examples, shape (systems, metrics, 2).
        separate: whether they divide by the same on every example, so that a swap changes each by itself.
        rows: of each example its number, None if these are all in their order.
        columns: what examples add to sums; shape (examples, columns).
        places: the columns of each system; shape (systems, metrics, 2).
    """

    systems: tuple[str, ...]
    sums: Counts
    separate: bool
    rows: Numbers | None
    columns: Array | Draws
    places: Numbers

    def weighted(self, weights: Draws) -> Counts:
        """Weighted sums over examples: of weights (replicates, kept) shape (replicates, systems, metrics, 2)."""
        mine = weights if self.rows is None else weights[:, self.rows]
        sums: Array = (mine @ self.columns).astype(np.float64)
        return sums[:, self.places]


def choose(sample: Sample, systems: Sequence[str]) -> dict[str, Chosen]:
    """Those of the systems that are there, by language; a language that none has is left out."""
    found = {}
    for language, one in sample.languages.items():
        there = tuple(system for system in systems if system in one.places)
        if there:
            found[language] = _chosen(one, there, sample.kept)
    return found


def _chosen(one: LanguageSample, systems: tuple[str, ...], kept: int) -> Chosen:
    places = np.stack([one.places[system] for system in systems])
    used, renumbered = np.unique(places, return_inverse=True)
    in_order = len(one.rows) == kept and bool((one.rows == np.arange(kept)).all())
    return Chosen(
        systems=systems,
        sums=one.totals[places],
        separate=bool((places[:, :, 1] == places[:1, :, 1]).all()),
        rows=None if in_order else one.rows,
        columns=one.columns[:, used],
        places=renumbered.reshape(places.shape),
    )


def _resampled(sample: Sample, systems: Sequence[str], resampling: Resampling) -> dict[CellKey, Array]:
    """Values on resampled examples, which are drawn for all languages at once."""
    chosen = choose(sample, systems)
    generator = resampling.generator("bootstrap", sample.task)
    found: dict[str, list[Array]] = {language: [] for language in chosen}
    for block in blocks(resampling.replicates, sample.kept):
        drawn = counts_of_some(sample.kept, sample.total, block, generator)
        for language, one in chosen.items():
            found[language].append(task_value(one.weighted(drawn)).T)
    return {
        CellKey(system, sample.task, language): values
        for language, parts in found.items()
        for system, values in zip(chosen[language].systems, np.concatenate(parts, axis=1), strict=True)
    }


def picked(
    sample: Sample, chosen: Mapping[str, Chosen], resampling: Resampling, sizes: Sequence[int]
) -> Iterator[dict[str, Counts]]:
    """Block by block, what random coins pick from each system, by language; shape (replicates, systems, metrics, 2)."""
    generator = resampling.generator("permutation", sample.task)
    for block in sizes:
        flips = coins(sample.kept, block, generator)
        yield {language: one.weighted(flips) for language, one in chosen.items()}


def difference_after_swap(sums: Counts, picked: Counts, heads: Sequence[int], bases: Sequence[int]) -> Array:
    """Differences in points of pairs of systems, after swapping what was picked.

    Args:
        sums: over all examples, shape (systems, metrics, 2).
        picked: shape (replicates, systems, metrics, 2).
        heads: numbers of systems.
        bases: of those that they are compared with.

    Returns:
        Shape (replicates, pairs).
    """
    crossing = picked[:, bases] - picked[:, heads]
    return task_value(sums[heads] + crossing) - task_value(sums[bases] - crossing)


def _swapped(
    sample: Sample,
    systems: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    resampling: Resampling,
    sizes: Sequence[int],
) -> dict[Swap, Array]:
    """Differences after swapping, with the same coins in all languages."""
    chosen = choose(sample, systems)
    there = {language: [pair for pair in pairs if {*pair} <= {*one.systems}] for language, one in chosen.items()}
    found: dict[str, list[Array]] = {language: [] for language in chosen}
    for block in picked(sample, chosen, resampling, sizes):
        for language, one in chosen.items():
            heads, bases = ([one.systems.index(pair[side]) for pair in there[language]] for side in (0, 1))
            found[language].append(difference_after_swap(one.sums, block[language], heads, bases).T)
    return {
        Swap(*pair, sample.task, language): differences
        for language, parts in found.items()
        for pair, differences in zip(there[language], np.concatenate(parts, axis=1), strict=True)
    }
