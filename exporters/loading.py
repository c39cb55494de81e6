"""Loading weights into PyTorch, safely: safetensors unless pickles were allowed, never remote code."""

import logging
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from ..errors import InputError
from .checkpoint import Checkpoint
from .quiet import quiet


def quiet_transformers() -> AbstractContextManager[None]:
    """Silence transformers' notes on unused and new weights, which are checked here instead."""
    return quiet("transformers", logging.CRITICAL)


def load_model(checkpoint: Checkpoint, auto_class: str, *, with_pooler: bool = False, **options: Any) -> Any:
    """The checkpoint as a model of transformers' `auto_class`, fp32, in evaluation mode.

    A pooler is not part of every pre-trained checkpoint and feeds nothing else, so it may be missing unless it is
    asked for.

    Raises:
        InputError: the weights are missing, pickled without permission, or lack the head.
    """
    import torch
    import transformers

    checkpoint.weight_files()
    try:
        with quiet_transformers():
            model, info = getattr(transformers, auto_class).from_pretrained(
                str(checkpoint.directory),
                output_loading_info=True,
                use_safetensors=not checkpoint.allow_pickle or None,
                trust_remote_code=False,
                local_files_only=True,
                dtype=torch.float32,
                **options,
            )
    except (ValueError, OSError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"cannot load {checkpoint.directory} as {auto_class}: {reason}") from error
    idle = auto_class == "AutoModel" and not with_pooler
    missing = [name for name in info["missing_keys"] if not idle or "pooler" not in name]
    if missing:
        raise InputError(f"the weights in {checkpoint.directory} lack {missing[0]} and {len(missing) - 1} more")
    return model.eval()


def save_tokenizer(checkpoint: Checkpoint, path: Path) -> None:
    """Write the checkpoint's tokenizer as one `tokenizer.json`, without padding and truncation.

    Raises:
        InputError: there is none, or it cannot be read or converted.
    """
    import tokenizers

    source = checkpoint.tokenizer_file()
    try:
        if source.name == "tokenizer.json":
            tokenizer = tokenizers.Tokenizer.from_file(str(source))
        else:
            tokenizer = _converted(checkpoint)
    except Exception as error:  # the library raises bare Exception
        raise InputError(f"cannot read the tokenizer {source}: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(path))


def _converted(checkpoint: Checkpoint) -> Any:
    from transformers import AutoTokenizer

    with quiet_transformers():
        tokenizer = AutoTokenizer.from_pretrained(
            str(checkpoint.directory), use_fast=True, trust_remote_code=False, local_files_only=True
        )
    return tokenizer.backend_tokenizer
