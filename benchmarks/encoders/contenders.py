"""Ways to compute mean-pooled embeddings of padded batches, by name; each says what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...exporters.session import CUDA_OPTIONS, gpu_count
from .models import ensure_graph, make_model

Batch = Mapping[str, NDArray[np.int32]]
# Flash, memory-efficient, cuDNN's, and unfused attention, of which the provider takes the first that can (1 + 2 + 8 +
# 16 of AttentionBackend in contrib_ops/cpu/bert/attention_common.h).
_ALL_KERNELS = {"sdpa_kernel": "27"}
_FP16_SUMS = {"enable_skip_layer_norm_strict_mode": "0"}


class Encoder(Protocol):
    """A model that is loaded and ready."""

    def __call__(self, batch: Batch) -> NDArray[np.float32]:
        """Embeddings of a padded batch, shape (rows, hidden), on the host."""


@dataclass(frozen=True)
class Contender:
    """A way to compute; `make` takes size, blocks, device and a directory for graphs. `graph` is its graph's form.

    `only_cuda` if it has no kernels for a CPU, or none worth a look.
    """

    key: str
    title: str
    library: str
    make: Callable[[str, int, str, Path], Encoder]
    only_cuda: bool = False
    graph: str | None = None

    def lacks(self, device: str) -> str | None:
        """What is not there to run it on `device`; None if it can be tried."""
        if device == "cpu":
            return "needs CUDA" if self.only_cuda else None
        if not gpu_count():
            return "needs an NVIDIA GPU"
        if self.library == "torch":
            import torch

            return None if torch.cuda.is_available() else "needs a PyTorch with CUDA"
        import onnxruntime

        there = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
        return None if there else "needs onnxruntime-gpu"


def _runtime(
    form: str, options: Mapping[str, str] = MappingProxyType({}), *, bound: bool = True
) -> Callable[[str, int, str, Path], Encoder]:
    def make(name: str, layers: int, device: str, work: Path) -> Encoder:
        from ...exporters.session import open_session
        from ...harness.backends.binding import BoundSession

        path = ensure_graph(name, layers, form, work)
        session = open_session(path, device, 1 if device == "cuda" else 0, {**CUDA_OPTIONS, **options})
        if bound:
            run = BoundSession(session, device).run
            return lambda batch: run(batch)["embedding"]
        names = [node.name for node in session.get_inputs()]
        return lambda batch: session.run(["embedding"], {name: batch[name] for name in names})[0]

    return make


def _torch_padded(kind: str) -> Callable[[str, int, str, Path], Encoder]:
    def make(name: str, layers: int, device: str, work: Path) -> Encoder:
        import torch

        model = make_model(name, layers).to(device, getattr(torch, kind))

        def run(batch: Batch) -> NDArray[np.float32]:
            with torch.inference_mode():
                ids, mask = (torch.from_numpy(batch[key]).to(device) for key in ("input_ids", "attention_mask"))
                hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
                means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
                return np.asarray(means.cpu().numpy())

        return run

    return make


def _torch_packed(kind: str) -> Callable[[str, int, str, Path], Encoder]:
    def make(name: str, layers: int, device: str, work: Path) -> Encoder:
        import torch

        from .packed import PackedEncoder, best_attention

        attention = best_attention(device, half=kind != "float32")
        model = PackedEncoder(make_model(name, layers), attention).to(device, getattr(torch, kind))

        def run(batch: Batch) -> NDArray[np.float32]:
            inside = batch["attention_mask"] == 1
            lengths = inside.sum(1)
            ids = torch.from_numpy(batch["input_ids"][inside]).to(device)
            with torch.inference_mode():
                means = model(ids, torch.from_numpy(lengths).to(device), int(lengths.max()))
            return np.asarray(means.cpu().numpy())

        return run

    return make


REFERENCE = "torch-fp32"
CONTENDERS = {
    contender.key: contender
    for contender in (
        Contender(REFERENCE, "PyTorch fp32, padded", "torch", _torch_padded("float32")),
        Contender("torch-fp16", "PyTorch fp16, SDPA, padded", "torch", _torch_padded("float16"), only_cuda=True),
        Contender("torch-bf16", "PyTorch bf16, SDPA, padded", "torch", _torch_padded("bfloat16")),
        Contender("torch-varlen-fp32", "PyTorch fp32, variable length", "torch", _torch_packed("float32")),
        Contender("torch-varlen-fp16", "PyTorch fp16, variable length", "torch", _torch_packed("float16"), True),
        Contender("torch-varlen-bf16", "PyTorch bf16, variable length", "torch", _torch_packed("bfloat16"), True),
        Contender("ort-fp32", "ONNX Runtime fp32, as exported", "onnxruntime", _runtime("plain"), graph="plain"),
        Contender("ort-fused", "ONNX Runtime fp32, fused", "onnxruntime", _runtime("fused"), graph="fused"),
        Contender("ort-fp16", "ONNX Runtime fp16, fused, padded", "onnxruntime", _runtime("half"), graph="half"),
        Contender(
            "ort-fp16-unbound", "the same without I/O binding", "onnxruntime", _runtime("half", bound=False),
            only_cuda=True, graph="half",
        ),
        Contender(
            "ort-fp16-sums", "the same, norms summed in fp16", "onnxruntime", _runtime("half", _FP16_SUMS),
            only_cuda=True, graph="half",
        ),
        Contender(
            "ort-fp16-kernels", "the same, all attention kernels named", "onnxruntime",
            _runtime("half", _ALL_KERNELS), only_cuda=True, graph="half",
        ),
        Contender(
            "ort-packed", "ONNX Runtime fp16, packed", "onnxruntime", _runtime("packed"), only_cuda=True,
            graph="packed",
        ),
    )
}  # fmt: skip
