from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from xbench.leaderboard.averages import Mean, TaskMean
from xbench.leaderboard.board import Board, make_board
from xbench.leaderboard.statistics.gains import Gain, Statistics, SystemGains
from xbench.results.reading import Results
from xbench.results.record import Record


def gain(difference: float, covers: Mean | TaskMean, q: float = 0.01, width: float = 0.5) -> Gain:
    """A gain whose interval is `width` points to both sides."""
    return Gain(difference, difference - width, difference + width, q / 2, q, covers)


def with_statistics(board: Board, **changes: Any) -> Board:
    """The board with statistics that are sure of every gain but those of half a point or less."""

    def sure(difference: float) -> float:
        return 0.01 if abs(difference) > 0.5 else 0.4

    found = []
    for one in board.improvements:
        cells = {(task, code): value for task, delta in one.tasks.items() for code, value in delta.languages.items()}
        found.append(
            SystemGains(
                name=one.system,
                systems=(one.system,),
                average=gain(one.average.mean.partial, one.average.mean),
                without_retrieval=gain(one.without_retrieval.mean.partial, one.without_retrieval.mean),
                tasks={
                    task: gain(delta.mean.partial, delta.mean, sure(delta.mean.partial))
                    for task, delta in one.tasks.items()
                    if delta.mean.partial is not None
                },
                groups={"classification": gain(one.tasks["xnli"].mean.partial, one.tasks["xnli"].mean)},
                slices={},
                cells={place: gain(value, Mean(value, 1, 1), sure(value)) for place, value in cells.items()},
                languages=(),
            )
        )
    statistics = Statistics(board.baseline, 0.95, 10_000, False, tuple(found), {}, ())
    return replace(board, statistics=replace(statistics, **changes))


@pytest.fixture(scope="session")
def tested() -> Callable[..., Board]:
    return with_statistics


def results_of(records: Iterable[Record], **changes: Any) -> Results:
    fields: Mapping[str, Any] = {"records": tuple(records), "stored": {}, "systems": {}, "notes": ()}
    return Results(**{**fields, **changes})


@pytest.fixture(scope="session")
def as_results() -> Callable[..., Results]:
    return results_of


@pytest.fixture
def pair(system) -> Board:
    """Two systems on three tasks of XTREME in a few languages: the second gains 2 in XNLI, loses 0.4 in Tatoeba."""
    languages = ("ar", "de", "en", "sw", "th")
    base = system("base", {"xnli": 40.0, "xquad": 50.0, "tatoeba": 10.0}, languages=languages)
    head = system("head", {"xnli": 42.0, "xquad": 50.0, "tatoeba": 9.6}, languages=languages)
    return make_board([*base, *head], suite="xtreme", baseline="base")
