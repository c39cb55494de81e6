"""One encoder under the heads of several tasks; with one task it is that task's model."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor, nn


class MultiTask(nn.Module):
    """Models of Hugging Face that share one encoder; each batch is of one of them."""

    # The Trainer should divide the loss by the number of accumulated batches, as `forward` does not.
    accepts_loss_kwargs = False

    def __init__(self, models: Iterable[tuple[str, Any]]) -> None:
        """Take over models by task, made from one base.

        All encoders but one are dropped: the first with most weights, as one with a pooler serves those without too.
        Models may come one by one, so that no more than two encoders are ever held.
        """
        super().__init__()
        held: dict[str, Any] = {}
        shared: Any = None
        for task, model in models:
            if shared is None or _size(encoder_of(model)) > _size(shared):
                shared = encoder_of(model)
            held[task] = model
            for other in held.values():
                setattr(other, other.base_model_prefix, shared)
        for model in held.values():
            model.tie_weights()
        self.models = nn.ModuleDict(held)
        self.config = self.encoder.config
        self._with_types = int(getattr(self.config, "type_vocab_size", 0) or 0) > 0

    @property
    def encoder(self) -> Any:
        """The shared encoder, a model of Hugging Face without a head."""
        return encoder_of(next(iter(self.models.values())))

    def forward(self, task: str, token_type_ids: Tensor | None = None, **inputs: Tensor) -> dict[str, Tensor]:
        """`loss` of a batch of `task`; inputs and targets as the task's model names them."""
        if self._with_types and token_type_ids is not None:
            inputs["token_type_ids"] = token_type_ids
        return {"loss": self.models[task](**inputs)["loss"]}


def encoder_of(model: Any) -> Any:
    """The part of a model of Hugging Face that all its heads stand on."""
    return getattr(model, model.base_model_prefix)


def _size(module: nn.Module) -> int:
    return sum(1 for _ in module.parameters())
