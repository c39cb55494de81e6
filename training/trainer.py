"""The Hugging Face Trainer for a schedule of batches, watched for a loss that is no number."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from ..errors import EnvironmentFault, XbenchError
from .batches import Collate, DrawnBatches, Draws
from .dev import DevSet
from .distributed import on_cpu, world_size
from .progress import TrainingProgress
from .recipe import Recipe
from .sampling import Schedule

# Updates between checkpoints where no evaluation sets the pace, and between looks at the loss.
_CHECKPOINT_EVERY = 500
_LOG_EVERY = 10


class Collapsed(XbenchError):
    """The model predicts one thing for everything, or its loss is no number: another seed may do better."""


@dataclass(frozen=True)
class Fitting:
    """A training that is to be done.

    Attributes:
        schedule: the batches; `recipe.accumulation` of them, on each process, make an update.
        collate: draws of one task to the tensors of a batch, with the task's name.
        recipe: how; `recipe.select` says whether the best weights by dev are kept or the last.
        directory: for checkpoints; the caller removes it when it has what it wants.
        title: what to call it.
        dev: English dev data by task; may be empty, then nothing is selected.
    """

    schedule: Schedule
    collate: Collate
    recipe: Recipe
    directory: Path
    title: str
    dev: Mapping[str, DevSet] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Updates."""
        return self.schedule.batches // (self.recipe.accumulation * world_size())

    @property
    def evaluates(self) -> bool:
        """Whether dev decides which weights are kept."""
        return bool(self.dev) and self.recipe.select == "best"


@contextmanager
def _possible(precision: str) -> Iterator[None]:
    """Say what to do where the machine cannot compute in a precision; fp32 always can."""
    try:
        yield
    except ValueError as error:
        if precision == "fp32":
            raise
        reason = str(error).splitlines()[0]
        raise EnvironmentFault(f"cannot train in {precision} here: {reason}; --set precision=fp32") from error


def _arguments(fitting: Fitting) -> Any:
    import transformers

    recipe, steps, evaluates = fitting.recipe, fitting.steps, fitting.evaluates
    epoch = math.ceil(sum(math.ceil(size / recipe.batch_size) for size in fitting.schedule.sizes.values()))
    every = recipe.evaluate_every or max(1, epoch // (recipe.accumulation * world_size()))
    every = min(every if evaluates or recipe.evaluate_every else _CHECKPOINT_EVERY, steps)
    arguments = transformers.TrainingArguments(
        output_dir=str(fitting.directory),
        max_steps=steps,
        learning_rate=recipe.learning_rate,
        per_device_train_batch_size=recipe.batch_size,
        gradient_accumulation_steps=recipe.accumulation,
        warmup_ratio=recipe.warmup if recipe.warmup < 1 else 0.0,
        warmup_steps=int(recipe.warmup) if recipe.warmup >= 1 else 0,
        weight_decay=recipe.weight_decay,
        seed=recipe.seed,
        data_seed=recipe.seed,
        bf16=recipe.precision == "bf16",
        fp16=recipe.precision == "fp16",
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        # Of weights that models share, PyTorch's own format keeps one copy.
        save_safetensors=False,
        eval_strategy="steps" if evaluates else "no",
        eval_steps=every if evaluates else None,
        load_best_model_at_end=evaluates,
        metric_for_best_model="score" if evaluates else None,
        greater_is_better=True if evaluates else None,
        logging_strategy="steps",
        logging_steps=_LOG_EVERY,
        logging_nan_inf_filter=False,
        report_to=[],
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        # Batches differ in size, so none may be made up from others when processes share them.
        accelerator_config={"even_batches": False},
        ddp_find_unused_parameters=world_size() > 1,
        use_cpu=on_cpu(),
    )
    arguments._n_gpu = min(arguments.n_gpu, 1)  # several GPUs are for several processes, not for threads of one
    return arguments


def trainer_for(model: Any, fitting: Fitting, progress: TrainingProgress) -> Any:
    """The Trainer of `model`; its `train` raises `Collapsed` where the loss is not finite."""
    import transformers
    from torch.utils.data import DataLoader

    class Watch(transformers.TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            progress.advance(1)
            if fitting.evaluates and state.global_step >= state.max_steps:
                control.should_evaluate = True

        def on_log(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            for name in ("loss", "train_loss"):
                if not math.isfinite(loss := given["logs"].get(name, 0.0)):
                    raise Collapsed(f"{fitting.title} collapsed: the loss is {loss} at step {state.global_step}")

    class Scheduled(transformers.Trainer):
        def get_train_dataloader(self) -> Any:
            loader = DataLoader(draws, batch_sampler=DrawnBatches(fitting.schedule), collate_fn=fitting.collate)
            return self.accelerator.prepare(loader)

        def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
            scores = {f"eval_{task}": part.score(model.models[task]) for task, part in fitting.dev.items()}
            metrics = {"eval_score": fmean(scores.values()), **scores}
            self.log(metrics)
            self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
            return metrics

        def _rotate_checkpoints(self, use_mtime: bool = False, output_dir: str | None = None) -> None:
            # Their numbers tell their order; times of a file system do not always.
            super()._rotate_checkpoints(use_mtime=False, output_dir=output_dir)

    draws = Draws(fitting.schedule)
    callbacks: list[Any] = [Watch()]
    if fitting.evaluates and fitting.recipe.patience is not None:
        callbacks.append(transformers.EarlyStoppingCallback(fitting.recipe.patience))
    with _possible(fitting.recipe.precision):
        arguments = _arguments(fitting)
    trainer = Scheduled(model=model, args=arguments, train_dataset=draws, eval_dataset=draws, callbacks=callbacks)
    # The Trainer prints its logs where there is no progress bar of its own.
    trainer.remove_callback(transformers.PrinterCallback)
    return trainer
