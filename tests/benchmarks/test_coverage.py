"""The simulation tells the truth about itself, and a short one finds that intervals and tests keep their promise."""

import numpy as np
import pytest
from xbench.benchmarks.coverage import TASKS, Setting, measure, table
from xbench.benchmarks.simulated import HEAD, SimulatedTask, World, draw_luck, simulate, system_name
from xbench.leaderboard.statistics.significance import Resampling


@pytest.mark.parametrize("task", TASKS, ids=[task.key for task in TASKS])
def test_the_truth_is_what_many_examples_and_seeds_show(task):
    """A system of very many examples scores what it is expected to."""
    large = SimulatedTask(task.key, task.metric, (4000,) * 2, translated=False, seeds=0.3, entities=task.entities)
    generator = np.random.default_rng(2)
    world = World(0.2, seeds=(300, 1), languages=0.1)
    luck = draw_luck(world, 1, 2, generator)
    batch = simulate(large, world, luck, generator)
    for number, language in enumerate(large.languages):
        sample = batch.sample.languages[language]
        heads = np.mean([sample.value(system_name(0, HEAD, seed)) for seed in range(300)])
        assert heads - sample.value(system_name(0, 1, 0)) == pytest.approx(batch.cells[0, number], abs=3)
    assert batch.mean[0] == pytest.approx(batch.cells[0].mean())


def test_of_a_population_of_languages_the_truth_is_the_same_in_every_experiment():
    generator = np.random.default_rng(2)
    world = World(0.2, languages=0.3, of_population=True)
    batch = simulate(TASKS[0], world, draw_luck(world, 400, 10, generator), generator)
    assert len(set(batch.mean)) == 1
    assert batch.cells.mean() == pytest.approx(batch.mean[0], abs=0.6)
    assert batch.cells.std() > 5


@pytest.mark.parametrize(
    "setting",
    [Setting("one system each"), Setting("3 seeds each", (3, 3), matched=True), Setting("languages", languages=True)],
    ids=lambda setting: setting.title,
)
def test_intervals_hold_and_alarms_are_rare(setting):
    """Of 200 experiments; `docs/statistics.md` has those of a thousand, in more settings."""
    rates = list(measure([setting], TASKS[:2], 200, Resampling(300)))
    assert {rate.mean for rate in rates} >= {"average", "accuracy", "answers, one language"}
    for rate in rates:
        assert 0.88 <= rate.covered <= 0.995
        assert 0.88 <= rate.covered_without_gain <= 0.995
        assert rate.alarms is None or rate.alarms <= 0.11
    assert "| one" in table(rates) or "| 3 seeds each" in table(rates) or "| languages" in table(rates)
