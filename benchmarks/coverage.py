"""Do the leaderboard's 95 % intervals hold the truth in 95 %, and does its test at 5 % raise a false alarm in 5 %?

    python -m xbench.benchmarks.coverage [--experiments N] [--json FILE]

Two recipes are tried again and again on made-up tasks (`simulated.py`) with the functions that measure the gains on a
board: once equally good, which counts false alarms, and once with a gain. Both count how often the interval holds the
truth: the gain that is expected on new examples; with several seeds, of new trainings; and in new languages, where
languages are resampled.

Last, what is added for seeds and languages is tried by itself, over all there can be between hardly any spread and
nothing but spread.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from tabulate import tabulate

from ..files import write_text
from ..leaderboard.statistics.components import Component, Deviates
from ..leaderboard.statistics.estimates import estimate_means
from ..leaderboard.statistics.quantities import average_weights
from ..leaderboard.statistics.replicates import Pairing, make_replicates
from ..leaderboard.statistics.samples import Place
from ..leaderboard.statistics.significance import Effect, Estimate, Resampling, estimate
from .machine import description
from .simulated import BASE, HEAD, Batch, SimulatedTask, World, draw_luck, simulate, system_name

CONFIDENCE, LEVEL = 0.95, 0.05
GAIN = 0.12
"""In ability: about three points."""

# Sizes as in XTREME's smaller sets; the languages of the last two have other examples, some few.
TASKS = (
    SimulatedTask("accuracy", "accuracy", (300,) * 8, translated=True, seeds=0.03),
    SimulatedTask("answers", "exact match and F1", (250,) * 6, translated=True, seeds=0.04),
    SimulatedTask("entities", "micro F1", (300,) * 5 + (100,) * 5, translated=False, seeds=0.04),
    SimulatedTask("rare", "micro F1", (300,) * 4, translated=False, seeds=0.06, entities=0.1),
)
# So many experiments share their draws of examples.
_BATCH = 50
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Setting:
    """What is tried: how many seeds on each side, whether those are the same, whether languages are resampled."""

    title: str
    seeds: tuple[int, int] = (1, 1)
    matched: bool = False
    languages: bool = False

    def world(self, gain: float) -> World:
        """Systems always gain more in some languages than in others."""
        own = 0.08 if gain or self.languages else 0.0
        return World(gain, self.seeds, languages=own, of_population=self.languages, matched=self.matched)


SETTINGS = (
    Setting("one system each"),
    Setting("2 seeds each", (2, 2), matched=True),
    Setting("3 seeds each", (3, 3), matched=True),
    Setting("5 seeds each", (5, 5), matched=True),
    Setting("5 seeds against 3 others", (5, 3)),
    Setting("3 seeds against one system", (3, 1)),
    Setting("languages resampled", languages=True),
    Setting("languages resampled, 3 seeds each", (3, 3), matched=True, languages=True),
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Shares of experiments for one mean in one setting: intervals that hold the truth, and false alarms.

    No alarm is false where the truth is not exactly nothing, as in one language of recipes that differ by languages, or
    against a lone system, whose luck is a part of it. `width` is the mean width of the interval with a gain, in points.
    """

    setting: str
    mean: str
    covered: float
    covered_without_gain: float
    alarms: float | None
    width: float


def measure(
    settings: Sequence[Setting], tasks: Sequence[SimulatedTask], experiments: int, resampling: Resampling
) -> Iterator[Rate]:
    """Simulate each setting with a gain and without."""
    for setting in settings:
        found = {gain: _experiments(setting, gain, tasks, experiments, resampling) for gain in (GAIN, 0.0)}
        for mean, trials in found[GAIN].items():
            yield Rate(
                setting.title,
                mean,
                covered=float(np.mean([trial.covers for trial in trials])),
                covered_without_gain=float(np.mean([trial.covers for trial in found[0.0][mean]])),
                alarms=_alarms(found[0.0][mean]),
                width=float(np.mean([trial.found.high - trial.found.low for trial in trials])),
            )


@dataclass(frozen=True, slots=True)
class _Trial:
    found: Estimate
    truth: float

    @property
    def covers(self) -> bool:
        return self.found.low <= self.truth <= self.found.high


def _alarms(trials: Sequence[_Trial]) -> float | None:
    if any(abs(trial.truth) > _NOTHING for trial in trials):
        return None
    return float(np.mean([trial.found.p <= LEVEL for trial in trials]))


def _experiments(
    setting: Setting, gain: float, tasks: Sequence[SimulatedTask], experiments: int, resampling: Resampling
) -> dict[str, list[_Trial]]:
    trials: defaultdict[str, list[_Trial]] = defaultdict(list)
    for first in range(0, experiments, _BATCH):
        number = min(_BATCH, experiments - first)
        # Other draws of examples for each batch, or all experiments would share the luck of theirs.
        drawn = Resampling(resampling.replicates, resampling.seed + first + 1)
        generator = drawn.generator("simulation", setting.title, str(gain))
        luck = draw_luck(setting.world(gain), number, max(len(task.languages) for task in tasks), generator)
        batches = {task.key: simulate(task, setting.world(gain), luck, generator) for task in tasks}
        for mean, trial in _batch_trials(setting, tasks, batches, number, Deviates(drawn)):
            trials[mean].append(trial)
    return trials


