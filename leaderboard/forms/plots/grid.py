"""What a heat map shows, as data: one number for each language and task, and which are missing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ....tasks.languages import Language, known_languages
from ...averages import Mean
from ...board import Board
from ...improvement import Improvement
from ...scores import CellKey, TaskColumn
from ..formats import stars

Place = tuple[str, str]
"""Task and language."""
_SHARE = 0.9
"""Of the differences, how many lie inside the scale of colours; retrieval moves by far more than the others."""
_STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 50, 100)


@dataclass(frozen=True, slots=True)
class Grid:
    """One system's numbers by task and language.

    Attributes:
        languages: rows, from the most to the fewest Wikipedia articles.
        tasks: columns.
        values: what is there, in points or percent.
        missing: places of the suite without a number.
        unlike: those of them that both systems have, but not measured alike.
        sure: places whose difference is more than chance.
        means: of each task over its languages.
        sure_means: tasks whose mean difference is more than chance.
    """

    languages: tuple[Language, ...]
    tasks: tuple[TaskColumn, ...]
    values: Mapping[Place, float]
    missing: frozenset[Place]
    unlike: frozenset[Place]
    sure: frozenset[Place]
    means: Mapping[str, Mean]
    sure_means: frozenset[str]

    @property
    def high_resource(self) -> int:
        """How many of the languages have high resources; they come first."""
        return sum(not language.low_resource for language in self.languages)


def score_grid(board: Board, system: str) -> Grid:
    """The scores of a system, in percent."""
    values = {(key.task, key.language): cell.value for key, cell in board.cells.items() if key.system == system}
    row = next(row for row in board.systems if row.name == system)
    return _grid(board, values, {task: score.mean for task, score in row.tasks.items()})


def delta_grid(board: Board, gain: Improvement) -> Grid:
    """What a system gained over the baseline, in points."""
    values = {(task, code): value for task, delta in gain.tasks.items() for code, value in delta.languages.items()}
    sides = (gain.system, *board.baselines)
    both = {
        (key.task, key.language)
        for key in board.cells
        if all(CellKey(side, key.task, key.language) in board.cells for side in sides)
    }
    means = {task: delta.mean for task, delta in gain.tasks.items()}
    # What is sure of a group of seeds is not of one of them.
    tested = () if board.statistics is None else board.statistics.gains
    alone = [found for found in tested if found.systems == (gain.system,)]
    sure = frozenset(place for found in alone for place, one in found.cells.items() if stars(one.q))
    sure_means = frozenset(task for found in alone for task, one in found.tasks.items() if stars(one.q))
    return _grid(board, values, means, both - values.keys(), sure, sure_means)


def _grid(
    board: Board,
    values: Mapping[Place, float],
    means: Mapping[str, Mean],
    unlike: set[Place] | None = None,
    sure: frozenset[Place] = frozenset(),
    sure_means: frozenset[str] = frozenset(),
) -> Grid:
    """Rows and columns are those of all systems, so that their grids can be laid side by side."""
    measured = {(key.task, key.language) for key in board.cells}
    tasks = tuple(one for one in board.columns if one.in_suite and any(task == one.key for task, _ in measured))
    suite = {(task.key, code) for task in tasks for code in task.languages}
    known = known_languages()
    codes = {code for _, code in measured & suite if code in known}
    shown = {(task, code) for task, code in suite if code in codes}
    return Grid(
        languages=tuple(sorted((known[code] for code in codes), key=lambda one: (-one.articles, one.code))),
        tasks=tasks,
        values={place: value for place, value in values.items() if place in shown},
        missing=frozenset(shown - values.keys()),
        unlike=frozenset(shown & (unlike or set())),
        sure=sure & shown,
        means=means,
        sure_means=sure_means,
    )


def colour_limit(values: list[float]) -> float:
    """Where the colours of differences end, in points: a round number that most of them are below."""
    if not values:
        return float(_STEPS[0])
    most = float(np.quantile(np.abs(values), _SHARE))
    return float(next((step for step in _STEPS if step >= most), _STEPS[-1]))
