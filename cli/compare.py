"""`xbench compare`."""

from pathlib import Path

import click

from . import options

_REGRESSION = 3


@click.command("compare")
@click.argument("base", type=options.DIRECTORY)
@click.argument("head", type=options.DIRECTORY)
@options.several("-t", "--task", "tasks", help="Task, repeatable. [default: all that are stored]")
@options.several("-l", "--language", "languages", help="Language code, repeatable. [default: all that are stored]")
@options.option("-s", "--suite", help="Suite whose languages make a task. [default: that of the records]")
@options.option("--split", default="test", type=click.Choice(["test", "dev"]), help="Split whose scores are compared.")
@options.several("--across", "across", help="Part of the key that may differ, repeatable: precision, backend.")
@options.option("--alpha", default=0.05, type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Largest q.")
@options.option(
    "--fail-drop", type=click.FloatRange(min=0), help="Exit 3 if a task got worse by more points, q <= alpha."
)
@options.option(
    "--fail-slowdown", type=click.FloatRange(min=1), help="Exit 3 if base is more than so many times as fast."
)
@options.option("-v", "--verbose", is_flag=True, help="Show every language, not only those that changed.")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    base: Path,
    head: Path,
    tasks: tuple[str, ...],
    languages: tuple[str, ...],
    suite: str | None,
    split: str,
    across: tuple[str, ...],
    alpha: float,
    fail_drop: float | None,
    fail_slowdown: float | None,
    verbose: bool,
    as_json: bool,
) -> int:
    """Compare two stored systems: scores by a paired test on their predictions, speed by ratio.

    BASE and HEAD are folders of systems in results directories, or results directories that hold one system:

        xbench compare results/before results/after --fail-drop 0.5
    """
    from ..leaderboard.comparison.compare import compare
    from ..leaderboard.comparison.compare_report import comparison_json, comparison_text
    from ..leaderboard.comparison.comparison import Request
    from ..leaderboard.comparison.gates import regressions
    from ..leaderboard.comparison.stored import open_system

    request = Request(tasks, languages, split, suite, across, alpha)
    comparison = compare(open_system(base, split), open_system(head, split), request)
    found = regressions(comparison, fail_drop, fail_slowdown)
    click.echo(comparison_json(comparison, found) if as_json else comparison_text(comparison, verbose=verbose))
    for sentence in found:
        click.echo(f"regression: {sentence}", err=True)
    return _REGRESSION if found else 0
