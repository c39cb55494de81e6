"""`xbench export`."""

from pathlib import Path

import click

from . import options


@click.command("export")
@options.model
@options.option("-t", "--task", required=True, help="Task that the graph is for.")
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Directory to write.")
@options.layer
@options.pooling
@options.precision
@options.offline
@options.allow_pickle
def command(
    model: str,
    task: str,
    output: Path,
    layer: int | None,
    pooling: str | None,
    precision: str,
    offline: bool,
    allow_pickle: bool,
) -> int:
    """Export one checkpoint to ONNX for one task.

    Writes graph, weights, tokenizer and description, after comparing the graph with PyTorch on real text.
    """
    from ..exporters.export import ExportOptions, export_to
    from ..exporters.precision import settle_precision
    from ..exporters.system import resolve
    from ..harness.settings import default_cache
    from ..tasks.suites import find_task

    system = resolve(model, allow_pickle=allow_pickle, offline=offline)
    wanted = find_task(task)
    settled = settle_precision(precision, "onnx", "cuda" if precision == "fp16" else "cpu")
    export = export_to(
        output,
        system.checkpoint_for(wanted, pooling),
        ExportOptions(wanted.kind.head, layer, pooling or wanted.pooling, settled),
        default_cache(),
    )
    parity = export.parity
    click.echo(
        f"{export.directory}: {settled} {wanted.kind.head} graph; largest difference from PyTorch"
        f" {parity['difference']:.2g},"
        f" {parity['changed']:.2%} of {parity['decisions']} decisions changed"
    )
    return 0
