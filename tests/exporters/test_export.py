"""Graphs against PyTorch, for every head and two families of models."""

import json
import pickle
from pathlib import Path

import numpy as np
import onnx
import pytest
from tiny_models import make_checkpoint
from xbench.errors import EnvironmentFault, InputError
from xbench.exporters import parity
from xbench.exporters.checkpoint import Checkpoint
from xbench.exporters.export import Export, ExportOptions, build_head, ensure_export, export_to
from xbench.exporters.heads import HEADS
from xbench.exporters.loading import load_model
from xbench.exporters.session import open_session
from xbench.tasks.tokenization import TextEncoder

TEXTS = ["A sentence.", "Ein zweiter, etwas längerer Satz, der mehr Wörter hat.", "สวัสดี", "x " * 60]


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def family(request):
    return request.param


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory, family):
    root = tmp_path_factory.mktemp(family)
    return {head: Checkpoint(make_checkpoint(root / head, head, family), head) for head in HEADS}


def outputs(export: Export, checkpoint: Checkpoint, texts=TEXTS):
    encoder = TextEncoder.from_file(export.tokenizer_path, checkpoint.position_limit)
    sequences = encoder.encode_singles(texts, 128)
    session = open_session(export.graph)
    batch = sequences.padded(range(len(sequences)), export.pad_id)
    names = [node.name for node in session.get_outputs()]
    feed = {node.name: batch[node.name] for node in session.get_inputs()}
    return dict(zip(names, session.run(names, feed), strict=True)), batch


@pytest.mark.parametrize("head", HEADS)
def test_the_graph_says_what_pytorch_says(checkpoints, family, head, cache):
    import torch

    checkpoint = checkpoints[head]
    export = ensure_export(checkpoint, ExportOptions(head), cache)
    found, batch = outputs(export, checkpoint)
    module = build_head(checkpoint, export.options)
    with torch.inference_mode():
        wanted = module(**{name: torch.from_numpy(array) for name, array in batch.items()})
    assert set(found) == set(HEADS[head].outputs)
    for name, array in found.items():
        reference = wanted[name].numpy()
        assert array.shape == reference.shape
        if name.endswith("positions"):
            real = found[name.replace("positions", "scores")] > -1e20
            assert np.array_equal(array[real], reference[real])
        elif name == "label_ids":
            inside = batch["attention_mask"] == 1
            assert np.array_equal(array[inside], reference[inside])
        else:
            np.testing.assert_allclose(array, reference, rtol=1e-4, atol=1e-4)
    assert parity.Parity(**export.parity).holds("fp32")


def test_a_batch_does_not_change_a_result(checkpoints, cache):
    """Padding must not be seen: a short sequence alone and beside a long one gives the same answer."""
    for head, checkpoint in checkpoints.items():
        export = ensure_export(checkpoint, ExportOptions(head), cache)
        together, _ = outputs(export, checkpoint)
        alone, _ = outputs(export, checkpoint, TEXTS[:1])
        for name, array in alone.items():
            if name.endswith("positions"):
                continue  # where scores are those of padding, positions mean nothing
            width = array.shape[1] if array.ndim == 2 and name == "label_ids" else None
            np.testing.assert_allclose(
                together[name][:1, :width] if width else together[name][:1], array, rtol=1e-4, atol=1e-4
            )


def test_weights_lie_in_one_file_beside_a_small_graph(checkpoints, cache):
    export = ensure_export(checkpoints["embedding"], ExportOptions("embedding"), cache)
    assert sorted(path.name for path in export.directory.iterdir()) == [
        "export.json", "model.onnx", "model.onnx.data", "tokenizer.json",
    ]  # fmt: skip
    graph = onnx.load(export.graph, load_external_data=False)
    large = [tensor for tensor in graph.graph.initializer if np.prod(tensor.dims) * 4 >= 1024]
    assert large
    assert all(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in large)
    assert {entry.value for tensor in large for entry in tensor.external_data if entry.key == "location"} == {
        "model.onnx.data"
    }


