"""The paper's table: a row an intermediate task, a column a target task, points gained over the baseline."""

from collections.abc import Mapping

from ..leaderboard.averages import mean_of_tasks
from ..leaderboard.forms.escape import escape
from ..leaderboard.forms.formats import Footnotes, table
from ..leaderboard.scores import task_score
from .choices import Choice, best_average
from .formats import gain_text, value_text
from .gains import Gains, OverSeeds, Results, over_seeds

Choices = Mapping[str, Choice | None]


def gain_table(results: Results, footnotes: Footnotes, choices: Choices | None = None) -> str:
    """Scores of the baseline, gains of the other conditions, contrasts, and the best condition of each task.

    Args:
        results: the tasks and languages to show.
        footnotes: where the marks of scores are collected.
        choices: which condition is the best for each task; no such row without them.
    """
    grid, keys = results.grid, [column.key for column in results.columns]
    averages = _averages(results)
    rows = [_baseline_row(results, footnotes)]
    others = [name for name in grid.intermediate if name != grid.baseline]
    pairs = [*((name, grid.baseline) for name in others), *grid.contrasts]
    for number, (name, against) in enumerate(pairs):
        title = escape(name) if number < len(others) else f"{escape(name)} − {escape(against)}"
        gains = results.gains(name, against)
        texts = [gain_text(value) for value in (gains.average(), gains.without_retrieval())[: len(averages)]]
        rows.append([title, *texts, *(_gain_cell(gains, key, footnotes) for key in keys)])
    if choices is not None and any(choices.values()):
        rows.append(_best_row(results, choices, len(averages)))
    return table(["condition", *averages, *(escape(column.title) for column in results.columns)], rows)


def _averages(results: Results) -> list[str]:
    """Headers of the averages: without retrieval only where there are tasks of both sorts."""
    speaking = sum(not column.retrieval for column in results.columns)
    headers = [f"average of {_count(len(results.columns))}"]
    return [*headers, f"without retrieval, of {_count(speaking)}"] if 0 < speaking < len(results.columns) else headers


def _count(tasks: int) -> str:
    return f"{tasks} task{'s' * (tasks != 1)}"


def _gain_cell(gains: Gains, key: str, footnotes: Footnotes) -> str:
    text = gain_text(gains.task(key))
    return footnotes.attach(text, gains.marks([key]))


def _baseline_row(results: Results, footnotes: Footnotes) -> list[str]:
    baseline = results.grid.baseline
    columns = [results.columns, [column for column in results.columns if not column.retrieval]]
    averages = [_average_score(results, baseline, [column.key for column in some]) for some in columns]
    cells = []
    for column in results.columns:
        marks = [
            mark
            for seed in results.grid.seeds
            for mark in task_score(results.system(baseline, seed), column, results.cells).marks
        ]
        cells.append(footnotes.attach(value_text(results.scores(baseline, column.key)), dict.fromkeys(marks)))
    texts = [value_text(value) for value in averages[: len(_averages(results))]]
    return [f"{escape(baseline)} (baseline, scores)", *texts, *cells]


def _average_score(results: Results, condition: str, keys: list[str]) -> OverSeeds | None:
    columns = [column for column in results.columns if column.key in keys]
    systems = [results.system(condition, seed) for seed in results.grid.seeds]
    means = [mean_of_tasks([task_score(name, column, results.cells).mean for column in columns]) for name in systems]
    return over_seeds(means, len(systems))


def _best_row(results: Results, choices: Choices, averages: int) -> list[str]:
    baseline, row = results.grid.baseline, ["best for each task"]
    both = (best_average(results, choices), best_average(results, choices, with_retrieval=False))
    row += [gain_text(value) for value in both[:averages]]
    for column in results.columns:
        choice = choices[column.key]
        gain = None if choice is None else results.gains(choice.condition, baseline).task(column.key)
        row.append("" if choice is None or gain is None else f"{gain_text(gain)} {escape(choice.condition)}")
    return row
