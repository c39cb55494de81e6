"""Sequences through a backend: measured budgets, lack of memory, nothing computed twice or lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from xbench.errors import EnvironmentFault
from xbench.exporters.export import ExportOptions
from xbench.harness import budget
from xbench.harness.backends.backend import memory_errors
from xbench.harness.graphs import Graph
from xbench.harness.inference import Inference
from xbench.harness.settings import RunSettings
from xbench.tasks.features import Sequences
from xbench.tasks.kinds.kind import Output


class Echo:
    """A backend that returns the first token of each sequence, and has room for `room` padded tokens."""

    provider, callers = "echo", 2

    def __init__(self, room=10**9):
        self.room = room
        self.batches = []

    def run(self, batch):
        ids = batch["input_ids"]
        if ids.size > self.room:
            raise MemoryError
        self.batches.append(ids.shape)
        return {"first": ids[:, :1].astype(np.float32)}


class Notes:
    def __init__(self):
        self.texts = []

    def note(self, text):
        self.texts.append(text)


def make(backend, lengths, tmp_path, monkeypatch, **settings):
    checkpoint = SimpleNamespace(config={"hidden_size": 8}, pad_id=0)
    kind = SimpleNamespace(outputs=(Output("first"),))
    options = ExportOptions("embedding")
    unit = SimpleNamespace(task=SimpleNamespace(kind=kind), checkpoint=checkpoint, options=options)
    graph = Graph(unit, RunSettings(model="m", cache=tmp_path, **settings), "cpu", Notes())
    graph.__dict__["pool"] = ThreadPoolExecutor(2)
    monkeypatch.setattr(Graph, "backend", property(lambda _: backend))
    # The first token is the sequence's number, so that an answer tells whose it is.
    rows = [([number + 1, *[1] * (length - 1)], [0] * length) for number, length in enumerate(lengths)]
    return Inference(unit, graph, Sequences.pack(rows)), graph


def outputs(inference):
    seen = []
    inference.start(seen.append)
    found = inference.outputs()["first"][:, 0]
    return found, sum(seen)


LENGTHS = [int(length) for length in np.random.default_rng(1).integers(2, 12, 400)]


@pytest.mark.parametrize("settings", [{}, {"batch_tokens": 30}, {"deterministic": True}])
def test_every_sequence_gets_its_own_answer(settings, tmp_path, monkeypatch):
    backend = Echo()
    inference, _ = make(backend, LENGTHS, tmp_path, monkeypatch, **settings)
    found, tokens = outputs(inference)
    assert found.tolist() == list(range(1, 401))
    assert tokens == inference.tokens == sum(LENGTHS)
    assert sum(rows * width for rows, width in backend.batches) == inference.padded_tokens
    assert len(backend.batches) == len(inference.batches)


def test_deterministic_is_one_sequence_a_batch_without_padding(tmp_path, monkeypatch):
    backend = Echo()
    inference, _ = make(backend, LENGTHS, tmp_path, monkeypatch, deterministic=True, batch_tokens=64)
    outputs(inference)
    assert Counter(backend.batches) == Counter((1, length) for length in LENGTHS)
    assert inference.padded_tokens == inference.tokens
    assert inference.batch_tokens == 1


def test_budgets_are_measured_once_and_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "_TRIED", {"cpu": (12, 24)})
    monkeypatch.setitem(budget.DEFAULT, "cpu", 12)
    inference, graph = make(Echo(), LENGTHS * 3, tmp_path, monkeypatch)
    found, tokens = outputs(inference)
    assert found.tolist() == list(range(1, 1201))
    assert tokens == inference.tokens
    assert inference.batch_tokens in (12, 24)
    (note,) = graph._progress.texts
    assert note.startswith(f"{inference.batch_tokens} tokens a batch were fastest here")
    again, later = make(Echo(), LENGTHS * 3, tmp_path, monkeypatch)
    outputs(again)
    assert again.batch_tokens == inference.batch_tokens
    assert later._progress.texts == []


def test_without_enough_memory_batches_are_halved(tmp_path, monkeypatch):
    backend = Echo(room=40)
    inference, graph = make(backend, LENGTHS, tmp_path, monkeypatch, batch_tokens=128)
    found, tokens = outputs(inference)
    assert found.tolist() == list(range(1, 401))
    assert tokens == sum(LENGTHS)
    assert all(rows * width <= 40 for rows, width in backend.batches)
    assert graph.batch_tokens <= 40
    assert "out of memory with" in graph._progress.texts[0]


def test_one_sequence_that_is_too_much_is_said(tmp_path, monkeypatch):
    inference, _ = make(Echo(room=5), LENGTHS, tmp_path, monkeypatch, batch_tokens=24)
    with pytest.raises(EnvironmentFault, match=r"out of memory with a single sequence of .* tokens"):
        outputs(inference)


def test_complaints_of_memory_are_told_from_others():
    with pytest.raises(MemoryError), memory_errors(("failed to allocate memory",)):
        raise RuntimeError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer of size 99")
    with pytest.raises(RuntimeError, match="wrong shape"), memory_errors(("failed to allocate memory",)):
        raise RuntimeError("wrong shape")