def test_layers_above_the_one_used_are_cut_away(checkpoints, cache):
    checkpoint = checkpoints["embedding"]
    sizes = []
    for layer in (0, 1, 3):
        export = ensure_export(checkpoint, ExportOptions("embedding", layer, "mean"), cache)
        graph = onnx.load(export.graph, load_external_data=False)
        sizes.append(sum(node.op_type == "Softmax" for node in graph.graph.node))
    assert sizes == [0, 1, 3]  # one softmax a block


def test_pooling_and_layer_as_counted_in_hidden_states(checkpoints, cache):
    import torch
    import transformers

    checkpoint = checkpoints["embedding"]
    model = transformers.AutoModel.from_pretrained(checkpoint.directory).eval()
    for layer, pooling in ((2, "mean"), (1, "cls"), (3, "mean-inner")):
        export = ensure_export(checkpoint, ExportOptions("embedding", layer, pooling), cache)
        found, batch = outputs(export, checkpoint)
        with torch.inference_mode():
            hidden = (
                model(
                    input_ids=torch.from_numpy(batch["input_ids"]).long(),
                    attention_mask=torch.from_numpy(batch["attention_mask"]).long(),
                    output_hidden_states=True,
                )
                .hidden_states[layer]
                .numpy()
            )
        for row, length in enumerate(batch["attention_mask"].sum(1)):
            # Special tokens are part of the mean, as in XTREME's script.
            ways = {"cls": hidden[row, 0], "mean": hidden[row, :length].mean(0)}
            wanted = ways.get(pooling, hidden[row, 1 : length - 1].mean(0))
            np.testing.assert_allclose(found["embedding"][row], wanted, rtol=1e-4, atol=1e-4)


def test_the_pooler_is_the_models_own(checkpoints, cache):
    import torch

    checkpoint = checkpoints["embedding"]
    export = ensure_export(checkpoint, ExportOptions("embedding", None, "pooler"), cache)
    assert export.options.layer == checkpoint.layers
    found, batch = outputs(export, checkpoint)
    model = load_model(checkpoint, "AutoModel", with_pooler=True)
    with torch.inference_mode():
        ids, mask = (torch.from_numpy(batch[name]).long() for name in ("input_ids", "attention_mask"))
        wanted = model(input_ids=ids, attention_mask=mask).pooler_output.numpy()
    np.testing.assert_allclose(found["embedding"], wanted, rtol=1e-4, atol=1e-4)


def test_all_layers_at_once_are_each_layer_alone(checkpoints, cache):
    checkpoint = checkpoints["embedding"]
    swept, _ = outputs(ensure_export(checkpoint, ExportOptions("layers"), cache), checkpoint)
    assert swept["embedding"].shape[1] == checkpoint.layers + 1
    for layer in range(checkpoint.layers + 1):
        alone, _ = outputs(ensure_export(checkpoint, ExportOptions("embedding", layer), cache), checkpoint)
        np.testing.assert_allclose(swept["embedding"][:, layer], alone["embedding"], rtol=1e-4, atol=1e-4)


def test_exports_are_cached_by_content(tmp_path, cache):
    notes: list[str] = []
    first = Checkpoint(make_checkpoint(tmp_path / "a"), "a")
    export = ensure_export(first, ExportOptions("embedding"), cache, notes.append)
    again = ensure_export(
        Checkpoint(tmp_path / "a", "other name"), ExportOptions("embedding", 3, "mean"), cache, notes.append
    )
    assert again == export
    assert len(notes) == 1
    other = Checkpoint(make_checkpoint(tmp_path / "b", seed=1), "b")
    assert ensure_export(other, ExportOptions("embedding"), cache, notes.append).key != export.key
    assert len(notes) == 2


