"""Where `metrics_agree.py` has official implementations from, and how it counts in what they differ from xbench."""

import functools
import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .perturbed_gold import Gold

OLD, NEW = "seqeval-0.0.12", "seqeval-1"
OLD_SEQEVAL = "seqeval 0.0.12"
SEVERAL = ("seqeval", "evaluate", "third_party")  # what comes in several versions


class Missing(Exception):
    """Why something cannot be compared."""


@dataclass
class Found:
    """Two opinions on the same cases: how far apart they were at most, or how many were not one."""

    unit: str
    cases: int = 0
    points: float = 0.0
    unequal: int | None = None
    remark: str = ""

    def scores(self, cases: int, ours: Iterable[float], theirs: Iterable[float]) -> None:
        """Take in scores in percent."""
        gaps = [abs(a - b) for a, b in zip(ours, theirs, strict=True)]
        self.cases += cases
        self.points = float(np.max([self.points, *gaps]))  # NaN if there is one

    def predictions(self, cases: int, unequal: int) -> None:
        """Take in predictions."""
        self.cases += cases
        self.unequal = unequal + (self.unequal or 0)

    def cells(self) -> tuple[str, str]:
        """What stands in the table."""
        if not self.cases:
            raise Missing("no gold labels in the data directory")
        points = f"{self.points:.0e} points" if self.points else "0 points"
        return f"{self.cases:,} {self.unit}", (
            points if self.unequal is None else f"{self.unequal} differ"
        ) + self.remark


def version(package: str, folder: Path | None = None) -> str:
    """A package with its version, as installed or as it lies in a folder; its name alone if it is not there."""
    path = [str(folder)] if folder else sys.path
    found = next(iter(metadata.distributions(name=package, path=path)), None)
    return f"{package} {found.version}" if found else package


@functools.cache
def load(name: str, *folders: Path) -> Any:
    """A module from these folders, beside one of its name that is installed or came from others.

    Raises:
        Missing: it cannot be imported.
    """

    def unload() -> dict[str, ModuleType]:
        return {key: sys.modules.pop(key) for key in list(sys.modules) if key.partition(".")[0] in SEVERAL}

    kept = unload()
    sys.path[:0] = map(str, folders)
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Missing(str(error)) from error
    finally:
        del sys.path[: len(folders)]
        unload()
        sys.modules.update(kept)


@dataclass(frozen=True)
class Setup:
    """The data and where the official implementations are."""

    gold: Gold
    reference: Path | None
    old_seqeval: Path | None

    def seqeval(self, rule: str) -> tuple[Path, ...]:
        """The folder of the old seqeval; none for the newer one, which is installed.

        Raises:
            Missing: it was not given, or another version is there.
        """
        if rule == NEW:
            return ()
        if self.old_seqeval is None:
            raise Missing("--seqeval not given")
        if version("seqeval", self.old_seqeval) != OLD_SEQEVAL:
            raise Missing(f"no {OLD_SEQEVAL} in {self.old_seqeval}")
        return (self.old_seqeval,)

    def official(self, name: str, rule: str = NEW) -> Any:
        """A module of the reference, which sees the seqeval of `rule`.

        Raises:
            Missing: it was not given, or cannot be imported.
        """
        if self.reference is None:
            raise Missing("--reference not given")
        return load(name, self.reference, *self.seqeval(rule))
