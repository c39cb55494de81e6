"""PyTorch module to ONNX graph, through Optimum. The only module that imports it.

Should Optimum ever stand still for good, this one function is what has to be written again.
"""

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
    import onnx
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
    graph = onnx.load(inline)
    for leftover in path.parent.glob("inline.onnx*"):
        leftover.unlink()
    onnx.save(
        graph,
        path,
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=WEIGHTS_NAME,
        size_threshold=_EXTERNAL_BYTES,
    )
