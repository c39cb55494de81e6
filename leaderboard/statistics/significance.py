"""Is a difference between two systems more than chance? Intervals and p-values from paired examples.

The unit is the example, identified by its id within a task. XNLI, PAWS-X, XCOPA, XQuAD, MLQA and LAReQA ask the same
examples in every language; what is hard for a model in one is hard in the others, so the differences of a task's
languages are correlated. Were each language resampled on its own, the interval of their mean would be too narrow by a
factor that grows with the number of languages. So an example is drawn, or swapped, in all languages of its task at
once. Where equal ids are mere line numbers that is as valid, for examples that are independent stay so. Different tasks
are drawn independently.

Everything above one (task, language) is a mean of its replicates, replicate by replicate: `Effect`s of languages are
averaged to that of a task, those of tasks to that of a benchmark, by `mean_effect`.

scipy.stats.bootstrap and permutation_test are the oracles of the tests. They evaluate a statistic on every resampled
array of examples; but every metric is a ratio of sums (`tasks.metrics`), so a replicate needs only how often each
example was drawn, and many replicates are one product of these counts with a matrix.

Here a pair of systems is alone, as `xbench compare` has it; `replicates` draws for all systems of a board at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from .draws import Array, blocks, coins, counts_of_examples, counts_of_groups
from .paired import Counts, Pair, task_value

# Drawing n examples one by one takes as long as drawing the counts of n / 20 distinct rows (measured, numpy 2.4).
_DISTINCT_IS_FASTER = 20
# Permuted differences that equal the observed one but for rounding count as equal.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Resampling:
    """How often to resample, and from which seed; the same seed gives the same replicates.

    With 10,000 a p-value goes down to 0.0001, which a correction for a few hundred comparisons leaves below 0.05.
    """

    replicates: int = 10_000
    seed: int = 0

    def generator(self, *purpose: str) -> np.random.Generator:
        """Random numbers for one purpose, which do not depend on what else is drawn."""
        return np.random.default_rng([self.seed, *(crc32(word.encode()) for word in purpose)])


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference in points, head minus base, with its replicates, each of shape (replicates,).

    `bootstrap` are differences on resampled examples, `permuted` those after swapping the two systems at random.
    """

    difference: float
    bootstrap: Array
    permuted: Array


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference in points, its interval, and the two-sided p-value of there being none."""

    difference: float
    low: float
    high: float
    p: float


def language_effects(pairs: Sequence[Pair], resampling: Resampling) -> dict[str, Effect]:
    """The effect in each language of one task, whose examples are resampled in all languages at once.

    The bootstrap draws as many examples as the languages have between them, with replacement. The permutation swaps the
    counts of the two systems in each example with probability one half.
    """
    task = pairs[0].task
    examples = _examples(pairs)
    drawn = _drawn(examples, resampling.replicates, resampling.generator("bootstrap", task))
    swapped = _swapped(examples, resampling.replicates, resampling.generator("permutation", task))
    values = (pair.values for pair in pairs)
    return {
        pair.language: Effect(head - base, drawn[:, row], swapped[:, row])
        for row, (pair, (base, head)) in enumerate(zip(pairs, values, strict=True))
    }


def mean_effect(effects: Sequence[Effect]) -> Effect:
    """The unweighted mean of effects, of a task's languages or of tasks, replicate by replicate."""
    return Effect(
        float(np.mean([effect.difference for effect in effects])),
        np.mean([effect.bootstrap for effect in effects], axis=0),
        np.mean([effect.permuted for effect in effects], axis=0),
    )


def estimate(effect: Effect, confidence: float = 0.95) -> Estimate:
    """Percentile interval of the bootstrap, and the p-value of the permutation.

    The p-value counts the observed arrangement as one of those possible, so it is never 0 (Phipson and Smyth 2010).
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(effect.bootstrap, (tail, 1 - tail))
    as_large = int(np.count_nonzero(np.abs(effect.permuted) >= abs(effect.difference) - ROUNDING))
    return Estimate(effect.difference, float(low), float(high), (1 + as_large) / (1 + len(effect.permuted)))


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted for their number: the false discovery rate of Benjamini and Hochberg (1995)."""
    if not p_values:
        return []
    from scipy.stats import false_discovery_control

    adjusted: list[float] = false_discovery_control(p_values, method="bh").tolist()
    return adjusted


@dataclass(frozen=True, slots=True)
class _Examples:
    """The examples of a task over all its languages.

    `base` and `change` (head minus base) have shape (rows, languages, metrics, 2). An example without any count, such
    as most sentences of BUCC, needs no row, but is one of `total`.
    """

    base: Counts
    change: Counts
    total: int


def _examples(pairs: Sequence[Pair]) -> _Examples:
    """One row for each id, whatever languages have it."""
    rows: dict[str, int] = {}
    places = []
    for pair in pairs:
        counted = np.flatnonzero((pair.base != 0).any(axis=(1, 2)) | (pair.head != 0).any(axis=(1, 2)))
        places.append((counted, [rows.setdefault(pair.ids[example], len(rows)) for example in counted]))
    base = np.zeros((len(rows), len(pairs), *pairs[0].base.shape[1:]))
    change = np.zeros_like(base)
    for number, (pair, (counted, row)) in enumerate(zip(pairs, places, strict=True)):
        np.add.at(base[:, number], row, pair.base[counted])
        np.add.at(change[:, number], row, pair.head[counted] - pair.base[counted])
    return _Examples(base, change, len({identity for pair in pairs for identity in pair.ids}))


def _drawn(examples: _Examples, replicates: int, generator: np.random.Generator) -> Array:
    """Differences on resampled examples; shape (replicates, languages)."""
    # Change is summed by itself, so that systems which agree on every example differ by exactly nothing.
    sides = np.stack([examples.base, examples.change], axis=1)
    distinct, sizes = np.unique(sides.reshape(len(sides), -1), axis=0, return_counts=True)
    sizes = np.append(sizes, examples.total - sizes.sum())
    draw = counts_of_groups if len(sizes) * _DISTINCT_IS_FASTER < examples.total else counts_of_examples
    found = []
    for block in blocks(replicates, max(len(sizes), examples.total if draw is counts_of_examples else 0)):
        sums = draw(sizes, block, generator)[:, :-1] @ distinct
        base, change = np.moveaxis(sums.reshape(block, *sides.shape[1:]), 1, 0)
        found.append(task_value(base + change) - task_value(base))
    return np.concatenate(found)


def _swapped(examples: _Examples, replicates: int, generator: np.random.Generator) -> Array:
    """Differences after swapping the systems in some examples; shape (replicates, languages)."""
    base, head = examples.base.sum(axis=0), (examples.base + examples.change).sum(axis=0)
    # Where the systems agree, a swap changes nothing.
    change = examples.change[(examples.change != 0).any(axis=(1, 2, 3))]
    found = []
    for block in blocks(replicates, len(change)):
        flips = coins(len(change), block, generator)
        moved = (flips @ change.reshape(len(change), base.size)).reshape(block, *base.shape)
        found.append(task_value(head - moved) - task_value(base + moved))
    return np.concatenate(found)
