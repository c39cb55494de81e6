"""Facts about the machine, the software and the code that a run is told apart by."""

import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from ..exporters.export import installed_versions
from .cpus import usable_cpus

PACKAGES = (
    "xbench torch transformers optimum optimum-onnx onnx onnxruntime-gpu onnxruntime tokenizers datasets numpy"
    " accelerate safetensors pyarrow ray"
).split()


def versions() -> dict[str, str | None]:
    """Versions of the packages that matter, None where one is not installed; nothing is imported."""
    return {"python": platform.python_version(), **installed_versions(PACKAGES)}


def hardware() -> dict[str, Any]:
    """Processor, CPUs in use and memory."""
    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "usable_cpus": usable_cpus(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
    }


@cache
def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def git_state() -> dict[str, Any] | None:
    """Commit of the repository that the command was started in, and whether it had changes; None outside one."""

    def git(*arguments: str) -> str:
        found = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, timeout=5)  # noqa: S603, S607
        return found.stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def seconds_since_start() -> float:
    """Age of this process, so that a start can be measured from the command itself and not from the first import."""
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
        uptime = float(Path("/proc/uptime").read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return float("nan")
    return uptime - ticks / os.sysconf("SC_CLK_TCK")


def command_line() -> list[str]:
    """The command as it was given."""
    return list(sys.argv)
