"""The demo's encoder: a tiny multilingual transformer, made from nothing on the mini suite's parallel text.

Its tokenizer is trained on the text of all languages, its weights by translation ranking: an English sentence's vector
should be nearer to its translation's than to those of other sentences in the batch.
"""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tokenizers
import torch
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor, nn

from ..exporters.checkpoint import Checkpoint
from ..tasks.features import Sequences
from ..tasks.tokenization import TextEncoder
from .batches import PaddedBatch, TaskBatch
from .checkpoints import save_checkpoint
from .fit import fit
from .progress import TrainingProgress
from .recipe import Recipe
from .sampling import Schedule, updates
from .trainer import Fitting

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_VOCABULARY = 3000
_MAX_LENGTH = 128
# Cosines are divided by this before the softmax, as in SimCSE and most sentence encoders.
_TEMPERATURE = 0.05
_PAIRS = "pairs"


def train_tokenizer(texts: Sequence[str], vocabulary: int = _VOCABULARY) -> tokenizers.Tokenizer:
    """A unigram tokenizer laid out as XLM-R's: `<s> a </s>`, and `<s> a </s></s> b </s>` for pairs."""
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary, special_tokens=list(_SPECIAL), unk_token=_SPECIAL[3], show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return tokenizer


def new_encoder(vocabulary: int, hidden: int = 128, layers: int = 3, seed: int = 42) -> Any:
    """An untrained XLM-R of toy size."""
    import transformers

    transformers.set_seed(seed)
    config = transformers.XLMRobertaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=4 * hidden,
        max_position_embeddings=514,
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    return transformers.XLMRobertaModel(config, add_pooling_layer=False)


class TranslationRanking(nn.Module):
    """In-batch softmax over cosines of mean-pooled sentences and their translations."""

    def __init__(self, encoder: Any) -> None:
        """Train `encoder`, a Hugging Face model without a head."""
        super().__init__()
        self.encoder = encoder

    def forward(
        self, task: str, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> dict[str, Tensor]:
        """`loss`; inputs have shape (pairs, 2, tokens): sentences and their translations."""
        pairs, _, length = input_ids.shape
        mask = attention_mask.view(2 * pairs, length)
        hidden = self.encoder(input_ids=input_ids.view(2 * pairs, length), attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        vectors = nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1).view(pairs, 2, -1)
        scores = vectors[:, 0] @ vectors[:, 1].T / _TEMPERATURE
        order = torch.arange(pairs)
        both = nn.functional.cross_entropy(scores, order) + nn.functional.cross_entropy(scores.T, order)
        return {"loss": both / 2}


def train_tiny_encoder(
    texts: dict[str, list[str]], output: Path, recipe: Recipe, progress: TrainingProgress | None = None
) -> Checkpoint:
    """Make the encoder from parallel lines by language (English among them); the checkpoint at `output`."""
    tokenizer = train_tokenizer([line for lines in texts.values() for line in lines])
    encoder = new_encoder(tokenizer.get_vocab_size(), seed=recipe.seed)
    pairs = _pairs(texts, recipe.seed)
    sequences: Sequences = TextEncoder(tokenizer, _MAX_LENGTH).encode_singles(
        [text for pair in pairs for text in pair], _MAX_LENGTH
    )
    batches = PaddedBatch(sequences, {}, encoder.config.pad_token_id, choices=2)
    with tempfile.TemporaryDirectory(prefix="xbench-tiny-") as temporary:
        _fit(encoder, batches, recipe, Path(temporary), progress)
        tokenizer.save(str(Path(temporary) / "tokenizer.json"))
        return save_checkpoint(encoder, Path(temporary) / "tokenizer.json", output)


def _fit(
    encoder: Any, batches: PaddedBatch, recipe: Recipe, directory: Path, progress: TrainingProgress | None
) -> None:
    sizes = {_PAIRS: len(batches)}
    steps = recipe.steps or updates(sizes, recipe.epochs, recipe.batch_size, recipe.accumulation)
    schedule = Schedule(sizes, {_PAIRS: 1.0}, recipe.batch_size, steps * recipe.accumulation, recipe.seed)
    collate = TaskBatch({_PAIRS: batches.drawn})
    fit(TranslationRanking(encoder), Fitting(schedule, collate, recipe, directory, "tiny encoder"), progress)


def _pairs(texts: dict[str, list[str]], seed: int) -> list[tuple[str, str]]:
    """Every English line with its translation into every other language, shuffled."""
    english = texts["en"]
    others = [lines for language, lines in sorted(texts.items()) if language != "en"]
    pairs = [pair for lines in others for pair in zip(english, lines, strict=True)]
    # The order of training, not a secret.
    random.Random(seed).shuffle(pairs)  # noqa: S311
    return pairs