def _batch_trials(
    setting: Setting, tasks: Sequence[SimulatedTask], batches: Mapping[str, Batch], number: int, deviates: Deviates
) -> Iterator[tuple[str, _Trial]]:
    means = _means(tasks)
    samples = {key: batch.sample for key, batch in batches.items()}
    pairings = [_pairing(setting, experiment) for experiment in range(number)]
    replicates = make_replicates([*samples.values()], pairings, deviates.resampling)
    for experiment, pairing in enumerate(pairings):
        found = estimate_means(
            [*means.values()],
            pairing,
            samples,
            replicates,
            deviates,
            resample_languages=setting.languages,
            confidence=CONFIDENCE,
        )
        truths = _truths(tasks, batches, experiment)
        for mean, one in zip(means, found, strict=True):
            yield mean, _Trial(one, truths[mean])


def _pairing(setting: Setting, experiment: int) -> Pairing:
    head, base = (
        tuple(system_name(experiment, side, seed) for seed in range(setting.seeds[side])) for side in (HEAD, BASE)
    )
    return Pairing(head, base, setting.matched)


def _means(tasks: Sequence[SimulatedTask]) -> dict[str, dict[Place, float]]:
    """A cell of each task (the last, smallest language), each task, and the average."""
    places = [(task.key, language) for task in tasks for language in task.languages]
    return {
        **{f"{task.key}, one language": {(task.key, task.languages[-1]): 1.0} for task in tasks},
        **{task.key: average_weights([place for place in places if place[0] == task.key]) for task in tasks},
        "average": average_weights(places),
    }


def _truths(tasks: Sequence[SimulatedTask], batches: Mapping[str, Batch], experiment: int) -> dict[str, float]:
    return {
        **{f"{task.key}, one language": float(batches[task.key].cells[experiment, -1]) for task in tasks},
        **{task.key: float(batches[task.key].mean[experiment]) for task in tasks},
        "average": float(np.mean([batch.mean[experiment] for batch in batches.values()])),
    }


@dataclass(frozen=True, slots=True)
class SourceRate:
    """How often intervals hold the truth where a few values of one source add to the chance of the examples.

    Attributes:
        values: of the source, such as seeds.
        noise: the examples' part in the spread of these, as a share of their variance of the mean.
        covered: for each of `RATIOS`, by which the source's own variance of the mean is larger than the examples'.
    """

    values: int
    noise: float
    covered: tuple[float, ...]


VALUES, NOISES, RATIOS = (2, 3, 5, 10), (0.1, 0.3, 0.6, 0.9), (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)


def measure_source(experiments: int, resampling: Resampling) -> Iterator[SourceRate]:
    """Normal examples and sources, the truth being 0 and the variance of the examples 1."""
    from scipy.special import ndtri

    deviates, generator = Deviates(resampling), resampling.generator("examples")
    examples = ndtri((generator.permutation(resampling.replicates) + 0.5) / resampling.replicates)
    for values in VALUES:
        for noise in NOISES:
            covered = []
            for ratio in RATIOS:
                differences = sqrt(1 + ratio) * generator.standard_normal(experiments)
                spreads = (ratio + noise) * generator.chisquare(values - 1, experiments) / (values - 1)
                held = 0
                for difference, spread in zip(differences.tolist(), spreads.tolist(), strict=True):
                    replicates = examples + deviates.of([Component("source", spread, noise, values - 1)])
                    found = estimate(Effect(difference, difference + replicates, replicates), CONFIDENCE)
                    held += found.low <= 0 <= found.high
                covered.append(held / experiments)
            yield SourceRate(values, noise, tuple(covered))


def source_table(rates: Sequence[SourceRate]) -> str:
    """Markdown."""
    headers = ("values", "examples' part in their spread", *(f"own variance x {ratio:g}" for ratio in RATIOS))
    rows = [(rate.values, f"{rate.noise:g}", *(f"{100 * share:.1f}" for share in rate.covered)) for rate in rates]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def table(rates: Sequence[Rate]) -> str:
    """Markdown."""
    headers = ("setting", "mean", "interval holds the gain, %", "holds none, %", "false alarms, %", "width, points")
    rows = [
        (
            rate.setting,
            rate.mean,
            *(
                "" if share is None else f"{100 * share:.1f}"
                for share in (rate.covered, rate.covered_without_gain, rate.alarms)
            ),
            f"{rate.width:.1f}",
        )
        for rate in rates
    ]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def content(rates: Sequence[Rate], sources: Sequence[SourceRate], experiments: int, replicates: int) -> dict[str, Any]:
    """Everything that was measured, and on what."""
    return {
        **description(),
        "experiments": experiments,
        "replicates": replicates,
        "tasks": [asdict(task) for task in TASKS],
        "settings": [asdict(setting) for setting in SETTINGS],
        "rates": [asdict(rate) for rate in rates],
        "ratios": RATIOS,
        "sources": [asdict(rate) for rate in sources],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=1000, help="for each setting, with a gain and without")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    resampling = Resampling(given.replicates)
    rates = list(measure(SETTINGS, TASKS, given.experiments, resampling))
    print(table(rates))
    sources = list(measure_source(given.experiments, resampling))
    print(f"\n{source_table(sources)}")
    error = 100 * sqrt(CONFIDENCE * LEVEL / given.experiments)
    print(f"\nStandard error of a share near 5 or 95 %: {error:.1f} points.")
    if given.json:
        found = content(rates, sources, given.experiments, given.replicates)
        write_text(given.json, json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
