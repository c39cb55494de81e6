"""Is this commit as good and as fast as the one it is to be merged into? What the workflow beside this file runs."""

import os
from typing import Any

MODEL = os.environ.get("XBENCH_CI_MODEL", "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2")
WORKLOAD: dict[str, Any] = {
    # Without a directory of data, the suite `mini`, which xbench makes itself.
    "data_dir": os.environ.get("XBENCH_CI_DATA_DIR"),
    "suite": os.environ.get("XBENCH_CI_SUITE", "mini"),
    "tasks": os.environ.get("XBENCH_CI_TASKS", "tatoeba").split(","),
    "device": "cpu",
    # Else base and head would each choose a budget by timing a few, and not always the same.
    "batch_tokens": 512,
}


def test_scores_hold(xbench_benchmark: Any) -> None:
    """No score is below that of the stored baseline (`--xbench-baseline`); speed and memory are noted."""
    xbench_benchmark(MODEL, **WORKLOAD)


def test_head_is_no_worse_than_base(xbench_base_head: Any) -> None:
    """Base and head in turns, in this very job: no score drops, and head is not slower."""
    xbench_base_head(MODEL, slowdown=float(os.environ.get("XBENCH_CI_SLOWDOWN", "1.2")), **WORKLOAD)
