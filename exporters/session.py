"""Opening ONNX Runtime sessions, with the provider that was asked for or not at all."""

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, InputError

DEVICES = ("auto", "cpu", "cuda")
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
# What the CUDA provider of the runtime's wheel on PyPI needs: the driver, and CUDA 13 with cuDNN 9.
CUDA_LIBRARIES = ("libcuda.so.1", "libcudart.so.13", "libcublasLt.so.13", "libcudnn.so.9")
_ERRORS_ONLY, _FATAL_ONLY = 3, 4
CUDA_OPTIONS: Mapping[str, str] = {
    # The longest batch comes first, so memory for it is all there ever needs to be; doubling would take twice that.
    "arena_extend_strategy": "kSameAsRequested",
    # fp32 is fp32: TF32 has ten bits of mantissa.
    "use_tf32": "0",
    # Norms of half-precision inputs sum in fp32 (contrib_ops/cuda/bert/skip_layer_norm.cc); else they sum in fp16.
    "enable_skip_layer_norm_strict_mode": "1",
}
"""Options of the CUDA provider. `sdpa_kernel` is left to it: from Hopper on it takes cuDNN's flash attention by itself,
and naming kernels switches off those that are not named."""


def loads(library: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def gpu_count() -> int:
    """Number of NVIDIA GPUs that the driver shows; 0 without a driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


def choose_device(device: str) -> str:
    """`cpu` or `cuda`; `auto` is CUDA where there is a GPU."""
    if device not in DEVICES:
        raise InputError(f"unknown device {device!r}: one of {', '.join(DEVICES)}")
    if device != "auto":
        return device
    return "cuda" if gpu_count() else "cpu"


def open_probe(device: str) -> None:
    """Run one operator on `device` (`cpu` or `cuda`).

    Raises:
        EnvironmentFault: its provider does not run.
    """
    import numpy
    import onnx
    from onnx import TensorProto, helper

    shape = [2, 2]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "x"], ["y"])], "probe", ends[:1], ends[1:])
    # The oldest versions that hold the operator, so that any runtime can read them.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    session = open_session(model.SerializeToString(), device)
    (found,) = session.run(None, {"x": numpy.eye(2, dtype=numpy.float32)})
    if not numpy.array_equal(found, numpy.eye(2)):
        raise EnvironmentFault(f"{_PROVIDERS[device]} multiplies matrices wrongly")


def open_session(
    graph: Path | bytes, device: str = "cpu", threads: int = 1, cuda_options: Mapping[str, str] = CUDA_OPTIONS
) -> Any:
    """An `onnxruntime.InferenceSession` on `device` (`cpu` or `cuda`).

    Args:
        graph: the .onnx file, weights beside it being mapped into memory by the runtime; or a model's bytes.
        device: where it must run.
        threads: threads inside one call; several callers may share the session.
        cuda_options: options of the CUDA provider.

    Raises:
        EnvironmentFault: ONNX Runtime does not run the graph with the provider that was asked for.
    """
    import onnxruntime

    provider = _PROVIDERS[device]
    if device == "cuda":
        if not gpu_count():
            raise EnvironmentFault(f"{provider} was asked for, but {_cuda_lack()}; say --device cpu")
        _load_cuda_libraries(onnxruntime)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Hardly two batches have the same shape, so a plan of memory remembered for each shape only takes room.
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    try:
        source = graph if isinstance(graph, bytes) else str(graph)
        chosen = (provider, dict(cuda_options)) if device == "cuda" else provider
        session = onnxruntime.InferenceSession(source, options, providers=[chosen])
    except Exception as error:  # the runtime raises classes that share no public base
        name = "the model" if isinstance(graph, bytes) else graph
        raise EnvironmentFault(f"ONNX Runtime cannot load {name}: {_first_line(error)}") from error
    used = session.get_providers()[0]
    if used != provider:
        raise EnvironmentFault(
            f"{provider} was asked for, but ONNX Runtime {onnxruntime.__version__} gives {used}: {_cuda_lack()};"
            " see `xbench env`, or say --device cpu"
        )
    return session


def _load_cuda_libraries(onnxruntime: Any) -> None:
    # What is missing is said once, by us, with what to do about it.
    onnxruntime.set_default_logger_severity(_FATAL_ONLY)
    # CUDA's libraries often lie in pip packages where the loader does not look; the runtime knows those places.
    preload = getattr(onnxruntime, "preload_dlls", None)
    if preload is not None:
        from contextlib import redirect_stdout
        from io import StringIO

        with redirect_stdout(StringIO()):  # it prints what it does not find
            preload()


def _cuda_lack() -> str:
    """The first thing that keeps CUDA from running."""
    if not gpu_count():
        return "there is no NVIDIA GPU or no driver"
    missing = [library for library in CUDA_LIBRARIES if not loads(library)]
    return f"{missing[0]} is not found" if missing else "its CUDA provider failed to load"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
