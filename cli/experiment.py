"""`xbench experiment`."""

from pathlib import Path

import click

from . import options


@click.command("experiment")
@click.argument("file")
@options.option(
    "--data-dir",
    metavar="DIRECTORY|KEY:LOCATION",
    help="Directory in XTREME's layout, or a source that a plug-in opens. [default: the Hugging Face hub]",
)
@options.option("--split", type=click.Choice(["test", "dev"]), help="Split to score. [default: the file's]")
@options.option("--limit", type=click.IntRange(min=1), help="Evaluate only the first N examples of each language.")
@options.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", show_default=False, help="Change all recipes; repeatable."
)
@options.option("-o", "--output", type=options.DIRECTORY, help="Directory for everything. [default: the file's name]")
@options.option("--dry-run", is_flag=True, help="Only say what is there and what is missing.")
@options.offline
def command(
    file: str,
    data_dir: str | None,
    split: str | None,
    limit: int | None,
    changes: tuple[str, ...],
    output: Path | None,
    dry_run: bool,
    offline: bool,
) -> int:
    """Train, evaluate and compare a grid of systems: base models x intermediate tasks x seeds.

    FILE is a TOML file, or the name of a shipped one: complexity, growth, low-resource, multilingual, typology. What
    is there is not done again; a cell that fails does not stop the others. The report is REPORT.md in the directory.
    """
    from ..experiments.checks import checked
    from ..experiments.grid import parse_grid, read_grid
    from ..experiments.run import Display, ExperimentSettings, run_experiment
    from ..experiments.standing import standing
    from ..harness.progress import Bar
    from ..training.progress import TrainingBar
    from ..training.recipe import parse_changes

    text = read_grid(file)
    grid = checked(parse_grid(text, file).changed(split, parse_changes(changes)), file)
    settings = ExperimentSettings(output or Path(Path(file).stem), data_dir, limit, offline)
    if dry_run:
        click.echo(standing(settings.accounts(grid)))
        return 0
    result = run_experiment(grid, text, settings, Display(click.echo, TrainingBar, Bar))
    for failure in result.failures:
        click.echo(f"xbench: {failure}", err=True)
    click.echo(f"report: {result.report}")
    return result.exit_code
