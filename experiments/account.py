"""What was done for each cell of an experiment, on disk.

<output>/experiment.toml          the file as it was given
<output>/systems/<cell>/          the trained system
<output>/results/<cell>/          its records (see `results.store`)
<output>/cells/<cell>.json        the account of its training and evaluation on test; `<cell>.dev.json` on dev
<output>/REPORT.md
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ..files import write_text
from ..results.store import TEST, Store
from ..training.recipe import RecipeBook
from .grid import Cell, Grid


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PartSummary(_Stored):
    """One training: by task, its training examples and its score on English dev in percent, if there is dev data.

    An encoder that is the base as it came has neither steps nor a seed.
    """

    seed: int | None
    steps: int
    examples: dict[str, int]
    dev: dict[str, float]
    collapses: int = 0
    """How many seeds collapsed before this one."""


class SkippedUnits(_Stored):
    """A task, or some of its languages, that could not be evaluated, and why."""

    task: str
    languages: tuple[str, ...]
    reason: str


class CellAccount(_Stored):
    """What came of a cell: failed, or done; `scores` are the records it has, as `task/language`."""

    key: str
    status: Literal["done", "failed"]
    errors: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    skipped: tuple[SkippedUnits, ...] = ()
    parts: dict[str, PartSummary] = {}
    """By training task; `encoder` for phase 1."""


@dataclass(frozen=True)
class Accounts:
    """The accounts of one experiment on one split, and where things lie.

    `data` is what names the data, and `limit` the number of test examples: an account counts only for the same.
    """

    grid: Grid
    output: Path
    data: str
    limit: int | None = None

    @property
    def store(self) -> Store:
        """The records of all cells."""
        return Store(self.output / "results")

    def system(self, cell: Cell) -> Path:
        """The directory of the trained system.

        Target data are in its name: a training that goes on in a directory does not know of them.
        """
        data = self.grid.intermediate[cell.condition].target_data
        return self.output / "systems" / (f"{cell.name}.{_digest(data)}" if data else cell.name)

    def path(self, cell: Cell) -> Path:
        """Where the account lies."""
        return self.output / "cells" / (f"{cell.name}.json" if self.grid.split == TEST else f"{cell.name}.dev.json")

    def key(self, cell: Cell) -> str:
        """Hash of all that was asked for; an account with another is of another experiment."""
        grid, condition = self.grid, self.grid.intermediate[cell.condition]
        asked = {
            "cell": [cell.base, cell.seed, condition.model_dump(mode="json")],
            "training": [RecipeBook.load(grid.recipes).tables, grid.changes, grid.retries, grid.targets()],
            "evaluation": [grid.suite, grid.split, grid.selected(), self.data, self.limit],
        }
        return _digest(asked)

    def find(self, cell: Cell) -> CellAccount | None:
        """The account of what was asked for; None if there is none, or it is of something else."""
        try:
            account = CellAccount.model_validate_json(self.path(cell).read_bytes())
        except (OSError, ValidationError):
            return None  # done anew and replaced
        return account if account.key == self.key(cell) else None

    def finished(self, cell: Cell) -> bool:
        """Whether the cell is done, and all its records are still there."""
        account = self.find(cell)
        if account is None or account.status != "done":
            return False
        places = (score.split("/") for score in account.scores)
        paths = (self.store.record_path(cell.name, task, code, self.grid.split) for task, code in places)
        return all(path.is_file() and path.with_suffix(".parquet").is_file() for path in paths)

    def save(self, cell: Cell, account: CellAccount) -> None:
        """Write the account of a cell.

        Raises:
            InputError: the place cannot be written.
            EnvironmentFault: the disk is full.
        """
        write_text(self.path(cell), account.model_dump_json(indent=2) + "\n")

    def on(self, split: Literal["test", "dev"]) -> "Accounts":
        """Those of the same experiment on another split."""
        return Accounts(self.grid.model_copy(update={"split": split}), self.output, self.data, self.limit)

    def all(self) -> Mapping[Cell, CellAccount | None]:
        """The account of each cell of the grid, None where there is none."""
        return {cell: self.find(cell) for cell in self.grid.cells()}


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]
