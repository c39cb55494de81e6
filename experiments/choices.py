"""The best intermediate task for each target task: chosen on dev, so that it may be reported on test.

Phang et al. (2020) report such a row ("best intermediate model per target task"); which dev scores they chose by was
not found. Here: dev records of the same experiment where all candidates have some, else the score on English dev with
which each head's training ended. Retrieval with an encoder alone has no head, so only records can choose for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from ..leaderboard.averages import Mean, mean_of_tasks
from ..leaderboard.composite import mean_value
from ..leaderboard.scores import CellKey, TaskColumn
from ..tasks.suites import find_task
from .account import CellAccount
from .gains import OverSeeds, Results, over_seeds
from .grid import ENCODER, Cell

BY_RECORDS = "dev records"
BY_TRAINING = "English dev at the end of training"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which condition is taken for a task: the first of the highest `values`, which are dev scores in percent.

    `by` says which; `languages` the languages they are over, those that all candidates have.
    """

    condition: str
    by: str
    languages: tuple[str, ...]
    values: Mapping[str, float]


def candidates(results: Results) -> list[str]:
    """The conditions that are chosen among: intermediate tasks, and no target data."""
    conditions = results.grid.intermediate.items()
    return [name for name, one in conditions if one.tasks and not one.target_data and name != results.grid.baseline]


def choose(
    results: Results, dev: Results | None, accounts: Mapping[Cell, CellAccount | None]
) -> dict[str, Choice | None]:
    """The choice for each task, None where dev scores are missing; all tasks None if there is nothing to choose."""
    names = candidates(results)
    chosen: dict[str, Choice | None] = {column.key: None for column in results.columns}
    for key in chosen if len(names) > 1 else ():
        languages = () if dev is None else _shared_languages(dev, key, names)
        if dev is not None and languages:
            values = {name: _recorded(dev, key, name, languages) for name in names}
            chosen[key] = Choice(max(names, key=values.__getitem__), BY_RECORDS, languages, values)
        elif trained := _trained(results, key, names, accounts):
            chosen[key] = Choice(max(names, key=trained.__getitem__), BY_TRAINING, ("en",), trained)
    return chosen


def best_average(
    results: Results, choices: Mapping[str, Choice | None], *, with_retrieval: bool = True
) -> OverSeeds | None:
    """The average gain of the chosen conditions over tasks; a task without a choice leaves it incomplete."""
    columns = [column for column in results.columns if with_retrieval or not column.retrieval]
    seeds = len(results.grid.seeds)
    means = [mean_of_tasks([_chosen_mean(results, choices, one, seed) for one in columns]) for seed in range(seeds)]
    return over_seeds(means, seeds)


def _chosen_mean(results: Results, choices: Mapping[str, Choice | None], column: TaskColumn, seed: int) -> Mean:
    choice = choices[column.key]
    if choice is None:
        return Mean(None, 0, len(column.languages))
    return results.gains(choice.condition, results.grid.baseline).seeds[seed].tasks[column.key].mean


def _shared_languages(dev: Results, key: str, names: list[str]) -> tuple[str, ...]:
    systems = [dev.system(name, seed) for name in names for seed in dev.grid.seeds]
    column = next((column for column in dev.columns if column.key == key), None)
    wanted = () if column is None else column.languages
    return tuple(code for code in wanted if all(CellKey(system, key, code) in dev.cells for system in systems))


def _recorded(dev: Results, key: str, name: str, languages: tuple[str, ...]) -> float:
    systems = [dev.system(name, seed) for seed in dev.grid.seeds]
    return mean_value(dev.cells, systems, key, languages)


def _trained(
    results: Results, key: str, names: list[str], accounts: Mapping[Cell, CellAccount | None]
) -> dict[str, float]:
    """The mean over seeds of each head's score on English dev; empty if any has none."""
    training = find_task(key).training
    if training == ENCODER:
        return {}
    values: dict[str, float] = {}
    for name in names:
        cells = [accounts.get(Cell(results.base, name, seed)) for seed in results.grid.seeds]
        parts = [account.parts[training] for account in cells if account is not None and training in account.parts]
        if len(parts) < len(cells) or not all(part.dev for part in parts):
            return {}
        values[name] = fmean(fmean(part.dev.values()) for part in parts)
    return values
