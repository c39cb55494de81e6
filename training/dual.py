"""Dual encoders of XTREME-R: queries and candidates go through one encoder, and a pair should have the largest cosine.

It is trained like any head: `dual_encoder` gives a model for `multitask.MultiTask` (with the recipe's seed),
`pair_batches` its batches and `dual_dev_set` its dev set, both from `tasks.dual.load_pairs` and the task in
`tasks.dual.DUAL`; `save_checkpoint(model, tokenizer, output)` writes it.
"""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.loading import load_model
from ..tasks.dual import pairs_of
from ..tasks.examples import Dataset, Query
from ..tasks.features import SHARED, Features, Sequences
from ..tasks.kinds.ranking import Ranking
from ..tasks.task import Task
from ..tasks.tokenization import TextEncoder
from .batches import PaddedBatch
from .dev import DevSet

_FIRST_SCALE = 100.0
_SEQUENCES_A_BATCH = 32


class DualEncoder(nn.Module):
    """In-batch softmax over the cosines of queries and candidates, times a learnt scale.

    As third_party/bert.py of XTREME-R: the vector of a text is the pooler's output, the scale begins at 100, and each
    query should choose its own candidate among those of the batch. Two pairs of a batch that have one candidate count
    as wrong for each other, as there; several devices do not see each other's candidates.

    It has what `multitask.MultiTask` asks of a model: its encoder under the name `base_model_prefix`, and `config`.
    """

    base_model_prefix = "encoder"

    def __init__(self, encoder: Any) -> None:
        """Train `encoder`, a Hugging Face model with a pooler and no head."""
        super().__init__()
        self.encoder = encoder
        self.config = encoder.config
        self.scale = nn.Parameter(torch.tensor(_FIRST_SCALE))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> dict[str, Tensor]:
        """`loss`, a number; inputs have shape (pairs, 2, tokens): queries and their candidates."""
        queries, candidates = (
            self.vectors(
                input_ids[:, side], attention_mask[:, side], None if token_type_ids is None else token_type_ids[:, side]
            )
            for side in (0, 1)
        )
        # Half precision is too coarse for cosines that are multiplied by 100.
        with torch.autocast(input_ids.device.type, enabled=False):
            scores = self.scale * queries @ candidates.T
            return {"loss": nn.functional.cross_entropy(scores, torch.arange(len(scores), device=scores.device))}

    def vectors(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None) -> Tensor:
        """Vectors of length 1 in fp32, shape (texts, dimensions), of inputs of shape (texts, tokens)."""
        # Questions are far shorter than the answers they share a batch with.
        longest = int(attention_mask.sum(-1).max())
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None and int(getattr(self.config, "type_vocab_size", 0) or 0) > 0:
            inputs["token_type_ids"] = token_type_ids
        pooled = self.encoder(**{name: values[:, :longest] for name, values in inputs.items()}).pooler_output
        return nn.functional.normalize(pooled.float(), dim=-1)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.scale.device

    def tie_weights(self) -> None:
        """Nothing is tied; `MultiTask` asks for it."""

    def save_pretrained(self, directory: Path, **options: Any) -> None:
        """Write the encoder with its pooler, as an AutoModel; the scale changes no ranking and is dropped."""
        self.encoder.save_pretrained(directory, **options)


def dual_encoder(base: Checkpoint, seed: int) -> DualEncoder:
    """A dual encoder on `base`, with its pooler, or one initialised from `seed` if it has none.

    Raises:
        InputError: the base cannot be loaded, or its architecture has no pooler.
    """
    import transformers

    transformers.set_seed(seed)
    encoder = load_model(base, "AutoModel")
    if getattr(encoder, "pooler", None) is None:
        raise InputError(
            f"{base.reference} cannot become a dual encoder: a {base.config['model_type']} has no pooler;"
            " take a model of BERT's or RoBERTa's family"
        )
    return DualEncoder(encoder)


def pair_batches(dataset: Dataset[Query], task: Task, encoder: TextEncoder, pad_id: int) -> PaddedBatch:
    """Batches of pairs: inputs of shape (pairs, 2, tokens), each side cut to the task's length for it."""
    queries, candidates = zip(*pairs_of(dataset), strict=True)
    sides = _sides(queries, candidates, task, encoder)
    return PaddedBatch(Sequences.pack(chain.from_iterable(zip(*map(_rows, sides), strict=True))), {}, pad_id, choices=2)


def _sides(
    queries: tuple[str, ...], candidates: tuple[str, ...], task: Task, encoder: TextEncoder
) -> tuple[Sequences, Sequences]:
    kind = task.kind
    assert isinstance(kind, Ranking)
    return encoder.encode_singles(queries, kind.query_length), encoder.encode_singles(candidates, task.max_length)


def _rows(sequences: Sequences) -> list[tuple[list[int], list[int]]]:
    bounds = sequences.starts[1:-1]
    parts = zip(np.split(sequences.ids, bounds), np.split(sequences.type_ids, bounds), strict=True)
    return [(ids.tolist(), type_ids.tolist()) for ids, type_ids in parts]


@dataclass(frozen=True)
class DualDevSet(DevSet):
    """Dev pairs of a dual encoder: mAP@20 of the queries among the candidates of all dev pairs, in percent.

    Far fewer candidates than the test set has, so the score is higher; it is for choosing between checkpoints.
    """

    def predictions(self, model: DualEncoder) -> list[Any]:
        """The best candidates of each query, as an evaluation ranks them; the model is left in evaluation mode.

        A ranking is a tuple, one answer as a whole: a model that ranks alike for all queries has collapsed.
        """
        model.eval()
        shared = self.features.shared
        assert shared is not None
        outputs = {
            "embedding": self._vectors(model, self.features.sequences),
            f"{SHARED}embedding": self._vectors(model, shared.encode()),
        }
        ranked = self.task.kind.decode(self.task, "en", self.dataset, self.features, outputs, self.labels)
        return [tuple(names) for names in ranked]

    def _vectors(self, model: DualEncoder, sequences: Sequences) -> NDArray[np.float32]:
        """Shape (sequences, dimensions)."""
        order = np.argsort(-sequences.lengths, kind="stable")
        found = np.empty((len(sequences), model.config.hidden_size), np.float32)
        for start in range(0, len(order), _SEQUENCES_A_BATCH):
            rows = order[start : start + _SEQUENCES_A_BATCH]
            batch = sequences.padded(rows, self.pad_id)
            with torch.inference_mode():
                inputs = {name: torch.from_numpy(array).to(model.device) for name, array in batch.items()}
                found[rows] = model.vectors(**inputs).cpu().numpy()
        return found


def dual_dev_set(task: Task, dataset: Dataset[Query], encoder: TextEncoder, pad_id: int) -> DualDevSet:
    """The dev set of `dataset`'s pairs, tokenised."""
    features: Features[None] = task.kind.encode(task, dataset, encoder)
    return DualDevSet(task, dataset, features, (), pad_id)
