"""What a model reads: token ids of many sequences, ragged, and what is needed to read its outputs back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

A = TypeVar("A")

# Outputs of a graph, one entry a sequence: an array (sequences, ...), or for outputs with one value a token a list of
# arrays (tokens, ...) cut to the sequence's length.
Outputs = Mapping[str, Sequence[NDArray[Any]] | NDArray[Any]]


@dataclass(frozen=True)
class Sequences:
    """Token ids of many sequences, stored flat: sequence i is `ids[starts[i]:starts[i + 1]]`.

    `ids` and `type_ids` have shape (tokens,), `starts` has shape (sequences + 1,).
    """

    ids: NDArray[np.int32]
    type_ids: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def pack(cls, rows: Iterable[tuple[Sequence[int], Sequence[int]]]) -> "Sequences":
        """Pack rows of (token ids, type ids)."""
        pairs = list(rows)
        starts = np.fromiter(accumulate((len(ids) for ids, _ in pairs), initial=0), np.int64, len(pairs) + 1)
        size = int(starts[-1])
        return cls(
            np.fromiter(chain.from_iterable(ids for ids, _ in pairs), np.int32, size),
            np.fromiter(chain.from_iterable(types for _, types in pairs), np.int32, size),
            starts,
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> NDArray[np.int32]:
        """Token ids of one sequence, shape (tokens,)."""
        return self.ids[self.starts[index] : self.starts[index + 1]]

    def padded(self, rows: Sequence[int] | NDArray[np.int64], pad_id: int) -> dict[str, NDArray[np.int32]]:
        """A batch of some sequences by the names of model inputs; each array has shape (rows, longest row)."""
        lengths = self.lengths[rows]
        shape = (len(rows), int(lengths.max(initial=0)))
        inside = np.arange(shape[1]) < lengths[:, None]
        input_ids = np.full(shape, pad_id, np.int32)
        token_type_ids = np.zeros(shape, np.int32)
        places = np.concatenate([np.arange(self.starts[row], self.starts[row + 1]) for row in rows])
        input_ids[inside] = self.ids[places]
        token_type_ids[inside] = self.type_ids[places]
        return {
            "input_ids": input_ids,
            "attention_mask": inside.astype(np.int32),
            "token_type_ids": token_type_ids,
        }

    def first_occurrences(self) -> NDArray[np.int64]:
        """For each sequence the number of the first one that is the same; shape (sequences,)."""
        seen: dict[bytes, int] = {}
        bounds = zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)
        contents = (self.ids[a:b].tobytes() + self.type_ids[a:b].tobytes() for a, b in bounds)
        firsts = (seen.setdefault(content, number) for number, content in enumerate(contents))
        return np.fromiter(firsts, np.int64, len(self))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of tokens of each sequence, special tokens included; shape (sequences,)."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class SharedSequences:
    """Sequences that serve several units of a task, so that they are tokenised and encoded once for all of them.

    Those with one `key` (a hash of content) are the same; `encode` makes them.
    """

    key: str
    encode: Callable[[], Sequences]


@dataclass(frozen=True)
class Features(Generic[A]):
    """Sequences for the model; `alignment` is what the kind needs to turn outputs into predictions.

    The outputs of `shared`, if there is any, come beside those of `sequences`, their names led by `SHARED`.
    """

    sequences: Sequences
    alignment: A
    shared: SharedSequences | None = None


SHARED = "shared_"
