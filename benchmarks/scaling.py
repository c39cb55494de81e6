"""Does cost grow in proportion, and does memory stay flat, from a thousand sentences to a hundred thousand?

Tatoeba's real sentences are recombined into distinct ones and written as files of up to 1,400 pairs, a language each,
so that what is searched grows as it does in Tatoeba: in files, not in one file. A run over one layer of the model,
which shows what does not belong to the model the most.

    python -m xbench.benchmarks.scaling --model MODEL --data-dir DIR [--plot FILE.svg] [--json FILE]
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..files import write_text
from ..tasks.readers import read_lines
from ..tasks.suites import find_task
from .command import run_xbench
from .machine import description, used_by_others
from .recombined import take

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
PAIRS_A_FILE = 1_400


def file_sizes(sentences: int, files: int, largest: int = PAIRS_A_FILE) -> list[int]:
    """Pairs of each file, two sentences a pair: as few files as hold them, as equal as can be.

    Raises:
        ValueError: that many files do not hold them.
    """
    pairs = sentences // 2
    needed = max(1, -(-pairs // largest))
    if needed > files:
        raise ValueError(f"{files} files of {largest} pairs do not hold {sentences} sentences")
    return [pairs * (number + 1) // needed - pairs * number // needed for number in range(needed)]


def write_bitexts(sentences: Sequence[str], directory: Path) -> list[str]:
    """Write sentences as Tatoeba's files below `directory`; the languages that they are called."""
    task = find_task("tatoeba")
    languages, start = [], 0
    for language, pairs in zip(task.languages, file_sizes(len(sentences), len(task.languages)), strict=False):
        sides = (sentences[start : start + pairs], sentences[start + pairs : start + 2 * pairs])
        start += 2 * pairs
        contents = (*sides, [str(row) for row in range(pairs)])
        for path, lines in zip(task.forms("test")[0].located(language), contents, strict=True):
            write_text(directory / path, "".join(f"{line}\n" for line in lines))
        languages.append(language)
    return languages


def measure(model: str, sentences: Sequence[str], layer: int) -> dict[str, Any]:
    """Seconds and peak memory of one run."""
    with tempfile.TemporaryDirectory(prefix="xbench-scaling-") as temporary:
        languages = write_bitexts(sentences, Path(temporary, "data"))
        finished = run_xbench(
            "-m", model, "-t", "tatoeba", "-l", ",".join(languages), "--layer", str(layer),
            "--data-dir", Path(temporary, "data"), "-o", Path(temporary, "results"),
        )  # fmt: skip
    names = ("seconds", "sequences", "tokens", "padded_tokens", "first_batch_seconds")
    return {
        "sentences": len(sentences),
        "files": len(languages),
        "process_seconds": finished.seconds,
        "peak_mb": finished.peak_mb,
        **{name: finished.content[name] for name in names},
    }


def main() -> None:
    """Measure all sizes, small to large; the smallest is run once before, so that the export is cached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--layer", type=int, default=1)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--plot", type=Path, help="figure, SVG or PNG by its name")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sizes = sorted(map(int, given.sizes.split(",")))
    real = [line for path in sorted(given.data_dir.glob("tatoeba/*-en.??")) for line in read_lines(path) if line]
    sentences = take(real, sizes[-1])
    measure(given.model, sentences[: sizes[0]], given.layer)
    others = used_by_others()
    rows = []
    print("| sentences | files | seconds, whole process | sentences/s | peak MB |\n| --- | --- | --- | --- | --- |")
    for size in sizes:
        rows.append(measure(given.model, sentences[:size], given.layer))
        seconds, peak = rows[-1]["process_seconds"], rows[-1]["peak_mb"]
        print(f"| {size:,} | {rows[-1]['files']} | {seconds:.1f} | {size / seconds:,.0f} | {peak:.0f} |", flush=True)
    if given.json:
        write_text(given.json, json.dumps({**description(), "others": others, "sizes": rows}, indent=1) + "\n")
    if given.plot:
        from .plots import plot_scaling

        plot_scaling(sizes, [row["process_seconds"] for row in rows], [row["peak_mb"] for row in rows], given.plot)


if __name__ == "__main__":
    main()
