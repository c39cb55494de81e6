"""`xbench tasks`."""

import click

from . import options


@click.command("tasks")
@options.several("-s", "--suite", "suites", help="Only these suites.")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(suites: tuple[str, ...], as_json: bool) -> int:
    """List suites, tasks, languages and metrics."""
    from ..tasks.listing import listing_json, listing_text
    from ..tasks.suites import find_suite, known_suites

    chosen = [find_suite(key) for key in suites] or list(known_suites().values())
    click.echo(listing_json(chosen) if as_json else listing_text(chosen))
    return 0
