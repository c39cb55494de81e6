"""Which hidden state retrieval uses, as data.

Counted as in Hugging Face's `hidden_states`: 0 is the embeddings, k the output of block k. The rows are what
XTREME's scripts compute (scripts/run_tatoeba.sh, third_party/evaluate_retrieval.py); all other models use their last
layer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Over all positions that are not padding (XTREME's own), the same without special tokens at both ends, the first
# position, and the trained layer on top of that (the dual encoders of XTREME-R).
POOLINGS = ("mean", "mean-inner", "cls", "pooler")


@dataclass(frozen=True, slots=True)
class _Row:
    """Configuration values that tell a model, and the layer used for it."""

    model: str
    config: Mapping[str, Any]
    layer: int


_ROWS = (
    _Row("mBERT, cased", {"model_type": "bert", "num_hidden_layers": 12, "vocab_size": 119547}, 8),
    _Row("mBERT, uncased", {"model_type": "bert", "num_hidden_layers": 12, "vocab_size": 105879}, 8),
    _Row("XLM-100", {"model_type": "xlm", "n_layers": 16, "emb_dim": 1280}, 12),
    _Row("XLM-R Large", {"model_type": "xlm-roberta", "num_hidden_layers": 24, "vocab_size": 250002}, 14),
)


def retrieval_layer(config: Mapping[str, Any], layers: int) -> int:
    """The layer for a model with this configuration and number of blocks."""
    for row in _ROWS:
        if all(config.get(name) == value for name, value in row.config.items()):
            return row.layer
    return layers
