"""The graph that CUDA runs in half precision."""

from pathlib import Path

from .fusion import FusionCount, free_models, fused_model
from .half import halve_model
from .packing import packed_model


def write_cuda_graph(path: Path, output: Path, heads: int, hidden: int, *, packed: bool = False) -> FusionCount:
    """Fuse and halve the fp32 graph `path`, and write it to `output`, weights in `model.onnx.data` beside it.

    Args:
        path: a graph as `graph.write_graph` writes it.
        output: the .onnx file to write, in another directory.
        heads: attention heads of a block.
        hidden: dimensions of a hidden state.
        packed: compute without padding; only CUDA runs such a graph.

    Raises:
        EnvironmentFault: the graph cannot be fused, packed or halved.
        InputError: `packed`, and the graph has no block, or uses hidden states of several.
    """
    from .graph import save_graph

    model, count = fused_model(path, heads, hidden, "MultiHeadAttention" if packed else "Attention")
    halve_model(model)
    if packed:
        model, _ = packed_model(model)
    save_graph(model, output)
    free_models()
    return count
