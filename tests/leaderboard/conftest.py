from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from xbench.results.reading import Results
from xbench.results.record import Record, SystemDescription
from xbench.results.store import Store, StoredRecord
from xbench.tasks.suites import SUITES, TASKS

MakeRecord = Callable[..., Record]
MakeSystem = Callable[..., list[Record]]


def _record(system: str, task: str, language: str, scores: float | dict[str, float], **changes: Any) -> Record:
    """A record of which only what the test names matters; a single score serves all main metrics."""
    metrics = TASKS[task].main_metrics if task in TASKS else ("accuracy",)
    fields: dict[str, Any] = {
        "system": system,
        "task": task,
        "language": language,
        "split": "test",
        "suite": None,
        "scores": scores if isinstance(scores, dict) else dict.fromkeys(metrics, scores),
        "examples": 1000,
        "limit": None,
        "provider_requested": "auto",
        "provider": "CPUExecutionProvider",
        "run": "20200526T000000000000Z",
        "created": "2020-05-26T12:00:00+00:00",
        "timing": dict.fromkeys(("tokenise", "infer", "decode", "sequences", "tokens", "padded_tokens", "batches"), 1),
        "key": {
            "task_version": 1,
            "data": f"{task}-{language}",
            "precision": "fp32",
            "checkpoint": f"weights-of-{system}",
            "tokenizer": "sentencepiece",
            "backend": "onnx",
        },
    }
    key = {
        name: changes.pop(name)
        for name in list(changes)
        if name in fields["key"] or name in ("layer", "pooling", "protocol")
    }
    return Record.model_validate(fields | changes | {"key": fields["key"] | key})


def _system(
    name: str, scores: dict[str, Any], suite: str = "xtreme", languages: Iterable[str] | None = None, **changes: Any
) -> list[Record]:
    """The same scores in every language of each task in the suite, or in those of `languages` that it has."""
    return [
        _record(name, task, language, values, **changes)
        for task, values in scores.items()
        for language in SUITES[suite].languages[task]
        if languages is None or language in languages
    ]


@pytest.fixture(scope="session")
def record() -> MakeRecord:
    return _record


@pytest.fixture(scope="session")
def system() -> MakeSystem:
    return _system


@pytest.fixture(scope="session")
def results_of() -> Callable[..., Results]:
    return _results_of


def _results_of(records: Iterable[Record], **fields: Any) -> Results:
    """Results of records that lie in files which nobody made."""
    kept = tuple(records)
    stored = {
        (one.system, one.task, one.language): StoredRecord(Path(one.system, one.task, f"{one.language}.json"), one)
        for one in kept
    }
    return Results(**{"records": kept, "stored": stored, "systems": {}, "notes": ()} | fields)


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of xbench that lacks tasks of its suites."""
    for task in ("bucc2018", "mewslix", "lareqa"):
        monkeypatch.delitem(TASKS, task, raising=False)


def qa(f1: float, exact_match: float) -> dict[str, float]:
    return {"f1": f1, "exact_match": exact_match}


@pytest.fixture
def xlmr() -> dict[str, Any]:
    """XLM-R Large, zero-shot, as published (protocol 6.1)."""
    return {
        "xnli": 79.2,
        "pawsx": 86.4,
        "udpos": 72.6,
        "panx": 65.4,
        "xquad": qa(76.6, 60.8),
        "mlqa": qa(71.6, 53.2),
        "tydiqa": qa(65.1, 45.0),
        "bucc2018": 66.0,
        "tatoeba": 57.3,
    }


@pytest.fixture
def intermediate_mnli() -> dict[str, Any]:
    """Phang et al.'s gains of MNLI as intermediate task, in points (protocol 7.9)."""
    return {
        "xnli": -1.2,
        "pawsx": 1.4,
        "udpos": -0.7,
        "panx": 0.5,
        "xquad": qa(-0.3, -0.3),
        "mlqa": qa(0.2, 0.2),
        "tydiqa": qa(-1.0, -1.6),
        "bucc2018": 20.0,
        "tatoeba": 48.8,
    }


@pytest.fixture(scope="session")
def write_system():
    return _write_system


def _write_system(directory: Path, correct: dict[tuple[str, str], list[int]], **changes: Any) -> Path:
    """A stored system of tasks scored by accuracy: for each task and language which examples it got right.

    `processor` is that of its run; other changes are to its records.
    """
    store, name = Store(directory.parent), directory.name
    processor = changes.pop("processor", "fast")
    for (task, language), hits in correct.items():
        scores = {"accuracy": 100 * sum(hits) / len(hits)} if hits else {}
        record = _record(name, task, language, scores, **{"examples": len(hits)} | changes)
        columns = {"id": [str(row) for row in range(len(hits))], "input": [["a text"]] * len(hits)}
        counts = {"count_correct": [float(hit) for hit in hits], "count_examples": [1.0] * len(hits)}
        store.save(record, columns | counts)
        store.save_run(name, record.run, {"hardware": {"processor": processor, "memory_bytes": id(store)}})
    store.save_system(SystemDescription(name=name, checkpoints={}))
    return directory
