"""`xbench demo`."""

from pathlib import Path

import click

from . import options


@click.command("demo")
@options.option("-o", "--output", type=options.DIRECTORY, default="xbench-demo", help="Directory for everything.")
def command(output: Path) -> int:
    """Show the whole job without network, GPU or data, in a few minutes.

    Writes the mini suite, trains a tiny multilingual encoder on it, and three systems from that: a baseline, one with
    an intermediate task before its target tasks, and one with two. Exports them to ONNX, evaluates them in 17
    languages and prints the leaderboard with the average improvement over the baseline. The scores are those of a toy.
    """
    from ..harness.progress import Bar
    from ..harness.run import run
    from ..harness.settings import RunSettings, default_cache
    from ..leaderboard.build import build_board
    from ..leaderboard.forms.in_place import write_in_place
    from ..leaderboard.forms.markdown import render
    from ..results.reading import read_results
    from ..tasks.mini import write_mini
    from ..tasks.sources import DirectorySource
    from ..training.demo import BASELINE, SYSTEMS, train_base, train_demo_system
    from ..training.progress import TrainingBar

    data, systems, results = output / "data", output / "systems", output / "results"
    click.echo(f"writing the mini suite to {data}")
    write_mini(data)
    source = DirectorySource(data)
    with TrainingBar() as bar:
        click.echo("training a tiny encoder on parallel text")
        base = train_base(source, output / "base", bar)
        for name, intermediate in SYSTEMS.items():
            first = f"{' and '.join(intermediate)}, then " if intermediate else ""
            click.echo(f"training the system {name}: {first}xnli, xcopa, udpos, squad")
            train_demo_system(name, base, source, systems / name, default_cache(), bar)
    code = 0
    for name in SYSTEMS:
        click.echo(f"evaluating {name}")
        with Bar() as progress:
            result = run(RunSettings(model=str(systems / name), suite="mini", data_dir=data, output=results), progress)
        code = max(code, result.exit_code)
        for error in result.errors:
            click.echo(f"xbench: {error}", err=True)
    board = render(build_board(read_results([results], "test"), suite="mini", baseline=BASELINE))
    write_in_place(output / "LEADERBOARD.md", board)
    click.echo(f"\n{board}\nleaderboard: {output / 'LEADERBOARD.md'}\ndata: {data}\nsystems: {systems}")
    click.echo(
        "The tiny encoder knows nothing but translations: all that it learns later costs it retrieval (Tatoeba)."
    )
    click.echo(f"next: xbench train -m {base.directory} --intermediate squad --target xnli,udpos --recipes mini \\")
    click.echo(f"        --data-dir {data} -o {systems / 'squad'}")
    return code
