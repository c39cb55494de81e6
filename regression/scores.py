"""Did a task's score drop, in a language or in the mean, and is that more than chance?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tabulate import tabulate

from ..leaderboard.comparison.comparison import WORSE, Comparison, Line, Missing


@dataclass(frozen=True)
class ScoreChange:
    """The value of a task in a language (or `mean`) before and after, in percent; for questions (EM + F1) / 2."""

    task: str
    language: str
    before: float
    after: float
    drop: float
    """Points by which it got worse."""
    chance: float | None
    """P-value of the paired test on predictions, corrected for the number of tests; None of mere reference scores."""
    worse: bool
    """Whether it is worse and, where that is tested, not by chance."""

    def regressed(self, max_drop: float) -> bool:
        """Whether more than `max_drop` points were lost."""
        return self.worse and self.drop > max_drop


def paired_changes(comparison: Comparison) -> Iterator[ScoreChange]:
    """What `xbench compare` finds, in each language and, where there are several, in their mean."""
    for task in comparison.tasks:
        means = {"mean": task.line} if len(task.languages) > 1 else {}
        for language, line in {**task.languages, **means}.items():
            yield _change(task.key, language, line, task.less_is_better)


def _change(task: str, language: str, line: Line, less_is_better: bool) -> ScoreChange:
    drop = line.head - line.base if less_is_better else line.base - line.head
    return ScoreChange(task, language, line.base, line.head, drop, line.q, line.verdict == WORSE)


def complaints(changes: Sequence[ScoreChange], missing: Sequence[Missing], max_drop: float) -> list[str]:
    """What to tell whoever broke it: a table of the drops, and what head did not measure; nothing if all is well."""
    dropped = [change for change in changes if change.regressed(max_drop)]
    lost = [f"{one.place} ({one.reason})" for one in missing if one.side == "head"]
    return [
        *([f"scores dropped:\n{_table(dropped)}"] if dropped else []),
        *([f"not measured any more: {', '.join(lost)}"] if lost else []),
    ]


def summary(changes: Sequence[ScoreChange], max_drop: float) -> str:
    """A few words for the end of a log."""
    changed = sum(change.drop != 0 for change in changes)
    dropped = sum(change.regressed(max_drop) for change in changes)
    return f"{changed} of {len(changes)} scores changed, {dropped} regressed"


def _table(changes: Sequence[ScoreChange]) -> str:
    rows = [
        (c.task, c.language, f"{c.before:.2f}", f"{c.after:.2f}", f"{c.drop:.2f}", _number(c.chance)) for c in changes
    ]
    return tabulate(rows, ("task", "language", "before", "after", "drop", "p"), disable_numparse=True)


def _number(p: float | None) -> str:
    return "" if p is None else f"{p:.2g}"
