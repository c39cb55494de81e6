"""An 8-bit graph from one in fp32: weights quantised once, activations anew in every batch."""

from pathlib import Path

from .quiet import quiet


def quantise(graph: Path, output: Path, *, reduced: bool) -> None:
    """Write the graph with 8-bit products of matrices to `output`, weights in `model.onnx.data` beside it.

    Weights have a scale for each column: with one for the whole matrix, 14 % of MiniLM's nearest neighbours changed on
    the probe, with one a column none. Lookup tables stay as they are, nothing is computed with them; nor are products
    of two activations (attention) quantised.

    Args:
        graph: an fp32 graph as `graph.write_graph` writes it.
        output: the .onnx file to write.
        reduced: quantise weights to 7 bits, for processors without 8-bit dot products.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from .graph import move_weights_out

    inline = output.with_name("inline.onnx")
    # The tool advises to pre-process first, which only folds what the runtime folds itself.
    with quiet():
        quantize_dynamic(
            graph,
            inline,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=reduced,
            weight_type=QuantType.QInt8,
            use_external_data_format=True,
            extra_options={"MatMulConstBOnly": True},
        )
    move_weights_out(inline, output)
