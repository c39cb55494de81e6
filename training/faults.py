"""One line for a machine that does not suffice: memory or disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import EnvironmentFault
from ..files import write_failure

# Torch has no class of its own for these: parts of what its RuntimeErrors say. The last one of the disk's is raised
# while the writer is closed, and hides the first.
_MEMORY = ("allocate memory", "ALLOC_FAILED")
_DISK = ("PytorchStreamWriter", "file write failed", "unexpected pos")


@contextmanager
def readable_memory(title: str, batch_size: int) -> Iterator[None]:
    """Say what to do where the training `title` finds the memory of the machine or of the device full.

    Raises:
        EnvironmentFault: it is full.
    """
    import torch

    fault = EnvironmentFault(
        f"{title}: out of memory with batches of {batch_size}; lower batch_size and raise accumulation by as much"
        " (--set), or shorten max_length"
    )
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise fault from error
    except RuntimeError as error:
        if any(part in str(error) for part in _MEMORY):
            raise fault from error
        raise


@contextmanager
def readable_disk(directory: Path) -> Iterator[None]:
    """Say what to do where a checkpoint cannot be written to `directory`.

    Raises:
        EnvironmentFault: the disk is full.
        InputError: the place cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        raise write_failure(error, directory) from error
    except RuntimeError as error:
        if any(part in str(error) for part in _DISK):
            raise EnvironmentFault(
                f"cannot write a checkpoint to {directory}: the disk is full or fails; free some space and run again"
            ) from error
        raise
