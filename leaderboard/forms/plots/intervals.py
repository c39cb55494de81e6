"""What a forest plot shows, as data: gains of several systems over the baseline, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...board import Board
from ..contenders import AVERAGE, GROUP, TASK, WITHOUT_RETRIEVAL, Contender, Gained, Place


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity: its name, and the gain of each system that has it."""

    name: str
    gains: Mapping[str, Gained]


@dataclass(frozen=True, slots=True)
class Section:
    """Quantities of one sort."""

    title: str
    lines: tuple[Line, ...]


def sections(board: Board, shown: Sequence[Contender]) -> tuple[Section, ...]:
    """Averages, groups and tasks that at least one of the systems has."""
    parts: dict[str, dict[Place, str]] = {
        "Averages": {AVERAGE: "all tasks", WITHOUT_RETRIEVAL: "without retrieval"},
        "Groups of tasks": {(GROUP, group): group for group in board.suite.groups},
        "Tasks": {(TASK, column.key): column.title for column in board.columns if column.in_suite},
    }
    found = (Section(title, _lines(names, shown)) for title, names in parts.items())
    return tuple(section for section in found if section.lines)


def _lines(names: Mapping[Place, str], shown: Sequence[Contender]) -> tuple[Line, ...]:
    lines = (
        Line(name, {one.name: one.gains[place] for one in shown if place in one.gains}) for place, name in names.items()
    )
    return tuple(line for line in lines if line.gains)
