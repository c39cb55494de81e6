"""A transformer block's many operators become few: attention, skip connection with layer norm, bias with GELU."""

import gc
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from ..errors import EnvironmentFault
from .quiet import quiet

AttentionOperator = Literal["Attention", "MultiHeadAttention"]
"""`Attention` multiplies by the weights of query, key and value at once; `MultiHeadAttention` gets the three products,
and its packed form alone has a flash kernel (see `packing`)."""

NORMS = frozenset({"LayerNormalization", "SkipLayerNormalization"})
_DOMAIN = "com.microsoft"
_GELUS = ("BiasGelu", "Gelu", "FastGelu")


@dataclass(frozen=True)
class FusionCount:
    """How many operators a fused graph has: two skip norms and one of the others for each of its `blocks`.

    `gelus` is 0 for a model with another activation, which stays as it is.
    """

    blocks: int
    attentions: int
    skip_norms: int
    gelus: int


def fuse(path: Path, output: Path, heads: int, hidden: int, attention: AttentionOperator = "Attention") -> FusionCount:
    """Write the graph `path` with fused operators to `output`, weights in `model.onnx.data` beside it.

    Inputs, outputs and their types stay what they are; padding must be on the right, for attention is told how many
    tokens a sequence has.

    Args:
        path: an fp32 graph as `graph.write_graph` writes it, cut or whole, of BERT's or XLM-R's architecture.
        output: the .onnx file to write, in another directory.
        heads: attention heads of a block.
        hidden: dimensions of a hidden state.
        attention: the operator that attention becomes.

    Raises:
        EnvironmentFault: not every block was fused, as ONNX Runtime does not know this graph's form.
    """
    from .graph import save_graph

    model, count = fused_model(path, heads, hidden, attention)
    save_graph(model, output)
    free_models()
    return count


def fused_model(
    path: Path, heads: int, hidden: int, attention: AttentionOperator = "Attention"
) -> tuple[Any, FusionCount]:
    """What `fuse` writes, as an `onnx.ModelProto` with its weights in memory; `free_models` when it is done with.

    Raises:
        EnvironmentFault: as for `fuse`.
    """
    import onnx

    # Adds its own folder to the end of sys.path, as its modules import each other by bare names.
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_by_fusion

    model = onnx.load(path)
    plain = _operators(model)
    options = FusionOptions("bert")
    # The embeddings' norm stays an operator of its own: it sums in fp32, and packing begins behind it.
    options.enable_embed_layer_norm = False
    options.use_multi_head_attention = attention == "MultiHeadAttention"
    # It copies the model with all weights, several times. It would tell that both sides of an addition have one shape;
    # here that follows from the number of skip norms, which is that of the blocks' residual connections.
    options.enable_shape_inference = False
    # What the tools say of what they do not find is counted instead.
    with quiet(), redirect_stdout(StringIO()):
        fused = optimize_by_fusion(model, "bert", heads, hidden, options).model
    if all(imported.domain != _DOMAIN for imported in fused.opset_import):
        fused.opset_import.add(domain=_DOMAIN, version=1)
    return fused, _checked(plain, _operators(fused), attention, path)


def free_models() -> None:
    """Free models that are out of use: the tools' objects refer to each other, and weights are large."""
    gc.collect()


def _operators(model: Any) -> Counter[str]:
    return Counter(node.op_type for node in model.graph.node)


def _checked(plain: Counter[str], fused: Counter[str], attention: str, path: Path) -> FusionCount:
    """Hold the fused graph against the plain one, which has one soft-max a block, and one Erf a GELU."""
    blocks = plain["Softmax"]
    count = FusionCount(blocks, fused[attention], fused["SkipLayerNormalization"], sum(fused[name] for name in _GELUS))
    wanted = FusionCount(blocks, blocks, 2 * blocks, count.gelus)
    if count != wanted or fused["Softmax"] or fused["Erf"]:
        raise EnvironmentFault(
            f"ONNX Runtime did not fuse {path}: {count.attentions} attentions, {count.skip_norms} skip norms and"
            f" {count.gelus} GELUs in {blocks} blocks, {fused['Erf']} GELUs left; use --precision fp32"
        )
    return count
