"""The best fp32 matrix product that ONNX Runtime does on this machine's CPUs: the bound that a run is held against.

Shapes are those of encoders of 384 and 768 dimensions with 512 tokens a batch; one session a shape, called by as many
threads as there are CPUs, one thread a call, as `xbench run` does it. Best of three rounds.

    python -m xbench.benchmarks.matrix_product
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..exporters.session import open_session
from ..harness.cpus import usable_cpus

SHAPES = ((512, 384, 384), (512, 384, 1536), (512, 1536, 384), (512, 768, 768), (512, 768, 3072), (512, 3072, 768))
WORK = 2e10
"""Floating-point operations a round."""
_ROUNDS = 3


def measure(rows: int, inner: int, columns: int, threads: int, work: float = WORK) -> float:
    """GFLOP/s of one shape."""
    import onnx
    from onnx import TensorProto, helper

    draw = np.random.default_rng(0)
    weights = onnx.numpy_helper.from_array(draw.normal(size=(inner, columns)).astype(np.float32), "w")
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", [rows, inner]), ("y", [rows, columns]))
    ]
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "product", ends[:1], ends[1:], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    session = open_session(model.SerializeToString())
    feed = {"x": draw.normal(size=(rows, inner)).astype(np.float32)}
    operations = 2 * rows * inner * columns
    calls = max(threads, int(work / operations))
    best = 0.0
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda _: session.run(None, feed), range(calls)))
        best = max(best, operations * calls / (time.perf_counter() - start) / 1e9)
    return best


def best_product(work: float = WORK) -> float:
    """GFLOP/s of the fastest shape."""
    return max(measure(*shape, usable_cpus(), work) for shape in SHAPES)


def main() -> None:
    """Print each shape."""
    print("| rows x inner x columns | GFLOP/s |\n| --- | --- |")
    for shape in SHAPES:
        print(f"| {' x '.join(map(str, shape))} | {measure(*shape, usable_cpus()):.0f} |", flush=True)


if __name__ == "__main__":
    main()
