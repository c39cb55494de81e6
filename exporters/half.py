"""A fused graph in half precision, with what half precision does harm to left in fp32.

ONNX Runtime's own converter makes graphs of ours that it then refuses (1.31.1: nodes of equal name), and decides by
operator. Here it is decided by place. What lies above the last norm that reads it is the encoder: weights and hidden
states in fp16. Norms and attention's soft-max are computed in fp32 inside their CUDA kernels (norms because
`session.CUDA_OPTIONS` says so). What no norm reads is the head (pooling, classifier, arg-max, search for spans): fp32
throughout, so outputs keep their types.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import EnvironmentFault
from .fusion import NORMS

# Added to the score of a masked position, whose soft-max it makes 0. fp32's lowest number, which models use, is -inf
# in fp16, and a sum of this one and a score stays above -65504, fp16's lowest.
_MASKED = -30_000.0
_LARGEST = float(np.finfo(np.float16).max)
# Operators in an encoder whose results are no floats although they may read some.
_NEVER_FLOATS = frozenset({"Shape", "Size", "Equal", "Not", "And", "Or", "Less", "Greater", "CumSum", "Range"})
_MAKERS = frozenset({"Constant", "ConstantOfShape"})


@dataclass(frozen=True)
class HalfCount:
    """Nodes in fp16, nodes in fp32 (the head), and conversions from fp16 to fp32 between them."""

    halved: int
    kept: int
    casts: int


def halve(path: Path, output: Path) -> HalfCount:
    """Write the fused graph `path` in half precision to `output`, weights in `model.onnx.data` beside it.

    Inputs and outputs keep their types.

    Raises:
        EnvironmentFault: the graph is not fused, or a weight is too large for half precision.
    """
    import onnx

    from .graph import save_graph

    model = onnx.load(path)
    count = halve_model(model)
    save_graph(model, output)
    return count


def halve_model(model: Any) -> HalfCount:
    """Do to an `onnx.ModelProto` what `halve` does.

    Raises:
        EnvironmentFault: as for `halve`.
    """
    graph = model.graph
    encoder, head = _split(graph)
    if any(node.op_type == "Softmax" for node in encoder):
        raise EnvironmentFault("attention must be fused before a graph is halved, or its soft-max would be in fp16")
    floats = _halve_weights(graph, encoder, head)
    for node in encoder:
        _halve_attributes(node)
        if _makes_floats(node, floats):
            floats.update(node.output)
    casts = _cast_for(head, floats)
    # Types that were inferred hold no longer; the order is one of dependence, as the head feeds nothing in the encoder.
    del graph.value_info[:]
    del graph.node[:]
    graph.node.extend([*encoder, *casts, *head])
    return HalfCount(len(encoder), len(head), len(casts))


def _split(graph: Any) -> tuple[list[Any], list[Any]]:
    """Copies of the nodes that norms depend on, norms included, and of all others, in the graph's order."""
    makers = {name: number for number, node in enumerate(graph.node) for name in node.output}
    waiting = [number for number, node in enumerate(graph.node) if node.op_type in NORMS]
    found: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(makers[name] for name in graph.node[number].input if name in makers)
    nodes = [_copy(node) for node in graph.node]
    return [n for i, n in enumerate(nodes) if i in found], [n for i, n in enumerate(nodes) if i not in found]


def _copy(node: Any) -> Any:
    copied = type(node)()
    copied.CopyFrom(node)
    return copied


def _halve_weights(graph: Any, encoder: Iterable[Any], head: Iterable[Any]) -> set[str]:
    """Convert the weights that the encoder reads, under another name where the head reads them too; their names."""
    from onnx import TensorProto, numpy_helper

    in_encoder = {name for node in encoder for name in node.input}
    in_head = {name for node in head for name in node.input}
    halved: dict[str, str] = {}
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or tensor.name not in in_encoder:
            continue
        name = f"{tensor.name}_fp16" if tensor.name in in_head else tensor.name
        halved[tensor.name] = name
        target = graph.initializer.add() if name != tensor.name else tensor
        target.CopyFrom(numpy_helper.from_array(_half(numpy_helper.to_array(tensor), tensor.name), name))
    for node in encoder:
        for place, name in enumerate(node.input):
            node.input[place] = halved.get(name, name)
    return set(halved.values())


def _half(array: Any, name: str) -> Any:
    largest = float(np.max(np.abs(array), initial=0.0))
    if not largest <= _LARGEST:
        raise EnvironmentFault(
            f"the weight {name} holds {largest:.3g}, more than half precision can: use --precision fp32"
        )
    return array.astype(np.float16)


def _halve_attributes(node: Any) -> None:
    from onnx import TensorProto, numpy_helper

    for attribute in node.attribute:
        if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
            attribute.i = TensorProto.FLOAT16
        elif node.op_type in _MAKERS and attribute.name == "value" and attribute.t.data_type == TensorProto.FLOAT:
            attribute.t.CopyFrom(numpy_helper.from_array(_half(numpy_helper.to_array(attribute.t), node.name)))
        elif attribute.name == "mask_filter_value":
            attribute.f = max(attribute.f, _MASKED)


def _makes_floats(node: Any, floats: set[str]) -> bool:
    from onnx import TensorProto

    if node.op_type == "Cast":
        return any(attribute.name == "to" and attribute.i == TensorProto.FLOAT16 for attribute in node.attribute)
    if node.op_type in _MAKERS:
        return any(attribute.t.data_type == TensorProto.FLOAT16 for attribute in node.attribute)
    return node.op_type not in _NEVER_FLOATS and not floats.isdisjoint(node.input)


def _cast_for(head: Iterable[Any], floats: set[str]) -> list[Any]:
    """Make the head read its halved inputs through conversions to fp32, which are returned."""
    from onnx import TensorProto, helper

    casts: dict[str, Any] = {}
    for node in head:
        for place, name in enumerate(node.input):
            if name in floats:
                target = f"{name}_fp32"
                casts.setdefault(name, helper.make_node("Cast", [name], [target], target, to=TensorProto.FLOAT))
                node.input[place] = target
    return list(casts.values())
