"""What training seeds and languages, of which there are few, add to the uncertainty of a mean.

A difference between two recipes has three sources of chance: which examples were asked, which seeds were trained, and,
if it is to hold beyond them, which languages were measured. Examples are many and are resampled as they are. Two to
five seeds are not: two values drawn with replacement have half their variance, and nothing tells then that a variance
of two values is hardly known. And each seed's, or language's, value already has the chance of the examples in it, which
would be counted twice (Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1, on crossed samples).

So a source adds to each replicate a deviate of its own,

    T sqrt(max(0, S - N f / (f + 1))),    T a number of Student's distribution with f degrees of freedom,

where S estimates the variance of the mean that source and examples make together, and N the part of the examples. With
little noise of examples this is Student's interval; with no spread it adds nothing. Between them no exact interval is
known: it is the problem of Behrens and Fisher. S - N would be unbiased, but is known so badly of few seeds that the
intervals would be too narrow; so the less is known, the less is taken off. `benchmarks/coverage.py` measures how well
this holds.
"""

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
        return max(0.0, self.spread - self.noise * self.freedom / (self.freedom + 1))


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

    A language's share in a mean is the sum of its deviations from the mean of each of its tasks, as a system that gains
    in one task on Swahili tends to gain on it in others. Deviations from a mean of n are enlarged by sqrt(n / (n - 1)),
    so that their squares are unbiased (HC2 of MacKinnon and White 1985). Degrees of freedom count languages by their
    weight.
    """
    gains = values(samples, places, pairing.gain)
    scatter = _scatter(samples, places, [pairing.gain], centred=False)
    return [_language_component(places, mean, gains, scatter) for mean in weights]


def _language_component(places: Sequence[Place], weights: Array, gains: Array, scatter: Array) -> list[Component]:
    languages = sorted({language for _, language in places})
    shares = np.zeros((len(languages), len(places)))
    sizes = np.zeros(len(languages))
    for task in dict.fromkeys(task for task, _ in places):
        members = [number for number, place in enumerate(places) if place[0] == task and weights[number] > 0]
        if len(members) < 2:
            continue
        rows = [languages.index(places[number][1]) for number in members]
        centre = (np.eye(len(members)) - 1 / len(members)) * np.sqrt(len(members) / (len(members) - 1))
        shares[np.ix_(rows, members)] = weights[members][:, None] * centre
        sizes[rows] += weights[members]
    if not sizes.any():
        return []
    spread, noise = np.square(shares @ gains).sum(), ((shares @ scatter) * shares).sum()
    freedom = np.square(sizes).sum() ** 2 / (sizes**4).sum() - 1
    return [Component("languages", float(spread), float(noise), float(freedom))]


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
