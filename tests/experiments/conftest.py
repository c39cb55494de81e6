"""Grids and records of which only what a test names matters."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from xbench.experiments.account import Accounts, CellAccount, PartSummary
from xbench.experiments.grid import Cell, Grid, parse_grid
from xbench.results.record import Record
from xbench.tasks.suites import TASKS

TIMING = dict.fromkeys(("tokenise", "infer", "decode", "sequences", "tokens", "padded_tokens", "batches"), 1)


def _record(system: str, task: str, language: str, scores: float | dict[str, float], **changes: Any) -> Record:
    metrics = TASKS[task].main_metrics
    fields = {
        "system": system,
        "task": task,
        "language": language,
        "split": "test",
        "suite": "xtreme",
        "scores": scores if isinstance(scores, dict) else dict.fromkeys(metrics, scores),
        "examples": 1000,
        "limit": None,
        "provider_requested": "auto",
        "provider": "CPUExecutionProvider",
        "run": "20200526T000000000000Z",
        "created": "2020-05-26T12:00:00+00:00",
        "timing": TIMING,
        "key": {
            "task_version": 1,
            "data": f"{task}-{language}",
            "precision": "fp32",
            "checkpoint": f"weights-of-{system}",
            "tokenizer": "sentencepiece",
            "backend": "onnx",
        },
    }
    return Record.model_validate(fields | changes)


def _keep(accounts: Accounts, cell: Cell, records: Iterable[Record], **account: Any) -> None:
    """Put records of a cell on disk with the account that names them, as a run leaves them."""
    kept = list(records)
    for record in kept:
        accounts.store.save(record, {"id": ["0"]})
    scores = tuple(f"{record.task}/{record.language}" for record in kept)
    given = {"status": "done", "scores": scores} | account
    accounts.save(cell, CellAccount(key=accounts.key(cell), **given))


def _part(examples: dict[str, int] | None = None, dev: dict[str, float] | None = None, **changes: Any) -> PartSummary:
    return PartSummary(**({"seed": 1, "steps": 10, "examples": examples or {}, "dev": dev or {}} | changes))


@pytest.fixture(scope="session")
def record() -> Callable[..., Record]:
    return _record


@pytest.fixture(scope="session")
def keep() -> Callable[..., None]:
    return _keep


@pytest.fixture(scope="session")
def part() -> Callable[..., PartSummary]:
    return _part


GRID = """
title = "Toy"
question = "Does it?"
suite = "xtreme"
tasks = ["xnli", "xquad", "tatoeba"]
languages = ["en", "de", "sw"]
bases = ["org/base"]
recipes = "jiant"
baseline = "none"

[intermediate]
none = []
mnli = ["mnli"]
squad = ["squad"]
"""


@pytest.fixture(scope="session")
def toy() -> str:
    """XNLI in en, de, sw; XQuAD in en, de; Tatoeba in de, sw."""
    return GRID


@pytest.fixture
def grid() -> Grid:
    return parse_grid(GRID, "toy.toml")


@pytest.fixture
def accounts(grid: Grid, tmp_path: Path) -> Accounts:
    return Accounts(grid, tmp_path / "out", "data")
