"""`xbench run`."""

from typing import Any

import click

from . import options


@click.command("run")
@options.model
@options.several("-t", "--task", "tasks", help="Task, repeatable. [default: all of the suite]")
@options.several("-l", "--language", "languages", help="Language code, repeatable. [default: all of each task]")
@options.option("-s", "--suite", help="mini, xtreme or xtreme-r. [default: whatever the data directory holds]")
@options.option(
    "--data-dir",
    metavar="DIRECTORY|KEY:LOCATION",
    help="Directory in XTREME's layout, or a source that a plug-in opens. [default: the Hugging Face hub]",
)
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split to score.")
@options.option("--unlabelled", is_flag=True, help="Store predictions also where there are no gold labels.")
@options.protocol
@options.option("--backend", default="onnx", type=click.Choice(["onnx", "torch"]), help="What computes the model.")
@options.option("--device", default="auto", type=click.Choice(["auto", "cpu", "cuda"]), help="auto: CUDA if any GPU.")
@options.precision
@options.option(
    "--batch-tokens", type=options.COUNT_OR_AUTO, default="auto", help="Padded tokens a batch; auto measures a few."
)
@options.option(
    "--deterministic", is_flag=True, help="Each sequence alone: bit-equal whatever the batches, but slower."
)
@options.option("--threads", type=click.IntRange(min=1), help="Threads on a CPU. [default: all CPUs]")
@options.option("--limit", type=click.IntRange(min=1), help="Only the first N examples of each language.")
@options.option(
    "--layer",
    "--layers",
    "layer",
    type=options.LAYER_OR_ALL,
    help="Hidden state for retrieval, 0 = embeddings; all compares them on dev. [default: the model's own]",
)
@options.pooling
@options.option("-o", "--output", type=options.DIRECTORY, default="xbench-results", help="Results directory.")
@options.name
@options.option("--force", is_flag=True, help="Compute also what is stored.")
@options.offline
@options.allow_pickle
@options.option("--engine", default="local", type=click.Choice(["local", "ray"]), help="Where units are computed.")
@options.option(
    "--address", metavar="HOST:PORT|auto|local", help="Ray cluster. [default: RAY_ADDRESS, else one on this machine]"
)
@options.option("--shard", type=options.SHARD, help="Only the I-th of N parts, as for the tasks of a job array.")
@options.option("--json", "as_json", is_flag=True, help="Print records as JSON instead of a table.")
def command(as_json: bool, **given: Any) -> int:
    """Evaluate a model and store its scores.

    Scores and predictions are stored for each task and language the moment they exist; the same command run again
    computes only what is missing. For example:

        xbench run -m my-checkpoint -t tatoeba --data-dir download -o results
    """
    from ..harness.progress import Bar
    from ..harness.report import report_json, report_text
    from ..harness.run import run
    from ..harness.settings import RunSettings

    with Bar() as bar:
        result = run(RunSettings(**given), bar)
    click.echo(report_json(result) if as_json else report_text(result))
    for error in result.errors:
        click.echo(f"xbench: {error}", err=True)
    return result.exit_code
