"""`xbench submit`."""

from pathlib import Path

import click

from . import options


@click.command("submit")
@click.argument("system", type=options.DIRECTORY)
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Folder to write.")
@options.option("-s", "--suite", help="Suite to submit to. [default: that of the records]")
def command(system: Path, output: Path, suite: str | None) -> int:
    """Write stored predictions of test sets as a submission to XTREME.

    SYSTEM is a system's folder in a results directory. Writes <task>/test-<language>.<ext> as XTREME's leaderboard
    and its evaluate.py want them, and says what the suite has and the system has not.
    """
    from ..leaderboard.submissions.submit import write_submission

    written = write_submission(system, output, suite)
    for path, rows in written.files.items():
        click.echo(f"{path}: {rows} rows")
    for task, languages in written.missing.items():
        click.echo(f"missing for {written.suite.title}: {task} in {' '.join(languages)}")
    for place in written.outside:
        click.echo(f"not part of {written.suite.title}: {place}")
    for notice in written.notices:
        click.echo(notice)
    return 0
