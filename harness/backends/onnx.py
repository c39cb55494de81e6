"""ONNX Runtime: the default backend."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from ...exporters.export import Export
from ...exporters.session import open_session
from .backend import memory_errors
from .binding import BoundSession

# What the runtime says, whose classes of errors share no public base: its arena, its libraries, the C++ runtime.
_OUT_OF_MEMORY = ("failed to allocate memory", "out of memory", "alloc_failed", "bad_alloc", "bad allocation")


class OnnxBackend:
    """An exported graph in one session that several threads call.

    On a CPU each call runs on one thread: several small batches at once beat one batch on several threads, because
    a batch that fits the cache leaves nothing to wait for. On CUDA inputs and outputs stay in buffers of the device.
    """

    def __init__(self, export: Export, device: str, threads: int) -> None:
        """Load `export` on `device` (`cpu` or `cuda`) for `threads` concurrent callers."""
        self._session = open_session(export.graph, device, threads=1)
        self._bound = BoundSession(self._session, device) if device == "cuda" else None
        self.callers = threads if device == "cpu" else 1
        self.provider = str(self._session.get_providers()[0])
        self._inputs = [node.name for node in self._session.get_inputs()]
        self._outputs = [node.name for node in self._session.get_outputs()]

    def run(self, batch: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Feed the inputs that the graph has, by name."""
        with memory_errors(_OUT_OF_MEMORY):
            if self._bound is not None:
                return self._bound.run(batch)
            feed = {name: batch[name] for name in self._inputs}
            return dict(zip(self._outputs, self._session.run(self._outputs, feed), strict=True))
