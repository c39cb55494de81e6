"""What a run prints at its end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean

from tabulate import tabulate

from ..results.record import Record
from ..results.store import slug
from ..tasks.suites import find_task, known_suites
from .run import RunResult


def report_text(result: RunResult) -> str:
    """A table of scores per task, what was skipped and why, and the speed."""
    parts = []
    scored = [record for record in result.records if record.scores and record.layers is None]
    if scored:
        parts.append(_score_table(scored))
    parts += [_sweep_table(record) for record in result.records if record.layers is not None]
    parts += [
        f"{record.task}/{record.language}: predictions of {record.examples} examples without gold labels"
        for record in result.records
        if not record.scores
    ]
    parts += [f"{notice}" for notice in dict.fromkeys(r.notice for r in result.records if r.notice)]
    parts += [_skipped_line(skipped.task, skipped.languages, skipped.reason) for skipped in result.skipped]
    parts += [_parity_line(graph, parity) for graph, parity in result.parity.items()]
    parts.append(_speed_line(result))
    parts.append(f"results of {result.system}: {result.store.root / slug(result.system)}")
    return "\n".join(parts)


def report_json(result: RunResult) -> str:
    """All records, skips, errors and the speed, as one JSON object."""
    throughput = result.throughput
    content = {
        "system": result.system,
        "records": [record.model_dump() for record in result.records],
        "reused": result.reused,
        "skipped": [asdict(skipped) for skipped in result.skipped],
        "errors": [str(error) for error in result.errors],
        "seconds": throughput.seconds,
        "sequences": throughput.sequences,
        "tokens": throughput.tokens,
        "padded_tokens": throughput.padded_tokens,
        "first_batch_seconds": result.first_batch,
        "parity": result.parity,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _score_table(records: Sequence[Record]) -> str:
    rows = []
    for key in dict.fromkeys(record.task for record in records):
        task, mine = find_task(key), [record for record in records if record.task == key]
        suite = known_suites().get(mine[0].suite or "")
        wanted = len(suite.languages[key]) if suite and key in suite.languages else len(task.languages)
        for metric in task.main_metrics:
            values = [record.scores[metric] for record in mine]
            extremes = sorted(mine, key=lambda record: record.scores[metric])
            low, high = extremes[0], extremes[-1]
            rows.append(
                (
                    task.title,
                    metric.replace("_", " "),
                    f"{fmean(values):.2f}",
                    f"{len(mine)} of {wanted}",
                    f"{high.language} {high.scores[metric]:.1f}",
                    f"{low.language} {low.scores[metric]:.1f}",
                )
            )
    return tabulate(rows, ("task", "metric", "mean", "languages", "best", "worst"), disable_numparse=True)


def _sweep_table(record: Record) -> str:
    layers = record.layers or {}
    metrics = find_task(record.task).main_metrics
    rows = [
        (layer, *(f"{scores[metric]:.2f}" for metric in metrics), "best" if layer == record.key.layer else "")
        for layer, scores in layers.items()
    ]
    title = f"{record.task}/{record.language}, {record.split}, {record.key.pooling} pooling"
    return f"{title}\n{tabulate(rows, ('layer', *metrics, ''), disable_numparse=True)}"


def _skipped_line(task: str, languages: Sequence[str], reason: str) -> str:
    which = f"{task} ({len(languages)} languages: {' '.join(languages)})" if languages else task
    return f"skipped {which}: {reason}"


def _parity_line(graph: str, parity: Mapping[str, float]) -> str:
    return (
        f"ONNX against PyTorch, {graph}: largest difference {parity['difference']:.1e} at a scale of"
        f" {parity['scale']:.1e}, {parity['changed']:.2%} of {parity['decisions']} decisions changed"
    )


def _speed_line(result: RunResult) -> str:
    throughput = result.throughput
    if not throughput.sequences:
        return (
            f"nothing to compute: all {result.reused} records were there" if result.reused else "nothing was computed"
        )
    reused = f", {result.reused} records reused" if result.reused else ""
    return (
        f"{throughput.sequences:,} sequences, {throughput.tokens:,} tokens in {throughput.seconds:.1f} s:"
        f" {throughput.sequences / throughput.seconds:,.0f} sequences/s,"
        f" {throughput.tokens / throughput.seconds:,.0f} tokens/s,"
        f" padding efficiency {throughput.padding_efficiency:.1%}{reused}"
    )
