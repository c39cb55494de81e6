"""Models from checkpoints and back: fresh heads on an encoder's weights, and what is saved of a trained model."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.loading import load_model
from ..files import atomic_directory
from .multitask import encoder_of

_MASKED = "AutoModelForMaskedLM"


def with_fresh_head(base: Checkpoint, seed: int, auto_class: str, labels: Sequence[str] = ()) -> Any:
    """A model of transformers' `auto_class` with `base`'s encoder and a new head, initialised from `seed`; fp32.

    Only the encoder's weights are taken, whatever head the base has (jiant's `--model_load_mode partial`).
    """
    import torch
    import transformers

    transformers.set_seed(seed)  # a pooler that the base lacks is initialised too
    encoder = load_model(base, "AutoModel")
    config = transformers.AutoConfig.from_pretrained(str(base.directory))
    _forget_head(config)
    if labels:
        config.id2label = dict(enumerate(labels))
        config.label2id = {name: number for number, name in enumerate(labels)}
    transformers.set_seed(seed)
    # Whatever the weights are stored in: half precision rounds small updates away.
    model = getattr(transformers, auto_class).from_config(config, dtype=torch.float32)
    # Not strict: some heads bring their own pooler and do without the encoder's.
    encoder_of(model).load_state_dict(encoder.state_dict(), strict=False)
    return model


def _forget_head(config: Any) -> None:
    """Remove what a configuration says of a head, such as its number of labels, on which other heads depend too."""
    config.id2label = config.label2id = None
    config.num_labels = 2  # what transformers has where nothing is said; a span has a start and an end
    config.problem_type = None


def with_masked_head(base: Checkpoint, seed: int) -> Any:
    """A model for masked language modelling: `base` with the head it was pre-trained with, or else a fresh one."""
    try:
        return load_model(base, _MASKED)
    except InputError:
        return with_fresh_head(base, seed, _MASKED)


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


def save_encoder(trained: Any, base: Checkpoint, tokenizer: Path, output: Path) -> Checkpoint:
    """Write the encoder of a trained model; the pooler of the base comes back where its heads did without.

    Raises:
        InputError: the place cannot be written.
        EnvironmentFault: the disk is full.
    """
    weights = trained.state_dict()
    if base.has_pooler() and not any("pooler" in name for name in weights):
        whole = load_model(base, "AutoModel")
        whole.load_state_dict(weights, strict=False)
        trained = whole
    _forget_head(trained.config)
    return save_checkpoint(trained, tokenizer, output)


def copy_encoder(base: Checkpoint, tokenizer: Path, output: Path) -> Checkpoint:
    """Put the base at `output` as it came; pickled weights become safetensors.

    Raises:
        InputError: the base cannot be read, or the place cannot be written.
        EnvironmentFault: the disk is full.
    """
    weights = base.weight_files()
    if any(path.suffix != ".safetensors" for path in weights):
        return save_checkpoint(load_model(base, "AutoModel"), tokenizer, output)
    with atomic_directory(output) as temporary:
        for path in (*weights, base.directory / "config.json", *base.directory.glob("model*.safetensors.index.json")):
            shutil.copyfile(path, temporary / path.name)
        shutil.copyfile(tokenizer, temporary / "tokenizer.json")
    return Checkpoint(output, str(output))
