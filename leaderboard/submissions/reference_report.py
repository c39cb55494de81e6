"""What XTREME's evaluate.py reports of a submission, in its arrangement; the averages are those of `averages`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...tasks.suites import find_task
from ..averages import Mean, language_value, mean_of_tasks, mean_over
from .submission_scores import LanguageScores, SubmissionScores

ALL_TASKS = "all_task"


def report(scores: SubmissionScores) -> dict[str, Any]:
    """Scores and averages in percent.

    `all_task` and the suite's groups, each only if all of its tasks are there; then for each task
    `{metric: {language: score}, avg_<metric>: mean, avg_metric: value of the task}`. Where there is something to say
    that evaluate.py has no place for, it stands first: `protocol` and `notice`.
    """
    remarks = {"protocol": list(scores.protocol), "notice": scores.suite.notice}
    return {
        **{name: remark for name, remark in remarks.items() if remark},
        **_averages(scores),
        **{key: _task_report(key, languages) for key, languages in scores.tasks.items()},
    }


def report_json(scores: SubmissionScores) -> str:
    """The report as JSON."""
    return json.dumps(report(scores), indent=2)


def report_text(scores: SubmissionScores) -> str:
    """Each task's scores, its averages, the averages over tasks, and what has no scores and why."""
    parts = [_task_text(key, languages) for key, languages in scores.tasks.items()]
    averages = [f"{name}: {value:.2f}" for name, value in _averages(scores).items()]
    if averages:
        parts.append("\n".join([_heading("averages"), "", *averages]))
    remarks = [*([f"protocol: {' '.join(scores.protocol)}"] if scores.protocol else []), *left_out_lines(scores)]
    remarks += [scores.suite.notice] if scores.suite.notice else []
    return "\n\n".join([*parts, *(["\n".join(remarks)] if remarks else [])])


def left_out_lines(scores: SubmissionScores) -> list[str]:
    """What has no scores, a line each."""
    return [f"not scored: {name} ({reason})" for name, reason in scores.left_out.items()]


def _averages(scores: SubmissionScores) -> dict[str, float]:
    """Complete averages over all tasks and over groups."""
    suite = scores.suite
    means = {key: _mean(key, scores.tasks.get(key, {}), codes) for key, codes in suite.languages.items()}
    wanted = {ALL_TASKS: suite.tasks, **suite.groups}
    averages = {name: mean_of_tasks([means[key] for key in keys]).value for name, keys in wanted.items()}
    return {name: value for name, value in averages.items() if value is not None}


def _mean(key: str, scores: LanguageScores, languages: Sequence[str]) -> Mean:
    """The value of a task; of one without scores, a mean over none of its languages."""
    metrics = find_task(key).main_metrics if scores else ()
    return mean_over({code: language_value(values, metrics) for code, values in scores.items()}, languages)


def _by_metric(scores: LanguageScores) -> dict[str, dict[str, float]]:
    metrics = next(iter(scores.values()))
    return {metric: {code: values[metric] for code, values in scores.items()} for metric in metrics}


def _task_means(key: str, scores: LanguageScores) -> dict[str, float | None]:
    means = {metric: mean_over(values, tuple(scores)).value for metric, values in _by_metric(scores).items()}
    return {**means, "metric": _mean(key, scores, tuple(scores)).value}


def _task_report(key: str, scores: LanguageScores) -> dict[str, Mapping[str, float] | float | None]:
    means = {f"avg_{name}": mean for name, mean in _task_means(key, scores).items()}
    return {**_by_metric(scores), **means}


def _task_text(key: str, scores: LanguageScores) -> str:
    return "\n".join([_heading(key), "", *_metric_lines(scores), *_mean_lines(key, scores)])


def _metric_lines(scores: LanguageScores) -> Iterator[str]:
    for metric, values in _by_metric(scores).items():
        yield f"------ {metric} ------"
        yield ", ".join(values)
        yield ", ".join(f"{value:.2f}" for value in values.values())
        yield ""


def _mean_lines(key: str, scores: LanguageScores) -> Iterator[str]:
    for name, mean in _task_means(key, scores).items():
        yield f"{name}: {mean:.2f}"


def _heading(name: str) -> str:
    return f"====== {name} ======"
