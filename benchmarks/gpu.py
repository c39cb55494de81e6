"""The GPU suite: encoders of XLM-R's shapes by ONNX Runtime and PyTorch, over the lengths of XTREME's tasks.

Needs no network and no data: weights are random, lengths are drawn from stored statistics. Prints one markdown table
a part and writes everything as JSON. What the machine lacks for a contender stands in its line. On a CPU,
`--device cpu --tiny` goes through all of it with a toy.

    python -m xbench.benchmarks.gpu --work DIR --json FILE [--sizes base,large] [--volume ort-packed]
"""

import argparse
import dataclasses
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .encoders.contenders import CONTENDERS, REFERENCE
from .encoders.lengths import TaskLengths, count_lengths, stored_lengths
from .encoders.measure import Job, Result, run_apart
from .encoders.models import RETRIEVAL_LAYERS, SIZES, ensure_graph, shape_of
from .encoders.probes import attention_kernels, matrix_peak, memory_copies
from .encoders.report import comparison_table, estimate_table, training_line
from .encoders.training import TrainingResult, train_apart
from .encoders.volume import RETRIEVAL, XTREME, sequences
from .machine import description

# Short sentences, pairs, and windows of paragraphs: the range of XTREME's lengths.
_TASKS = ("xnli", "tatoeba", "xquad")
_BUDGETS = {"cuda": (16_384, 32_768, 65_536), "cpu": (512,)}


@dataclass(frozen=True)
class Settings:
    """What to measure; `count` sequences of each of `tasks` in each of `rounds`."""

    device: str
    work: Path
    sizes: Sequence[str]
    contenders: Sequence[str]
    tasks: Sequence[str]
    count: int
    rounds: int
    budgets: Sequence[int]
    steps: int
    volume: str | None
    lengths: Mapping[str, TaskLengths]

    def job(self, contender: str, size: str, layers: int, counts: Mapping[str, int], rounds: int) -> Job:
        """Measure `contender` on so many sequences of each task."""
        drawn = {task: self.lengths[task].draw(count) for task, count in counts.items()}
        return Job(contender, size, layers, self.device, self.work, drawn, self.budgets, rounds)


def compare(settings: Settings, size: str) -> list[Result]:
    """All contenders, one after another, each in a process of its own; graphs are made before."""
    found = []
    for key in settings.contenders:
        print(f"{size}: {CONTENDERS[key].title} ...", flush=True)
        counts = dict.fromkeys(settings.tasks, settings.count)
        found.append(_run(settings, settings.job(key, size, SIZES[size].layers, counts, settings.rounds)))
    return found


def _run(settings: Settings, job: Job) -> Result:
    """Make the contender's graph if it needs one, and measure."""
    contender = CONTENDERS[job.contender]
    lack = contender.lacks(job.device)
    if lack:
        return Result(job.contender, lack)
    try:
        if contender.graph:
            ensure_graph(job.size, job.layers, contender.graph, settings.work)
    except Exception as error:  # such as a package that the machine has not: a line of the table
        return Result(job.contender, f"no graph: {str(error).splitlines()[0]}")
    return run_apart(job)


def look_inside(settings: Settings, size: str, results: Sequence[Result]) -> dict[str, Any]:
    """For each of the runtime's contenders that ran: copies in its graph, and its attention kernels."""
    found: dict[str, Any] = {}
    layers = SIZES[size].layers
    tokens = round(settings.lengths[settings.tasks[0]].mean) + 8
    for key in (result.contender for result in results if not result.fault):
        form = CONTENDERS[key].graph
        if form:
            found[key] = {
                "memory_copies": memory_copies(ensure_graph(size, layers, form, settings.work), settings.device),
                "attention_kernels": attention_kernels(key, size, layers, settings.device, settings.work, tokens),
            }
    return found


def run_volume(settings: Settings, contender: str, size: str) -> dict[str, Any]:
    """All of XTREME, once: seconds of each task; retrieval with the blocks that it uses."""
    seconds: dict[str, float] = {}
    for layers, tasks in (
        (SIZES[size].layers, [task for task in XTREME if task not in RETRIEVAL]),
        (RETRIEVAL_LAYERS[size], list(RETRIEVAL)),
    ):
        share = settings.count / sequences("tatoeba", settings.lengths["tatoeba"]) if size == "tiny" else 1
        counts = {task: max(1, round(share * sequences(task, settings.lengths[task]))) for task in tasks}
        result = _run(settings, settings.job(contender, size, layers, counts, rounds=1))
        if result.fault:
            return {"fault": result.fault}
        seconds |= {task: found.rounds[0] for task, found in result.tasks.items()}
    return {"contender": contender, "size": size, "seconds": seconds, "total_seconds": sum(seconds.values())}


