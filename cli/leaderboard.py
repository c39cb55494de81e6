"""`xbench leaderboard`."""

from pathlib import Path

import click

from . import options


@click.command("leaderboard")
@click.argument("directories", metavar="DIRECTORY...", type=options.DIRECTORY, nargs=-1, required=True)
@options.option("--baseline", help="System that improvements are counted from.")
@options.option("-s", "--suite", help="Suite whose languages must be complete. [default: that of the records]")
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split whose scores are shown.")
@options.option("--partial", is_flag=True, help="Show averages over incomplete languages too, marked.")
@options.option("-o", "--output", type=options.DIRECTORY, help="File to write. [default: standard output]")
def command(
    directories: tuple[Path, ...],
    baseline: str | None,
    suite: str | None,
    split: str,
    partial: bool,
    output: Path | None,
) -> int:
    """Write the markdown leaderboard of a results directory, or of several as if they were one."""
    from ..files import write_text
    from ..leaderboard.board import make_board
    from ..leaderboard.forms.markdown import render
    from ..results.merge import merged_records

    board = make_board(merged_records(directories, split), suite=suite, baseline=baseline)
    text = render(board, partial=partial)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
        click.echo(f"leaderboard of {len(board.systems)} systems written to {output}")
    return 0
