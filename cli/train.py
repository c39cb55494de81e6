"""`xbench train`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from ..exporters.checkpoint import Checkpoint
    from ..tasks.sources import Source
    from ..training.phases import TrainedSystem, TrainingRequest
    from ..training.progress import TrainingProgress


def _seeds(context: click.Context, parameter: click.Parameter, values: str | None) -> tuple[int, ...]:
    parts = [part.strip() for part in (values or "").split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise click.BadParameter(f"{values!r} is not a list of numbers from 0, split by commas")
    return tuple(dict.fromkeys(int(part) for part in parts))


@click.command("train")
@options.option("-m", "--model", required=True, help="Encoder to start from: checkpoint, system, or hub id.")
@options.several("--intermediate", metavar="TASK[@LANGUAGE]", help="Task of phase 1, repeatable. [default: none]")
@options.several("--mlm", metavar="LANGUAGE", help="Mix masked text of mlm/LANGUAGE.txt into phase 1, repeatable.")
@options.option("--mlm-share", type=float, default=0.1, help="Share of the batches that are masked text.")
@options.several("--target", "targets", metavar="TASK", help="Checkpoint of phase 2, repeatable. [default: none]")
@options.option(
    "--sampling", default="proportional", help="Of several tasks: proportional, uniform, temperature=T, capped=N."
)
@options.option("-o", "--output", type=options.DIRECTORY, required=True, help="System directory.")
@options.option(
    "--data-dir",
    metavar="DIRECTORY|KEY:LOCATION",
    help="Directory in XTREME's layout, or a source that a plug-in opens. [default: the Hugging Face hub]",
)
@options.option("--recipes", default="xtreme", metavar="xtreme|jiant|FILE", help="Hyper-parameters.")
@options.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    show_default=False,
    help="Replace a value of all recipes, repeatable: learning_rate=1e-5, steps=500, precision=bf16, ...",
)
@options.option(
    "--seeds", callback=_seeds, metavar="N,N,...", help="One system each, in seed-N. [default: the recipes']"
)
@options.option("--retries", type=click.IntRange(min=0), default=0, help="Further seeds for what collapses.")
@options.option("--limit", type=click.IntRange(min=1), help="Only N training examples of each task.")
@options.offline
@options.allow_pickle
def command(
    model: str,
    output: Path,
    data_dir: str | None,
    recipes: str,
    changes: tuple[str, ...],
    seeds: tuple[int, ...],
    limit: int | None,
    offline: bool,
    allow_pickle: bool,
    **given: Any,
) -> int:
    """Train a system: an intermediate task, then target tasks on its encoder.

    The same command run again goes on where it was stopped. `torchrun` and `accelerate launch` train on several GPUs.
    Without --intermediate it is a baseline. For example:

        xbench train -m xlm-roberta-base --intermediate mnli --target xnli,udpos --data-dir download -o systems/mnli
    """
    from ..harness.settings import default_cache
    from ..training.phases import TrainingRequest
    from ..training.progress import TrainingBar
    from ..training.recipe import RecipeBook, parse_changes

    cache = default_cache()
    base, book = _base(model, allow_pickle, offline), RecipeBook.load(recipes)
    source = _source(data_dir, offline, cache)
    asked = parse_changes(changes) | ({"limit": limit} if limit else {})
    code = 0
    with TrainingBar() as bar:
        for seed in seeds or (None,):
            directory = output if seed is None else output / f"seed-{seed}"
            seeded = asked if seed is None else {**asked, "seed": seed}
            request = TrainingRequest(base=base, output=directory, book=book, cache=cache, changes=seeded, **given)
            # Systems of one seed, in directories of one name, are told apart as those of experiments are.
            name = None if seed is None else f"{output.resolve().name}.seed{seed}"
            code = max(code, _train(request, source, bar, name))
    return code


def _train(request: "TrainingRequest", source: "Source", bar: "TrainingProgress", name: str | None) -> int:
    """Train one system, of which the first process tells; the exit code. `name` is what to call it in evaluations."""
    from ..training.distributed import is_first
    from ..training.phases import train_system
    from ..training.progress import Silence
    from ..training.trainer import Collapsed

    try:
        system = train_system(request, source, bar if is_first() else Silence())
    except Collapsed as error:  # phase 1: there is no system, but another seed may do better
        if is_first():
            click.echo(f"xbench: {request.output} has no encoder: {error}; try --retries", err=True)
        return 1
    return _report(system, name) if is_first() else 0


def _report(system: "TrainedSystem", name: str | None) -> int:
    for part, reason in system.collapsed.items():
        click.echo(f"xbench: {part} is left out: {reason}; try --retries", err=True)
    named = f" --name {name}" if name else ""
    click.echo(f"{', '.join(system.parts)} in {system.directory}\nnext: xbench run -m {system.directory}{named}")
    return 1 if system.collapsed else 0


def _base(reference: str, allow_pickle: bool, offline: bool) -> "Checkpoint":
    from ..errors import InputError
    from ..exporters.system import resolve

    checkpoints = resolve(reference, allow_pickle=allow_pickle, offline=offline).checkpoints
    base = checkpoints.get("") or checkpoints.get("encoder")
    if base is None:
        raise InputError(f"{reference} is a system without encoder/: name the checkpoint to start from")
    return base


def _source(data_dir: str | None, offline: bool, cache: Path) -> "Source":
    from ..tasks.hub import HubSource
    from ..tasks.sources import open_source

    return HubSource(offline, cache) if data_dir is None else open_source(data_dir, offline)
