"""`xbench env`."""

import click

from . import options


@click.command("env")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> int:
    """Show versions, hardware and CUDA libraries, and try one operator on each execution provider."""
    from ..harness.environment import environment, environment_text

    found = environment()
    if as_json:
        import json

        click.echo(json.dumps(found, indent=2))
    else:
        click.echo(environment_text(found))
    return 0
