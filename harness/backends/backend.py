"""The seam between the harness and whatever computes a model."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from numpy.typing import NDArray


class Backend(Protocol):
    """A model that is loaded and ready."""

    @property
    def provider(self) -> str:
        """What really runs it, such as `CPUExecutionProvider`."""

    @property
    def callers(self) -> int:
        """How many threads should call `run` at once."""

    def run(self, batch: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Compute one padded batch.

        Args:
            batch: `input_ids`, `attention_mask` and `token_type_ids`, int32, each of shape (rows, tokens).

        Returns:
            The graph's outputs by name, each with `rows` as its first dimension.

        Raises:
            MemoryError: the device has not enough of it for so large a batch.
        """


@contextmanager
def memory_errors(phrases: Sequence[str]) -> Iterator[None]:
    """Raise `MemoryError` where a library complains of memory in one of these (lower-case) `phrases`."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        if any(phrase in str(error).lower() for phrase in phrases):
            raise MemoryError(str(error)) from error
        raise