def test_a_graph_that_disagrees_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parity, "compare", lambda *_: parity.Parity(0.5, 1.0, 100, 0.0))
    checkpoint = Checkpoint(make_checkpoint(tmp_path / "model"), "model")
    with pytest.raises(EnvironmentFault, match="disagrees with PyTorch"):
        ensure_export(checkpoint, ExportOptions("embedding"), tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache" / "onnx").iterdir() if path.suffix != ".lock"]


@pytest.mark.parametrize(
    ("precision", "difference", "scale", "changed", "holds"),
    [
        ("fp32", 9e-4, 1, 0, True),
        ("fp32", 2e-3, 1, 0, False),
        ("fp32", 2e-3, 10, 0, True),
        ("fp32", 1e-4, 1, 0.006, False),
        ("fp32", 4e-7, 1, 0.02, True),  # what changed were ties
        ("fp32", float("inf"), 1, 0, False),
        ("fp16", 1e-2, 1, 0.01, True),
        ("fp16", 3e-2, 1, 0, False),
        ("int8", 0.5, 1, 0.2, True),  # judged by what it decides
        ("int8", 0.5, 1, 0.3, False),
    ],
)
def test_tolerance(precision, difference, scale, changed, holds):
    assert parity.Parity(difference, scale, 1000, changed).holds(precision) is holds


def test_nan_does_not_pass_for_agreement():
    gaps = np.abs(np.array([np.nan, 0.0]) - np.array([1.0, 0.0]))
    assert not parity.Parity(float(np.max(np.nan_to_num(gaps, nan=np.inf))), 1.0, 1, 0.0).holds("fp32")


def test_export_to_a_directory(checkpoints, tmp_path, cache):
    export = export_to(tmp_path / "out", checkpoints["tagging"], ExportOptions("tagging"), cache)
    assert export.graph.is_file()
    assert json.loads((tmp_path / "out" / "export.json").read_text())["options"]["head"] == "tagging"
    with pytest.raises(InputError, match="not empty"):
        export_to(tmp_path / "out", checkpoints["tagging"], ExportOptions("tagging"), cache)


def test_no_such_layer_or_pooling(checkpoints, cache):
    with pytest.raises(InputError, match=r"layers 0 \(embeddings\) to 3, not 4"):
        ensure_export(checkpoints["embedding"], ExportOptions("embedding", 4), cache)
    with pytest.raises(InputError, match="unknown pooling"):
        ensure_export(checkpoints["embedding"], ExportOptions("embedding", None, "max"), cache)


def test_weights_without_the_head_are_refused(tmp_path, cache):
    path = make_checkpoint(tmp_path / "model")
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps(config | {"architectures": ["XLMRobertaForQuestionAnswering"]}))
    with pytest.raises(InputError, match="lack qa_outputs"):
        ensure_export(Checkpoint(path, "model"), ExportOptions("span"), cache)


class TestPickles:
    @pytest.fixture
    def pickled(self, tmp_path):
        import torch
        from safetensors.torch import load_file

        path = make_checkpoint(tmp_path / "model")
        torch.save(load_file(path / "model.safetensors"), path / "pytorch_model.bin")
        (path / "model.safetensors").unlink()
        return path

    def test_refused(self, pickled, cache):
        with pytest.raises(InputError, match="--allow-pickle"):
            ensure_export(Checkpoint(pickled, "model"), ExportOptions("embedding"), cache)

    def test_allowed(self, pickled, cache):
        assert ensure_export(
            Checkpoint(pickled, "model", allow_pickle=True), ExportOptions("embedding"), cache
        ).graph.is_file()

    def test_refused_without_being_opened(self, pickled, cache, tmp_path):
        class Bomb:
            def __reduce__(self):
                return (Path.touch, (tmp_path / "exploded",))

        (pickled / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
        with pytest.raises(InputError, match="--allow-pickle"):
            ensure_export(Checkpoint(pickled, "model"), ExportOptions("embedding"), cache)
        assert not (tmp_path / "exploded").exists()
