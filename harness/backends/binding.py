"""A session whose inputs and outputs stay on its device, in buffers that are used for batch after batch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = {
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
}
# What the exports call the two dimensions of their inputs.
_ROWS, _TOKENS = "batch_size", "sequence_length"


class BoundSession:
    """Runs a session through I/O binding, from any number of threads.

    Each concurrent call has buffers of its own, which live as long as this object. The runtime waits for the device
    once a batch, when its run ends.
    """

    def __init__(self, session: Any, device: str) -> None:
        """Bind to `device` (`cpu` or `cuda`), on which `session`, an `onnxruntime.InferenceSession`, runs."""
        self._session = session
        self._device = device
        self._idle: SimpleQueue[_Binding] = SimpleQueue()

    def run(self, batch: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Compute one padded batch: arrays of shape (rows, tokens) by input name; others than the graph's are ignored.

        Returns:
            The outputs by name, in memory that is the caller's.
        """
        with self._binding() as binding:
            return binding.run(batch)

    @contextmanager
    def _binding(self) -> Iterator["_Binding"]:
        try:
            binding = self._idle.get_nowait()
        except Empty:
            binding = _Binding(self._session, self._device)
        try:
            yield binding
        finally:
            self._idle.put(binding)


class _Binding:
    """The buffers of one caller."""

    def __init__(self, session: Any, device: str) -> None:
        self._session = session
        self._device = device
        self._binding = session.io_binding()
        self._inputs = [(node.name, _InputBuffer(_TYPES[node.type], device)) for node in session.get_inputs()]
        self._outputs = [
            (node.name, tuple(node.shape), _Buffer(_TYPES[node.type], device)) for node in session.get_outputs()
        ]

    def run(self, batch: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        for name, buffer in self._inputs:
            array = batch[name]
            buffer.fill(array)
            self._binding.bind_input(name, self._device, 0, buffer.type, array.shape, buffer.pointer)
        rows, tokens = array.shape
        for name, dimensions, output in self._outputs:
            shape = _known_shape(dimensions, {_ROWS: rows, _TOKENS: tokens})
            if shape is None:
                self._binding.bind_output(name, self._device)
            else:
                output.reserve(prod(shape))
                self._binding.bind_output(name, self._device, 0, output.type, shape, output.pointer)
        self._session.run_with_iobinding(self._binding)
        return {
            name: self._host_copy(value)
            for (name, _, _), value in zip(self._outputs, self._binding.get_outputs(), strict=True)
        }

    def _host_copy(self, value: Any) -> NDArray[Any]:
        array: NDArray[Any] = value.numpy()
        # From a device this is a copy; in the host's memory it is the buffer itself, which the next batch overwrites.
        return array.copy() if self._device == "cpu" else array


class _Buffer:
    """Memory on a device for as many numbers as were ever needed."""

    def __init__(self, element_type: type[Any], device: str) -> None:
        self.type = element_type
        self._device = device
        self._value: Any = None
        self.size = 0

    @property
    def pointer(self) -> int:
        return int(self._value.data_ptr())

    def reserve(self, size: int) -> None:
        """Make room for `size` numbers."""
        if size <= self.size:
            return
        from onnxruntime import OrtValue

        self._value = None  # two generations need not fit side by side
        self._value = OrtValue.ortvalue_from_shape_and_type([size], self.type, self._device, 0)
        self.size = size

    def copy(self, array: NDArray[Any]) -> None:
        """Copy `array`, of exactly this size, to the device, and wait for it."""
        self._value.update_inplace(array)


class _InputBuffer(_Buffer):
    """A buffer with its image on the host, as the runtime only fills a whole buffer at once."""

    def __init__(self, element_type: type[Any], device: str) -> None:
        super().__init__(element_type, device)
        self._image: NDArray[Any] = np.empty(0, element_type)

    def fill(self, array: NDArray[Any]) -> None:
        """Put `array` at the buffer's beginning."""
        if array.size > self.size:
            self.reserve(array.size)
            self._image = np.zeros(array.size, self.type)
        self._image[: array.size] = array.reshape(-1)
        self.copy(self._image)


def _known_shape(dimensions: Sequence[int | str | None], known: Mapping[str, int]) -> list[int] | None:
    """An output's shape, None if one of its dimensions is not among the `known`."""
    shape = [known.get(dimension) if isinstance(dimension, str) else dimension for dimension in dimensions]
    return None if None in shape else [int(size) for size in shape if size is not None]
