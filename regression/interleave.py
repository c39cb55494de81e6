"""Base and head take turns: the same work in processes of their own, in one job, in swapped order every round."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, XbenchError
from ..harness.settings import RunSettings

# Fields of RunSettings whose options of `xbench run` are named otherwise.
_OPTIONS = {"tasks": "task", "languages": "language"}


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: an xbench, which is that of an interpreter, and a model."""

    name: str
    python: str
    model: str
    results: Path
    """Results directory of its own; it holds the records and predictions of its last round."""
    cache: Path
    """Cache of its own: an export that the other side's code has made would hide a change of the exporter."""

    def installation(self) -> str:
        """Version and place of the xbench that the interpreter imports.

        Raises:
            EnvironmentFault: there is no such interpreter, or no xbench in it.
        """
        code = "import xbench; print(xbench.__version__, 'in', *xbench.__path__)"
        try:
            done = subprocess.run(  # noqa: S603
                [self.python, "-P", "-c", code], capture_output=True, text=True, check=True, env=self._environment()
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise EnvironmentFault(
                f"{self.name}: {self.python} cannot import xbench: {_last_line(error)}; install it there"
            ) from error
        return done.stdout.strip()

    def seconds(self, arguments: list[str]) -> float:
        """Run once: seconds from the start of the first unit to the end of the last, as xbench itself reports them.

        Raises:
            XbenchError: the run failed.
        """
        # Without -P the current directory, maybe a checkout of head, would stand before what is installed.
        command = [self.python, "-P", "-m", "xbench", "run", "--model", self.model, "--force", "--json"]
        command += ["--output", str(self.results), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self._environment())  # noqa: S603
        if done.returncode != 0:
            raise XbenchError(f"{self.name}: `xbench run` ended with exit code {done.returncode}: {_last_line(done)}")
        return float(json.loads(done.stdout)["seconds"])

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return {**inherited, "XBENCH_CACHE": str(self.cache)}


def play(base: Side, head: Side, arguments: list[str], number: int) -> tuple[float, float]:
    """One round: seconds of base and of head. Head goes first in rounds of odd `number`."""
    if number % 2:
        head_seconds = head.seconds(arguments)
        return base.seconds(arguments), head_seconds
    return base.seconds(arguments), head.seconds(arguments)


def run_arguments(options: Mapping[str, Any]) -> list[str]:
    """The options of `xbench run` that say the same as these fields of `RunSettings`.

    Raises:
        TypeError: there is no such field.
    """
    unknown = options.keys() - {field.name for field in fields(RunSettings)}
    if unknown:
        raise TypeError(f"no such option of a run: {', '.join(sorted(unknown))}")
    arguments: list[str] = []
    for name, value in options.items():
        option = f"--{_OPTIONS.get(name, name).replace('_', '-')}"
        if value is True:
            arguments.append(option)
        elif value is not None and value is not False:
            values = value if isinstance(value, list | tuple) else [value]
            arguments += [part for one in values for part in (option, str(one))]
    return arguments


def _last_line(failed: object) -> str:
    lines = str(getattr(failed, "stderr", "") or failed).strip().splitlines()
    return lines[-1] if lines else "it printed nothing"
