"""Do ONNX Runtime and PyTorch say the same? Compares two results directories of one system, unit by unit.

xbench run -m MODEL -t TASKS --data-dir DIR -o onnx
xbench run -m MODEL -t TASKS --data-dir DIR -o torch --backend torch
python -m xbench.benchmarks.backends_agree onnx torch
"""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tabulate import tabulate

from ..results.record import Record
from ..results.store import Store, read_predictions


def predictions(store: Store, record: Record) -> list[Any]:
    path = store.record_path(record.system, record.task, record.language).with_suffix(".parquet")
    return read_predictions(path)["prediction"]


def main() -> None:
    left, right = (Store(Path(place)) for place in sys.argv[1:3])
    others = {(record.task, record.language): record for record in right.records()}
    tasks: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
    for record in left.records():
        other = others[record.task, record.language]
        if record.key.measurement != other.key.measurement:
            raise SystemExit(f"{record.task}/{record.language} was measured on different data")
        pairs = list(zip(predictions(left, record), predictions(right, other), strict=True))
        gap = max(abs(score - other.scores[name]) for name, score in record.scores.items())
        tasks[record.task].append((len(pairs), sum(a == b for a, b in pairs), gap))
    rows = []
    for task, units in sorted(tasks.items()):
        examples, same = sum(unit[0] for unit in units), sum(unit[1] for unit in units)
        gap = max(unit[2] for unit in units)
        rows.append((task, len(units), examples, f"{100 * same / examples:.3f} %", f"{gap:.3f}"))
    headers = ("task", "languages", "examples", "equal predictions", "largest difference of a score")
    print(tabulate(rows, headers, tablefmt="github"))


if __name__ == "__main__":
    main()
