"""Attention without padding: the blocks of a graph compute a batch's real tokens, laid end to end.

`RemovePadding` stands behind the norm of the embeddings, `RestorePadding` behind the last block's; all between works on
rows of tokens. Only CUDA has kernels for these operators. For the padding-free form of `MultiHeadAttention` it has a
flash kernel, for that of `Attention` none (microsoft/onnxruntime, contrib_ops/cuda/bert/packed_attention.cc and
packed_multihead_attention.cc), so pack what was fused into the former.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, InputError

_PACKED = ("PackedAttention", "PackedMultiHeadAttention")
_UNPACKED = ("Attention", "MultiHeadAttention")


@dataclass(frozen=True)
class PackCount:
    """Packed attentions of a graph, and the operators that begin and end the part without padding: one of each."""

    attentions: int
    removals: int
    restorations: int


def pack(path: Path, output: Path) -> PackCount:
    """Write the fused graph `path`, usually in half precision, without padding to `output`.

    Raises:
        InputError: the graph uses hidden states of several blocks, or has no block.
        EnvironmentFault: ONNX Runtime did not convert all of its attentions.
    """
    import onnx

    from .graph import save_graph

    packed, count = packed_model(onnx.load(path))
    save_graph(packed, output)
    return count


def packed_model(model: Any) -> tuple[Any, PackCount]:
    """What `pack` writes, from and as an `onnx.ModelProto`; the one given must not be used any more.

    Raises:
        InputError: as for `pack`.
        EnvironmentFault: as for `pack`.
    """
    from onnxruntime.transformers.convert_to_packing_mode import PackingMode
    from onnxruntime.transformers.onnx_model import OnnxModel

    before = Counter(node.op_type for node in model.graph.node)
    wanted = sum(before[name] for name in _UNPACKED)
    if not wanted:
        raise InputError("the graph has no attention that padding could be removed from")
    wrapped = OnnxModel(model)
    PackingMode(wrapped).convert(use_symbolic_shape_infer=False)
    wrapped.topological_sort()
    after = Counter(node.op_type for node in wrapped.model.graph.node)
    count = PackCount(sum(after[name] for name in _PACKED), after["RemovePadding"], after["RestorePadding"])
    if count != PackCount(wanted, 1, 1) or any(after[name] for name in _UNPACKED):
        raise EnvironmentFault(f"ONNX Runtime packed {count.attentions} of {wanted} attentions: use the padded graph")
    escaped = next(_read_without_padding(wrapped.model.graph), None)
    if escaped:
        raise InputError(
            f"a graph that uses hidden states of several blocks cannot be packed: {escaped} would be wrong"
        )
    return wrapped.model, count


def _read_without_padding(graph: Any) -> Iterator[str]:
    """Names of outputs that rows of tokens reach although padding was not restored; the converter does not look."""
    removal = next(node for node in graph.node if node.op_type == "RemovePadding")
    # The other outputs of RemovePadding are meant for RestorePadding and attention.
    rows = {removal.output[0]}
    for node in graph.node:
        if node.op_type != "RestorePadding" and not rows.isdisjoint(node.input):
            rows.update(node.output)
    yield from (output.name for output in graph.output if output.name in rows)
