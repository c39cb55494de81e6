"""Useful work of an encoder: what its matrix products need for the tokens alone, no padding counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EncoderShape:
    """What decides the work of a transformer encoder: blocks, and the widths of its two parts."""

    layers: int
    hidden: int
    intermediate: int

    @classmethod
    def of(cls, config: Mapping[str, Any], layers: int | None = None) -> Self:
        """The shape that a config.json describes; `layers` are those that are computed, None for all."""
        found = (config["num_hidden_layers"] if layers is None else layers, config["hidden_size"])
        return cls(*found, config["intermediate_size"])

    @property
    def matrix_weights(self) -> int:
        """Weights of the matrices that every token is multiplied with.

        They are those of query, key, value and output, and the two of the feed-forward part. Embeddings are looked up
        and not multiplied, and a head is small: neither is counted.
        """
        return self.layers * (4 * self.hidden**2 + 2 * self.hidden * self.intermediate)


def useful_flops(lengths: NDArray[np.int64], shape: EncoderShape) -> float:
    """Floating-point operations for sequences of the given lengths, shape (sequences,), a product and a sum being two.

    Each token meets every weight once, 2 operations each; each pair of positions of a sequence costs two products of
    `hidden` numbers in each block (scores, and the weighted sum of values), 4 * hidden operations.
    """
    tokens = float(lengths.sum())
    pairs = float((lengths.astype(np.float64) ** 2).sum())
    return 2 * shape.matrix_weights * tokens + 4 * shape.layers * shape.hidden * pairs
