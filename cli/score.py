"""`xbench score`."""

from pathlib import Path

import click

from . import options


@click.command("score")
@click.argument("predictions", type=options.DIRECTORY)
@options.option("--labels", type=options.DIRECTORY, required=True, help="Folder of gold labels in the same layout.")
@options.option("-s", "--suite", default="xtreme", help="Suite whose languages each task must have.")
@options.several("--protocol", "protocol", metavar="KEY=VALUE", help="Depart from the reference: chunks=seqeval-1.")
@options.option("--json", "as_json", is_flag=True, help="Print the report of XTREME's evaluate.py as JSON.")
def command(predictions: Path, labels: Path, suite: str, protocol: tuple[str, ...], as_json: bool) -> int:
    """Score the files of a submission, PREDICTIONS/<task>/test-<language>.<ext>, without a model.

    Tasks that are not on both sides are left out and named; of the others every language must be there. `xbench data
    labels` makes the labels, `xbench submit` the predictions of a stored run.
    """
    from ..leaderboard.submissions.reference_report import left_out_lines, report_json, report_text
    from ..leaderboard.submissions.submission_scores import score_submission
    from ..tasks.suites import find_suite

    scores = score_submission(predictions, labels, find_suite(suite), protocol)
    click.echo(report_json(scores) if as_json else report_text(scores))
    if as_json:
        for line in left_out_lines(scores):
            click.echo(line, err=True)
    return 0
