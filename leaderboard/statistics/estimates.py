"""Intervals and p-values of means of gains, from the replicates of systems and what seeds and languages add."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..scores import CellKey
from .components import Deviates, language_components, seed_components, values
from .draws import Array
from .replicates import Pairing, Replicates, Swap
from .samples import Place, Sample
from .significance import Effect, Estimate, estimate


def estimate_means(
    means: Sequence[Mapping[Place, float]],
    pairing: Pairing,
    samples: Mapping[str, Sample],
    replicates: Replicates,
    deviates: Deviates,
    *,
    resample_languages: bool,
    confidence: float,
) -> list[Estimate]:
    """Estimate weighted means of the gains of head over base; of several seeds the mean counts.

    What seeds and languages add is added to the permutation as it is to the bootstrap, so that p belongs to the
    interval: it tests whether other trainings of both recipes, on other examples, and in other languages if these are
    resampled, would show no difference on average.

    Args:
        means: for each the places that it is over, with their weights; both sides have all of them.
        pairing: the two sides.
        samples: by task.
        replicates: of the systems and pairs of both sides.
        deviates: what seeds and languages add to them.
        resample_languages: whether a mean over languages is to hold beyond them.
        confidence: of the intervals, such as 0.95.
    """
    places = list(dict.fromkeys(place for mean in means for place in mean))
    weights = np.array([[mean.get(place, 0.0) for place in places] for mean in means])
    differences = weights @ values(samples, places, pairing.gain)
    resampled, swapped = (weights @ part for part in _replicated(places, pairing, replicates))
    sources = seed_components(samples, places, pairing, weights)
    if resample_languages:
        languages = language_components(samples, places, pairing, weights)
        sources = [one + other for one, other in zip(sources, languages, strict=True)]
    found = []
    for number, components in enumerate(sources):
        added = deviates.of(components)
        effect = Effect(float(differences[number]), resampled[number] + added, swapped[number] + added)
        found.append(estimate(effect, confidence))
    return found


def _replicated(places: Sequence[Place], pairing: Pairing, replicates: Replicates) -> tuple[Array, Array]:
    """Differences on resampled examples and after swaps, each the mean over pairs; shape (places, replicates)."""
    pairs = pairing.pairs
    resampled = [
        sum(
            replicates.resampled[CellKey(head, *place)] - replicates.resampled[CellKey(base, *place)]
            for head, base in pairs
        )
        for place in places
    ]
    swapped = [sum(replicates.swapped[Swap(*pair, *place)] for pair in pairs) for place in places]
    return np.array(resampled) / len(pairs), np.array(swapped) / len(pairs)
