"""Made-up tasks of which the truth is known, to see whether the leaderboard's intervals and tests keep their promise.

A system answers an example right if the sum of its ability, of what makes the language, the example, and the example in
this language easy or hard, of what this system and this seed make of the example, and of noise is above zero. All but
the ability is normal, so that expected scores are those of a normal distribution (the probit model). Translations of an
example share its difficulty, and what a system makes of it. A task's value is a function of the chance to be right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..leaderboard.statistics.samples import Sample, make_sample

Array: TypeAlias = NDArray[np.float64]

HEAD, BASE = 0, 1

# Standard deviations. An example's difficulty is shared by all systems, the rest of an example is a system's own.
_DIFFICULTY, _IN_LANGUAGE, _OF_SYSTEM, _OF_SEED, _NOISE = 1.0, 0.5, 0.5, 0.3, 0.5
_SPREAD = float(np.sqrt(_DIFFICULTY**2 + _IN_LANGUAGE**2 + _OF_SYSTEM**2 + _OF_SEED**2 + _NOISE**2))
# How easy languages are, and how much of a seed's luck is the same in all tasks, and on both sides of a comparison.
_EASE, _IN_ALL_TASKS, _ON_BOTH_SIDES = 0.3, 0.3, 0.3
_ABILITY = 0.4
# An answer that is nearly right shares so much with the gold answer, on average: from 0.2 to 0.8.
_NEAR, _OVERLAP = 1.0, 0.5
# Wrong entities that are found for each one that is not.
_SPURIOUS = 0.5


@dataclass(frozen=True, slots=True)
class SimulatedTask:
    """A task of made-up examples.

    Attributes:
        key: its name.
        metric: of `METRICS`.
        examples: in each language.
        translated: whether its languages share examples.
        seeds: standard deviation of a seed's luck; 0.04 is about a point.
        entities: in a sentence, on average.
    """

    key: str
    metric: str
    examples: tuple[int, ...]
    translated: bool
    seeds: float
    entities: float = 1.0

    @property
    def languages(self) -> tuple[str, ...]:
        """Their names; those of a smaller task are among those of a larger one."""
        return tuple(f"l{number}" for number in range(len(self.examples)))


@dataclass(frozen=True, slots=True)
class World:
    """What is varied.

    Attributes:
        gain: of head over base in ability.
        seeds: number of head's and of base's.
        languages: standard deviation of what a system gains or loses in a language.
        of_population: whether the truth of a mean over languages is that over all there could be.
        matched: whether the same seed is lucky or not on both sides alike, to a part.
    """

    gain: float
    seeds: tuple[int, int] = (1, 1)
    languages: float = 0.0
    of_population: bool = False
    matched: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Experiments on one task, side by side in one sample.

    Attributes:
        sample: with the systems `system_name` gives.
        cells: head minus base as it truly is in each language; shape (experiments, languages).
        mean: likewise of the task; shape (experiments,).
    """

    sample: Sample
    cells: Array
    mean: Array


def system_name(experiment: int, side: int, seed: int) -> str:
    """The name of a system in the sample of a batch."""
    return f"{experiment} {'head' if side == HEAD else 'base'} {seed}"


@dataclass(frozen=True, slots=True)
class Luck:
    """What is drawn once for all tasks of a batch of experiments.

    Attributes:
        ease: of languages; shape (experiments, languages).
        language: what a side gains in a language; shape (experiments, sides, languages).
        seeds: standard normal luck of seeds; shape (experiments, sides, seeds).
    """

    ease: Array
    language: Array
    seeds: Array


def draw_luck(world: World, experiments: int, languages: int, generator: np.random.Generator) -> Luck:
    """Draw it."""
    return Luck(
        _EASE * generator.standard_normal((experiments, languages)),
        world.languages * generator.standard_normal((experiments, 2, languages)),
        _seed_luck(world, experiments, generator),
    )


def _seed_luck(world: World, experiments: int, generator: np.random.Generator) -> Array:
    """Standard normal numbers of shape (experiments, sides, seeds)."""
    part, seeds = _ON_BOTH_SIDES if world.matched else 0.0, max(world.seeds)
    shared = generator.standard_normal((experiments, 1, seeds))
    own = generator.standard_normal((experiments, 2, seeds))
    mixed: Array = np.sqrt(part) * shared + np.sqrt(1 - part) * own
    return mixed


def simulate(task: SimulatedTask, world: World, luck: Luck, generator: np.random.Generator) -> Batch:
    """Ask all systems of all experiments of a batch, and say what the answers should have shown."""
    experiments, languages = len(luck.ease), len(task.languages)
    own = _seed_luck(world, experiments, generator)
    # Of lone systems luck is ability.
    deviation = task.seeds if max(world.seeds) > 1 else 0.0
    of_seeds = deviation * (np.sqrt(_IN_ALL_TASKS) * luck.seeds + np.sqrt(1 - _IN_ALL_TASKS) * own)
    ability = _ABILITY + np.array([world.gain, 0.0])[:, None]
    there = ability + luck.ease[:, None, :languages] + luck.language[..., :languages]
    counts = _counts(task, there[:, :, None] + of_seeds[..., None], generator)
    names = [
        (experiment, side, seed)
        for experiment in range(experiments)
        for side in (HEAD, BASE)
        for seed in range(world.seeds[side])
    ]
    sample = make_sample(
        task.key,
        {
            language: (
                [str(row) for row in range(size)],
                {system_name(*name): counts[name][number, :size] for name in names},
            )
            for number, (language, size) in enumerate(zip(task.languages, task.examples, strict=True))
        },
    )
    return Batch(sample, *_truth(task, world, there, of_seeds))


