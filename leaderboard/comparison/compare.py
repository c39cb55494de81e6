"""Two stored systems against each other: every task they share, averages, what only one of them has, and speed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from ...tasks.suites import known_tasks
from ..averages import Mean, TaskMean, mean_of_tasks, mean_over
from ..board import choose_suite
from ..scores import TaskColumn, make_columns
from ..statistics.paired import read_pair
from ..statistics.significance import (
    Effect,
    Estimate,
    Resampling,
    estimate,
    false_discovery,
    language_effects,
    mean_effect,
)
from .comparison import BETTER, SAME, UNCLEAR, WORSE, AverageComparison, Comparison, Line, Request, TaskComparison
from .matching import Shared, changes, match, notes, refuse_unlike
from .speed import measured_speed, obstacles
from .stored import StoredSystem


@dataclass(frozen=True, slots=True)
class _Draft:
    """A comparison before the correction for the number of comparisons."""

    base: float
    head: float
    effect: Effect
    less_is_better: bool = False


@dataclass(frozen=True, slots=True)
class _TaskDraft:
    column: TaskColumn
    averaged: bool
    mean: Mean
    total: _Draft
    languages: Mapping[str, _Draft]


def compare(base: StoredSystem, head: StoredSystem, request: Request) -> Comparison:
    """Compare two systems on every task and language that both have.

    Raises:
        InputError: they share nothing, what they share is not comparable, an asked task or language is in neither,
            or predictions are missing or not those of their record.
    """
    shared, missing = match(base, head, request)
    refuse_unlike(base, head, shared, request.across)
    records = [stored.record for pair in shared.values() for stored in pair]
    suite = choose_suite(records, request.suite)
    columns = make_columns(suite, records)
    drafts = [draft for column in columns if (draft := _task(column, shared, request.resampling))]
    averages = list(_averages(columns, drafts))
    # What a reader sees as one table is corrected as one family of comparisons; languages are a family of their own.
    totals = _lines([*(draft.total for draft in drafts), *(draft for _, _, draft in averages)], request.alpha)
    by_language = iter(_lines([line for draft in drafts for line in draft.languages.values()], request.alpha))
    return Comparison(
        base=base,
        head=head,
        request=request,
        suite=suite.title,
        tasks=tuple(
            TaskComparison(
                key=draft.column.key,
                title=draft.column.title,
                less_is_better=draft.total.less_is_better,
                averaged=draft.averaged,
                mean=draft.mean,
                line=line,
                languages={language: next(by_language) for language in draft.languages},
                speed=measured_speed([pair for place, pair in shared.items() if place.task == draft.column.key]),
            )
            for draft, line in zip(drafts, totals, strict=False)
        ),
        averages=tuple(
            AverageComparison(title, mean, line)
            for (title, mean, _), line in zip(averages, totals[len(drafts) :], strict=True)
        ),
        missing=missing,
        speed=measured_speed(list(shared.values())),
        obstacles=obstacles(list(shared.values())),
        changes=changes(shared.values()),
        notes=notes(base, head, shared, suite),
    )


def _task(column: TaskColumn, shared: Shared, resampling: Resampling) -> _TaskDraft | None:
    pairs = [read_pair(*stored) for place, stored in shared.items() if place.task == column.key]
    if not pairs:
        return None
    task = known_tasks()[column.key]
    less = any(metric.less_is_better for metric in task.kind.metrics if metric.name in task.main_metrics)
    effects = language_effects(pairs, resampling)
    languages = {pair.language: _Draft(*pair.values, effects[pair.language], less) for pair in pairs}
    wanted = _wanted(column, task.languages, list(languages))
    counted = [languages[language] for language in wanted if language in languages]
    mean = mean_over({language: draft.effect.difference for language, draft in languages.items()}, wanted)
    return _TaskDraft(column, wanted == column.languages, mean, _mean(counted, less), languages)


def _wanted(column: TaskColumn, known: tuple[str, ...], there: Sequence[str]) -> tuple[str, ...]:
    """The languages that a complete mean is over: the suite's, or for what is outside it the task's own."""
    return next((wanted for wanted in (column.languages, known) if {*wanted} & {*there}), tuple(there))


def _mean(drafts: Sequence[_Draft], less_is_better: bool = False) -> _Draft:
    return _Draft(
        fmean(draft.base for draft in drafts),
        fmean(draft.head for draft in drafts),
        mean_effect([draft.effect for draft in drafts]),
        less_is_better,
    )


def _averages(columns: Sequence[TaskColumn], drafts: Sequence[_TaskDraft]) -> Iterator[tuple[str, TaskMean, _Draft]]:
    """Averages over two tasks or more: of one it would say nothing new."""
    averaged = {draft.column.key: draft for draft in drafts if draft.averaged}
    in_suite = [column for column in columns if column.in_suite]
    speaking = [column for column in in_suite if not column.retrieval]
    for title, members in (("average", in_suite), ("without retrieval", speaking)):
        there = [averaged[column.key] for column in members if column.key in averaged]
        if len(there) < 2 or (members is speaking and len(there) == len(averaged)):
            continue
        means = [averaged[c.key].mean if c.key in averaged else Mean(None, 0, len(c.languages)) for c in members]
        yield title, mean_of_tasks(means), _mean([draft.total for draft in there])


def _lines(drafts: Sequence[_Draft], alpha: float) -> list[Line]:
    estimates = [estimate(draft.effect) for draft in drafts]
    corrected = false_discovery([found.p for found in estimates])
    return [
        Line(draft.base, draft.head, found, q, _verdict(found, q, alpha, draft.less_is_better))
        for draft, found, q in zip(drafts, estimates, corrected, strict=True)
    ]


def _verdict(found: Estimate, q: float, alpha: float, less_is_better: bool) -> str:
    if found.low == found.difference == found.high == 0:
        return SAME
    if q > alpha:
        return UNCLEAR
    return BETTER if (found.difference > 0) != less_is_better else WORSE
