"""`xbench report`."""

from pathlib import Path

import click

from . import options


@click.command("report")
@click.argument("directories", metavar="DIRECTORY...", type=options.DIRECTORY, nargs=-1, required=True)
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Folder to write.")
@options.option("--baseline", help="System that improvements are counted from, or NAME of systems NAME.seedN.")
@options.option("--partial", is_flag=True, help="Show averages over incomplete languages too, marked.")
@options.no_examples
@options.option("--published", is_flag=True, help="Show verified rows that others have published beside.")
@options.option("--resample-languages", is_flag=True, help="Intervals that hold for other languages too.")
@options.option("-s", "--suite", help="Suite whose languages must be complete. [default: that of the records]")
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split whose scores are shown.")
def command(
    directories: tuple[Path, ...],
    output: Path,
    baseline: str | None,
    partial: bool,
    no_examples: bool,
    published: bool,
    resample_languages: bool,
    suite: str | None,
    split: str,
) -> int:
    """Write a leaderboard in all its forms into one folder: README.md, index.html, tables, figures and exports.

    A second call updates what the first one wrote and leaves other files alone:

        xbench report results -o report --baseline xlmr
    """
    from ..leaderboard.forms.write import Choices
    from ..leaderboard.report import Request, report

    if resample_languages and baseline is None:
        raise click.UsageError("--resample-languages is about improvements: name a --baseline")
    choices = Choices(partial=partial, examples=not no_examples)
    made = report(Request(directories, output, split, suite, baseline, published, resample_languages, choices))
    for sentence in made.notes:
        click.echo(f"note: {sentence}", err=True)
    click.echo(f"{len(made.files)} files written to {output}: begin with {made.files[0]}")
    return 0
