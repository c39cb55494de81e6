"""How long and how fast a model is trained."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyper-parameters of one fine-tuning: AdamW with linear decay, fp32.

    `batch_size` counts examples; `warmup` is a share of `steps`; `limit` caps the training examples (None: all).
    """

    steps: int
    learning_rate: float
    batch_size: int = 32
    warmup: float = 0.1
    weight_decay: float = 0.01
    seed: int = 42
    limit: int | None = None
