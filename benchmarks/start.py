"""How soon does `xbench run` compute, and with how much memory? A model of XLM-R-base's shape, random weights.

The checkpoint (12 x 768, 250,002 words, 1.1 GB) is made once in `--work`, exported by a first run, and then the command
is started several times with its export cached: seconds from the start of the process to the beginning of its first
batch (as the run itself records it), wall time, and peak resident memory of the process. Beside it, how long
`xbench --help` takes.

    python -m xbench.benchmarks.start --data-dir DIR --work DIR
"""

import argparse
import json
from pathlib import Path
from statistics import median

from ..files import write_text
from .checkpoints import BASE, ensure_encoder
from .command import run_module, run_xbench
from .machine import description, used_by_others


def start(model: Path, data: Path, output: Path) -> dict[str, float]:
    """Figures of one start of each command."""
    finished = run_xbench("-m", model, "-t", "tatoeba", "-l", "de", "--data-dir", data, "-o", output)
    _, help_seconds, _ = run_module(["--help"])
    return {
        "first_batch_s": finished.content["first_batch_seconds"],
        "wall_s": finished.seconds,
        "peak_mb": finished.peak_mb,
        "tokens_per_s": finished.content["tokens"] / finished.content["seconds"],
        "help_s": help_seconds,
    }


def main() -> None:
    """Start several times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    model = ensure_encoder(given.work / "xlmr-base-shaped", given.data_dir, BASE)
    print("export and first run:", start(model, given.data_dir, given.work / "out"))
    others = used_by_others()
    rounds = [start(model, given.data_dir, given.work / "out") for _ in range(given.rounds)]
    for name in rounds[0]:
        values = sorted(row[name] for row in rounds)
        print(f"{name}: median {median(values):.2f}, smallest {values[0]:.2f}, largest {values[-1]:.2f}")
    if given.json:
        write_text(given.json, json.dumps({**description(), "others": others, "rounds": rounds}, indent=1) + "\n")


if __name__ == "__main__":
    main()
