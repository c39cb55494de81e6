"""`xbench train`."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from ..exporters.checkpoint import Checkpoint
    from ..tasks.sources import Source
    from ..training.phases import TrainedSystem


def _changes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, Any]:
    """Values as TOML has them; what is no TOML is text."""
    changes: dict[str, Any] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not of the form key=value")
        try:
            changes[name.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            changes[name.strip()] = value
    return changes


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
    callback=_changes,
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
    changes: dict[str, Any],
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
    from ..training.distributed import is_first
    from ..training.phases import TrainingRequest, train_system
    from ..training.progress import Silence, TrainingBar
    from ..training.recipe import RecipeBook

    cache = default_cache()
    base, book = _base(model, allow_pickle, offline), RecipeBook.load(recipes)
    source = _source(data_dir, offline, cache)
    changes |= {"limit": limit} if limit else {}
    code = 0
    with TrainingBar() as bar:
        for seed in seeds or (None,):
            directory = output if seed is None else output / f"seed-{seed}"
            seeded = changes if seed is None else {**changes, "seed": seed}
            request = TrainingRequest(base=base, output=directory, book=book, cache=cache, changes=seeded, **given)
            system = train_system(request, source, bar if is_first() else Silence())
            code = max(code, _report(system) if is_first() else 0)
    return code


def _report(system: "TrainedSystem") -> int:
    for part, reason in system.collapsed.items():
        click.echo(f"xbench: {part} is left out: {reason}; try --retries", err=True)
    click.echo(f"{', '.join(system.parts)} in {system.directory}\nnext: xbench run -m {system.directory}")
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
