"""Which contenders' averages can be told apart: a test of each pair, corrected for the number of pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from .components import Component, Deviates, language_components, seed_components, values
from .contenders import Contender, pair
from .draws import Array
from .paired import Counts, task_value
from .replicates import Chosen, Pairing, block_sizes, choose, difference_after_swap, picked
from .samples import Place, Sample
from .significance import ROUNDING, false_discovery


def different_pairs(
    contenders: Sequence[Contender],
    mean: Mapping[Place, float],
    samples: Mapping[str, Sample],
    deviates: Deviates,
    *,
    resample_languages: bool,
    alpha: float,
) -> set[frozenset[str]]:
    """The pairs of names whose means differ, at a false discovery rate of `alpha` over all pairs.

    The p-value of a pair is that of `estimate_means`, with the same coins; the later one of `contenders` is its base.

    Args:
        contenders: each has all places.
        mean: the places that it is over, with their weights.
        samples: by task.
        deviates: what seeds and languages add to replicates.
        resample_languages: as in `estimate_means`.
        alpha: between 0 and 1.
    """
    names = [frozenset((one.name, other.name)) for one, other in combinations(contenders, 2)]
    pairings = [pair(one, other) for one, other in combinations(contenders, 2)]
    tests = [_test(pairing, mean, samples, resample_languages=resample_languages) for pairing in pairings]
    corrected = false_discovery(_p_values(tests, mean, samples, deviates))
    return {name for name, q in zip(names, corrected, strict=True) if q <= alpha}


@dataclass(frozen=True, slots=True)
class _Test:
    """A pair, its observed difference in points, and what seeds and languages add."""

    pairing: Pairing
    difference: float
    components: tuple[Component, ...]


def _test(
    pairing: Pairing, mean: Mapping[Place, float], samples: Mapping[str, Sample], *, resample_languages: bool
) -> _Test:
    places, weights = list(mean), np.array([[*mean.values()]])
    (components,) = seed_components(samples, places, pairing, weights)
    if resample_languages:
        components += language_components(samples, places, pairing, weights)[0]
    return _Test(pairing, float((weights @ values(samples, places, pairing.gain))[0]), tuple(components))


def _p_values(
    tests: Sequence[_Test], mean: Mapping[Place, float], samples: Mapping[str, Sample], deviates: Deviates
) -> list[float]:
    """All pairs block by block, so that no more than a block of replicates is held of any."""
    systems = tuple(dict.fromkeys(system for test in tests for system in test.pairing.systems))
    used = [samples[task] for task in dict.fromkeys(task for task, _ in mean)]
    chosen = [choose(sample, systems) for sample in used]
    resampling, sizes = deviates.resampling, block_sizes(used, deviates.resampling.replicates)
    as_large, first = np.zeros(len(tests), np.int64), 0
    streams = (picked(sample, one, resampling, sizes) for sample, one in zip(used, chosen, strict=True))
    for blocks in zip(*streams, strict=True):
        swapped = _Swapped(systems)
        for sample, one, block in zip(used, chosen, blocks, strict=True):
            for language in one:
                if (sample.task, language) in mean:
                    swapped.add(mean[sample.task, language], one[language], block[language])
        part = slice(first, first + swapped.replicates)
        for number, test in enumerate(tests):
            differences = swapped.difference(test.pairing) + deviates.of(test.components, part)
            as_large[number] += np.count_nonzero(np.abs(differences) >= abs(test.difference) - ROUNDING)
        first = part.stop
    return [float(p) for p in (1 + as_large) / (1 + resampling.replicates)]


@dataclass(slots=True)
class _Swapped:
    """Weighted means of systems in a block of replicates, some of whose examples are swapped.

    Where all systems divide by the same, a swap moves as much to one as from the other, so that a pair's difference is
    that of two numbers, one a system: `alone`, of shape (systems, replicates). Elsewhere each pair needs its own
    division, by what is kept in `_together`.
    """

    systems: tuple[str, ...]
    replicates: int = 0
    alone: Array | None = None
    _together: list[tuple[float, Counts, Counts]] = field(default_factory=list)

    def add(self, weight: float, one: Chosen, block: Counts) -> None:
        """A place; all systems have it, in the same order."""
        self.replicates = len(block)
        if not one.separate:
            self._together.append((weight, one.sums, block))
            return
        above = one.sums[..., 0] - 2 * block[..., 0]
        values = weight * task_value(np.stack([above, np.broadcast_to(one.sums[..., 1], above.shape)], axis=-1)).T
        self.alone = values if self.alone is None else self.alone + values

    def difference(self, pairing: Pairing) -> Array:
        """Of a pair in points; shape (replicates,)."""
        pairs = [[self.systems.index(system) for system in pair] for pair in pairing.pairs]
        heads, bases = zip(*pairs, strict=True)
        found = np.zeros(self.replicates)
        if self.alone is not None:
            found += self.alone[[*heads]].mean(axis=0) - self.alone[[*bases]].mean(axis=0)
        for weight, sums, block in self._together:
            found += weight * difference_after_swap(sums, block, [*heads], [*bases]).mean(axis=1)
        return found
