"""What conditions gain, over seeds: pure functions of records.

A cell is paired with the one of the same base and seed, so that each seed gives a gain of its own; a mean over seeds
says how many there are, and from where to where they go.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from ..leaderboard.averages import Mean, TaskMean, score_counts
from ..leaderboard.improvement import Improvement, improvement
from ..leaderboard.scores import Cells, TaskColumn, distinct, make_cells, make_columns, task_score
from ..results.record import Record
from ..tasks.suites import find_suite
from .grid import Cell, Grid


@dataclass(frozen=True, slots=True)
class OverSeeds:
    """A quantity over seeds.

    Attributes:
        values: one a seed, of those for which it is complete; if it is for none, of those that have any.
        wanted: number of seeds.
        covered: languages (of a task) or pairs of task and language (of an average) that the values are over, the
            least and the most of them, and how many they should be; None if they are complete.
    """

    values: tuple[float, ...]
    wanted: int
    covered: tuple[int, int, int] | None = None

    @property
    def mean(self) -> float:
        """Unweighted, over the seeds that are there."""
        return fmean(self.values)

    @property
    def complete(self) -> bool:
        """Every seed has a value over everything."""
        return self.covered is None and len(self.values) == self.wanted


def over_seeds(means: Sequence[Mean | TaskMean], wanted: int) -> OverSeeds | None:
    """Gather one quantity's means of each seed; None if no seed has any value."""
    complete = [mean.value for mean in means if mean.value is not None]
    if complete:
        return OverSeeds(tuple(complete), wanted)
    there = [(mean.partial, *score_counts(mean)) for mean in means if mean.partial is not None]
    if not there:
        return None
    counts = [count for _, count, _ in there]
    return OverSeeds(tuple(value for value, _, _ in there), wanted, (min(counts), max(counts), there[0][2]))


@dataclass(frozen=True, slots=True)
class Results:
    """The scores of all cells of one base; `columns` are the experiment's tasks with its languages."""

    grid: Grid
    base: str
    columns: tuple[TaskColumn, ...]
    cells: Cells

    def narrowed(self, languages: Mapping[str, tuple[str, ...]]) -> "Results":
        """The same scores, of these tasks and languages alone."""
        kept = (column for column in self.columns if column.key in languages)
        return replace(self, columns=tuple(replace(column, languages=languages[column.key]) for column in kept))

    def system(self, condition: str, seed: int) -> str:
        """The name of a cell's system."""
        return Cell(self.base, condition, seed).name

    def gains(self, condition: str, against: str) -> "Gains":
        """A condition minus another, seed by seed."""
        return Gains(
            tuple(
                improvement(self.system(condition, seed), (self.system(against, seed),), self.columns, self.cells)
                for seed in self.grid.seeds
            )
        )

    def scores(self, condition: str, task: str) -> OverSeeds | None:
        """The task's value in percent, the mean over its languages."""
        column = next(column for column in self.columns if column.key == task)
        systems = (self.system(condition, seed) for seed in self.grid.seeds)
        return over_seeds([task_score(name, column, self.cells).mean for name in systems], len(self.grid.seeds))


@dataclass(frozen=True, slots=True)
class Gains:
    """Improvements of each seed, in the grid's order."""

    seeds: tuple[Improvement, ...]

    def average(self) -> OverSeeds | None:
        """Over all tasks."""
        return over_seeds([one.average.mean for one in self.seeds], len(self.seeds))

    def without_retrieval(self) -> OverSeeds | None:
        """Over the tasks that are no retrieval."""
        return over_seeds([one.without_retrieval.mean for one in self.seeds], len(self.seeds))

    def task(self, key: str) -> OverSeeds | None:
        """On one task, the mean over its languages."""
        return over_seeds([one.tasks[key].mean for one in self.seeds], len(self.seeds))

    def marks(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Sentences that must stand beside what these tasks gain."""
        wanted = list(keys)
        return distinct(mark for one in self.seeds for key in wanted for mark in one.tasks[key].marks)

    def by_language(self) -> dict[str, float]:
        """In each language, the mean over its tasks, then over the seeds that have it."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for one in self.seeds:
            for delta in one.languages:
                found[delta.language].append(delta.mean)
        return {language: fmean(values) for language, values in found.items()}

    def spread(self) -> float | None:
        """Sample standard deviation of the gain over languages, in points; None of fewer than two."""
        values = list(self.by_language().values())
        return stdev(values) if len(values) > 1 else None


def results_of(grid: Grid, base: str, records: Iterable[Record]) -> Results:
    """Arrange the records of one base's cells; others, and those without scores, are left out.

    Raises:
        InputError: a record lacks a score.
    """
    names = {cell.name for cell in grid.cells() if cell.base == base}
    own = [record for record in records if record.system in names and record.scores]
    selected = grid.selected()
    columns = [
        replace(column, languages=selected[column.key])
        for column in make_columns(find_suite(grid.suite), own)
        if column.key in selected
    ]
    # Every cell is held against the baseline's first seed; the pairs themselves are of equal seeds.
    cells = make_cells(own, Cell(base, grid.baseline, grid.seeds[0]).name)
    return Results(grid, base, tuple(columns), cells)
