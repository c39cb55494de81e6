"""In which arithmetic a model computes, and where each can be had."""

import platform
from collections.abc import Mapping
from pathlib import Path

from ..errors import InputError

PRECISIONS = ("fp32", "fp16", "bf16", "int8")
REDUCED = "int8-reduced"
"""int8 with weights of 7 bits, for processors whose sums of products of 8 bits would overflow."""

_SUPPORTED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("onnx", "cpu"): ("fp32", "int8"),
    ("onnx", "cuda"): ("fp32", "fp16"),
    ("torch", "cpu"): ("fp32", "bf16"),
    ("torch", "cuda"): ("fp32", "fp16", "bf16"),
}
_CPU_FACTS = Path("/proc/cpuinfo")
# 8-bit dot products that add up in 32 bits: x86's VNNI in its three forms, Arm's dot product.
_DOT_PRODUCTS = {"avx512_vnni", "avx_vnni", "avx_vnni_int8", "asimddp"}


def settle_precision(precision: str, backend: str, device: str) -> str:
    """The arithmetic that is really used where `precision` is asked for: 8-bit weights lose a bit without VNNI.

    Raises:
        InputError: it cannot be had there.
    """
    supported = _SUPPORTED[backend, device]
    if precision not in supported:
        raise InputError(
            f"precision {precision} is not there for --backend {backend} on {device}: one of {', '.join(supported)}"
        )
    return REDUCED if precision == "int8" and not has_dot_products() else precision


def has_dot_products() -> bool:
    """Whether this processor adds products of 8-bit numbers in 32 bits; others saturate at 16 (onnxruntime#6004)."""
    try:
        lines = _CPU_FACTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine() in ("arm64", "aarch64")
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not _DOT_PRODUCTS.isdisjoint(flags.split())
