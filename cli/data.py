"""`xbench data`."""

from pathlib import Path

import click

from . import options


@click.group("data")
def command() -> None:
    """Make test data, and bring data sets into XTREME's layout."""


@command.command("mini")
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Directory to write.")
@options.several("-l", "--language", "languages", help="Only these languages (and English).")
def mini(output: Path, languages: tuple[str, ...]) -> int:
    """Write the mini suite in XTREME's directory layout: a fixture for tests and demos, not a benchmark."""
    from ..tasks.mini import write_mini

    paths = write_mini(output, languages or None)
    click.echo(f"{len(paths)} files written to {output}; run: xbench run -s mini --data-dir {output} -m MODEL")
    return 0


@command.command("convert")
@click.argument("task")
@click.argument("raw", type=options.DIRECTORY)
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Data directory to write to.")
@options.several("-l", "--language", "languages", help="Only these languages. [default: all that are there]")
def convert(task: str, raw: Path, output: Path, languages: tuple[str, ...]) -> int:
    """Turn RAW, the directory or archive in which TASK's data set is published, into XTREME's layout, labels kept.

    TASK is one of xnli, pawsx, xcopa, udpos, panx, tydiqa, tatoeba, bucc2018.
    """
    from ..tasks.conversion import convert as convert_original

    for path, examples in convert_original(task, raw, output, languages):
        click.echo(f"{path}: {examples} examples")
    return 0


@command.command("checklist")
@options.option("--templates", type=options.DIRECTORY, required=True, help="MultiCheckList's checklist_templates.tsv.")
@options.option("--names", type=options.DIRECTORY, required=True, help="First names by language and sex, JSON.")
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Data directory to write to.")
@options.several("-l", "--language", "languages", help="Only these languages. [default: all of the table]")
@options.option("--samples", type=click.IntRange(min=1), default=200, help="Cases a test.")
@options.option("--seed", type=int, default=42, help="Seed of what is drawn.")
def checklist(templates: Path, names: Path, output: Path, languages: tuple[str, ...], samples: int, seed: int) -> int:
    """Make suites for the task multichecklist from the templates of XTREME-R's MultiCheckList."""
    from ..tasks.checklist.suites import write_suites

    paths = write_suites(templates, names, output, languages, samples, seed)
    click.echo(f"{len(paths)} suites written to {output / 'multichecklist'}")
    return 0


@command.command("labels")
@click.argument("data_dir")
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="Folder of labels to write to.")
@options.several("-t", "--task", "tasks", help="Only these tasks. [default: all that are there]")
@options.several("-l", "--language", "languages", help="Only these languages. [default: all that are there]")
@options.option("-s", "--suite", help="Only the tasks and languages of this suite.")
def labels(data_dir: str, output: Path, tasks: tuple[str, ...], languages: tuple[str, ...], suite: str | None) -> int:
    """Write the gold labels of the test sets in DATA_DIR as the files that `xbench score --labels` reads.

    DATA_DIR is what `xbench run --data-dir` takes. MANIFEST.json in the folder has the rows and the SHA-256 of every
    file. A folder `labels` in a data directory without labels completes it.
    """
    from ..tasks.selection import select_languages
    from ..tasks.sources import open_source
    from ..tasks.submission.labels import build_labels

    selected = select_languages(suite, tasks, languages)
    built = build_labels(open_source(data_dir), selected, output, required=bool(tasks and languages))
    for path, rows in built.written.items():
        click.echo(f"{path}: {rows} rows")
    for (task, reason), left_out in built.left_out.items():
        click.echo(f"left out: {task} in {' '.join(left_out)} ({reason})")
    return 0


@command.command("check")
@click.argument("data_dir", type=options.DIRECTORY)
@options.several("-t", "--task", "tasks", help="Only these tasks. [default: all]")
@options.several("-l", "--language", "languages", help="Only these languages. [default: all of each task]")
@options.option("-s", "--suite", help="Only the tasks and languages of this suite.")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(data_dir: Path, tasks: tuple[str, ...], languages: tuple[str, ...], suite: str | None, as_json: bool) -> int:
    """Compare the sizes and labels of the data in DATA_DIR with those of the official data sets.

    Ends with exit code 2 if anything is malformed. What is missing or partial is only said.
    """
    from ..tasks.check import check_data, check_json, check_text
    from ..tasks.official import OFFICIAL
    from ..tasks.selection import select_languages
    from ..tasks.sources import open_directory

    selected = select_languages(suite, tasks, languages)
    findings = list(check_data(open_directory(data_dir), selected, OFFICIAL))
    click.echo(check_json(findings) if as_json else check_text(findings))
    return 2 if any(finding.status == "malformed" for finding in findings) else 0
