"""Fine-tuning: fresh heads on given encoders, the right targets, the same weights from the same seed."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tiny_models import make_checkpoint
from xbench.errors import EnvironmentFault, InputError
from xbench.exporters.checkpoint import Checkpoint
from xbench.tasks.features import Sequences
from xbench.tasks.mini import sample_texts
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS
from xbench.training.batches import PaddedBatch
from xbench.training.fine_tune import fine_tune, save_checkpoint, with_fresh_head
from xbench.training.recipe import Recipe
from xbench.training.tiny import train_tiny_encoder

SEQUENCES = Sequences.pack([([5, 6], [0, 0]), ([7], [0]), ([8, 9, 10], [0, 0, 1]), ([11], [0])])


def test_a_batch_by_hand():
    batch = PaddedBatch(SEQUENCES, {"labels": [3, 1, 4, 1]}, pad_id=1)([2, 0])
    assert batch["input_ids"].tolist() == [[8, 9, 10], [5, 6, 1]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 1], [0, 0, 0]]
    assert batch["labels"].tolist() == [4, 3]


def test_a_batch_of_choices_by_hand():
    batch = PaddedBatch(SEQUENCES, {"labels": [0, 1]}, pad_id=1, choices=2)([1, 0])
    assert batch["input_ids"].tolist() == [[[8, 9, 10], [11, 1, 1]], [[5, 6, 1], [7, 1, 1]]]
    assert batch["labels"].tolist() == [1, 0]


def test_labels_of_tokens_are_padded_with_what_the_loss_ignores():
    labels = [np.array([-100, 2]), np.array([0]), np.array([-100, 1, -100]), np.array([3])]
    batch = PaddedBatch(SEQUENCES, {"labels": labels}, pad_id=1)([1, 2])
    assert batch["labels"].tolist() == [[0, -100, -100], [-100, 1, -100]]


@pytest.mark.parametrize("head", ["embedding", "classification"])
def test_encoder_kept_and_head_fresh(tmp_path, head):
    """Also where the base has the very head that is trained: only its encoder may be used."""
    base = Checkpoint(make_checkpoint(tmp_path / "base", head), "base")
    weights = load_file(base.directory / "model.safetensors")
    model = with_fresh_head(base, TASKS["xnli"], TASKS["xnli"].labels, seed=7)
    state = model.state_dict()
    prefix = "" if head == "embedding" else "roberta."
    encoder = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if "encoder." in name}
    assert len(encoder) == 3 * 16
    for name, tensor in encoder.items():
        assert torch.equal(state[f"roberta.{name}"], tensor)
    if head == "classification":
        assert not torch.equal(state["classifier.out_proj.weight"], weights["classifier.out_proj.weight"])
    again = with_fresh_head(base, TASKS["xnli"], TASKS["xnli"].labels, seed=7).state_dict()
    other = with_fresh_head(base, TASKS["xnli"], TASKS["xnli"].labels, seed=8).state_dict()
    assert torch.equal(state["classifier.dense.weight"], again["classifier.dense.weight"])
    assert not torch.equal(state["classifier.dense.weight"], other["classifier.dense.weight"])


@pytest.mark.parametrize("key", ["xnli", "xcopa", "udpos", "xquad"])
def test_what_comes_out_serves_the_task(tiny_system, mini_data, cache, tmp_path, key):
    base = Checkpoint(tiny_system / "encoder", "encoder")
    steps: list[int] = []
    recipe = Recipe(steps=3, learning_rate=1e-3, batch_size=4, limit=12)
    trained = fine_tune(base, TASKS[key], DirectorySource(mini_data), tmp_path / key, recipe, cache, steps.append)
    assert steps == [1, 1, 1]
    assert trained.unfit(TASKS[key]) is None
    assert trained.tokenizer_file().read_bytes()
    before, after = (load_file(path / "model.safetensors") for path in (base.directory, trained.directory))
    name = "encoder.layer.0.output.dense.weight"
    assert not torch.equal(before[name], after[f"roberta.{name}"])


def test_the_same_seed_gives_the_same_weights(tiny_system, mini_data, cache, tmp_path):
    base = Checkpoint(tiny_system / "encoder", "encoder")
    recipe = Recipe(steps=4, learning_rate=1e-3, batch_size=4, limit=16)
    files = []
    for name in ("a", "b"):
        fine_tune(base, TASKS["xnli"], DirectorySource(mini_data), tmp_path / name, recipe, cache)
        files.append((tmp_path / name / "model.safetensors").read_bytes())
    assert files[0] == files[1]


def test_it_learns(mini_data, cache, tmp_path):
    """Far above chance on what it was trained on."""
    from xbench.harness.run import run
    from xbench.harness.settings import RunSettings

    data = tmp_path / "data" / "udpos"
    data.mkdir(parents=True)
    for name in ("train-en.tsv", "test-en.tsv"):
        (data / name).write_bytes((mini_data / "udpos" / "train-en.tsv").read_bytes())
    base = Checkpoint(make_checkpoint(tmp_path / "base", spread=0.05), "base")
    recipe = Recipe(steps=100, learning_rate=3e-3, batch_size=16, limit=100)
    source = DirectorySource(data.parent)
    fine_tune(base, TASKS["udpos"], source, tmp_path / "model", recipe, cache)
    (record,) = run(
        RunSettings(
            str(tmp_path / "model"),
            tasks=("udpos",),
            data_dir=data.parent,
            output=tmp_path / "o",
            cache=cache,
            limit=100,
        )
    ).records
    assert record.scores["token_accuracy"] > 60  # the most frequent tag, NOUN, makes up less than half


def test_missing_training_data(tiny_system, tmp_path, cache):
    base = Checkpoint(tiny_system / "encoder", "encoder")
    recipe = Recipe(steps=1, learning_rate=1e-3)
    with pytest.raises(InputError, match=r"xnli/train-en\.tsv not found"):
        fine_tune(base, TASKS["xnli"], DirectorySource(tmp_path), tmp_path / "out", recipe, cache)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_nothing(tiny_system, tmp_path):
    from safetensors import SafetensorError

    class Model:
        def save_pretrained(self, *_, **__):
            raise SafetensorError("I/O error: No space left on device (os error 28)")

    with pytest.raises(EnvironmentFault, match="No space left"):
        save_checkpoint(Model(), tiny_system / "encoder" / "tokenizer.json", tmp_path / "out" / "model")
    assert not list((tmp_path / "out").iterdir())


def test_the_tiny_encoder_learns_to_translate(tmp_path):
    """Untrained vectors of translations are no nearer than others; trained ones are."""
    texts = {language: sample_texts(language, 64) for language in ("en", "de")}

    def accuracy(steps: int) -> float:
        from transformers import AutoModel
        from xbench.tasks.tokenization import TextEncoder

        made = train_tiny_encoder(texts, tmp_path / str(steps), Recipe(steps=steps, learning_rate=1e-3, batch_size=32))
        model = AutoModel.from_pretrained(made.directory).eval()
        encoder = TextEncoder.from_file(made.tokenizer_file(), made.position_limit)
        vectors = {}
        for language, lines in texts.items():
            batch = encoder.encode_singles(lines, 128).padded(range(len(lines)), 1)
            mask = torch.from_numpy(batch["attention_mask"]).unsqueeze(-1)
            with torch.inference_mode():
                ids = torch.from_numpy(batch["input_ids"]).long()
                hidden = model(input_ids=ids, attention_mask=mask.squeeze(-1)).last_hidden_state
            vectors[language] = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)
        found = (vectors["en"] @ vectors["de"].T).argmax(1)
        return float((found == torch.arange(64)).float().mean())

    assert accuracy(60) > accuracy(1) + 0.3
