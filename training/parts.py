"""One checkpoint of a system: its trainings one behind the other, tried again with the next seed if they collapse."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..files import write_text
from .account import CHECKPOINTS, COLLAPSED, StageAccount
from .batches import Collate, TaskBatch
from .checkpoints import with_masked_head
from .data import TaskData, TrainingSet
from .distributed import in_step, is_first, world_size
from .faults import readable_memory
from .fit import Fitted, fit
from .multitask import MultiTask
from .progress import TrainingProgress
from .recipe import Recipe
from .sampling import Schedule, updates
from .trainer import Collapsed, Fitting

MASKED = "mlm"


@dataclass(frozen=True)
class MaskedText:
    """Text to learn by masking, beside the tasks of a stage; `share` of the batches are of it."""

    examples: int
    collate: Callable[[int], Collate]
    """Takes the seed of the masks."""
    share: float
    origin: TaskData


@dataclass(frozen=True)
class Stage:
    """One training: the data of its tasks, how often each is drawn, how."""

    title: str
    sets: Mapping[str, TrainingSet]
    probabilities: Mapping[str, float]
    recipe: Recipe
    unverified: tuple[str, ...] = ()
    masked: MaskedText | None = None

    @property
    def origins(self) -> dict[str, TaskData]:
        """What is known of the data, by task."""
        masked = {MASKED: self.masked.origin} if self.masked else {}
        return {key: data.origin for key, data in self.sets.items()} | masked


@dataclass(frozen=True)
class Trained:
    """What came of a part: the `MultiTask`, an account of each stage, and of what was given up."""

    model: Any = None
    stages: tuple[StageAccount, ...] = ()
    collapsed: tuple[str, ...] = ()


def train_part(
    base: Checkpoint, stages: tuple[Stage, ...], work: Path, retries: int, progress: TrainingProgress
) -> Trained:
    """Train fresh heads on `base`'s encoder; later stages go on with the head of the first.

    What is needed to go on after a kill is kept in `work`, seeds that collapsed are remembered there.

    Raises:
        Collapsed: with every seed that might be tried.
        InputError: `work` holds the beginning of another training.
    """
    given_up: list[str] = []
    for attempt in range(retries + 1):
        folder = work / f"attempt-{attempt + 1}"
        memory = folder / COLLAPSED
        if not memory.is_file():
            try:
                return replace(_attempt(base, stages, folder, attempt, progress), collapsed=tuple(given_up))
            except Collapsed as error:
                reason = f"seed {stages[-1].recipe.seed + attempt}: {error}"
                progress.note(reason)
                with in_step():
                    if is_first():
                        shutil.rmtree(folder, ignore_errors=True)
                        write_text(memory, reason)
        given_up.append(memory.read_text(encoding="utf-8"))
    raise Collapsed("; ".join(given_up))


def _attempt(
    base: Checkpoint, stages: tuple[Stage, ...], folder: Path, attempt: int, progress: TrainingProgress
) -> Trained:
    accounts, model = [], None
    for number, stage in enumerate(stages, start=1):
        seeded = replace(stage, recipe=replace(stage.recipe, seed=stage.recipe.seed + attempt))
        with readable_memory(stage.title, stage.recipe.batch_size):
            model = _fresh(base, seeded) if model is None else _continued(model, seeded)
        accounts.append(_train(model, seeded, folder / f"stage-{number}", progress))
    return Trained(model, tuple(accounts))


def _fresh(base: Checkpoint, stage: Stage) -> MultiTask:
    def models() -> Iterator[tuple[str, Any]]:
        for key, data in stage.sets.items():
            yield key, data.build(base, stage.recipe.seed)
        if stage.masked:
            yield MASKED, with_masked_head(base, stage.recipe.seed)

    return MultiTask(models())


def _continued(model: MultiTask, stage: Stage) -> MultiTask:
    (trained,), (key,) = model.models.values(), stage.sets
    return MultiTask([(key, trained)])


def _train(model: MultiTask, stage: Stage, folder: Path, progress: TrainingProgress) -> StageAccount:
    fitting = _fitting(stage, folder)
    resumed = _begin(folder, fitting, stage)
    started = perf_counter()
    fitted = fit(model, fitting, progress)
    seconds = perf_counter() - started
    progress.note(_told(stage, fitted, seconds))
    return StageAccount(
        tasks=stage.origins,
        probabilities=fitting.schedule.probabilities,
        recipe=asdict(stage.recipe),
        unverified=stage.unverified,
        processes=world_size(),
        planned_steps=fitting.steps,
        steps=fitted.steps,
        best_step=fitted.best_step,
        dev_scores=fitted.scores,
        seconds=round(seconds, 1),
        resumed=resumed,
    )


def _told(stage: Stage, fitted: Fitted, seconds: float) -> str:
    scores = ", ".join(f"{key} {score:.1f}" for key, score in fitted.scores.items())
    return f"{stage.title}: {fitted.steps} steps, {seconds:.0f} s" + (f", English dev: {scores}" if scores else "")


def _fitting(stage: Stage, folder: Path) -> Fitting:
    recipe, sizes = stage.recipe, {key: len(data) for key, data in stage.sets.items()}
    collators: dict[str, Collate] = {key: data.batches.drawn for key, data in stage.sets.items()}
    probabilities = dict(stage.probabilities)
    together = recipe.accumulation * world_size()
    steps = recipe.steps or updates(sizes, recipe.epochs, recipe.batch_size, together)
    if stage.masked:
        rest = 1 - stage.masked.share
        probabilities = {key: value * rest for key, value in probabilities.items()} | {MASKED: stage.masked.share}
        sizes[MASKED] = stage.masked.examples
        collators[MASKED] = stage.masked.collate(recipe.seed)
        # As many passes over the tasks as without the text.
        steps = recipe.steps or round(steps / rest)
    schedule = Schedule(sizes, probabilities, recipe.batch_size, steps * together, recipe.seed, together)
    dev = {key: data.dev for key, data in stage.sets.items() if data.dev is not None}
    return Fitting(schedule, TaskBatch(collators), recipe, folder, stage.title, dev)


def _begin(folder: Path, fitting: Fitting, stage: Stage) -> bool:
    """Remember what this training is, or check that it is the one that was begun; whether it was.

    Before its first checkpoint there is nothing that another one could spoil.

    Raises:
        InputError: it is another, for other data, values of the recipe or number of processes.
    """
    path = folder / "begun.json"
    content = {
        "data": {key: (origin.data, origin.dev_data) for key, origin in stage.origins.items()},
        "recipe": asdict(stage.recipe),
        "processes": world_size(),
        "batches": fitting.schedule.batches,
    }
    text = json.dumps(content, indent=1) + "\n"
    there = path.is_file() and any(folder.glob(CHECKPOINTS))
    with in_step():
        if is_first() and not there:
            write_text(path, text)
    begun = json.loads(path.read_text(encoding="utf-8"))
    if differing := [name for name, value in json.loads(text).items() if begun.get(name) != value]:
        raise InputError(
            f"{stage.title}: begun in {folder} with other {', '.join(differing)}; delete that folder to begin anew"
        )
    return there
