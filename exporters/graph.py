"""PyTorch module to ONNX graph, through Optimum. The only module that imports it.

Should Optimum ever stand still for good, this one function is what has to be written again.
"""

import os
import warnings
from pathlib import Path
from typing import Any

from ..errors import InputError

OPSET = 18
# Smaller tensors stay in the graph: shape constants must, and nothing is saved by moving the rest.
_EXTERNAL_BYTES = 1024
WEIGHTS_NAME = "model.onnx.data"


def write_graph(module: Any, outputs: dict[str, dict[int, str]], path: Path) -> None:
    """Export `module` (see `heads`) to `path`, its weights in one file `model.onnx.data` beside it.

    Inputs are int32, named as Optimum names them for the model type; batch and length are dynamic.

    Raises:
        InputError: Optimum cannot export this model type.
    """
    from optimum.exporters.onnx import export
    from optimum.exporters.tasks import TasksManager

    model_type = module.config.model_type
    try:
        constructor = TasksManager.get_exporter_config_constructor(
            "onnx", model_type=model_type, task="feature-extraction", library_name="transformers"
        )
    except (KeyError, ValueError) as error:
        raise InputError(f"Optimum cannot export models of type {model_type!r} to ONNX") from error
    # Optimum patches what its table of outputs names; ours are those of the head.
    with_outputs = type("HeadOnnxConfig", (constructor.func,), {"outputs": property(lambda _: outputs)})
    config = with_outputs(module.config, task="feature-extraction", int_dtype="int32")
    inline = path.with_name("inline.onnx")
    with warnings.catch_warnings():
        # Tracing warns of every Python branch on a shape.
        warnings.simplefilter("ignore")
        export(module, config, inline, opset=OPSET, disable_dynamic_axes_fix=True)
    move_weights_out(inline, path)


def move_weights_out(inline: Path, path: Path) -> None:
    """Write the graph `inline` to `path`, its weights in one file `model.onnx.data` beside it, and remove `inline`."""
    import onnx

    graph = onnx.load(inline)
    for leftover in inline.parent.glob(f"{inline.name}*"):
        leftover.unlink()
    save_graph(graph, path)


def save_graph(graph: Any, path: Path) -> None:
    """Write an `onnx.ModelProto` to `path`, its weights, emptied from `graph`, in `model.onnx.data` beside it.

    Only what is left in `graph` is serialised, which protobuf allows up to 2 GB.
    """
    import onnx

    onnx.save(
        graph,
        path,
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=WEIGHTS_NAME,
        size_threshold=_EXTERNAL_BYTES,
    )
    _drop_lookup_tables(path)


def _drop_lookup_tables(path: Path) -> None:
    """Drop the embedding tables just written from the system's file cache, where it can.

    A run maps the weights and touches single rows of these tables. What was written in one go stays cached in large
    blocks, each of which is mapped whole at the first touch: with 250,002 words, the run's resident memory was 400 MB
    larger. What is read anew is cached in small blocks.
    """
    import onnx

    if not hasattr(os, "posix_fadvise"):
        return
    graph = onnx.load(path, load_external_data=False).graph
    looked_up = {name for node in graph.node if node.op_type == "Gather" for name in node.input}
    with path.with_name(WEIGHTS_NAME).open("rb") as file:
        os.fsync(file.fileno())
        for tensor in graph.initializer:
            place = {entry.key: entry.value for entry in tensor.external_data}
            if tensor.name in looked_up and place:
                offset, length = int(place["offset"]), int(place["length"])
                os.posix_fadvise(file.fileno(), offset, length, os.POSIX_FADV_DONTNEED)
