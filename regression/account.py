"""What a benchmarked run leaves in pytest-benchmark's `extra_info`."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from ..harness.provenance import versions
from ..harness.run import RunResult


def run_account(results: Sequence[RunResult]) -> dict[str, Any]:
    """Scores, speed (of the median run), provider and versions of repeated runs of one model, as JSON has them."""
    last = results[-1]
    seconds = median(result.throughput.seconds for result in results)
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for record in last.records:
        scores.setdefault(record.task, {})[record.language] = dict(record.scores)
    return {
        "system": last.system,
        "scores": scores,
        "skipped": [asdict(skipped) for skipped in last.skipped],
        "tokens_per_second": last.throughput.tokens / seconds,
        "sequences_per_second": last.throughput.sequences / seconds,
        "provider": ", ".join(sorted({record.provider for record in last.records})),
        "precision": ", ".join(sorted({record.key.precision for record in last.records})),
        "versions": versions(),
    }
