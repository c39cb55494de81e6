"""One peer, loaded once and asked for timed passes over the same examples; run by the peers' own interpreter.

    PYTHON -I worker.py JOB.json

Nothing of xbench is imported. The job names the peer, the checkpoint and the examples (see `jobs.py`). When the model
is loaded and warm, a line of JSON with the versions comes on standard output; then every line `run` is answered by the
seconds of each way to pass over the examples, tokenisation included and loading not, and a line `save PATH` after the
outputs of the last were written to an .npz file.
"""

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

Arrays = dict[str, Any]
_PACKAGES = ("torch", "transformers", "tokenizers", "sentence-transformers", "optimum-onnx", "onnxruntime", "numpy")
_REFERENCE_BATCH = 100
_TRAINER_BATCH = 32
_WARM_UP = 64


class Peer(Protocol):
    """A loaded model."""

    def ways(self) -> dict[str, Callable[[Arrays], Arrays]]:
        """How it is called, by name: functions from the examples to the outputs."""


class Reference:
    """XTREME's script (third_party/evaluate_retrieval.py): batches of 100 in file order, all layers computed.

    A batch is padded to its longest sentence; a layer is averaged over the positions that are not padding.
    """

    def __init__(self, job: Arrays) -> None:
        """Load the tokenizer and the encoder."""
        from transformers import AutoModel, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(job["model"])
        self._model = AutoModel.from_pretrained(job["model"]).eval()
        self._job = job

    def ways(self) -> dict[str, Callable[[Arrays], Arrays]]:
        """File by file."""
        return {"a call a file": self._embed}

    def _embed(self, examples: Arrays) -> Arrays:
        vectors = [self._batch(texts) for file in examples["files"] for texts in slices(file, _REFERENCE_BATCH)]
        return {f"layer {layer}": np.concatenate([batch[layer] for batch in vectors]) for layer in self._job["layers"]}

    def _batch(self, texts: list[str]) -> dict[int, Any]:
        import torch

        length = self._job["max_length"]
        batch = self._tokenizer(texts, padding=True, truncation=True, max_length=length, return_tensors="pt")
        with torch.no_grad():
            states = self._model(**batch, output_hidden_states=True).hidden_states
        weights = batch["attention_mask"].unsqueeze(-1).float()
        pooled = {layer: (states[layer] * weights).sum(1) / weights.sum(1) for layer in self._job["layers"]}
        return {layer: vectors.numpy() for layer, vectors in pooled.items()}


class SentenceTransformers:
    """`SentenceTransformer.encode` as it comes, in both ways people call it: all sentences at once, or file by file."""

    def __init__(self, job: Arrays, backend: str) -> None:
        """Load the model; an ONNX graph is exported by sentence-transformers itself, once, into the job's cache."""
        from sentence_transformers import SentenceTransformer

        extra = {"model_kwargs": {"provider": "CPUExecutionProvider"}} if backend == "onnx" else {}
        place = Path(job["model"] if backend == "torch" else job["export"])
        if not place.is_dir():
            SentenceTransformer(job["model"], device="cpu", backend=backend, **extra).save_pretrained(str(place))
        self._model = SentenceTransformer(str(place), device="cpu", backend=backend, **extra)
        self._model.max_seq_length = job["max_length"]
        self._name = f"layer {max(job['layers'])}"

    def ways(self) -> dict[str, Callable[[Arrays], Arrays]]:
        """One call sorts all sentences by characters; a call a file sorts each file."""
        return {"one call": self._together, "a call a file": self._apart}

    def _together(self, examples: Arrays) -> Arrays:
        return {self._name: self._encode([text for file in examples["files"] for text in file])}

    def _apart(self, examples: Arrays) -> Arrays:
        return {self._name: np.concatenate([self._encode(file) for file in examples["files"]])}

    def _encode(self, texts: list[str]) -> Any:
        return self._model.encode(texts, show_progress_bar=False)


