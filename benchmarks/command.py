"""The command line of xbench as a process of its own, timed from its start to its end."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import XbenchError


@dataclass(frozen=True)
class Finished:
    """What a command printed as JSON, the seconds from its start to its end, and its peak of resident memory.

    The peak is wrong where this process is larger: what a child inherits before its program begins counts too.
    """

    content: dict[str, Any]
    seconds: float
    peak_mb: float


def run_xbench(*arguments: str | os.PathLike[str]) -> Finished:
    """`xbench run` with these arguments on the CPU, computing everything anew.

    Raises:
        XbenchError: it failed; the last line that it said is told.
    """
    command = ["run", *map(str, arguments), "--device", "cpu", "--force", "--json"]
    output, seconds, peak = run_module(command)
    return Finished(json.loads(output), seconds, peak)


def run_module(arguments: Sequence[str]) -> tuple[str, float, float]:
    """`python -m xbench` with these arguments: what it printed, seconds, MB at its peak.

    Raises:
        XbenchError: it failed.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "xbench", *arguments], stdout=subprocess.PIPE, stderr=errors, text=True
        )
        assert process.stdout is not None
        with process.stdout:
            output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            said = errors.read().strip().splitlines() or ["it said nothing"]
            raise XbenchError(f"xbench {arguments[0]} ended with {process.returncode}: {said[-1]}")
    return output, seconds, usage.ru_maxrss / 1024
