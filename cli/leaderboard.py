"""`xbench leaderboard`."""

from pathlib import Path

import click

from . import options


@click.command("leaderboard")
@click.argument("directories", metavar="DIRECTORY...", type=options.DIRECTORY, nargs=-1, required=True)
@options.option("--baseline", help="System, or NAME of systems NAME.seedN, that improvements are counted from.")
@options.option("-s", "--suite", help="Suite whose languages must be complete. [default: that of the records]")
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split whose scores are shown.")
@options.option("--partial", is_flag=True, help="Show averages over incomplete languages too, marked.")
@options.no_examples
@options.option("--published", is_flag=True, help="Show verified numbers that others have published, with sources.")
@options.option("--resample-languages", is_flag=True, help="Intervals that hold beyond the languages measured.")
@options.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "csv", "json", "latex", "hub", "every-eval-ever"]),
    help="Form; hub and every-eval-ever are several files in the directory -o. [default: by the suffix of -o,"
    " .md .html .csv .json .tex; else markdown]",
)
@options.option("-o", "--output", type=options.DIRECTORY, help="File to write. [default: standard output]")
@options.option("--plots", type=options.DIRECTORY, help="Directory for pictures, as PNG and SVG.")
def command(
    directories: tuple[Path, ...],
    baseline: str | None,
    suite: str | None,
    split: str,
    partial: bool,
    no_examples: bool,
    published: bool,
    resample_languages: bool,
    form: str | None,
    output: Path | None,
    plots: Path | None,
) -> int:
    """Write the leaderboard of a results directory, or of several as if they were one.

    An existing markdown file is updated between its lines <!-- xbench:leaderboard:begin --> and
    <!-- xbench:leaderboard:end -->; all else in it stays.
    """
    from ..leaderboard.build import build_board
    from ..leaderboard.forms.write import Choices, choose_form, write_form
    from ..results.reading import read_results

    if resample_languages and baseline is None:
        raise click.UsageError("--resample-languages is about improvements: name a --baseline")
    form = choose_form(form, output)
    results = read_results(directories, split)
    board = build_board(
        results,
        suite=suite,
        baseline=baseline,
        published=published,
        resample_languages=resample_languages,
        dev=read_results(directories, "dev") if split == "test" and baseline is not None else None,
    )
    text = write_form(form, board, results, output, Choices(partial=partial, examples=not no_examples))
    if text is not None:
        click.echo(text, nl=False)
    else:
        click.echo(f"leaderboard of {len(board.systems)} systems written to {output}")
    if plots is not None:
        from ..leaderboard.forms.plots import draw

        click.echo(f"{len(draw(board, results, plots))} pictures written to {plots}", err=True)
    return 0
