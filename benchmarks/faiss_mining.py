"""The 4 nearest neighbours in both directions, as BUCC mining needs them: `tasks/search.py` against faiss.

faiss searches twice (`IndexFlatIP`, exact: x in y, then y in x), `top_k_both` goes over the similarities once. Unit
vectors are random, a tenth of them planted near-duplicates. Rounds are interleaved in one process a case; neighbours of
both are compared, so that nobody is fast by being wrong. Peak memory beyond the embeddings is that of a fresh process a
case and engine (VmHWM, so Linux only).

    python -m xbench.benchmarks.faiss_mining [--cases 20000x384,100000x384] [--rounds 3]

Needs `pip install faiss-cpu`. A case of 100,000 takes minutes a round.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tasks.search import Neighbours, normalise, top_k_both
from .machine import description

CASES = "20000x384,50000x384,100000x384,20000x1024,50000x1024"
K = 4
BLOCK = 1000
ROUNDING = 1e-6
Vectors = NDArray[np.float32]
Found = tuple[Neighbours, Neighbours]


def embeddings(sentences: int, dimensions: int) -> tuple[Vectors, Vectors]:
    """Made in place, so that the peak of memory is the search's."""
    draw = np.random.default_rng(0)
    x, y = (np.empty((sentences, dimensions), np.float32) for _ in range(2))
    for side in (x, y):
        draw.standard_normal(dtype=np.float32, out=side)
    places = draw.permutation(sentences)[: sentences // 10]
    for start in range(0, len(places), BLOCK):
        rows = places[start : start + BLOCK]
        y[rows] = 0.3 * y[rows] + x[start : start + len(rows)]
    return normalise(x, out=x), normalise(y, out=y)


def by_faiss(x: Vectors, y: Vectors) -> Found:
    import faiss

    def search(queries: Vectors, candidates: Vectors) -> Neighbours:
        index = faiss.IndexFlatIP(candidates.shape[1])
        index.add(candidates)
        return Neighbours(*index.search(queries, K))

    return search(x, y), search(y, x)


def by_xbench(x: Vectors, y: Vectors) -> Found:
    return top_k_both(x, y, K)


ENGINES: dict[str, Callable[[Vectors, Vectors], Found]] = {"faiss": by_faiss, "xbench": by_xbench}


def prepare(threads: int) -> None:
    """Load the libraries and start their threads."""
    import faiss

    faiss.omp_set_num_threads(threads)
    for engine in ENGINES.values():
        engine(*embeddings(100, 64))


def timed(sentences: int, dimensions: int, rounds: int, threads: int) -> dict[str, Any]:
    prepare(threads)
    x, y = embeddings(sentences, dimensions)
    seconds: dict[str, list[float]] = {name: [] for name in ENGINES}
    found = {}
    for _ in range(rounds):
        for name, engine in ENGINES.items():
            start = time.perf_counter()
            found[name] = engine(x, y)
            seconds[name].append(time.perf_counter() - start)
    return {"seconds": seconds, **differences(found["faiss"], found["xbench"])}


def differences(one: Found, other: Found) -> dict[str, Any]:
    """Neighbours that are not the same at their rank, and those of them whose similarities differ beyond rounding."""
    apart = beyond = 0
    for a, b in zip(one, other, strict=True):
        unequal = a.rows != b.rows
        apart += int(unequal.sum())
        beyond += int((np.abs(a.similarities - b.similarities)[unequal] >= ROUNDING).sum())
    return {"different_neighbours": apart, "beyond_rounding": beyond}


def peak_memory(sentences: int, dimensions: int, engine: str, threads: int) -> float:
    """MB at the peak of a process, less what it had at the start and the embeddings."""
    prepare(threads)
    before = _memory("VmRSS")
    x, y = embeddings(sentences, dimensions)
    ENGINES[engine](x, y)
    return _memory("VmHWM") - before - (x.nbytes + y.nbytes) / 2**20


def _memory(field: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1]) / 1024


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(arguments.threads)  # read by the processes started below
    cases = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for case in arguments.cases.split(","):
            sentences, dimensions = map(int, case.split("x"))
            row: dict[str, Any] = {"sentences": sentences, "dimensions": dimensions}
            row |= fresh.submit(timed, sentences, dimensions, arguments.rounds, arguments.threads).result()
            row["peak_mb"] = {
                name: fresh.submit(peak_memory, sentences, dimensions, name, arguments.threads).result()
                for name in ENGINES
            }
            cases.append(row)
            print(f"{case}: {row}", flush=True)
    return {
        **description(),
        "threads": arguments.threads,
        "faiss": version("faiss-cpu"),
        "cases": cases,
    }


def table(result: dict[str, Any]) -> str:
    lines = [
        "| sentences a side | dimensions | faiss, s | xbench, s | xbench is faster by (each round) | median "
        "| peak beyond the embeddings, MB: faiss | xbench | different neighbours (beyond rounding) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for case in result["cases"]:
        seconds, peak = case["seconds"], case["peak_mb"]
        ratios = [one / other for one, other in zip(seconds["faiss"], seconds["xbench"], strict=True)]
        cells = [
            f"{case['sentences']:,}",
            case["dimensions"],
            *(f"{min(seconds[name]):.1f}" for name in ENGINES),
            " ".join(f"{ratio:.2f}" for ratio in ratios),
            f"{statistics.median(ratios):.2f}",
            *(f"{peak[name]:.0f}" for name in ENGINES),
            f"{case['different_neighbours']} ({case['beyond_rounding']})",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=CASES, help="sentences a side x dimensions, several with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measure(arguments)
    print(table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
