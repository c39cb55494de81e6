"""What bounds the contenders and what happens inside them: the matrix peak, copies, attention kernels."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ...exporters.session import CUDA_OPTIONS

_SIDE = {"cuda": 8192, "cpu": 512}
_PRODUCTS = 20
_KERNEL = re.compile(r"SdpaKernel=([A-Z_]+)")


def matrix_peak(device: str) -> float | None:
    """Floating-point operations a second of PyTorch's best square product: fp16 on CUDA, fp32 on a CPU.

    None without a PyTorch that has the device. Numbers are random: a GPU multiplies zeros faster than it can numbers.
    """
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        return None
    side = _SIDE[device]
    kind = torch.float16 if device == "cuda" else torch.float32
    left, right = (torch.randn(side, side, device=device).to(kind) for _ in range(2))
    best = float("inf")
    for _ in range(_PRODUCTS):
        start = time.perf_counter()
        torch.matmul(left, right)
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - start)
    return 2 * side**3 / best


def memory_copies(graph: Path, device: str) -> int:
    """Copies between the host's memory and the device's that the runtime puts into a graph."""
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "optimised.onnx"
        options.optimized_model_filepath = str(path)
        options.log_severity_level = 3
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "weights")
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
        provider = ("CUDAExecutionProvider", dict(CUDA_OPTIONS)) if device == "cuda" else "CPUExecutionProvider"
        onnxruntime.InferenceSession(str(graph), options, providers=[provider])
        nodes = onnx.load(path, load_external_data=False).graph.node
    return sum(node.op_type.startswith("Memcpy") for node in nodes)


_RUN_ONCE = """
import sys, numpy
from pathlib import Path
from xbench.benchmarks.encoders.contenders import CONTENDERS
key, size, layers, device, work, rows, tokens = sys.argv[1:]
ids = numpy.full((int(rows), int(tokens)), 7, numpy.int32)
mask = (numpy.arange(int(tokens)) < numpy.arange(int(tokens), int(tokens) - int(rows), -1)[:, None]).astype(numpy.int32)
encode = CONTENDERS[key].make(size, int(layers), device, Path(work))
encode({"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)})
"""


def attention_kernels(contender: str, size: str, layers: int, device: str, work: Path, tokens: int) -> dict[str, int]:
    """The runtime's attention kernels in one batch of eight rows of about `tokens` tokens, with their numbers of uses.

    The runtime tells them on its output if asked to, which only a process of its own can be; on a CPU it does not.
    """
    arguments = [contender, size, str(layers), device, str(work), "8", str(tokens)]
    finished = subprocess.run(
        [sys.executable, "-c", _RUN_ONCE, *arguments],
        env={**os.environ, "ORT_ENABLE_ATTENTION_KERNEL_DEBUG_INFO": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return dict(Counter(_KERNEL.findall(finished.stdout + finished.stderr)))
