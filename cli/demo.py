"""`xbench demo`."""

from pathlib import Path

import click

from . import options


@click.command("demo")
@options.option("-o", "--output", type=options.DIRECTORY, default="xbench-demo", help="Directory for everything.")
def command(output: Path) -> int:
    """Show the whole job without network, GPU or data, in a few minutes.

    Writes the mini suite, trains a tiny multilingual encoder and its heads on it, exports them to ONNX, evaluates
    them in 17 languages and prints the leaderboard. The scores are those of a toy.
    """
    from ..files import write_text
    from ..harness.progress import Bar, Steps
    from ..harness.report import report_text
    from ..harness.run import run
    from ..harness.settings import RunSettings, default_cache
    from ..leaderboard.board import make_board
    from ..leaderboard.markdown import render
    from ..tasks.mini import write_mini
    from ..tasks.sources import DirectorySource
    from ..training.demo import STEPS, train_demo_system

    data, system, results = output / "data", output / "tiny", output / "results"
    click.echo(f"writing the mini suite to {data}")
    write_mini(data)
    with Steps("training a tiny encoder and four heads", STEPS) as steps:
        train_demo_system(DirectorySource(data), system, default_cache(), steps.advance)
    with Bar() as bar:
        result = run(RunSettings(model=str(system), suite="mini", data_dir=data, output=results), bar)
    click.echo(report_text(result))
    board = render(make_board(result.records, suite="mini", baseline=None))
    write_text(output / "LEADERBOARD.md", board)
    click.echo(f"\n{board}\nleaderboard: {output / 'LEADERBOARD.md'}\ndata: {data}\nsystem: {system}")
    click.echo(f"next: xbench run -m {system} -s mini --data-dir {data} -o {results}")
    return result.exit_code
