"""Where and when something was measured, and whether the machine was quiet."""

import os
import time
from pathlib import Path
from typing import Any

from ..harness.provenance import git_state, hardware, versions

QUIET = 0.1
"""Share of the CPUs that others may use before a measurement is doubtful."""
_WATCHED = 0.5


def description() -> dict[str, Any]:
    """The machine, versions, commit and date."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "hardware": hardware(),
        "versions": versions(),
        "git": git_state(),
    }


def used_by_others(seconds: float = _WATCHED) -> float:
    """Share of all CPUs in use while this process sleeps; 0 to 1. Waiting peers use none."""
    before = _ticks()
    time.sleep(seconds)
    after = _ticks()
    busy, total = (now - then for now, then in zip(after, before, strict=True))
    return busy / total if total else 0.0


def _ticks() -> tuple[int, int]:
    """Ticks of all CPUs since the start of the machine: busy, and all."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    # user nice system idle iowait irq softirq steal; what a guest used is within user and nice.
    ticks = [int(field) for field in fields[:8]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def load_average() -> float:
    """Of the last minute."""
    return os.getloadavg()[0]
