"""What arithmetic can be had where, and 8-bit graphs against those in fp32."""

from collections import Counter

import numpy as np
import onnx
import pytest
from tiny_models import make_checkpoint
from xbench.errors import EnvironmentFault, InputError
from xbench.exporters import parity, precision
from xbench.exporters.checkpoint import Checkpoint
from xbench.exporters.export import ExportOptions, ensure_export
from xbench.exporters.precision import REDUCED, has_dot_products, settle_precision
from xbench.exporters.session import open_session

_BLOCKS = 3


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return Checkpoint(make_checkpoint(tmp_path_factory.mktemp("int8") / "model", spread=0.05), "model")


@pytest.mark.parametrize(
    ("asked", "backend", "device"),
    [("int8", "onnx", "cuda"), ("fp16", "onnx", "cpu"), ("bf16", "onnx", "cuda"), ("int8", "torch", "cpu")],
)
def test_what_is_not_there_is_refused(asked, backend, device):
    with pytest.raises(InputError, match=f"precision {asked} is not there for --backend {backend} on {device}: one of"):
        settle_precision(asked, backend, device)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("processor : 0\nflags\t\t: fpu avx512f avx512_vnni\n", True),
        ("flags\t\t: fpu avx2 avx_vnni\n", True),
        ("flags\t\t: fpu avx2 avx512f\n", False),
        ("Features\t: fp asimd asimddp\n", True),  # Arm
        ("", False),
    ],
)
def test_processors_without_dot_products_get_weights_of_7_bits(text, found, tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(precision, "_CPU_FACTS", tmp_path / "cpuinfo")
    assert has_dot_products() is found
    assert settle_precision("int8", "onnx", "cpu") == ("int8" if found else REDUCED)
    assert settle_precision("fp32", "onnx", "cpu") == "fp32"


def test_an_8_bit_graph_multiplies_weights_in_8_bits_and_nothing_else(checkpoint, cache):
    plain = ensure_export(checkpoint, ExportOptions("embedding"), cache)
    small = ensure_export(checkpoint, ExportOptions("embedding", precision="int8"), cache)
    counts = [
        Counter(node.op_type for node in onnx.load(export.graph, load_external_data=False).graph.node)
        for export in (plain, small)
    ]
    # Query, key, value, output and two of the feed-forward layer; two products of activations stay.
    assert counts[1]["MatMulInteger"] == 6 * _BLOCKS
    assert counts[0]["MatMul"] - counts[1]["MatMul"] == 6 * _BLOCKS
    assert counts[1]["MatMul"] == 2 * _BLOCKS
    weights = [export.directory / "model.onnx.data" for export in (plain, small)]
    assert weights[1].stat().st_size < weights[0].stat().st_size
    assert sorted(path.name for path in small.directory.iterdir()) == [
        "export.json", "model.onnx", "model.onnx.data", "tokenizer.json",
    ]  # fmt: skip
    assert small.options.precision == "int8"
    assert small.key != plain.key
    assert small.parity["difference"] > plain.parity["difference"]


def _weights(export):
    graph = onnx.load(export.graph).graph
    arrays = [onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer]
    return [array for array in arrays if array.dtype == np.int8 and array.ndim == 2]


def test_bits_of_the_weights(checkpoint, cache):
    whole = ensure_export(checkpoint, ExportOptions("embedding", precision="int8"), cache)
    reduced = ensure_export(checkpoint, ExportOptions("embedding", precision=REDUCED), cache)
    assert max(np.abs(array.astype(int)).max() for array in _weights(whole)) == 127
    assert max(np.abs(array.astype(int)).max() for array in _weights(reduced)) <= 64


def test_vectors_of_8_bits_are_near_those_of_32(checkpoint, cache):
    ids = np.array([[0, 7, 20, 33, 2], [0, 90, 4, 2, 1]], np.int32)
    vectors = []
    for name in ("fp32", "int8"):
        session = open_session(ensure_export(checkpoint, ExportOptions("embedding", precision=name), cache).graph)
        feed = {"input_ids": ids, "attention_mask": (ids != 1).astype(np.int32)}
        (found,) = session.run(None, {node.name: feed[node.name] for node in session.get_inputs()})
        vectors.append(found / np.linalg.norm(found, axis=1, keepdims=True))
    cosines = (vectors[0] * vectors[1]).sum(1)
    assert (cosines > 0.99).all()
    assert not np.array_equal(*vectors)


def test_an_8_bit_graph_that_decides_otherwise_is_refused(checkpoint, tmp_path, monkeypatch):
    strict = {**parity.TOLERATED, "int8": parity.Tolerance(0.0, 0.0)}
    monkeypatch.setattr(parity, "TOLERATED", strict)
    with pytest.raises(EnvironmentFault, match=r"the int8 graph of model disagrees .* use --precision fp32"):
        ensure_export(checkpoint, ExportOptions("embedding", precision="int8"), tmp_path)
