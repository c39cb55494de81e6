"""`xbench show`."""

import shutil
import sys
from pathlib import Path

import click

from . import options

# Of what is piped, so that it does not hang on who reads it.
_WIDTH = 100


@click.command("show")
@click.argument("system", type=options.DIRECTORY)
@options.option("-t", "--task", required=True, help="Task.")
@options.option("-l", "--language", required=True, help="Language code.")
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split whose predictions to show.")
@options.option("--errors", is_flag=True, help="Leave out what is right.")
@options.option("--against", type=options.DIRECTORY, help="Another system: show what the two answer differently.")
@options.option("-n", "--number", default=10, type=click.IntRange(min=1), help="Examples a page.")
@options.option("--page", default=1, type=click.IntRange(min=1), help="Page.")
@options.option("--full", is_flag=True, help="Write long texts out.")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    system: Path,
    task: str,
    language: str,
    split: str,
    errors: bool,
    against: Path | None,
    number: int,
    page: int,
    full: bool,
    as_json: bool,
) -> None:
    """Page through stored predictions: what was asked, wanted and answered.

    SYSTEM is a system's folder in a results directory. For example, what an intermediate task broke:

        xbench show results/mnli -t xquad -l sw --against results/base
    """
    from ..leaderboard.forms.show_text import page_json, page_text
    from ..leaderboard.showing import Request, show

    found = show(Request(system, task, language, split, errors, against, number, page))
    if as_json:
        click.echo(page_json(found))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    click.echo_via_pager(page_text(found, full=full, width=width))
