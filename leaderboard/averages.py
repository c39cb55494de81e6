"""Averages as XTREME defines them: pure functions of numbers.

A task is the unweighted mean over its languages, English included; a benchmark is the unweighted mean over its tasks,
not over their groups (google-research/xtreme, evaluate.py; `protocol.md` 1.4). An average exists only over everything
that it is defined on: one over less is another quantity, kept apart as `partial` together with what it covers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Mean:
    """Unweighted mean over the languages of one task.

    `partial` is the mean over the `there` of `wanted` languages that have a value, None if none has.
    """

    partial: float | None
    there: int
    wanted: int

    @property
    def complete(self) -> bool:
        """Every language has a value."""
        return 0 < self.wanted == self.there

    @property
    def value(self) -> float | None:
        """The mean if it is complete, else None."""
        return self.partial if self.complete else None


@dataclass(frozen=True, slots=True)
class TaskMean:
    """Unweighted mean over tasks, whatever number of languages each has.

    `partial` is the mean over the `tasks` of `wanted_tasks` that have a value in any language, None if none has;
    `languages` and `wanted_languages` count pairs of task and language.
    """

    partial: float | None
    tasks: int
    wanted_tasks: int
    languages: int
    wanted_languages: int

    @property
    def complete(self) -> bool:
        """Every task has a value in every language."""
        return 0 < self.wanted_languages == self.languages and self.tasks == self.wanted_tasks

    @property
    def value(self) -> float | None:
        """The mean if it is complete, else None."""
        return self.partial if self.complete else None


def language_value(scores: Mapping[str, float], metrics: Sequence[str]) -> float:
    """The task's value in one language: the mean of its main metrics, so (EM + F1) / 2 for question answering.

    Raises:
        KeyError: a metric is missing.
    """
    return fmean(scores[metric] for metric in metrics)


def mean_over(values: Mapping[str, float], wanted: Sequence[str]) -> Mean:
    """Average the values of the wanted languages; others in `values` are ignored."""
    there = [values[language] for language in wanted if language in values]
    return Mean(fmean(there) if there else None, len(there), len(wanted))


def mean_of_tasks(means: Sequence[Mean]) -> TaskMean:
    """Average tasks; a task without any value must be among `means`, or its absence goes unnoticed."""
    there = [mean.partial for mean in means if mean.partial is not None]
    return TaskMean(
        partial=fmean(there) if there else None,
        tasks=len(there),
        wanted_tasks=len(means),
        languages=sum(mean.there for mean in means),
        wanted_languages=sum(mean.wanted for mean in means),
    )


def score_counts(mean: Mean | TaskMean) -> tuple[int, int]:
    """How many scores, pairs of task and language, a mean is over, and how many it should be over."""
    return (mean.there, mean.wanted) if isinstance(mean, Mean) else (mean.languages, mean.wanted_languages)
