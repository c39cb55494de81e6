"""Models from checkpoints and back: encoders kept, heads fresh, poolers neither lost nor made up."""

import json

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tiny_models import make_checkpoint
from xbench.errors import EnvironmentFault
from xbench.exporters.checkpoint import Checkpoint
from xbench.tasks.suites import TASKS
from xbench.training.checkpoints import copy_encoder, save_checkpoint, save_encoder, with_fresh_head, with_masked_head
from xbench.training.multitask import MultiTask, encoder_of

PAIRS = "AutoModelForSequenceClassification"
LABELS = TASKS["xnli"].labels


@pytest.mark.parametrize("head", ["embedding", "classification"])
def test_encoder_kept_and_head_fresh(tmp_path, head):
    """Also where the base has the very head that is trained: only its encoder may be used."""
    base = Checkpoint(make_checkpoint(tmp_path / "base", head), "base")
    weights = load_file(base.directory / "model.safetensors")
    state = with_fresh_head(base, 7, PAIRS, LABELS).state_dict()
    prefix = "" if head == "embedding" else "roberta."
    encoder = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if "encoder." in name}
    assert len(encoder) == 3 * 16
    for name, tensor in encoder.items():
        assert torch.equal(state[f"roberta.{name}"], tensor)
    if head == "classification":
        assert not torch.equal(state["classifier.out_proj.weight"], weights["classifier.out_proj.weight"])
    again, other = (with_fresh_head(base, seed, PAIRS, LABELS).state_dict() for seed in (7, 8))
    assert torch.equal(state["classifier.dense.weight"], again["classifier.dense.weight"])
    assert not torch.equal(state["classifier.dense.weight"], other["classifier.dense.weight"])


@pytest.mark.parametrize(
    ("auto_class", "labels", "outputs"),
    [("AutoModelForQuestionAnswering", (), 2), (PAIRS, LABELS, 3), (PAIRS, ("0", "1"), 2)],
)
def test_the_labels_of_the_base_leave_no_trace(tmp_path, auto_class, labels, outputs):
    """A base with 17 tags: an answer has a start and an end all the same."""
    base = Checkpoint(make_checkpoint(tmp_path / "base", "tagging"), "base")
    path = base.directory / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"problem_type": "multi_label_classification"}))
    model = with_fresh_head(base, 1, auto_class, labels)
    head = next(module for name, module in model.named_modules() if name in ("qa_outputs", "classifier.out_proj"))
    assert head.out_features == model.config.num_labels == outputs
    assert tuple(model.config.id2label.values()) == (labels or ("LABEL_0", "LABEL_1"))
    assert model.config.problem_type is None
    saved = save_encoder(encoder_of(model), base, base.tokenizer_file(), tmp_path / "encoder")
    assert saved.labels in ((), ("0", "1"))


def test_weights_are_trained_in_fp32_whatever_they_are_stored_in(tmp_path):
    base = Checkpoint(make_checkpoint(tmp_path / "base"), "base")
    path = base.directory / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "dtype": "float16", "torch_dtype": "float16"}))
    for model in (with_fresh_head(base, 1, PAIRS, LABELS), with_masked_head(base, 1)):
        assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_a_pooler_that_the_base_lacks_comes_from_the_seed(tmp_path):
    base = Checkpoint(make_checkpoint(tmp_path / "base", "tagging", "bert"), "base")
    assert not base.has_pooler()
    first, second = (with_fresh_head(base, 7, PAIRS, LABELS).state_dict() for _ in range(2))
    assert torch.equal(first["bert.pooler.dense.weight"], second["bert.pooler.dense.weight"])


def test_models_share_one_encoder(tmp_path):
    """That of BERT's classifier has a pooler, which a tagger's has not; both stand on it in the end."""
    base = Checkpoint(make_checkpoint(tmp_path / "base", family="bert"), "base")
    tagger = with_fresh_head(base, 1, "AutoModelForTokenClassification", ("a", "b"))
    pairs = with_fresh_head(base, 1, PAIRS, LABELS)
    model = MultiTask([("tags", tagger), ("pairs", pairs), ("mlm", with_masked_head(base, 1))])
    assert encoder_of(tagger) is encoder_of(pairs) is encoder_of(model.models["mlm"]) is model.encoder
    assert model.encoder.pooler is not None
    embeddings = model.encoder.get_input_embeddings().weight
    assert model.models["mlm"].get_output_embeddings().weight is embeddings
    before = embeddings.detach().clone()
    ids = torch.tensor([[2, 7, 8, 3]])
    model(task="tags", input_ids=ids, attention_mask=torch.ones_like(ids), labels=torch.tensor([[0, 1, 0, 1]]))[
        "loss"
    ].backward()
    assert embeddings.grad is not None
    assert torch.equal(before, embeddings)
    assert pairs.classifier.weight.grad is None


def test_the_base_gives_back_its_pooler(tmp_path):
    """Taggers are trained without one; the encoder that is saved has the base's, and the trained blocks."""
    base = Checkpoint(make_checkpoint(tmp_path / "base", family="bert"), "base")
    assert base.has_pooler()
    trained = encoder_of(with_fresh_head(base, 1, "AutoModelForTokenClassification", ("a", "b")))
    with torch.no_grad():
        trained.encoder.layer[0].output.dense.weight.add_(1)
    saved = save_encoder(trained, base, base.tokenizer_file(), tmp_path / "encoder")
    before, after = (load_file(path / "model.safetensors") for path in (base.directory, saved.directory))
    assert torch.equal(after["pooler.dense.weight"], before["pooler.dense.weight"])
    name = "encoder.layer.0.output.dense.weight"
    assert torch.equal(after[name], before[name] + 1)
    assert saved.head is None


def test_no_pooler_is_made_up(tmp_path):
    base = Checkpoint(make_checkpoint(tmp_path / "base", "tagging"), "base")
    trained = encoder_of(with_fresh_head(base, 1, "AutoModelForTokenClassification", ("a", "b")))
    assert not save_encoder(trained, base, base.tokenizer_file(), tmp_path / "encoder").has_pooler()


def test_a_baseline_has_the_base_as_it_came(tmp_path, cache):
    base = Checkpoint(make_checkpoint(tmp_path / "base"), "base")
    copied = copy_encoder(base, base.tokenizer_file(), tmp_path / "encoder")
    assert copied.fingerprint(cache) == base.fingerprint(cache)


def test_pickled_weights_become_safetensors(tmp_path):
    base = Checkpoint(make_checkpoint(tmp_path / "base"), "base", allow_pickle=True)
    weights = load_file(base.directory / "model.safetensors")
    torch.save(weights, base.directory / "pytorch_model.bin")
    (base.directory / "model.safetensors").unlink()
    copied = copy_encoder(base, base.tokenizer_file(), tmp_path / "encoder")
    assert [path.suffix for path in copied.weight_files()] == [".safetensors"]
    after = load_file(copied.directory / "model.safetensors")
    assert all(torch.equal(after[name], tensor) for name, tensor in weights.items())


def test_a_full_disk_leaves_nothing(tiny_system, tmp_path):
    class Model:
        def save_pretrained(self, *_, **__):
            raise SafetensorError("I/O error: No space left on device (os error 28)")

    with pytest.raises(EnvironmentFault, match="No space left"):
        save_checkpoint(Model(), tiny_system / "encoder" / "tokenizer.json", tmp_path / "out" / "model")
    assert not list((tmp_path / "out").iterdir())
