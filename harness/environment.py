"""What `xbench env` shows: is everything there, and does it run?"""

import ctypes
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from tabulate import tabulate

from ..exporters.session import gpu_count, open_probe
from .provenance import hardware, versions

_CUDA_LIBRARIES = ("libcuda.so.1", "libcudart.so.13", "libcublasLt.so.13", "libcudnn.so.9")


def environment() -> dict[str, Any]:
    """Versions, hardware, CUDA libraries, and what came of one operator on each execution provider."""
    return {
        "versions": versions(),
        "hardware": {**hardware(), "gpus": gpu_count()},
        "cuda_libraries": {name: _loads(name) for name in _CUDA_LIBRARIES},
        "providers": {device: _smoke(device) for device in ("cpu", "cuda")},
        "warnings": _warnings(),
    }


def environment_text(found: dict[str, Any]) -> str:
    """The same as a table."""
    sections = [section for section in found if section != "warnings"]
    rows = [(section, name, value or "-") for section in sections for name, value in found[section].items()]
    table = tabulate(rows, tablefmt="plain")
    return "\n".join([table, *(f"warning: {warning}" for warning in found["warnings"])])


def _loads(library: str) -> str:
    try:
        ctypes.CDLL(library)
    except OSError:
        return "not found"
    return "found"


def _smoke(device: str) -> str:
    try:
        open_probe(device)
    except Exception as error:  # whatever is wrong is the answer
        return f"does not run: {error}"
    return "runs"


def _warnings() -> list[str]:
    """Wheels of ONNX Runtime overwrite each other's files."""
    installed = [name for name in ("onnxruntime", "onnxruntime-gpu") if _installed(name)]
    return [f"both {' and '.join(installed)} are installed; uninstall one"] if len(installed) > 1 else []


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
