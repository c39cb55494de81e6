"""Examples in which a system and the baseline differ, as many as a budget of bytes holds.

All systems share what does not depend on them: the texts of an example, its gold answer and the baseline's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, zip_longest
from typing import Any

from ....errors import InputError
from ....results.reading import Results
from ....results.store import StoredRecord
from ....tasks.kinds.tagging import Tagging
from ....tasks.suites import known_tasks
from ...board import Board
from ...comparability import comparable
from ...disagreements import VERDICTS, Disagreements, ExampleChange, disagreements
from ...examples import Opened, open_examples
from ...naming import split_seed
from ...scores import CellKey
from .data import Places

PER_CELL = 20
"""More than a reader looks through on a page; `xbench show` has all of them."""
_TEXT, _ANSWER, _WORDS = 600, 300, 80
"""What is shown at most: characters of a text and of an answer, words of a tagged sentence."""
_CUT = "\u2026"

Stored = Mapping[tuple[str, str, str], StoredRecord]
Place = tuple[int, int, int]
"""Task, language and baseline: examples that are shared by all systems held against that baseline."""
Items = dict[str, tuple[int, dict[str, Any]]]
"""Examples by their JSON, each with its number. Not by their ids, which a data set may have twice."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One system in one task and language, with the examples that are shown of it so far."""

    place: Place
    system: int
    found: Disagreements
    changes: Sequence[ExampleChange]
    tags: bool
    shown: list[dict[str, Any]] = field(default_factory=list)


def page_examples(board: Board, results: Results, places: Places, budget: int) -> dict[str, Any]:
    """Examples of every cell that differ from the baseline's: each gets its next one in turns while the budget lasts.

    Args:
        board: whose cells are shown; without a baseline there is nothing to differ from.
        results: where the predictions are.
        places: of systems, tasks and languages in the page's data.
        budget: bytes that the examples may take in the page.

    Returns:
        `shared` has the examples of each task, language and baseline, `cells` those of each system as places in that
        list, with how many there are of each verdict.
    """
    cells = list(_cells(board, results, places))
    shared: dict[Place, Items] = {cell.place: {} for cell in cells}
    left = budget - size(_written(cells, shared))
    for rank in range(PER_CELL):
        for cell in cells:
            if rank < len(cell.changes):
                left -= _show(cell, cell.changes[rank], shared[cell.place], left)
    return _written(cells, shared)


def _cells(board: Board, results: Results, places: Places) -> Iterator[_Cell]:
    tasks = known_tasks()
    stored = {**results.stored, **({} if board.composite is None else board.composite.stored)}
    # A board has all systems of one task and language after each other.
    for _, keys in groupby(board.cells, lambda key: key[1:]):
        opened: dict[str, Opened | None] = {}
        for key in keys:
            baseline = _baseline_of(key.system, board.baselines)
            found = None if baseline is None else _found(stored, baseline, key, opened)
            if baseline is not None and found is not None:
                yield _Cell(
                    place=(places.tasks[key.task], places.languages[key.language], places.systems[baseline]),
                    system=places.systems[key.system],
                    found=found,
                    changes=alternating(found.shown),
                    tags=isinstance(tasks[key.task].kind, Tagging),
                )


def _baseline_of(system: str, baselines: Sequence[str]) -> str | None:
    """The baseline of the same seed, else the first; None for a baseline itself, or where there is none."""
    if system in baselines or not baselines:
        return None
    seed = split_seed(system)[1]
    return next((name for name in baselines if split_seed(name)[1] == seed), baselines[0])


def _found(stored: Stored, baseline: str, key: CellKey, opened: dict[str, Opened | None]) -> Disagreements | None:
    """What differs in one cell; None where that cannot be said, as predictions may be gone while scores stand.

    `opened` keeps the baselines' examples, which all systems of the place are held against.
    """
    base, head = stored.get(CellKey(baseline, key.task, key.language)), stored.get(key)
    if base is None or head is None or not comparable(head.record, base.record):
        return None
    if baseline not in opened:
        opened[baseline] = _opened(base)
    before, after = opened[baseline], _opened(head)
    try:
        return None if before is None or after is None else disagreements(before, after, PER_CELL)
    except InputError:
        return None


