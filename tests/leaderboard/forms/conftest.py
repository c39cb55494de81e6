"""Boards whose statistics are written by hand, so that what a form shows of them can be said in advance."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from xbench.leaderboard.averages import Mean, TaskMean
from xbench.leaderboard.board import Board
from xbench.leaderboard.statistics.gains import Gain, LanguageGain, Statistics, SystemGains


def gain(mean: Mean | TaskMean) -> Gain:
    """One point less to two points more; q is 0.0005 from three points on, 0.03 from one point on, else 0.5."""
    assert mean.partial is not None
    size = abs(mean.partial)
    q = 0.0005 if size >= 3 else 0.03 if size >= 1 else 0.5
    return Gain(mean.partial, mean.partial - 1, mean.partial + 2, q / 2, q, mean)


def _tested(board: Board, names: dict[str, str] | None = None) -> Board:
    """The board with statistics of its improvements; `names` calls a system by another name, such as its seeds'."""
    found = []
    for one in board.improvements:
        tasks = {task: delta for task, delta in one.tasks.items() if delta.mean.partial is not None}
        found.append(
            SystemGains(
                name=(names or {}).get(one.system, one.system),
                systems=(one.system,),
                average=gain(one.average.mean),
                without_retrieval=gain(one.without_retrieval.mean) if one.without_retrieval.mean.tasks else None,
                tasks={task: gain(delta.mean) for task, delta in tasks.items()},
                groups={"classification": gain(one.average.mean)},
                slices={part.key: gain(one.average.mean) for part in board.slices if part.name in ("low", "Latin")},
                cells={
                    (task, code): gain(Mean(value, 1, 1))
                    for task, delta in tasks.items()
                    for code, value in delta.languages.items()
                },
                languages=tuple(
                    LanguageGain(delta.language, delta.tasks, gain(Mean(delta.mean, delta.tasks, delta.tasks)))
                    for delta in one.languages
                ),
            )
        )
    assert board.baseline is not None
    letters = {board.baseline: "a", **{one.name: "ab" if one.average.q > 0.05 else "b" for one in found}}
    return replace(
        board,
        statistics=Statistics(board.baseline, 0.95, 10_000, False, tuple(found), letters, ("A statistical note.",)),
    )


@pytest.fixture(scope="session")
def tested() -> Callable[..., Board]:
    return _tested
