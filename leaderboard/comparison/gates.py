"""What counts as a regression of head against base, by the thresholds that a user sets."""

from collections.abc import Iterator

from ...errors import InputError
from .comparison import WORSE, Comparison, Line


def regressions(comparison: Comparison, fail_drop: float | None, fail_slowdown: float | None) -> tuple[str, ...]:
    """A sentence on each regression; none without thresholds.

    Args:
        comparison: of two systems.
        fail_drop: a task or an average must not be worse by more than so many points, significantly; nor may head lack
            a score that base has.
        fail_slowdown: base may compute at most so many times as many tokens a second as head.

    Raises:
        InputError: speeds are to be held against each other that cannot be.
    """
    dropped = [] if fail_drop is None else _dropped(comparison, fail_drop)
    slowed = [] if fail_slowdown is None else _slowed(comparison, fail_slowdown)
    return (*dropped, *slowed)


def _dropped(comparison: Comparison, allowed: float) -> Iterator[str]:
    lines = [(task.title, task.line) for task in comparison.tasks]
    lines += [(average.title, average.line) for average in comparison.averages]
    for title, line in lines:
        if line.verdict == WORSE and abs(line.estimate.difference) > allowed:
            yield f"{title}: {_drop(line)} (q = {line.q:.2g}), allowed {allowed:g}"
    for missing in comparison.missing:
        if missing.side == "head":
            yield f"{missing.place}: {missing.reason} in head, but base has a score"


def _drop(line: Line) -> str:
    return f"{line.base:.2f} -> {line.head:.2f}, {line.estimate.difference:+.2f} points"


def _slowed(comparison: Comparison, allowed: float) -> Iterator[str]:
    if comparison.obstacles:
        raise InputError(
            f"speeds cannot be compared: {'; '.join(comparison.obstacles)}; measure both on one machine, or leave"
            " --fail-slowdown out"
        )
    if comparison.speed is None:
        raise InputError("speeds cannot be compared: a side has no times; leave --fail-slowdown out")
    slowdown = 1 / comparison.speed.ratio
    if slowdown > allowed:
        base, head = comparison.speed.base, comparison.speed.head
        yield f"speed: {base:,.0f} -> {head:,.0f} tokens/s, {slowdown:.2f} times as slow, allowed {allowed:g}"