def _opened(stored: StoredRecord) -> Opened | None:
    try:
        return open_examples(stored)
    except InputError:
        return None


def alternating(changes: Sequence[ExampleChange]) -> list[ExampleChange]:
    """The same in an order of which any beginning has as many fixed as broken ones; others follow them."""
    fixed, broken, changed = ([one for one in changes if one.verdict == verdict] for verdict in VERDICTS)
    turns = chain.from_iterable(zip_longest(fixed, broken))
    return [*(one for one in turns if one is not None), *changed]


def _show(cell: _Cell, change: ExampleChange, items: Items, left: int) -> int:
    """Add one example if there are so many bytes left; how many it took."""
    item, mine = (_tagged if cell.tags else _answered)(change)
    key = as_json(item)
    number = items[key][0] if key in items else len(items)
    mine = {"item": number, "verdict": change.verdict} | mine
    cost = size(mine) + (0 if key in items else size(item))
    if cost > left:
        return 0
    items[key] = number, item
    cell.shown.append(mine)
    return cost


def _answered(change: ExampleChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """What all systems share of an example, and what is this system's."""
    item = {
        "id": excerpt(change.id, _ANSWER),
        "texts": [excerpt(text, _TEXT, (change.gold, change.base)) for text in change.texts],
        "gold": excerpt(change.gold, _ANSWER),
        "base": excerpt(change.base, _ANSWER),
    }
    return item, {"head": excerpt(change.head, _ANSWER)}


def _tagged(change: ExampleChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same for a tagged sentence, of which each system has the words that not all tag alike.

    The three answers name the same words in the same order, each as `word: tag`.
    """
    rest = f" {_CUT} {len(change.texts) - _WORDS} more words" if len(change.texts) > _WORDS else ""
    item = {"id": excerpt(change.id, _ANSWER), "texts": [" ".join(change.texts[:_WORDS]) + rest]}
    answers = [[one.rpartition(": ") for one in text.split(", ")] for text in (change.gold, change.base, change.head)]
    words = [[of_gold[0], *(one[2] for one in (of_gold, *others))] for of_gold, *others in zip(*answers, strict=False)]
    return item, {"words": words[:_WORDS]}


def _written(cells: Sequence[_Cell], shared: Mapping[Place, Items]) -> dict[str, Any]:
    return {
        "shared": [
            {"task": task, "language": language, "baseline": baseline, "items": [item for _, item in items.values()]}
            for (task, language, baseline), items in shared.items()
        ],
        "cells": [
            {
                "task": cell.place[0],
                "language": cell.place[1],
                "baseline": cell.place[2],
                "system": cell.system,
                "examples": cell.found.examples,
                "counts": {verdict: getattr(cell.found, verdict) for verdict in VERDICTS},
                "shown": cell.shown,
            }
            for cell in cells
        ],
    }


def excerpt(text: str, limit: int, around: Sequence[str] = ()) -> str:
    """At most `limit` characters of a text, if possible with the first of `around` that is in it; cuts are marked."""
    if len(text) <= limit:
        return text
    found = next((text.find(part) for part in around if part and part in text), 0)
    start = max(0, min(found - limit // 4, len(text) - limit))
    kept = text[start : start + limit]
    return f"{_CUT if start else ''}{kept}{_CUT if start + limit < len(text) else ''}"


def size(value: Any) -> int:
    """Bytes that a value takes in the page, with the comma behind it."""
    return len(as_json(value).encode()) + 1


def as_json(value: Any) -> str:
    """JSON that can stand in a script element: it holds no `<`, so neither its end tag nor a comment."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
