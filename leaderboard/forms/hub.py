"""Scores in the two forms that the Hugging Face Hub shows on a model's page.

`model-index` is metadata at the head of a model card (hub-docs, modelcard.md; read by huggingface_hub's
`ModelCardData`). `.eval_results/*.yaml` is newer: a list of entries, each naming a task of a data set that is
registered as a benchmark (hub-docs, eval_results.yaml and docs/hub/eval-results.md, read in November 2026).
"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from ...files import write_text
from ...results.reading import Results
from ...tasks.suites import known_tasks
from ..board import Board, SystemRow
from .escape import escape
from .measured import AVERAGE, Measured, file_names, measured, models

DATASETS = {"xtreme": "google/xtreme"}
"""The data set on the Hub that stands for a suite, by its key. XTREME-R has none; the mini suite is a fixture."""

# The Hub's words for tasks (huggingface.co/tasks), by the name of the kind.
_TASK_TYPES = {
    "classification": "text-classification",
    "multiple choice": "multiple-choice",
    "tagging": "token-classification",
    "span": "question-answering",
    "retrieval": "sentence-similarity",
    "mining": "sentence-similarity",
    "ranking": "text-ranking",
    "checklist": "question-answering",
}
_OTHER = "other"
# Where the Hub's word for a metric (huggingface.co/metrics), or the way it is written, is not that of the records.
_METRICS = {
    "accuracy": ("accuracy", "Accuracy"),
    "f1": ("f1", "F1"),
    "exact_match": ("exact_match", "Exact match"),
    "map@20": ("map_at_20", "mAP@20"),
    "error_rate": ("error_rate", "Error rate"),
    AVERAGE: ("average", "Average"),
}


class _Shown(NamedTuple):
    """What one result of a model index says of the task and the data."""

    task: dict[str, str]
    dataset: dict[str, Any]


def write(board: Board, results: Results, directory: Path) -> list[Path]:
    """Write for each system what goes into its repository on the Hub.

    SYSTEM/README.md                    a model card of metadata alone, to be merged into the model's own
    SYSTEM/.eval_results/SUITE.yaml     if a data set of the Hub stands for the suite

    Each (task, language, metric) is one result, and so is each mean that is complete. Scores are in percent.

    Args:
        board: whose scores.
        results: the records behind it.
        directory: where the folders of the systems go.

    Returns:
        The files, in the order in which they were written.

    Raises:
        InputError: the directory cannot be written.
        EnvironmentFault: the disk is full.
    """
    paths = []
    folders = file_names(row.name for row in board.systems)
    for row in models(board):
        scores = list(measured(board, row, every_metric=False))
        files = {"README.md": _card(board, row, scores)}
        if board.suite.key in DATASETS:
            files[f".eval_results/{board.suite.key}.yaml"] = _yaml(_entries(board, scores))
        for name, text in files.items():
            path = directory / folders[row.name] / name
            write_text(path, text)
            paths.append(path)
    return paths


def _yaml(content: Any) -> str:
    import yaml

    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120))


def _card(board: Board, row: SystemRow, scores: Sequence[Measured]) -> str:
    index = [{"name": row.name, "results": _index(board, scores)}]
    lines = [
        f"Scores of {escape(row.name)} on {escape(board.suite.title)}, in percent, measured by xbench. A mean is given"
        " only where every language, and every task, has a score.",
        *(f"- {escape(sentence)}" for sentence in board.notices),
    ]
    return f"---\n{_yaml({'model-index': index})}---\n\n" + "\n".join(lines) + "\n"


def _index(board: Board, scores: Sequence[Measured]) -> list[dict[str, Any]]:
    """One result for each task and language, with all its metrics."""
    results = []
    for shown, metrics in groupby(scores, key=lambda score: _shown(board, score)):
        results.append({**shown._asdict(), "metrics": [_metric(score) for score in metrics]})
    return results


def _shown(board: Board, score: Measured) -> _Shown:
    task = known_tasks().get(score.task or "")
    kind = task.kind.name if task is not None else ""
    # The Hub tells results apart by type of task, data set, configuration and split, so a configuration is needed that
    # no other task or language has. Those of google/xtreme are called alike, but do not cover all of them.
    configuration = score.key.removesuffix(f".{score.metric}")
    arguments: dict[str, Any] = {"examples": score.examples}
    if score.language is not None:
        arguments = {"language": score.language, **arguments, "data": score.records[0].key.data}
    if score.marks:
        arguments["notes"] = " ".join(score.marks)
    return _Shown(
        {"type": _TASK_TYPES.get(kind, _OTHER), "name": kind.capitalize() or "Average over tasks"},
        {
            "name": score.title,
            "type": DATASETS.get(board.suite.key, board.suite.key),
            "config": configuration,
            "split": score.records[0].split,
            "args": arguments,
        },
    )


def _metric(score: Measured) -> dict[str, Any]:
    kind, name = _METRICS.get(score.metric, (score.metric, score.metric.replace("_", " ").capitalize()))
    return {"type": kind, "value": score.value, "name": name}


def _entries(board: Board, scores: Sequence[Measured]) -> list[dict[str, Any]]:
    """One entry for each score: a task of a benchmark has one value."""
    return [
        {
            "dataset": {"id": DATASETS[board.suite.key], "task_id": score.key},
            "value": score.value,
            "date": score.newest,
            "notes": f"xbench: {score.setup}",
        }
        for score in scores
    ]