class HuggingFaceTrainer:
    """`Trainer.predict` on features of the fast tokenizer: batches of 32 in file order, padded to their longest."""

    def __init__(self, job: Arrays) -> None:
        """Load the tokenizer and the model with its head."""
        import transformers

        head = {
            "classification": transformers.AutoModelForSequenceClassification,
            "tagging": transformers.AutoModelForTokenClassification,
            "span": transformers.AutoModelForQuestionAnswering,
        }[job["head"]]
        self._job = job
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(job["model"])
        self._model = head.from_pretrained(job["model"])
        self._directory = tempfile.TemporaryDirectory()
        settings = transformers.TrainingArguments(
            output_dir=self._directory.name,
            per_device_eval_batch_size=_TRAINER_BATCH,
            use_cpu=True,
            report_to=[],
            disable_tqdm=True,
        )
        collate = transformers.DataCollatorWithPadding(self._tokenizer)
        self._trainer = transformers.Trainer(model=self._model, args=settings, data_collator=collate)

    def ways(self) -> dict[str, Callable[[Arrays], Arrays]]:
        """All languages of the task in one call."""
        return {"one call": self._predict}

    def _predict(self, examples: Arrays) -> Arrays:
        encode = {"classification": self._pairs, "tagging": self._words, "span": self._windows}[self._job["head"]]
        features = list(encode(examples))
        found = self._trainer.predict(features).predictions
        return {
            "ids": np.concatenate([np.array(feature["input_ids"], np.int32) for feature in features]),
            "lengths": np.array([len(feature["input_ids"]) for feature in features]),
            **(dict(zip(("starts", "ends"), found, strict=True)) if isinstance(found, tuple) else {"logits": found}),
        }

    def _pairs(self, examples: Arrays) -> Iterator[Arrays]:
        length = self._job["max_length"]
        yield from rows(self._tokenizer(examples["first"], examples["second"], truncation=True, max_length=length))

    def _words(self, examples: Arrays) -> Iterator[Arrays]:
        """Closed as XTREME closes a window of words, with what stands between the two texts of a pair."""
        opening, closing = self._job["opening"], self._job["closing"]
        room = self._job["max_length"] - len(opening) - len(closing)
        found = self._tokenizer(
            examples["words"], is_split_into_words=True, add_special_tokens=False, truncation=True, max_length=room
        )
        for pieces in found["input_ids"]:
            ids = [*opening, *pieces, *closing]
            yield {"input_ids": ids, "attention_mask": [1] * len(ids)}

    def _windows(self, examples: Arrays) -> Iterator[Arrays]:
        """Windows whose starts are the job's stride apart, as XTREME's; the tokenizer wants to know their overlap."""
        asked = self._tokenizer(
            examples["questions"], add_special_tokens=False, truncation=True, max_length=self._job["max_question"]
        )
        groups: dict[int, list[int]] = {}
        for number, question in enumerate(asked["input_ids"]):
            groups.setdefault(len(question), []).append(number)
        windows = [window for length, numbers in groups.items() for window in self._group(examples, numbers, length)]
        yield from (feature for _, feature in sorted(windows, key=lambda window: window[0]))

    def _group(self, examples: Arrays, numbers: list[int], question: int) -> Iterator[tuple[int, Arrays]]:
        """The windows of questions of `question` tokens, with the number of each one's question."""
        special = self._tokenizer.num_special_tokens_to_add(pair=True)
        room = self._job["max_length"] - special - question
        found = self._tokenizer(
            [examples["questions"][number] for number in numbers],
            [examples["contexts"][number] for number in numbers],
            truncation="only_second",
            max_length=self._job["max_length"],
            stride=max(0, room - self._job["stride"]),
            return_overflowing_tokens=True,
        )
        owners = found.pop("overflow_to_sample_mapping")
        for owner, feature in zip(owners, rows(found), strict=True):
            yield numbers[owner], feature


def rows(columns: Any) -> Iterator[Arrays]:
    """One feature a sequence, from the tokenizer's columns."""
    names = list(columns.keys())
    for values in zip(*(columns[name] for name in names), strict=True):
        yield dict(zip(names, values, strict=True))


def slices(items: Sequence[str], size: int) -> Iterator[list[str]]:
    """Consecutive parts of at most `size`."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


PEERS: dict[str, Callable[[Arrays], Peer]] = {
    "reference": Reference,
    "st-torch": lambda job: SentenceTransformers(job, "torch"),
    "st-onnx": lambda job: SentenceTransformers(job, "onnx"),
    "trainer": HuggingFaceTrainer,
}


def few(examples: Arrays) -> Arrays:
    """Enough of the examples to warm up with."""
    if "files" in examples:
        return {"files": [examples["files"][0][:_WARM_UP]]}
    return {name: column[:_WARM_UP] for name, column in examples.items()}


def installed() -> dict[str, str]:
    """Versions of what decides speed and outputs."""
    found = {}
    for package in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def main() -> None:
    """Serve passes until standard input ends."""
    # What libraries print must not stand between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.environ["HF_HUB_OFFLINE"] = "1"
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))

    def answer(content: Arrays) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    ways, examples = PEERS[job["peer"]](job).ways(), job["examples"]
    for call in ways.values():
        call(few(examples))
    answer(installed())
    outputs: Arrays = {}
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        if command == "save":
            np.savez(path, **outputs)
            answer({})
            continue
        seconds = {}
        for name, call in ways.items():
            start = time.perf_counter()
            outputs = call(examples)
            seconds[name] = time.perf_counter() - start
        answer(seconds)


if __name__ == "__main__":
    main()
