"""Checkpoints with random weights: an encoder of XLM-R-base's shape, and heads upon any encoder.

Speed does not depend on what the weights are.
"""

import collections
import itertools
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import XbenchError
from ..files import atomic_directory


@dataclass(frozen=True)
class Size:
    """Dimensions of an encoder of XLM-R's family."""

    layers: int
    hidden: int
    heads: int
    intermediate: int
    vocabulary: int


BASE = Size(12, 768, 12, 3072, 250_002)
TINY = Size(3, 32, 2, 64, 2_000)


def ensure_encoder(directory: Path, data: Path, size: Size) -> Path:
    """An encoder of this size at `directory`, made if it is not there; its tokenizer knows the pieces of the data."""
    if not (directory / "config.json").is_file():
        _apart(_make_encoder, directory, data, size)
    return directory


def ensure_head(directory: Path, encoder: Path, head: str, labels: Sequence[str]) -> Path:
    """The encoder with a random head (a key of `exporters.heads.HEADS`) at `directory`, made if it is not there."""
    if not (directory / "config.json").is_file():
        _apart(_make_head, directory, encoder, head, tuple(labels))
    return directory


def _apart(make: Callable[..., None], *arguments: Any) -> None:
    """Call in a process of its own: what a child inherits from a large parent would count as its peak of memory."""
    process = multiprocessing.get_context("spawn").Process(target=make, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise XbenchError(f"cannot make the checkpoint {arguments[0]}: see above")


def _make_encoder(directory: Path, data: Path, size: Size) -> None:
    import transformers

    files = [*data.glob("*/*.tsv"), *data.glob("tatoeba/*-en.??"), *data.glob("bucc2018/*")]
    texts = [line for path in sorted(files) for line in path.open(encoding="utf-8")]
    transformers.set_seed(0)
    config = transformers.XLMRobertaConfig(
        vocab_size=size.vocabulary, hidden_size=size.hidden, num_hidden_layers=size.layers,
        num_attention_heads=size.heads, intermediate_size=size.intermediate, max_position_embeddings=514,
        type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    with atomic_directory(directory) as temporary:
        make_tokenizer(texts, size.vocabulary).save(str(temporary / "tokenizer.json"))
        transformers.XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(temporary)


def _make_head(directory: Path, encoder: Path, head: str, labels: Sequence[str]) -> None:
    import shutil

    import transformers

    from ..exporters.heads import HEADS

    transformers.logging.set_verbosity_error()  # that the head is new is what is wanted
    transformers.set_seed(0)
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: n for n, label in enumerate(labels)}}
    model = getattr(transformers, HEADS[head].auto_class).from_pretrained(encoder, **(names if labels else {}))
    with atomic_directory(directory) as temporary:
        model.save_pretrained(temporary)
        for path in encoder.glob("*token*.json"):
            shutil.copyfile(path, temporary / path.name)


def make_tokenizer(texts: Sequence[str], vocabulary: int) -> Any:
    """XLM-R's layout and size: letters and the most frequent pieces of up to six letters, five on average."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    counts: collections.Counter[str] = collections.Counter()
    for text in texts:
        for word in text.split():
            counts.update(f"▁{word}"[start : start + 6] for start in range(0, len(word) + 1, 6))
    letters = dict.fromkeys(letter for text in texts for letter in text)
    found = dict.fromkeys(["▁", *letters, *(piece for piece, _ in counts.most_common())])
    fillers = (f"▁{number}" for number in range(10_000_000) if f"▁{number}" not in found)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *itertools.islice(itertools.chain(found, fillers), vocabulary - 5)]
    scores = [(piece, -20.0 if len(piece) == 1 else -10.0) for piece in [*pieces, "<mask>"]]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
