"""Outputs of batches put back into the order of the sequences."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EnvironmentFault
from ..tasks.features import Outputs
from ..tasks.kinds.kind import Output


class OutputCollector:
    """Gathers the outputs of batches that finish in any order, from any thread."""

    def __init__(self, outputs: tuple[Output, ...], lengths: NDArray[np.int64]) -> None:
        """Expect `outputs` for sequences of the given lengths, shape (sequences,)."""
        self._per_token = {output.name: output.per_token for output in outputs}
        self._lengths = lengths
        self._dense: dict[str, NDArray[Any]] = {}
        self._ragged: dict[str, list[NDArray[Any]]] = {
            output.name: [np.empty(0)] * len(lengths) for output in outputs if output.per_token
        }
        self._lock = Lock()

    def put(self, rows: NDArray[np.int64], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store a batch's outputs: arrays of shape (rows, ...), padding included.

        Raises:
            EnvironmentFault: an output holds a number that is not finite.
        """
        for name, per_token in self._per_token.items():
            array = arrays[name]
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise EnvironmentFault(
                    f"the model returned numbers that are not finite in {name!r}: its weights or precision are unfit"
                )
            if per_token:
                for row, values in zip(rows, array, strict=True):
                    self._ragged[name][row] = values[: self._lengths[row]].copy()
            else:
                self._matrix(name, array)[rows] = array

    def copy(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> None:
        """Give the sequences `targets` the outputs of `sources`, both of shape (copies,)."""
        for array in self._dense.values():
            array[targets] = array[sources]
        for rows in self._ragged.values():
            for source, target in zip(sources, targets, strict=True):
                rows[target] = rows[source]

    def _matrix(self, name: str, like: NDArray[Any]) -> NDArray[Any]:
        with self._lock:
            if name not in self._dense:
                self._dense[name] = np.zeros((len(self._lengths), *like.shape[1:]), like.dtype)
            return self._dense[name]

    def outputs(self) -> Outputs:
        """Everything, in the order of the sequences; dense outputs have shape (sequences, ...)."""
        empty = np.zeros((0,))
        found: dict[str, Sequence[NDArray[Any]] | NDArray[Any]] = {**self._ragged}
        for name, per_token in self._per_token.items():
            if not per_token:
                found[name] = self._dense.get(name, empty)
        return found
