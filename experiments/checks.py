"""What an experiment's file says, held against what there is: tasks, languages, recipes."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..errors import InputError
from ..tasks.intermediate import parse_training_reference
from ..tasks.languages import find_language, nearest
from ..tasks.suites import find_suite
from ..training.recipe import RecipeBook
from ..training.sampling import task_probabilities
from .grid import Condition, Grid, base_name, expanded
from .target_data import TRAINING_FORMS

# A condition's name is part of a system's, which is a directory's; dots divide the parts of that.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_-]*")
# Heads and encoders of fewer blocks and of more follow different tables.
_SIZES = (12, 24)


def checked(grid: Grid, place: str) -> Grid:
    """The grid, if all that it names exists and fits together. `place` is named in messages.

    Raises:
        InputError: it does not; the table and the key are named.
    """
    with _at(place):
        with _at("suite"):
            find_suite(grid.suite)
        with _at("tasks"):
            grid.selected()
        _distinct("bases", map(base_name, grid.bases))
        _distinct("seeds", grid.seeds)
        _check_conditions(grid)
        _check_report(grid)
        _check_recipes(grid)
    return grid


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Name the place before a complaint."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error}") from error


def _distinct(place: str, values: Iterable[object]) -> None:
    seen = set()
    for value in values:
        if value in seen:
            raise InputError(f"{place}: {value!r} is there twice")
        seen.add(value)


def _known(place: str, name: str, names: Iterable[str]) -> None:
    known = list(names)
    if name not in known:
        raise InputError(f"{place}: unknown {name!r}: {nearest(name, known)}")


def _check_conditions(grid: Grid) -> None:
    _known("baseline", grid.baseline, grid.intermediate)
    for name, condition in grid.intermediate.items():
        with _at(f"intermediate.{name}"):
            if not _NAME.fullmatch(name):
                raise InputError("a name has letters, digits, '+', '-' and '_'")
            _check_condition(condition, grid)


def _check_condition(condition: Condition, grid: Grid) -> None:
    _distinct("tasks", (str(parse_training_reference(reference)) for reference in condition.tasks))
    _distinct("mlm", (find_language(language).code for language in condition.mlm))
    if condition.mlm and not condition.tasks:
        raise InputError("mlm: such text is learnt beside intermediate tasks, name some in tasks")
    if not 0 < condition.mlm_share < 1:
        raise InputError(f"mlm_share: a share of the batches is between 0 and 1, not {condition.mlm_share}")
    task_probabilities({"one": 1, "two": 1}, condition.sampling)
    for target, languages in condition.target_data.items():
        _known("target_data", target, (key for key in grid.targets() if key in TRAINING_FORMS))
        _distinct(f"target_data.{target}", (find_language(language).code for language in languages))
        if "en" in languages:
            raise InputError(f"target_data.{target}: English is learnt in any case, leave 'en' out")


def _check_report(grid: Grid) -> None:
    for name, part in grid.slices.items():
        with _at(f"slices.{name}"):
            for key in part.tasks:
                _known("tasks", key, (*grid.selected(), *find_suite(grid.suite).groups))
            for language in expanded(part.languages):
                find_language(language)
            if not grid.languages_of(name):
                raise InputError("none of these tasks has any of these languages")
    for number, pair in enumerate(grid.contrasts):
        for name in pair:
            _known(f"contrasts.{number}", name, grid.intermediate)
    if grid.correlation is not None:
        _known("correlation.slice", grid.correlation.slice, grid.slices)


def _check_recipes(grid: Grid) -> None:
    if "seed" in grid.changes:
        raise InputError("set.seed: give seeds = [...] instead")
    with _at("recipes"):
        book = RecipeBook.load(grid.recipes)
    references = {reference for condition in grid.intermediate.values() for reference in condition.tasks}
    phases = {(key, False) for key in grid.targets()}
    phases |= {(parse_training_reference(reference).task.key, True) for reference in references}
    for key, intermediate in sorted(phases):
        for layers in _SIZES:
            book.recipe(key, intermediate=intermediate, layers=layers, changes=grid.changes)
