"""What training seeds and languages, of which there are few, add to the uncertainty of a mean.

A difference between two recipes has three sources of chance: which examples were asked, which seeds were trained, and,
if it is to hold beyond them, which languages were measured. Examples are many and are resampled as they are. Two to
five seeds are not: two values drawn with replacement have half their variance, and nothing tells then that a variance
of two values is hardly known. And each seed's, or language's, value already has the chance of the examples in it, which
would be counted twice (Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1, on crossed samples).

So a source adds to each replicate a deviate of its own,

    T sqrt(max(0, S - N)),    T a number of Student's distribution with f degrees of freedom,

where S estimates the variance of the mean that source and examples make together, and N the part of the examples. With
little noise of examples this is Student's interval; with no spread it adds nothing. Between them no exact interval is
known: it is the problem of Behrens and Fisher. `benchmarks/coverage.py` measures how well this holds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from .draws import Array
from .replicates import Pairing
from .samples import Place, Sample
from .significance import Resampling

Combination: TypeAlias = Mapping[str, float]
"""A weighted sum of systems."""


@dataclass(frozen=True, slots=True)
class Component:
    """One source of chance in a mean.

    Attributes:
        name: which one; deviates of different names are independent.
        spread: estimated variance of the mean, from the source and the examples together, in squared points.
        noise: the part of the examples.
        freedom: degrees of freedom of `spread`.
    """

    name: str
    spread: float
    noise: float
    freedom: float

    @property
    def variance(self) -> float:
        """What is added for the source itself, in squared points."""
        return max(0.0, self.spread - self.noise)


@dataclass(frozen=True, slots=True)
class Deviates:
    """Draws what components add to replicates: the same for the same component."""

    resampling: Resampling
    _drawn: dict[tuple[str, float], Array] = field(default_factory=dict)

    def of(self, components: Iterable[Component], part: slice = slice(None)) -> Array:
        """Their sum in some of the replicates, in points; shape (replicates,)."""
        total = np.zeros(self.resampling.replicates)[part]
        for component in components:
            total += component.variance**0.5 * self._students(component)[part]
        return total

    def _students(self, component: Component) -> Array:
        """As many equally probable numbers as there are replicates, in random order: drawn ones have wild tails."""
        from scipy.special import stdtrit

        key, replicates = (component.name, component.freedom), self.resampling.replicates
        if key not in self._drawn:
            order = self.resampling.generator(component.name).permutation(replicates)
            self._drawn[key] = stdtrit(component.freedom, (order + 0.5) / replicates)
        return self._drawn[key]


def values(samples: Mapping[str, Sample], places: Sequence[Place], systems: Combination) -> Array:
    """A combination of systems in each place, in points; shape (places,)."""
    return np.array(
        [
            sum(weight * samples[task].languages[language].value(system) for system, weight in systems.items())
            for task, language in places
        ]
    )


def seed_components(
    samples: Mapping[str, Sample], places: Sequence[Place], pairing: Pairing, weights: Array
) -> list[list[Component]]:
    """What seeds add to means over places, of which `weights` has one a row; none for a side of one system.

    Matched seeds are one source: the spread of their differences. Else each side is one of its own.
    """
    found: list[list[Component]] = [[] for _ in weights]
    for name, series in _series(pairing).items():
        number = len(series)
        means = np.stack([values(samples, places, systems) for systems in series]) @ weights.T
        spread = means.var(axis=0, ddof=1) / number
        scatter = _scatter(samples, places, series, centred=True) / (number * (number - 1))
        noise = np.einsum("mp,pq,mq->m", weights, scatter, weights)
        for components, one, other in zip(found, spread, noise, strict=True):
            components.append(Component(name, float(one), float(other), number - 1))
    return found


def _series(pairing: Pairing) -> dict[str, list[Combination]]:
    """What varies with the seed, by the name of the source."""
    if pairing.matched:
        return {"seeds": [{head: 1.0, base: -1.0} for head, base in pairing.pairs]}
    sides = {"seeds of head": pairing.head, "seeds of base": pairing.base}
    return {name: [{system: 1.0} for system in systems] for name, systems in sides.items() if len(systems) > 1}


def language_components(
    samples: Mapping[str, Sample], places: Sequence[Place], pairing: Pairing, weights: Array
) -> list[list[Component]]:
    """What languages add to means over places; none where no task has two languages.

    As a system that gains in one task on Swahili tends to gain on it in others, a language is drawn in all its tasks at
    once. The variance of the mean is then a sum over pairs of tasks: the covariance of their gains in a language, as
    those that both have show it, times the weight of these in both. Degrees of freedom count languages by weight.
    """
    gains = values(samples, places, pairing.gain)
    scatter = _scatter(samples, places, [pairing.gain], centred=False)
    return [_language_component(places, mean, gains, scatter) for mean in weights]


def _language_component(places: Sequence[Place], weights: Array, gains: Array, scatter: Array) -> list[Component]:
    sizes = Counter(task for (task, _), weight in zip(places, weights, strict=True) if weight)
    members = [number for number, (task, _) in enumerate(places) if weights[number] and sizes[task] > 1]
    if not members:
        return []
    task, language = (
        np.unique([places[number][side] for number in members], return_inverse=True)[1] for side in (0, 1)
    )
    there = np.zeros((task.max() + 1, language.max() + 1))
    there[task, language] = 1
    centre = np.eye(len(members)) - (task[:, None] == task) / there.sum(axis=1)[task]
    form = np.outer(weights[members], weights[members]) * _per_covariance(there)[task][:, task]
    form[language[:, None] != language] = 0
    deviations = centre @ gains[members]
    spread = deviations @ form @ deviations
    noise = (form * (centre @ scatter[np.ix_(members, members)] @ centre)).sum()
    shares = np.bincount(language, weights[members])
    freedom = np.square(shares).sum() ** 2 / (shares**4).sum() - 1
    return [Component("languages", float(spread), float(noise), float(freedom))]


def _per_covariance(there: Array) -> Array:
    """How much a product of deviations in one language counts, by pairs of tasks, to be the covariance on average.

    Of deviations from means over n and m languages, k of them common, it is less by 1 - 1 / n - 1 / m + k / (n m).
    Tasks without a common language have no such product.
    """
    part = 1 / there.sum(axis=1)
    common = there @ there.T
    less = 1 - part[:, None] - part + common * np.outer(part, part)
    counted: Array = np.divide(1.0, less, out=np.zeros_like(less), where=common > 0)
    return counted


def _scatter(
    samples: Mapping[str, Sample], places: Sequence[Place], series: Sequence[Combination], *, centred: bool
) -> Array:
    """Covariances of a combination's values in `places` over samples of examples, summed over the series.

    `centred` takes the mean of the series from each of it.
    """
    found = np.zeros((len(places), len(places)))
    for task in dict.fromkeys(task for task, _ in places):
        members = [number for number, place in enumerate(places) if place[0] == task]
        languages = [places[number][1] for number in members]
        moved = np.stack([samples[task].influence(systems, languages) for systems in series])
        if centred:
            moved -= moved.mean(axis=0)
        flat = moved.reshape(-1, len(members))
        found[np.ix_(members, members)] = flat.T @ flat
    return found
