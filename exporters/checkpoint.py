"""One checkpoint on disk: what can be known of it without loading a weight or importing torch."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..tasks.task import Task
from .fingerprints import file_fingerprint

# Endings of Hugging Face's class names, and the graph that each serves.
_HEADS = {
    "ForSequenceClassification": "classification",
    "ForMultipleChoice": "choice",
    "ForTokenClassification": "tagging",
    "ForQuestionAnswering": "span",
}
_TOKENIZER_FILES = ("tokenizer.json", "sentencepiece.bpe.model", "spiece.model", "spm.model", "vocab.txt", "vocab.json")
# Models whose position ids begin behind the padding id.
_OFFSET_POSITIONS = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"}
_DEFAULT_POSITIONS = 512


@dataclass(frozen=True)
class Checkpoint:
    """A directory in Hugging Face's format; `reference` is what the user called it."""

    directory: Path
    reference: str
    allow_pickle: bool = False

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The content of config.json.

        Raises:
            InputError: there is none, or it is not a JSON object with a model type.
        """
        path = self.directory / "config.json"
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{self.directory} is no checkpoint: no config.json in it") from error
        except ValueError as error:
            raise InputError(f"{path}: not JSON: {error}") from error
        if not isinstance(config, dict) or "model_type" not in config:
            raise InputError(f"{path}: no 'model_type', so the model's architecture is unknown")
        return config

    @property
    def head(self) -> str | None:
        """The graph that the checkpoint's head serves; None for a bare encoder."""
        for architecture in self.config.get("architectures") or ():
            for ending, head in _HEADS.items():
                if str(architecture).endswith(ending):
                    return head
        return None

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names in the order of their ids; names that only count (`LABEL_1`) are reduced to the number."""
        names = self.config.get("id2label") or {}
        ordered = [str(names[key]) for key in sorted(names, key=int)]
        return tuple(name.removeprefix("LABEL_") for name in ordered)

    @property
    def position_limit(self) -> int:
        """The longest sequence the model has positions for, in tokens."""
        limit = int(self.config.get("max_position_embeddings") or _DEFAULT_POSITIONS)
        if self.config["model_type"] in _OFFSET_POSITIONS:
            limit -= int(self.config.get("pad_token_id", 1)) + 1
        return limit

    @property
    def pad_id(self) -> int:
        """Token id of padding."""
        return int(self.config.get("pad_token_id") or 0)

    @property
    def layers(self) -> int:
        """Number of transformer blocks."""
        return self._number("num_hidden_layers", "n_layers")

    @property
    def hidden_size(self) -> int:
        """Dimensions of a hidden state."""
        return self._number("hidden_size", "emb_dim")

    @property
    def attention_heads(self) -> int:
        """Attention heads of a block."""
        return self._number("num_attention_heads", "n_heads")

    def _number(self, *names: str) -> int:
        """A number of the configuration, under the first of these names that it has."""
        for name in names:
            if name in self.config:
                return int(self.config[name])
        raise InputError(f"{self.directory}/config.json: no {names[0]!r}")

    def weight_files(self) -> list[Path]:
        """The files that hold the weights, sorted by name.

        Raises:
            InputError: there are none, or only pickled ones and those were not allowed.
        """
        safe = sorted(self.directory.glob("model*.safetensors"))
        if safe:
            return safe
        pickled = sorted(self.directory.glob("pytorch_model*.bin"))
        if not pickled:
            raise InputError(f"no weights in {self.directory}: neither model.safetensors nor its shards")
        if not self.allow_pickle:
            raise InputError(
                f"the weights in {self.directory} are pickled ({pickled[0].name}), and unpickling can run any code:"
                " convert them to safetensors, or say --allow-pickle if you trust them"
            )
        return pickled

    def tokenizer_file(self) -> Path:
        """The file that the tokenizer is made from: tokenizer.json, or what it can be converted from.

        Raises:
            InputError: there is none.
        """
        for name in _TOKENIZER_FILES:
            path = self.directory / name
            if path.is_file():
                return path
        raise InputError(f"no tokenizer in {self.directory}: expected tokenizer.json")

    def fingerprint(self, cache: Path) -> str:
        """Hash of weights and configuration; what makes two checkpoints the same model."""
        digest = hashlib.sha256()
        for path in self.weight_files():
            digest.update(f"{path.name} {file_fingerprint(path, cache)}\n".encode())
        digest.update(json.dumps(self.config, sort_keys=True).encode())
        return digest.hexdigest()[:16]

    def _headers(self) -> Mapping[str, list[int]] | None:
        """The shape of each weight, read from the headers of safetensors; None for pickled weights."""
        shapes: dict[str, list[int]] = {}
        for path in self.weight_files():
            if path.suffix != ".safetensors":
                return None
            with path.open("rb") as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            shapes.update({name: entry["shape"] for name, entry in header.items() if name != "__metadata__"})
        return shapes

    def parameters(self) -> int | None:
        """Number of weights; None for pickled weights."""
        shapes = self._headers()
        return None if shapes is None else sum(prod(shape) for shape in shapes.values())

    def has_pooler(self) -> bool:
        """Whether the weights hold a trained layer on the first position; pickled weights are believed to."""
        shapes = self._headers()
        return shapes is None or any("pooler" in name for name in shapes)

    def unfit(self, task: Task, pooling: str | None = None) -> str | None:
        """Why the checkpoint cannot serve `task`, pooled in that way or the task's own; None if it can."""
        wanted = task.kind.head
        if wanted == "embedding":
            if (pooling or task.pooling) == "pooler" and not self.has_pooler():
                return f"{task.title} uses a trained pooler, {self.reference} has none (--pooling mean does without)"
            return None
        if self.head != wanted:
            has = f"a {self.head} head" if self.head else "no head"
            return f"{task.title} needs a {wanted} head, {self.reference} has {has}"
        if task.labels and not self._labels_fit(task):
            return (
                f"the labels of {self.reference} ({_listed(self.labels)}) are not {task.title}'s"
                f" ({_listed(task.labels)}); name them in id2label of its config.json"
            )
        return None

    def task_labels(self, task: Task) -> tuple[str, ...]:
        """The checkpoint's labels in the order of its ids, spelt as the task spells them."""
        spelling = {label.casefold(): label for label in (*task.labels, *task.extra_labels)}
        return tuple(spelling.get(label.casefold(), label) for label in self.labels)

    def _labels_fit(self, task: Task) -> bool:
        labels = set(self.task_labels(task))
        if task.kind.head == "classification":
            return labels == set(task.labels)
        # A tagger may not know rare tags, but must know no other.
        return len(labels & set(task.labels)) > 1 and labels <= {*task.labels, *task.extra_labels}


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "") if names else "none"
