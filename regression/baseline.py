"""What scores are held against: a results directory with records and predictions, or a file of reference scores."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import InputError
from ..files import write_text
from ..harness.run import RunResult
from ..leaderboard.averages import language_value
from ..leaderboard.comparison.stored import StoredSystem, open_system
from ..results.record import Record
from ..results.store import Store, read_predictions, read_system, slug, system_records
from ..tasks.suites import find_task
from .scores import ScoreChange

_Scores = dict[str, dict[str, float]]


def baseline_system(root: Path, name: str, split: str) -> StoredSystem:
    """The system of that name in a results directory, or the only one that is there.

    Raises:
        InputError: there is none, or several of other names.
    """
    own = root / slug(name)
    return open_system(own if own.is_dir() else root, split)


def reference_changes(path: Path, records: Sequence[Record]) -> Iterator[ScoreChange]:
    """Hold records against a JSON or TOML file with the value of each task and language, in percent.

    Raises:
        InputError: the file is missing or malformed, or lacks something that was measured.
    """
    scores = _read_scores(path)
    for record in records:
        before = scores.get(record.task, {}).get(record.language)
        if before is None:
            raise InputError(f"{path} has no score of {record.task} {record.language}: add it, in percent")
        task = find_task(record.task)
        after = language_value(record.scores, task.main_metrics)
        less = any(metric.less_is_better for metric in task.kind.metrics if metric.name in task.main_metrics)
        drop = after - before if less else before - after
        yield ScoreChange(record.task, record.language, before, after, drop, None, drop > 0)


def update(root: Path, result: RunResult) -> None:
    """Store what was measured as the baseline: description, records, predictions, and the account of the run.

    Raises:
        InputError: `root` is a file of reference scores, or cannot be written.
    """
    if root.suffix in (".json", ".toml"):
        raise InputError(f"{root}: people write reference scores; --xbench-update-baseline fills a directory")
    store, source = Store(root), result.store.root / slug(result.system)
    store.prepare()
    store.save_system(read_system(source))
    for path, record in system_records(source, result.records[0].split):
        store.save(record, read_predictions(path.with_suffix(".parquet")))
    for name in {f"{record.run}.json" for record in result.records}:
        account = (source / "runs" / name).read_text(encoding="utf-8")
        write_text(root / slug(result.system) / "runs" / name, account)


def _read_scores(path: Path) -> _Scores:
    try:
        text = path.read_text(encoding="utf-8")
        content: Any = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        return TypeAdapter(_Scores).validate_python(content)
    except OSError as error:
        raise InputError(f"no baseline at {path}: {error.strerror}; --xbench-update-baseline stores one") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "content"
        raise InputError(f"{path}: {place}: {first['msg']}; scores stand by task and language, in percent") from error
    except ValueError as error:
        raise InputError(f"{path} is not {'TOML' if path.suffix == '.toml' else 'JSON'}: {error}") from error