def _truth(task: SimulatedTask, world: World, there: Array, of_seeds: Array) -> tuple[Array, Array]:
    """Of each experiment the expected gain in each language, and in the mean over languages.

    Expected over seeds on a side that has several; that of a lone system is its own.
    """
    lone = [number == 1 for number in world.seeds]
    known = np.where(np.array(lone)[:, None], of_seeds[:, :, :1], 0.0)
    unknown = np.where(lone, 0.0, task.seeds)
    cells = [_expected(task, (there + known)[:, side], float(unknown[side])) for side in (HEAD, BASE)]
    difference = cells[HEAD] - cells[BASE]
    if not world.of_population:
        return difference, difference.mean(axis=1)
    spread = np.sqrt(unknown**2 + _EASE**2 + world.languages**2)
    ability = _ABILITY + np.array([world.gain, 0.0])
    means = [_expected(task, ability[side] + known[:, side, 0], float(spread[side])) for side in (HEAD, BASE)]
    return difference, means[HEAD] - means[BASE]


def _expected(task: SimulatedTask, ability: Array, spread: float) -> Array:
    """The value in percent, expected over a normal deviation of the ability (by Gauss and Hermite's quadrature)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    values = METRICS[task.metric].value(task, ability[..., None] + spread * nodes)
    expected: Array = values @ (weights / weights.sum())
    return expected


def _counts(task: SimulatedTask, ability: Array, generator: np.random.Generator) -> Array:
    """What examples add to sums; for abilities (experiments, sides, seeds, languages) each (examples, metrics, 2)."""
    experiments, sides, seeds, languages = ability.shape
    size = max(task.examples)
    spoken = 1 if task.translated else languages

    def normal(deviation: float, *shape: int) -> Array:
        return deviation * generator.standard_normal((experiments, *shape, size))

    ease = (
        ability[..., None]
        + normal(_DIFFICULTY, 1, 1, spoken)
        + normal(_IN_LANGUAGE, 1, 1, languages)
        + normal(_OF_SYSTEM, sides, 1, spoken)
        + normal(_OF_SEED, sides, seeds, spoken)
    )
    return METRICS[task.metric].counts(task, ease, generator)


@dataclass(frozen=True, slots=True)
class SimulatedMetric:
    """How answers are counted, and what value in percent is expected at an ability."""

    counts: Callable[[SimulatedTask, Array, np.random.Generator], Array]
    value: Callable[[SimulatedTask, Array], Array]


def _chance(ability: Array) -> Array:
    """That an answer is right."""
    from scipy.special import ndtr

    chance: Array = ndtr(ability / _SPREAD)
    return chance


def _accuracy_counts(task: SimulatedTask, ease: Array, generator: np.random.Generator) -> Array:
    right = ease + _NOISE * generator.standard_normal(ease.shape) > 0
    return np.stack([right, np.ones_like(ease)], axis=-1)[..., None, :]


def _accuracy(task: SimulatedTask, ability: Array) -> Array:
    return 100 * _chance(ability)


def _answer_counts(task: SimulatedTask, ease: Array, generator: np.random.Generator) -> Array:
    """Exact match, and the share of words that a nearly right answer has in common with the gold one."""
    answered = ease + _NOISE * generator.standard_normal(ease.shape)
    shared = generator.uniform(_OVERLAP - 0.3, _OVERLAP + 0.3, (len(ease), 1, 1, *ease.shape[3:]))
    overlap = np.where(answered > 0, 1.0, np.where(answered > -_NEAR, shared, 0.0))
    ones = np.ones_like(ease)
    return np.stack([np.stack([answered > 0, ones], axis=-1), np.stack([overlap, ones], axis=-1)], axis=-2)


def _answers(task: SimulatedTask, ability: Array) -> Array:
    exact, near = _chance(ability), _chance(ability + _NEAR)
    return 100 * (exact + (exact + _OVERLAP * (near - exact))) / 2


def _entity_counts(task: SimulatedTask, ease: Array, generator: np.random.Generator) -> Array:
    """Entities that are found, and spurious ones; sentences without any add nothing."""
    from scipy.special import ndtr

    chance = ndtr(ease / _NOISE)
    gold = np.broadcast_to(generator.poisson(task.entities, (len(ease), 1, 1, *ease.shape[3:])), ease.shape)
    correct = generator.binomial(gold, chance)
    spurious = generator.poisson(_SPURIOUS * task.entities * (1 - chance))
    return np.stack([2.0 * correct, correct + spurious + gold], axis=-1)[..., None, :]


def _entities(task: SimulatedTask, ability: Array) -> Array:
    chance = _chance(ability)
    return 100 * 2 * chance / (chance + _SPURIOUS * (1 - chance) + 1)


METRICS: Mapping[str, SimulatedMetric] = {
    "accuracy": SimulatedMetric(_accuracy_counts, _accuracy),
    "exact match and F1": SimulatedMetric(_answer_counts, _answers),
    "micro F1": SimulatedMetric(_entity_counts, _entities),
}
