"""`xbench data`."""

from pathlib import Path

import click

from . import options


@click.group("data")
def command() -> None:
    """Make test data."""


@command.command("mini")
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Directory to write.")
@options.several("-l", "--language", "languages", help="Only these languages (and English).")
def mini(output: Path, languages: tuple[str, ...]) -> int:
    """Write the mini suite in XTREME's directory layout: a fixture for tests and demos, not a benchmark."""
    from ..tasks.mini import write_mini

    paths = write_mini(output, languages or None)
    click.echo(f"{len(paths)} files written to {output}; run: xbench run -s mini --data-dir {output} -m MODEL")
    return 0
