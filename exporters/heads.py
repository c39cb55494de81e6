"""What is exported: a model with a head that returns no more than the task's decoder needs.

Each module takes token ids, attention mask and type ids of shape (batch, tokens) and returns a dictionary of arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..tasks.kinds.span import N_BEST

_FAR_BELOW = -1e30


class _Head(nn.Module):
    """A Hugging Face model inside a module with a fixed signature; Optimum reads `config`."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.config = model.config
        self._with_types = int(getattr(self.config, "type_vocab_size", 0) or 0) > 0

    def _inputs(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None) -> dict[str, Tensor]:
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None and self._with_types:
            inputs["token_type_ids"] = token_type_ids
        return inputs


class Embedding(_Head):
    """One vector a sequence: layer `layer`, pooled in one of the ways of `layers.POOLINGS`."""

    def __init__(self, model: Any, layer: int, pooling: str) -> None:
        super().__init__(model)
        self.layer = layer
        self.pooling = pooling

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`embedding`, shape (batch, dimensions). Blocks above the layer feed nothing, so tracing drops them."""
        inputs = self._inputs(input_ids, attention_mask, token_type_ids)
        if self.pooling == "pooler":
            return {"embedding": self.model(**inputs).pooler_output}
        hidden = self.model(**inputs, output_hidden_states=True).hidden_states[self.layer]
        return {"embedding": _pooled(hidden, attention_mask, self.pooling)}


class Layers(_Head):
    """One vector a sequence from every layer, for a sweep in one pass."""

    def __init__(self, model: Any, layer: None, pooling: str) -> None:
        super().__init__(model)
        self.pooling = pooling

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`embedding`, shape (batch, layers + 1, dimensions), counted as in Hugging Face's `hidden_states`."""
        inputs = self._inputs(input_ids, attention_mask, token_type_ids)
        states = self.model(**inputs, output_hidden_states=True).hidden_states
        return {"embedding": torch.stack([_pooled(state, attention_mask, self.pooling) for state in states], dim=1)}


def _pooled(hidden: Tensor, attention_mask: Tensor, pooling: str) -> Tensor:
    """One vector a sequence, shape (batch, dimensions), of `hidden`, shape (batch, tokens, dimensions)."""
    if pooling == "cls":
        return hidden[:, 0]
    counted = attention_mask
    if pooling == "mean-inner":
        # All but the first position and the last that is no padding: the special tokens.
        counted = nn.functional.pad(attention_mask[:, 2:], (1, 1))
    weights = counted.unsqueeze(-1).float()  # a sum over hundreds of tokens is none for half precision
    return (hidden.float() * weights).sum(1) / weights.sum(1).clamp(min=1)


class Classification(_Head):
    """Class scores."""

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`logits`, shape (batch, classes)."""
        return {"logits": self.model(**self._inputs(input_ids, attention_mask, token_type_ids)).logits}


class Choice(_Head):
    """The score of one (prompt, choice) pair; pairs of one example need not share a batch."""

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`score`, shape (batch,)."""
        inputs = self._inputs(input_ids, attention_mask, token_type_ids)
        single = {name: value.unsqueeze(1) for name, value in inputs.items()}
        return {"score": self.model(**single).logits.squeeze(1)}


class Tagging(_Head):
    """The best label of every token."""

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`label_ids`, shape (batch, tokens)."""
        logits = self.model(**self._inputs(input_ids, attention_mask, token_type_ids)).logits
        return {"label_ids": logits.argmax(-1).to(torch.int32)}


class Span(_Head):
    """The best starts and ends of an answer."""

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Scores and positions of starts and ends, each of shape (batch, `N_BEST`), best first.

        Padding is ranked last and short sequences are filled up, so that the result does not depend on the batch.
        """
        found = self.model(**self._inputs(input_ids, attention_mask, token_type_ids))
        starts, start_positions = self._best(found.start_logits, attention_mask)
        ends, end_positions = self._best(found.end_logits, attention_mask)
        return {
            "start_scores": starts,
            "start_positions": start_positions,
            "end_scores": ends,
            "end_positions": end_positions,
        }

    @staticmethod
    def _best(logits: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        masked = logits.float().masked_fill(attention_mask == 0, _FAR_BELOW)
        filled = nn.functional.pad(masked, (0, N_BEST), value=_FAR_BELOW)
        scores, positions = filled.topk(N_BEST, dim=-1)
        return scores, positions.to(torch.int32)


@dataclass(frozen=True)
class HeadSpec:
    """How a head is built: transformers' auto class, and the module around it."""

    auto_class: str
    build: Callable[..., _Head]
    outputs: dict[str, dict[int, str]]


_BATCH = {0: "batch_size"}
HEADS: dict[str, HeadSpec] = {
    "embedding": HeadSpec("AutoModel", Embedding, {"embedding": _BATCH}),
    "layers": HeadSpec("AutoModel", Layers, {"embedding": _BATCH}),
    "classification": HeadSpec("AutoModelForSequenceClassification", Classification, {"logits": _BATCH}),
    "choice": HeadSpec("AutoModelForMultipleChoice", Choice, {"score": _BATCH}),
    "tagging": HeadSpec(
        "AutoModelForTokenClassification", Tagging, {"label_ids": {0: "batch_size", 1: "sequence_length"}}
    ),
    "span": HeadSpec(
        "AutoModelForQuestionAnswering",
        Span,
        dict.fromkeys(("start_scores", "start_positions", "end_scores", "end_positions"), _BATCH),
    ),
}
