"""What the page's scripts draw from, as values that JSON can hold.

Every number that is shown comes as text, or rounded as it is shown, so that scripts never round it otherwise than the
tables. Systems, tasks, languages and notes are named by their place in a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....tasks.languages import known_languages
from ...averages import Mean
from ...board import Board
from ...scores import CellKey
from ...slices import ENGLISH
from ..contenders import AVERAGE, GROUP, SLICE, TASK, WITHOUT_RETRIEVAL, Contender, Gained, Place, contenders
from ..formats import coverage_text, score_text, stars
from ..language_sections import METRIC_TITLES
from ..slice_sections import KINDS
from .main_table import group_title, measured_columns
from .tables import Notes
from .values import change_text


@dataclass(frozen=True, slots=True)
class Places:
    """Where each system, task and language stands in its list."""

    systems: Mapping[str, int]
    tasks: Mapping[str, int]
    languages: Mapping[str, int]


def places_of(board: Board) -> Places:
    """Systems and tasks in the board's order, English before the other languages by code."""
    codes = sorted({key.language for key in board.cells}, key=lambda code: (code != ENGLISH, code))
    tasks = {key.task for key in board.cells}
    return Places(
        systems=_numbered([system.name for system in board.systems]),
        tasks=_numbered([column.key for column in board.columns if column.key in tasks]),
        languages=_numbered(codes),
    )


def page_data(board: Board, places: Places, notes: Notes) -> dict[str, Any]:
    """Everything but the examples."""
    found = contenders(board)
    known = known_languages()
    columns = {column.key: column for column in board.columns}
    return {
        "baseline": board.baseline,
        "baselines": [places.systems[system] for system in board.baselines],
        "confidence": None if board.statistics is None else board.statistics.confidence,
        "systems": list(places.systems),
        "tasks": [
            {
                "key": task,
                "title": columns[task].title,
                "metrics": [METRIC_TITLES.get(metric, metric) for metric in columns[task].metrics],
                "outside": not columns[task].in_suite,
                "retrieval": columns[task].retrieval,
            }
            for task in places.tasks
        ],
        "languages": [{"code": code, "name": known[code].name if code in known else code} for code in places.languages],
        "cells": list(_cells(board, found, places, notes)),
        "measures": list(_measures(board)),
        "contenders": [_contender(one, places, notes) for one in found],
        "notes": list(notes.sentences),
    }


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _cells(board: Board, found: Sequence[Contender], places: Places, notes: Notes) -> Iterator[dict[str, Any]]:
    metrics = {column.key: column.metrics for column in board.columns}
    changes = _cell_changes(board, found)
    for key, cell in board.cells.items():
        written = {
            "system": places.systems[key.system],
            "task": places.tasks[key.task],
            "language": places.languages[key.language],
            "value": round(cell.value, 1),
            "text": score_text(*(cell.record.scores[metric] for metric in metrics[key.task])),
        }
        if cell.marks:
            written["notes"] = [notes.number(sentence) for sentence in cell.marks]
        if key in changes:
            written["change"] = changes[key]
        yield written


def _cell_changes(board: Board, found: Sequence[Contender]) -> dict[CellKey, dict[str, Any]]:
    """The change of each cell; tested, unless its system is one seed of a contender of several."""
    differences = {
        CellKey(one.system, task, language): _gain(Gained(difference, Mean(difference, 1, 1)))
        for one in board.improvements
        for task, delta in one.tasks.items()
        for language, difference in delta.languages.items()
    }
    tested = {
        CellKey(one.systems[0], *place): _gain(gained)
        for one in found
        if len(one.systems) == 1
        for place, gained in one.cells.items()
    }
    return differences | tested


def _measures(board: Board) -> Iterator[dict[str, str]]:
    """What a contender may have gained in, in the order in which it is shown."""
    yield {"key": _key(AVERAGE), "title": "Average", "kind": "Averages"}
    yield {"key": _key(WITHOUT_RETRIEVAL), "title": "Without retrieval", "kind": "Averages"}
    for group in board.suite.groups:
        yield {"key": _key((GROUP, group)), "title": group_title(group), "kind": "Groups of tasks"}
    for column in measured_columns(board):
        yield {"key": _key((TASK, column.key)), "title": column.title, "kind": "Tasks"}
    for part in board.slices:
        yield {"key": _key((SLICE, part.key)), "title": part.name, "kind": f"By {KINDS[part.kind]}"}


def _key(place: Place) -> str:
    return " ".join(place).strip()


def _contender(one: Contender, places: Places, notes: Notes) -> dict[str, Any]:
    """What it gained by measure, with the notes that belong beside it, and by language."""
    gains = {}
    for place, gained in one.gains.items():
        numbers = [notes.number(sentence) for sentence in one.marks[place]]
        gains[_key(place)] = _gain(gained) | ({"notes": numbers} if numbers else {})
    return {
        "name": one.name,
        "systems": [places.systems[system] for system in one.systems],
        "gains": gains,
        "languages": [
            {"language": places.languages[language], "tasks": tasks, "gain": _gain(gained)}
            for language, tasks, gained in one.languages
        ],
    }


def _gain(gained: Gained) -> dict[str, Any]:
    written: dict[str, Any] = {
        "text": change_text(gained.difference, gained.low, gained.high),
        "difference": round(gained.difference, 3),
    }
    if gained.low is not None and gained.high is not None:
        written |= {"low": round(gained.low, 3), "high": round(gained.high, 3)}
    if gained.q is not None:
        written |= {"q": round(gained.q, 4), "found": stars(gained.q) > 0}
    if covers := coverage_text(gained.covers):
        written["covers"] = covers
    return written
