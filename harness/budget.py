"""How many padded tokens a batch should hold: measured once for a machine and a graph, then remembered.

Small batches stay in a CPU's cache, large ones fill a GPU; where the best lies depends on both, so a few budgets are
tried on real sequences, whose outputs are kept: nothing is computed twice.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files import write_text

# Without a measurement. With an encoder of 12 x 768 on two cores, 512 was 1.27 times as fast as 2,048.
DEFAULT = {"cpu": 512, "cuda": 16384}
# What calling the model costs beside its tokens, in tokens. With an encoder of 12 x 768 on two cores, 64 was better
# than 0 and 24 for units of a few hundred tokens; for CUDA it is an estimate.
CALL = {"cpu": 64, "cuda": 4096}
_TRIED = {"cpu": (256, 512, 1024), "cuda": (8192, 16384, 32768)}
# Each budget is tried three times, so that a disturbance hits one trial and not one budget; each time on the tokens of
# so many of the largest batches. On a CPU that takes 18,000 tokens, about a language of Tatoeba.
_ROUNDS = 3
_BATCHES = 2
# What is not as much faster than the default is no better: a trial takes a second, and its time varies.
_MARGIN = 1.03


@dataclass(frozen=True)
class Trial:
    """Sequences, by number, to be computed under one budget."""

    budget: int
    rows: NDArray[np.int64]


def plan_trials(lengths: NDArray[np.int64], device: str) -> list[Trial]:
    """Groups of sequences to try each budget of `device` on, all of the same mixture of lengths; none if they are few.

    Args:
        lengths: tokens of each sequence, shape (sequences,).
        device: `cpu` or `cuda`.
    """
    budgets = _TRIED[device]
    wanted = _ROUNDS * _BATCHES * max(budgets) * len(budgets)
    total = int(lengths.sum())
    if total < wanted:
        return []
    groups = _ROUNDS * len(budgets)
    by_length = np.argsort(-lengths, kind="stable")
    chosen = by_length[:: max(1, int(total / wanted))]
    return [Trial(budgets[number % len(budgets)], chosen[number::groups]) for number in range(groups)]


def best_budget(trials: Sequence[Trial], tokens: Sequence[int], seconds: Sequence[float], default: int) -> int:
    """The budget with the highest rate over its trials, the default where that is hardly higher than its own.

    Args:
        trials: what was tried.
        tokens: computed in each, without padding.
        seconds: that each took.
        default: one of the budgets that were tried.
    """
    sums: dict[int, tuple[int, float]] = {}
    for trial, count, time in zip(trials, tokens, seconds, strict=True):
        known = sums.get(trial.budget, (0, 0.0))
        sums[trial.budget] = (known[0] + count, known[1] + time)
    rates = {budget: count / time for budget, (count, time) in sums.items()}
    best = max(rates, key=lambda budget: rates[budget])
    return best if rates[best] > _MARGIN * rates[default] else default


@dataclass(frozen=True)
class BudgetMemory:
    """What was found, kept in the cache for `facts`: all that the best budget depends on."""

    cache: Path
    facts: dict[str, Any]

    @property
    def _path(self) -> Path:
        digest = hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()[:24]
        return self.cache / "batch-tokens" / f"{digest}.json"

    def read(self) -> int | None:
        """The budget, None if none was measured."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))["batch_tokens"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if isinstance(found, int) and found > 0 else None

    def write(self, budget: int) -> None:
        """Remember a budget."""
        write_text(self._path, json.dumps({"batch_tokens": budget, **self.facts}, indent=1) + "\n")