def run(settings: Settings) -> dict[str, Any]:
    """Everything, printed as it is found; what is written as JSON."""
    peak = matrix_peak(settings.device)
    content: dict[str, Any] = {
        "machine": description(), "device": settings.device, "matrix_peak_flops": peak, "sizes": {},
    }  # fmt: skip
    for size in settings.sizes:
        results = compare(settings, size)
        inside = look_inside(settings, size, results)
        print(f"\n### {size}\n\n{comparison_table(results, peak, inside)}\n", flush=True)
        estimate = estimate_table(results, settings.lengths, shape_of(size, SIZES[size].layers), RETRIEVAL_LAYERS[size])
        print(f"{estimate}\n", flush=True)
        content["sizes"][size] = {"results": [_plain(result) for result in results], "inside": inside}
    if settings.steps:
        trained = train_apart(settings.sizes[0], settings.lengths["xnli"], settings.steps, 32, settings.device)
        print(f"{training_line(settings.sizes[0], trained)}\n", flush=True)
        content["training"] = dataclasses.asdict(trained) if isinstance(trained, TrainingResult) else trained
    if settings.volume:
        content["volume"] = run_volume(settings, settings.volume, settings.sizes[-1])
        print(f"all of XTREME: {json.dumps(content['volume'])}", flush=True)
    return content


def _plain(result: Result) -> dict[str, Any]:
    content = dataclasses.asdict(result)
    for task in content["tasks"].values():
        del task["embeddings"]
    return content


def parse(arguments: Sequence[str] | None = None) -> tuple[Settings, Path | None]:
    """Settings and the file for JSON from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--tiny", action="store_true", help="a toy of three blocks, few sequences")
    parser.add_argument("--work", type=Path, help="where graphs are kept; a temporary directory if not given")
    parser.add_argument("--sizes", default="base,large")
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--tasks", default=",".join(_TASKS))
    parser.add_argument("--count", type=int, default=5_000, help="sequences of each task")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch-tokens", help="budgets to choose from, with commas")
    parser.add_argument("--steps", type=int, default=200, help="training steps of the first size; 0 for none")
    parser.add_argument("--volume", metavar="CONTENDER", help="run all of XTREME's volume with the last size")
    parser.add_argument("--data-dir", type=Path, help="count lengths in this data instead of using the stored ones")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    budgets = tuple(map(int, given.batch_tokens.split(","))) if given.batch_tokens else _BUDGETS[given.device]
    contenders = given.contenders.split(",")
    unknown = [key for key in [*contenders, *([given.volume] if given.volume else [])] if key not in CONTENDERS]
    if unknown:
        parser.error(f"unknown contender {unknown[0]!r}: one of {', '.join(CONTENDERS)}")
    return Settings(
        given.device,
        given.work or Path(tempfile.mkdtemp(prefix="xbench-gpu-")),
        ("tiny",) if given.tiny else given.sizes.split(","),
        # The reference first: the others are held against it.
        [REFERENCE, *(key for key in contenders if key != REFERENCE)],
        given.tasks.split(","),
        24 if given.tiny else given.count,
        1 if given.tiny else given.rounds,
        budgets,
        min(given.steps, 6) if given.tiny else given.steps,
        given.volume,
        _lengths(given.data_dir) if given.data_dir else stored_lengths(),
    ), given.json


def _lengths(data: Path) -> dict[str, TaskLengths]:
    from ..tasks.tokenization import TextEncoder
    from .checkpoints import BASE, make_tokenizer
    from .encoders.models import POSITIONS

    files = [*data.glob("*/*.tsv"), *data.glob("tatoeba/*-en.??"), *data.glob("bucc2018/*")]
    texts = [line for path in sorted(files) for line in path.open(encoding="utf-8")]
    tokenizer = make_tokenizer(texts, BASE.vocabulary)
    return count_lengths(data, TextEncoder(tokenizer, POSITIONS - 2))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and write."""
    settings, path = parse(arguments)
    content = run(settings)
    if path:
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
