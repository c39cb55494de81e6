"""Scores in the schema of Every Eval Ever, which results of many harnesses share (github.com/evaleval/every_eval_ever).

Written for version 0.3.0 of `every_eval_ever/schemas/eval.schema.json`, in the layout of its data store. There a score
is a proportion where its metric is one everywhere else, so accuracy, F1 and the like go from 0 to 1; the percentage
stands beside it. Single examples are not exported: they would publish texts and gold labels of test sets.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from ...files import write_text
from ...results.reading import Results
from ...results.record import SystemDescription
from ...results.store import slug
from ..board import Board, SystemRow
from ..runs import run_file, versions
from ..scores import distinct
from .measured import AVERAGE, Measured, measured, models

SCHEMA_VERSION = "0.3.0"
SOURCES = {
    "xtreme": "https://github.com/google-research/xtreme",
    "xtreme-r": "https://github.com/google-research/xtreme",
}
"""Where the data of a suite is from, by its key."""
_UNKNOWN = "unknown"

# Identifier, family and name of a metric, where they are not the name that it has in records.
_METRICS = {
    "accuracy": ("accuracy", "accuracy", "Accuracy"),
    "f1": ("f1", "f1", "F1"),
    "exact_match": ("exact-match", "exact_match", "Exact match"),
    "map@20": ("map-at-20", "map", "mAP@20"),
}
# What runs a graph, and the distributions that have its version in the file of a run, by backend.
_ENGINES = {"onnx": ("ONNX Runtime", ("onnxruntime-gpu", "onnxruntime")), "torch": ("PyTorch", ("torch",))}


def write(board: Board, results: Results, directory: Path) -> list[Path]:
    """Write for each system one file with all its scores: `data/xbench-SUITE/DEVELOPER/MODEL/UUID.json`.

    The identifiers and times in it are made from the records, so the same records give the same file. A system counts
    as a model of the Hub if it was named by its identifier there, or is called like one (`--name org/model`); else its
    developer is unknown.

    Args:
        board: whose scores.
        results: the records behind it, with the descriptions of systems and runs.
        directory: what `data` is created in.

    Returns:
        The files.

    Raises:
        InputError: the directory cannot be written.
        EnvironmentFault: the disk is full.
    """
    collection = f"xbench-{slug(board.suite.key)}"
    paths = []
    for row in models(board):
        log = _log(board, results, row)
        developer, model = log["model_info"]["id"].split("/")
        unique = UUID(bytes=sha256(log["evaluation_id"].encode()).digest()[:16], version=4)
        path = directory / "data" / collection / developer / model / f"{unique}.json"
        write_text(path, json.dumps(log, ensure_ascii=False, indent=2) + "\n")
        paths.append(path)
    return paths


def model_id(system: str, description: SystemDescription | None) -> str:
    """`developer/model` for a system: its identifier on the Hub, as far as it can be told from its name."""
    lone = "" if description is None else str(description.checkpoints.get("", {}).get("reference", ""))
    # A model of the Hub that is given no name is called by its identifier, with `/` written `__`.
    name = lone if lone.count("/") == 1 and lone.replace("/", "__") == system else system
    parts = name.split("/") if name.count("/") == 1 and all(name.split("/")) else [_UNKNOWN, name]
    return "/".join(slug(part).rstrip(".") for part in parts)


def _log(board: Board, results: Results, row: SystemRow) -> dict[str, Any]:
    scores = list(measured(board, row, every_metric=True))
    identity = model_id(row.name, results.systems.get(row.name))
    newest = max(score.newest for score in scores)
    stamp = str(int(datetime.fromisoformat(newest).timestamp()))
    found = _versions(results, row.name)
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"xbench-{board.suite.key}/{identity}/{stamp}",
        "evaluation_timestamp": newest,
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": "xbench",
            "source_type": "evaluation_run",
            "source_organization_name": _UNKNOWN,
            "evaluator_relationship": "other",
        },
        "eval_library": {"name": "xbench", "version": _joined(found, ("xbench",))},
        "model_info": _model(row, results.systems.get(row.name), identity, found),
        "evaluation_results": [_result(board, score) for score in scores],
    }


def _versions(results: Results, system: str) -> list[Mapping[str, Any]]:
    """Of the runs that wrote the system's records, as far as they tell."""
    paths = {run_file(stored) for key, stored in sorted(results.stored.items()) if key[0] == system}
    return [found for path in sorted(paths) if (found := versions(path)) is not None]


def _joined(found: Iterable[Mapping[str, Any]], names: Sequence[str]) -> str:
    """The versions of the first of these distributions that is there, each once."""
    told = (next((str(one[name]) for name in names if one.get(name)), None) for one in found)
    return ", ".join(distinct(version for version in told if version)) or _UNKNOWN


def _model(
    row: SystemRow, description: SystemDescription | None, identity: str, found: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    origin = row.provenance
    details = {
        "deployment_type": "self_deployed",
        "model_availability": _UNKNOWN,
        "precision": ", ".join(origin.precisions),
        "provider": ", ".join(origin.providers),
        "checkpoints": json.dumps(origin.checkpoints, sort_keys=True),
    }
    if origin.parameters is not None:
        details["parameters"] = str(origin.parameters)
    info: dict[str, Any] = {"name": row.name, "id": identity, "developer": identity.split("/", maxsplit=1)[0]}
    if len(origin.backends) == 1 and origin.backends[0] in _ENGINES:
        name, distributions = _ENGINES[origin.backends[0]]
        info["inference_engine"] = {"name": name, "version": _joined(found, distributions)}
    return {**info, "additional_details": details}


def _result(board: Board, score: Measured) -> dict[str, Any]:
    record = score.records[0]
    return {
        "evaluation_result_id": score.key,
        "evaluation_name": f"{board.suite.key}.{score.key.removesuffix(f'.{score.metric}')}",
        "source_data": _source(board, score),
        "evaluation_timestamp": score.newest,
        "metric_config": _metric(board, score),
        "score_details": {
            "score": score.value / 100,
            "details": {
                "percent": repr(score.value),
                "level": _level(score),
                "examples": str(score.examples),
                "setup": score.setup,
                **({"task_version": str(record.key.task_version)} if score.task is not None else {}),
            },
        },
    }


def _level(score: Measured) -> str:
    """What a score is one of, so that nobody adds up languages and their means."""
    if score.task is None:
        return "mean over tasks"
    return "mean over languages" if score.language is None else "language"


def _source(board: Board, score: Measured) -> dict[str, Any]:
    details = {"split": score.records[0].split}
    if score.language is not None:
        details |= {"language": score.language, "data_hash": score.records[0].key.data}
    url = SOURCES.get(board.suite.key)
    where = {"source_type": "other"} if url is None else {"source_type": "url", "url": [url]}
    return {"dataset_name": score.title, **where, "additional_details": details}


def _metric(board: Board, score: Measured) -> dict[str, Any]:
    if score.metric == AVERAGE:
        # A mean of several metrics is nobody else's: its identifier is our own.
        identity, kind, name = f"xbench.{board.suite.key}.{score.key}", "average", "Average"
    else:
        plain = score.metric.replace("@", "-at-")
        identity, kind, name = _METRICS.get(
            score.metric, (plain.replace("_", "-"), plain, plain.replace("_", " ").capitalize())
        )
    return {
        "evaluation_description": f"{score.title}: {name}",
        "metric_id": identity,
        "metric_name": name,
        "metric_kind": kind,
        "metric_unit": "proportion",
        "lower_is_better": score.less_is_better,
        "score_type": "continuous",
        "min_score": 0.0,
        "max_score": 1.0,
    }
