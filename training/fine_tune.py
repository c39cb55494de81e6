"""Fine-tuning of one head on the English training data of a task: an encoder goes in, a checkpoint comes out."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.export import ensure_tokenizer
from ..exporters.heads import HEADS
from ..exporters.loading import load_model, quiet_transformers
from ..files import atomic_directory
from ..tasks.examples import Dataset, MultipleChoice
from ..tasks.sources import Source, load_labelled
from ..tasks.task import Task
from ..tasks.tokenization import TextEncoder
from .recipe import Recipe

Step = Callable[[int], None]


def fine_tune(
    base: Checkpoint, task: Task, source: Source, output: Path, recipe: Recipe, cache: Path, step: Step | None = None
) -> Checkpoint:
    """Train a fresh head, and the encoder under it, on `task`'s English training data; the checkpoint at `output`.

    Only the encoder's weights are taken from `base`, whatever head it has. `step` is told of every finished step.

    Raises:
        InputError: the training data is missing or malformed, or the base cannot be used.
    """
    dataset = load_labelled(source, task, "train", "en", recipe.limit)
    labels = _training_labels(task, dataset)
    tokenizer = ensure_tokenizer(base, cache)
    encoder = TextEncoder.from_file(tokenizer, base.position_limit)
    features = task.kind.encode(task, dataset, encoder)
    model = with_fresh_head(base, task, labels, recipe.seed)
    from .batches import PaddedBatch

    first = dataset.examples[0]
    choices = len(first.choices) if isinstance(first, MultipleChoice) else 1
    targets = task.kind.targets(task, dataset, features, labels)
    collate = PaddedBatch(features.sequences, targets, base.pad_id, choices)
    train(model, len(features.sequences) // choices, collate, recipe, step)
    return save_checkpoint(model, tokenizer, output)


def with_fresh_head(base: Checkpoint, task: Task, labels: Sequence[str], seed: int) -> Any:
    """A model with `base`'s encoder and a new head for `task`, initialised from `seed`."""
    import transformers

    encoder = load_model(base, "AutoModel")
    names = {"id2label": dict(enumerate(labels)), "label2id": {name: i for i, name in enumerate(labels)}}
    config = transformers.AutoConfig.from_pretrained(str(base.directory), **(names if labels else {}))
    transformers.set_seed(seed)
    model = getattr(transformers, HEADS[task.kind.head].auto_class).from_config(config)
    # Not strict: some heads bring their own pooler and do without the encoder's.
    getattr(model, model.base_model_prefix).load_state_dict(encoder.state_dict(), strict=False)
    return model


def train(model: Any, examples: int, collate: Any, recipe: Recipe, step: Step | None = None) -> None:
    """Train `model` in place with the Hugging Face Trainer on examples 0 to `examples` - 1."""
    import transformers

    from .batches import Rows

    class Told(transformers.TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            if step is not None:
                step(1)

    with tempfile.TemporaryDirectory(prefix="xbench-train-") as directory, quiet_transformers():
        arguments = transformers.TrainingArguments(
            output_dir=directory,
            max_steps=recipe.steps,
            learning_rate=recipe.learning_rate,
            per_device_train_batch_size=recipe.batch_size,
            warmup_ratio=recipe.warmup,
            weight_decay=recipe.weight_decay,
            seed=recipe.seed,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
        )
        trainer = transformers.Trainer(
            model=model, args=arguments, train_dataset=Rows(examples), data_collator=collate, callbacks=[Told()]
        )
        # The Trainer prints its logs where there is no progress bar of its own.
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.train()


def save_checkpoint(model: Any, tokenizer: Path, output: Path) -> Checkpoint:
    """Write model and tokenizer to the new directory `output`, all or nothing.

    Raises:
        InputError: the place cannot be written.
        EnvironmentFault: the disk is full.
    """
    from safetensors import SafetensorError

    with atomic_directory(output) as temporary:
        try:
            model.save_pretrained(temporary, safe_serialization=True)
        except SafetensorError as error:  # the system's error, of which the library keeps only the text
            raise EnvironmentFault(f"cannot write {output}: {error}; free some space and run again") from error
        shutil.copyfile(tokenizer, temporary / "tokenizer.json")
    return Checkpoint(output, str(output))


def _training_labels(task: Task, dataset: Dataset[Any]) -> tuple[str, ...]:
    """The task's labels, and those extra ones that the training data has."""
    if not task.labels:
        return ()
    golds = (example.gold for example in dataset.examples)
    seen = {label for gold in golds for label in (gold if isinstance(gold, tuple) else (gold,))}
    if unknown := seen - {*task.labels, *task.extra_labels}:
        raise InputError(f"the training data of {task.key} has labels it should not: {', '.join(sorted(unknown))}")
    return (*task.labels, *(label for label in task.extra_labels if label in seen))
