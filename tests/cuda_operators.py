"""The operators of packed graphs, which only CUDA has kernels for, in numpy by their documented meaning."""

from itertools import pairwise
from typing import Any

import numpy as np
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from scipy.special import erf, softmax

MICROSOFT = "com.microsoft"


class RemovePadding(OpRun):
    """(batch, tokens, hidden) and tokens a sequence -> rows of real tokens; where they were; where sequences begin."""

    op_domain = MICROSOFT

    def _run(self, hidden: Any, counts: Any) -> tuple[Any, ...]:
        batch, tokens = hidden.shape[:2]
        real = np.arange(tokens) < counts[:, None]
        places = np.concatenate([np.flatnonzero(real), np.flatnonzero(~real)]).astype(np.int32)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return hidden[real], places.reshape(batch, tokens), starts, np.array([counts.max()], np.int32)


class RestorePadding(OpRun):
    """Rows of real tokens -> (batch, tokens, hidden), zeros where there is padding."""

    op_domain = MICROSOFT

    def _run(self, rows: Any, places: Any) -> tuple[Any]:
        flat = np.zeros((places.size, rows.shape[1]), rows.dtype)
        flat[places.reshape(-1)[: len(rows)]] = rows
        return (flat.reshape(*places.shape, -1),)


def attend(query: Any, key: Any, value: Any, starts: Any, heads: int) -> Any:
    """Attention within each of the sequences that begin at `starts`."""
    found = np.zeros_like(value)
    for first, last in pairwise(starts):
        size = query.shape[1] // heads
        q, k, v = (x[first:last].reshape(-1, heads, size).transpose(1, 0, 2) for x in (query, key, value))
        weights = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(size), axis=-1)
        found[first:last] = (weights @ v).transpose(1, 0, 2).reshape(last - first, -1)
    return found.astype(value.dtype)


class PackedMultiHeadAttention(OpRun):
    op_domain = MICROSOFT

    def _run(self, query, key, value, bias, places, starts, attention_bias=None, **attributes):
        q, k, v = (x + b for x, b in zip((query, key, value), np.split(bias, 3), strict=True))
        return (attend(q, k, v, starts, attributes["num_heads"]),)


class PackedAttention(OpRun):
    op_domain = MICROSOFT

    def _run(self, rows, weights, bias, places, starts, attention_bias=None, **attributes):
        return (attend(*np.split(rows @ weights + bias, 3, axis=1), starts, attributes["num_heads"]),)


class SkipLayerNormalization(OpRun):
    op_domain = MICROSOFT

    def _run(self, hidden, skip, scale, shift, bias=None, **attributes):
        total = hidden + skip + (0 if bias is None else bias)
        centred = total - total.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + attributes["epsilon"])
        return ((centred / spread * scale + shift).astype(hidden.dtype),)


class BiasGelu(OpRun):
    op_domain = MICROSOFT

    def _run(self, hidden: Any, bias: Any) -> tuple[Any]:
        total = hidden + bias
        return ((total * 0.5 * (1 + erf(total / np.sqrt(2)))).astype(hidden.dtype),)


OPERATORS = [
    RemovePadding, RestorePadding, PackedMultiHeadAttention, PackedAttention, SkipLayerNormalization, BiasGelu,
]  # fmt: skip


def run(model: Any, feed: dict[str, Any]) -> list[Any]:
    """The outputs of an `onnx.ModelProto` with its weights in it."""
    return ReferenceEvaluator(model, new_ops=OPERATORS).run(None, feed)
