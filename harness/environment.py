"""What `xbench env` shows: is everything there, and does it run?"""

from typing import Any

from tabulate import tabulate

from ..exporters.export import installed_versions
from ..exporters.session import CUDA_LIBRARIES, gpu_count, loads, open_probe
from .provenance import hardware, versions


def environment() -> dict[str, Any]:
    """Versions, hardware, CUDA libraries, and what came of one operator on each execution provider."""
    return {
        "versions": versions(),
        "hardware": {**hardware(), "gpus": gpu_count()},
        "cuda_libraries": {name: "found" if loads(name) else "not found" for name in CUDA_LIBRARIES},
        "providers": {device: _smoke(device) for device in ("cpu", "cuda")},
        "warnings": _warnings(),
    }


def environment_text(found: dict[str, Any]) -> str:
    """The same as a table."""
    sections = [section for section in found if section != "warnings"]
    rows = [(section, name, value or "-") for section in sections for name, value in found[section].items()]
    table = tabulate(rows, tablefmt="plain")
    return "\n".join([table, *(f"warning: {warning}" for warning in found["warnings"])])


def _smoke(device: str) -> str:
    try:
        open_probe(device)
    except Exception as error:  # whatever is wrong is the answer
        return f"does not run: {error}"
    return "runs"


def _warnings() -> list[str]:
    """Wheels of ONNX Runtime overwrite each other's files."""
    wheels = installed_versions(("onnxruntime", "onnxruntime-gpu"))
    installed = [name for name, version in wheels.items() if version]
    return [f"both {' and '.join(installed)} are installed; uninstall one"] if len(installed) > 1 else []
