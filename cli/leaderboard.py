"""`xbench leaderboard`."""

from pathlib import Path

import click

from . import options


@click.command("leaderboard")
@click.argument("directory", type=options.DIRECTORY)
@options.option("--baseline", help="System that improvements are counted from.")
@options.option("-s", "--suite", help="Suite whose languages must be complete. [default: that of the records]")
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split whose scores are shown.")
@options.option("--partial", is_flag=True, help="Show averages over incomplete languages too, marked.")
@options.option("-o", "--output", type=options.DIRECTORY, help="File to write. [default: standard output]")
def command(
    directory: Path, baseline: str | None, suite: str | None, split: str, partial: bool, output: Path | None
) -> int:
    """Write the markdown leaderboard of a results directory."""
    from ..files import write_text
    from ..leaderboard.board import make_board
    from ..leaderboard.markdown import render
    from ..results.store import Store

    board = make_board(list(Store(directory).records(split)), suite=suite, baseline=baseline)
    text = render(board, partial=partial)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
        click.echo(f"leaderboard of {len(board.systems)} systems written to {output}")
    return 0
