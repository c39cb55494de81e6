"""A peer as a process of its own: loaded once, then asked for passes in turn with xbench."""

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...errors import XbenchError
from ...files import write_text

_WORKER = Path(__file__).with_name("worker.py")
_TAIL = 2000
_PATIENCE = 10.0


class PeerFailed(XbenchError):
    """The peer could not be loaded, or died."""


class PeerProcess:
    """Between entering and leaving a `with` block the peer is loaded and waits."""

    def __init__(self, python: Path, job: dict[str, Any], directory: Path) -> None:
        """Serve `job` (see `jobs.py`) by the interpreter `python`; files of the process go to `directory`."""
        self._python = python
        self._job = job
        self._files = directory / str(job["peer"])
        self.versions: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start the process and wait until it is loaded and warm.

        Raises:
            PeerFailed: it does not start.
        """
        path, log = self._files.with_suffix(".job.json"), self._files.with_suffix(".log")
        write_text(path, json.dumps(self._job))
        with log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                # Isolated, so that neither this folder nor xbench's environment is on its path.
                [str(self._python), "-I", str(_WORKER), str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=_environment(),
            )
        try:
            self.versions = self._answer()
        except PeerFailed:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def run(self) -> dict[str, float]:
        """Seconds of one pass over the examples, by the way in which the peer is called.

        Raises:
            PeerFailed: the process died.
        """
        return {way: float(seconds) for way, seconds in self._ask("run").items()}

    def outputs(self) -> dict[str, NDArray[Any]]:
        """Arrays of the last pass.

        Raises:
            PeerFailed: the process died.
        """
        path = self._files.with_suffix(".npz")
        self._ask(f"save {path}")
        with np.load(path) as arrays:
            return dict(arrays)

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the missing answer says why
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            said = self._files.with_suffix(".log").read_text(encoding="utf-8", errors="replace")[-_TAIL:].strip()
            raise PeerFailed(f"{self._job['peer']}: {said.splitlines()[-1] if said else 'ended without a word'}")
        found: dict[str, Any] = json.loads(line)
        return found

    def _stop(self) -> None:
        """Let it end by the end of its input, and end it if it does not."""
        with self._process:  # waits for it, and closes the pipes
            try:
                self._process.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()


def _environment() -> dict[str, str]:
    """This process's, without what would turn another interpreter's imports or ask the network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}
