"""Python values to Arrow arrays, from buffers.

`pyarrow.array` would do, but it imports pandas to see whether it was given some: 0.4 s and 50 MB for nothing.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray


def arrow_column(values: Sequence[Any]) -> Any:
    """An Arrow array of strings, integers, floats, or lists of one of these; None is allowed among strings.

    Raises:
        TypeError: the values are of another type, or mixed.
    """
    if any(isinstance(value, list | tuple) for value in values):
        starts = list(accumulate((len(value) for value in values), initial=0))
        items = arrow_column([item for value in values for item in value])
        return pyarrow.ListArray.from_arrays(_numbers(np.array(starts, np.int32), pyarrow.int32()), items)
    if all(isinstance(value, str | None) for value in values):
        return _strings(values)
    if all(isinstance(value, int) for value in values):
        return _numbers(np.array(values, np.int64), pyarrow.int64())
    if all(isinstance(value, int | float) for value in values):
        return _numbers(np.array(values, np.float64), pyarrow.float64())
    raise TypeError(f"no column can hold {sorted({type(value).__name__ for value in values})}")


def _numbers(values: NDArray[Any], kind: Any) -> Any:
    return pyarrow.Array.from_buffers(kind, len(values), [None, pyarrow.py_buffer(values.tobytes())])


def _strings(values: Sequence[str | None]) -> Any:
    encoded = [(value or "").encode() for value in values]
    offsets = np.fromiter(accumulate(map(len, encoded), initial=0), np.int64, len(values) + 1)
    present = np.packbits(np.array([value is not None for value in values], bool), bitorder="little")
    return pyarrow.Array.from_buffers(
        pyarrow.large_string(),
        len(values),
        [
            pyarrow.py_buffer(present.tobytes()),
            pyarrow.py_buffer(offsets.tobytes()),
            pyarrow.py_buffer(b"".join(encoded)),
        ],
    )
