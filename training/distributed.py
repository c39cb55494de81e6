"""Several processes that train one model, as `torchrun` and `accelerate launch` start them: the first one writes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def world_size() -> int:
    """Processes that train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Whether this process writes what all of them train; true where there is only one."""
    return os.environ.get("RANK", "0") == "0"


def on_cpu() -> bool:
    """Whether this machine has nothing faster to train on."""
    import torch

    return not torch.accelerator.is_available()


@contextmanager
def in_step() -> Iterator[None]:
    """All processes enter and leave the block together: what the first one writes in it none sees before, all after."""
    _meet()
    yield
    _meet()


def _meet() -> None:
    if world_size() > 1:
        from accelerate import PartialState

        PartialState(cpu=on_cpu()).wait_for_everyone()
