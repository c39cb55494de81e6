"""A folder of predictions against a folder of labels: scores of tasks whose languages are complete, without a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from ...tasks.protocol import parse_protocol, with_protocol
from ...tasks.submission.layout import read_submission, submission_path
from ...tasks.suites import known_tasks
from ...tasks.task import Suite, Task

# The other choices are made before there is a prediction.
_CHOICES_OF_SCORING = ("chunks",)

LanguageScores = Mapping[str, Mapping[str, float]]
"""Metrics in percent, by language."""


@dataclass(frozen=True, slots=True)
class SubmissionScores:
    """What a submission scores.

    Attributes:
        suite: whose tasks were looked for.
        tasks: scores of the tasks that are there, each in all languages of the suite, in its order.
        left_out: why other tasks, and folders that are none, have no scores.
        protocol: choices that differ from the reference's, as `key=value`.
    """

    suite: Suite
    tasks: Mapping[str, LanguageScores]
    left_out: Mapping[str, str]
    protocol: tuple[str, ...] = ()


def score_submission(predictions: Path, labels: Path, suite: Suite, choices: Sequence[str] = ()) -> SubmissionScores:
    """Score `<predictions>/<task>/test-<language>.<ext>` against the same files of `labels`.

    A task without a folder on one side is left out; of one with both, every language of the suite must be there
    (google-research/xtreme, evaluate.py).

    Args:
        predictions: folder of predictions.
        labels: folder of gold labels.
        suite: the tasks and languages.
        choices: departures from the reference's protocol, as `key=value`; only those that concern scoring.

    Raises:
        InputError: a folder or a language is missing, no task has both folders, a file is malformed or not of the
            same examples as its counterpart, or a choice does not concern scoring.
    """
    for side in (predictions, labels):
        if not side.is_dir():
            raise InputError(f"no folder {side}")
    chosen = parse_protocol(tuple(choices))
    for key in chosen:
        if key not in _CHOICES_OF_SCORING:
            raise InputError(f"the choice {key!r} is made when predictions are, not when they are scored: leave it out")
    tasks: dict[str, LanguageScores] = {}
    left_out = _strangers(predictions, suite)
    protocol: set[str] = set()
    for key, languages in suite.languages.items():
        task = known_tasks().get(key)
        if lack := _lack(task, key, predictions, labels):
            left_out[key] = lack
        elif task is not None:
            task, differing = with_protocol(task, chosen)
            protocol.update(differing)
            tasks[key] = _score_task(task, languages, predictions, labels)
    if not tasks:
        raise InputError(f"nothing to score: {predictions} and {labels} have no task of {suite.title} in common")
    return SubmissionScores(suite, tasks, left_out, tuple(sorted(protocol)))


def _score_task(task: Task, languages: Sequence[str], predictions: Path, labels: Path) -> LanguageScores:
    files = {
        language: tuple(submission_path(folder, task, language) for folder in (predictions, labels))
        for language in languages
    }
    absent = [path for paths in files.values() for path in paths if not path.is_file()]
    if absent:
        more = f" (and {len(absent) - 1} more)" if len(absent) > 1 else ""
        raise InputError(f"{absent[0]} not found{more}: {task.title} is scored in all its {len(languages)} languages")
    return {language: _score(task, language, *paths) for language, paths in files.items()}


def _score(task: Task, language: str, predictions: Path, labels: Path) -> dict[str, float]:
    dataset, given = read_submission(task, predictions, labels)
    columns = task.kind.score(task, language, dataset, given)
    return {metric.name: metric.value(columns) for metric in task.kind.metrics}


def _lack(task: Task | None, key: str, predictions: Path, labels: Path) -> str | None:
    """Why a task cannot be scored, None if it can."""
    if task is None:
        return "not measured by this version of xbench"
    sides = {"predictions": predictions, "labels": labels}
    absent = [name for name, folder in sides.items() if not (folder / key).is_dir()]
    return f"no {' and no '.join(absent)}" if absent else None


def _strangers(predictions: Path, suite: Suite) -> dict[str, str]:
    """Folders of predictions that no task of the suite has the name of, such as a misspelt one."""
    names = sorted(path.name for path in predictions.iterdir() if path.is_dir() and not path.name.startswith("."))
    return {name: f"no task of {suite.title}" for name in names if name not in suite.languages}
