"""How long does a leaderboard of many systems take, and how large is its page?

Made up: `--systems` systems of one seed each, with a record of XNLI or PAWS-X in each of 20 languages (1,000 records of
50 systems), and predictions of `--examples` short examples. Measured in this process, the smallest of `--rounds`: from
the results directory to markdown, without a baseline and so without statistics; the same with a baseline and its
statistics; the HTML page of that board, written from the board, with its size.

    python -m xbench.benchmarks.board [--systems 50] [--examples 100] [--rounds 5] [--work DIR]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..files import write_text
from ..leaderboard.board import Board
from ..leaderboard.build import build_board
from ..leaderboard.forms.markdown import render as render_markdown
from ..leaderboard.forms.page import render as render_page
from ..results.reading import Results, read_results
from ..results.record import ComparabilityKey, Record, SystemDescription, Timing
from ..results.store import Store
from ..tasks.suites import SUITES
from .machine import description, used_by_others

BASELINE = "system-00"
_PLACES = [(task, language) for task in ("xnli", "pawsx") for language in SUITES["xtreme"].languages[task]][:20]
_LABELS = {"xnli": ("contradiction", "entailment", "neutral"), "pawsx": ("0", "1")}
_WORDS = (
    "der die und in von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat".split()
)
_TIMING = Timing(tokenise=0.1, infer=1.0, decode=0.1, sequences=100, tokens=3000, padded_tokens=3100, batches=6)


def make_results(root: Path, systems: int, examples: int) -> None:
    """Write records and predictions; the later a system, the better it is."""
    store, draw = Store(root), np.random.default_rng(0)
    questions = {place: _questions(draw, place[0], examples) for place in _PLACES}
    for number in range(systems):
        name = f"system-{number:02}"
        for place in _PLACES:
            store.save(*_unit(draw, name, place, questions[place], 0.4 + 0.4 * number / systems))
        parts: dict[str, str | int | None] = {
            "reference": name,
            "fingerprint": name,
            "parameters": 278_043_648,
            "model_type": "xlm-roberta",
        }
        store.save_system(SystemDescription(name=name, checkpoints={"xnli": parts, "pawsx": parts}))


def _questions(draw: np.random.Generator, task: str, examples: int) -> dict[str, list[Any]]:
    texts = [[" ".join(draw.choice(_WORDS, 12)) for _ in range(2)] for _ in range(examples)]
    gold = draw.choice(_LABELS[task], examples).tolist()
    return {"id": [str(row) for row in range(examples)], "input": texts, "gold": gold}


def _unit(
    draw: np.random.Generator, system: str, place: tuple[str, str], questions: dict[str, list[Any]], accuracy: float
) -> tuple[Record, dict[str, list[Any]]]:
    (task, language), gold = place, questions["gold"]
    guesses = draw.choice(_LABELS[task], len(gold)).tolist()
    hits = draw.random(len(gold)) < accuracy
    predictions = [right if hit else guess for right, guess, hit in zip(gold, guesses, hits, strict=True)]
    correct = [float(right == given) for right, given in zip(gold, predictions, strict=True)]
    record = Record(
        system=system,
        task=task,
        language=language,
        split="test",
        suite="xtreme",
        scores={"accuracy": 100 * float(np.mean(correct))},
        examples=len(gold),
        key=ComparabilityKey(
            task_version=1,
            data=f"{task}-{language}",
            precision="fp32",
            checkpoint=system,
            tokenizer="made-up",
            backend="onnx",
        ),
        limit=None,
        provider_requested="auto",
        provider="CPUExecutionProvider",
        timing=_TIMING,
        run="20260101T000000000000Z",
        created="2026-01-01T00:00:00+00:00",
    )
    counts = {"count_correct": correct, "count_examples": [1.0] * len(gold)}
    return record, {**questions, "prediction": predictions, **counts}


def board_of(root: Path, baseline: str | None) -> tuple[Board, Results]:
    """Everything between a directory and a form of its leaderboard."""
    results = read_results([root], "test")
    return build_board(results, suite="xtreme", baseline=baseline), results


def measure(root: Path, rounds: int) -> Iterator[tuple[str, float, int]]:
    """What was done, its seconds, and the bytes that it wrote."""

    def fastest(work: Callable[[], str]) -> tuple[float, int]:
        seconds = []
        for _ in range(rounds):
            start = time.perf_counter()
            text = work()
            seconds.append(time.perf_counter() - start)
        return min(seconds), len(text.encode())

    yield "markdown, from the directory, without statistics", *fastest(lambda: render_markdown(board_of(root, None)[0]))
    yield (
        "markdown, from the directory, with statistics",
        *fastest(lambda: render_markdown(board_of(root, BASELINE)[0])),
    )
    board, results = board_of(root, BASELINE)
    yield "HTML page, from the board", *fastest(lambda: render_page(board, results))


def main() -> None:
    """Make results, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", type=int, default=50)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, help="Keep the results here. [default: a temporary directory]")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = given.work or Path(temporary) / "results"
        make_results(root, given.systems, given.examples)
        others = used_by_others()
        rows = list(measure(root, given.rounds))
    print(f"{given.systems} systems, {given.systems * len(_PLACES):,} records of {given.examples} examples")
    print(f"used by others before: {100 * others:.0f} % of the CPUs")
    for title, seconds, size in rows:
        print(f"{title}: {seconds:.2f} s, {size:,} bytes")
    if given.json:
        figures = [{"what": title, "seconds": seconds, "bytes": size} for title, seconds, size in rows]
        write_text(given.json, json.dumps({**description(), "others": others, "figures": figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
