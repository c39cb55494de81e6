"""A folder of gold labels, built from a labelled data directory and described by a manifest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files import write_text
from ..examples import Dataset
from ..readers import load_json
from ..sources import Source
from ..suites import find_task
from ..task import Task
from .layout import FORMATS, labels_text, submission_path

MANIFEST = "MANIFEST.json"
_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class Labels:
    """What was written: files with the number of their rows; and languages that were left out, by task and reason."""

    written: Mapping[Path, int]
    left_out: Mapping[tuple[str, str], Sequence[str]]


def build_labels(source: Source, selected: Mapping[str, Sequence[str]], output: Path, *, required: bool) -> Labels:
    """Write the labels of the test sets, and `MANIFEST.json` with rows and SHA-256 of every file.

    Files of an earlier call stay, in the folder and in its manifest.

    Args:
        source: labelled data.
        selected: languages by task key.
        output: the folder; each file is written all or nothing, the manifest last.
        required: whether every language must be there and labelled; else it is left out.

    Raises:
        InputError: data are malformed, a required language is missing or without labels, there is nothing to write,
            or the place cannot be written.
    """
    manifest = _read_manifest(output / MANIFEST)
    written: dict[Path, int] = {}
    left_out: dict[tuple[str, str], list[str]] = {}
    for key, languages in selected.items():
        task = find_task(key)
        for language in languages:
            dataset = _labelled(source, task, language)
            if isinstance(dataset, str) and required:
                raise InputError(f"{key} in {language!r} in {source.name}: {dataset}")
            if isinstance(dataset, str):
                left_out.setdefault((key, dataset), []).append(language)
                continue
            path = submission_path(output, task, language)
            text, rows = labels_text(task, dataset)
            write_text(path, text)
            written[path] = rows
            digest = hashlib.sha256(text.encode()).hexdigest()
            manifest[path.relative_to(output).as_posix()] = {"rows": rows, "sha256": digest}
    if not written:
        raise InputError(f"no labelled test data in {source.name}")
    write_text(output / MANIFEST, json.dumps({"files": dict(sorted(manifest.items()))}, indent=1) + "\n")
    return Labels(written, left_out)


def _labelled(source: Source, task: Task, language: str) -> Dataset[Any] | str:
    """The test set, or why there are no labels to write."""
    if task.kind.name not in FORMATS:
        return f"there is no file format for a {task.kind.name} task"
    if _SPLIT not in task.splits or not source.has(task, _SPLIT, language):
        return f"no {_SPLIT} data"
    dataset = source.load(task, _SPLIT, language)
    return dataset if dataset.labelled else "no gold labels"


def _read_manifest(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    content = load_json(path)
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, dict):
        raise InputError(f"{path}: not a manifest of labels, so the folder is someone else's; choose another one")
    return files
