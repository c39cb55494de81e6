"""`xbench analyze`."""

from pathlib import Path

import click

from . import options


@click.command("analyze")
@click.argument("directory", type=options.DIRECTORY)
@options.option(
    "--by",
    required=True,
    help="Attribute: text_length, question_length, context_length, answer_length, entity_length, entity_density,"
    " num_oov.",
)
@options.several("-t", "--task", "tasks", help="Task, repeatable. [default: all that are stored]")
@options.several("-l", "--language", "languages", help="Language code, repeatable. [default: all that are stored]")
@options.several("--system", "systems", help="System, repeatable. [default: all that are stored]")
@options.option("--buckets", type=click.IntRange(min=1), default=4, help="Quantiles to divide by.")
@options.option("--train", type=options.DIRECTORY, help="English training file or data directory, for num_oov.")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    directory: Path,
    by: str,
    tasks: tuple[str, ...],
    languages: tuple[str, ...],
    systems: tuple[str, ...],
    buckets: int,
    train: Path | None,
    as_json: bool,
) -> int:
    """Show where stored predictions are right and wrong: scores by buckets of an attribute of the examples.

    For example, by the length of contexts:

        xbench analyze results --by context_length -t xquad
    """
    from ..leaderboard.analysis.analysis import Request, analyse
    from ..leaderboard.analysis.analysis_report import analysis_json, analysis_text
    from ..results.store import Store

    analysis = analyse(Store(directory), Request(by, buckets, tasks, languages, systems, train))
    click.echo(analysis_json(analysis) if as_json else analysis_text(analysis))
    return 0
