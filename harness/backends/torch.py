"""PyTorch: the reference that the default backend is held against."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import EnvironmentFault
from ...exporters.checkpoint import Checkpoint
from ...exporters.export import ExportOptions, build_head
from .backend import memory_errors

_TYPES = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}
# On CUDA, and on a CPU.
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory")


class TorchBackend:
    """The checkpoint as transformers runs it, with the same head module that is exported."""

    callers = 1  # PyTorch spreads one call over its own threads

    def __init__(self, checkpoint: Checkpoint, options: ExportOptions, device: str, threads: int) -> None:
        """Load `checkpoint` on `device` (`cpu` or `cuda`); `threads` are PyTorch's on a CPU.

        Raises:
            EnvironmentFault: CUDA was asked for and PyTorch has none.
        """
        import torch

        if device == "cuda" and not torch.cuda.is_available():
            raise EnvironmentFault(f"PyTorch {torch.__version__} sees no CUDA device; say --device cpu")
        torch.set_num_threads(threads)
        self._torch = torch
        self._device = torch.device(device)
        self._module = build_head(checkpoint, options).to(self._device, getattr(torch, _TYPES[options.precision]))
        self.provider = f"torch-{device}"

    def run(self, batch: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Run the module without gradients."""
        with memory_errors(_OUT_OF_MEMORY), self._torch.inference_mode():
            tensors = {name: self._torch.from_numpy(np.asarray(a)).to(self._device) for name, a in batch.items()}
            outputs = self._module(**tensors)
            return {name: _as_numpy(tensor) for name, tensor in outputs.items()}


def _as_numpy(tensor: Any) -> NDArray[Any]:
    """On the CPU, numbers of lower precision as single ones, which NumPy has."""
    array: NDArray[Any] = (tensor.float() if tensor.is_floating_point() else tensor).cpu().numpy()
    return array
