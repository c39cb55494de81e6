"""Dual encoders: the loss by hand, learning on tiny pairs, and a checkpoint that serves LAReQA as it was trained."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from retrieval_data import write_lareqa
from tiny_models import make_checkpoint
from torch import nn
from xbench.errors import InputError
from xbench.exporters.checkpoint import Checkpoint
from xbench.exporters.export import ExportOptions, build_head
from xbench.exporters.loading import load_model
from xbench.tasks.dual import DUAL
from xbench.tasks.examples import Candidates, Dataset, Query
from xbench.tasks.kinds.ranking import average_precision
from xbench.tasks.mini import sample_texts
from xbench.tasks.suites import TASKS
from xbench.tasks.tokenization import TextEncoder
from xbench.training.checkpoints import save_checkpoint
from xbench.training.dual import DualEncoder, dual_dev_set, dual_encoder, pair_batches
from xbench.training.multitask import MultiTask

TASK = DUAL["lareqa"]


def pairs(size: int) -> Dataset[Query]:
    texts = {language: sample_texts(language, size) for language in ("de", "en")}
    queries = tuple(Query(str(row), text, (row,)) for row, text in enumerate(texts["de"]))
    return Dataset(queries, Candidates(tuple(texts["en"]), tuple(map(str, range(size)))))


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def base(request, tmp_path_factory) -> Checkpoint:
    """Small random weights, with a pooler (BERT) or without (XLM-R)."""
    directory = make_checkpoint(tmp_path_factory.mktemp("dual") / "base", family=request.param, spread=0.1)
    if request.param == "xlm-roberta":
        without_pooler(directory)
    return Checkpoint(directory, "base")


def without_pooler(directory: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = directory / "model.safetensors"
    save_file({k: v for k, v in load_file(path).items() if "pooler" not in k}, path, metadata={"format": "pt"})


def text_encoder(base: Checkpoint) -> TextEncoder:
    return TextEncoder.from_file(base.tokenizer_file(), base.position_limit)


class Echo(nn.Module):
    """An encoder whose pooler gives (id of the first token, id of the second)."""

    class config:  # noqa: N801
        type_vocab_size = 0
        hidden_size = 2

    def forward(self, input_ids, attention_mask):
        assert attention_mask.shape == input_ids.shape
        self.read = input_ids.shape
        return type("Output", (), {"pooler_output": input_ids[:, :2].float()})


def test_the_loss_by_hand():
    """Vectors (3, 4), (0, 1) and (1, 0), (0, 2): cosines .6 .8 and 0 1."""
    model = DualEncoder(Echo())
    ids = torch.tensor([[[3, 4, 7], [1, 0, 9]], [[0, 1, 7], [0, 2, 9]]])
    for scale in (100.0, 2.0):
        model.scale.data.fill_(scale)
        loss = model(ids, torch.ones_like(ids))["loss"]
        # -log softmax of the first row's first entry and of the second row's second.
        first = math.log(math.exp(scale * 0.6) + math.exp(scale * 0.8)) - scale * 0.6
        second = math.log(math.exp(scale * 0.0) + math.exp(scale * 1.0)) - scale
        assert loss.item() == pytest.approx((first + second) / 2, rel=1e-5)
    assert DualEncoder(Echo()).scale.item() == 100


def test_padding_of_the_other_side_is_not_read():
    model = DualEncoder(Echo())
    ids = torch.ones(2, 3, dtype=torch.long)
    model.vectors(torch.cat([ids, ids * 0], 1), torch.cat([ids, ids * 0], 1))
    assert model.encoder.read == (2, 3)


def test_the_loss_against_plain_transformers(base):
    """Of real modules: each text encoded alone, without padding."""
    dataset, encoder = pairs(3), text_encoder(base)
    model = dual_encoder(base, seed=1).eval()
    batch = pair_batches(dataset, TASK, encoder, base.pad_id)([0, 1, 2])
    assert batch["input_ids"].shape[:2] == (3, 2)

    def vector(text: str) -> torch.Tensor:
        ids = torch.from_numpy(encoder.encode_singles([text], 64)[0]).long()[None]
        pooled = model.encoder(input_ids=ids).pooler_output[0]
        return pooled / pooled.norm()

    with torch.inference_mode():
        queries = torch.stack([vector(query.text) for query in dataset.examples])
        candidates = torch.stack([vector(text) for text in dataset.candidates.texts])
        logits = 100 * queries @ candidates.T
        wanted = -logits.log_softmax(1).diagonal().mean()
        assert model(**batch)["loss"].item() == pytest.approx(wanted.item(), rel=1e-3)


def test_cosines_are_not_rounded_in_mixed_precision(base):
    """The encoder may be coarse, not what is multiplied by 100: logits from its vectors, exactly."""
    model = dual_encoder(base, seed=1).eval()
    batch = pair_batches(pairs(8), TASK, text_encoder(base), base.pad_id)(list(range(8)))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        loss = model(**batch)["loss"]
        sides = [model.vectors(**{name: tensor[:, side] for name, tensor in batch.items()}) for side in (0, 1)]
    scores = 100 * sides[0].double() @ sides[1].double().T
    wanted = nn.functional.cross_entropy(scores, torch.arange(8))
    assert [side.dtype for side in sides] == [torch.float32] * 2
    assert loss.item() == pytest.approx(wanted.item(), abs=1e-4)


def test_each_side_is_cut_to_its_length(base):
    encoder, long = text_encoder(base), " ".join(sample_texts("en", 60))
    dataset = Dataset((Query("0", long, (0,)),), Candidates((long,), ("0",)))
    mask = pair_batches(dataset, TASK, encoder, base.pad_id)([0])["attention_mask"]
    assert mask.sum(-1).tolist() == [[96, base.position_limit]]
    assert pair_batches(dataset, DUAL["mewslix"], encoder, base.pad_id)([0])["attention_mask"].sum(-1).tolist() == [
        [64, 64]
    ]


def test_pairs_are_not_mixed_up(base):
    dataset, encoder = pairs(6), text_encoder(base)
    batch = pair_batches(dataset, TASK, encoder, base.pad_id)([4, 1])
    for place, row in enumerate((4, 1)):
        for side, text in enumerate((dataset.examples[row].text, dataset.candidates.texts[row])):
            kept = batch["attention_mask"][place, side].bool()
            assert batch["input_ids"][place, side][kept].tolist() == encoder.encode_singles([text], 96)[0].tolist()


def test_the_base_s_pooler_is_kept_and_a_missing_one_is_seeded(base):
    models = [dual_encoder(base, seed).encoder.pooler.dense.weight for seed in (1, 1, 2)]
    assert torch.equal(models[0], models[1])
    assert torch.equal(models[0], models[2]) == base.has_pooler()
    assert models[0].std() > 0


def test_an_architecture_without_a_pooler(tmp_path):
    checkpoint = Checkpoint(make_checkpoint(tmp_path / "base", family="distilbert"), "somebody/distil")
    with pytest.raises(InputError, match="somebody/distil cannot become a dual encoder: a distilbert has no pooler"):
        dual_encoder(checkpoint, 1)


def trained(base: Checkpoint, dataset: Dataset[Query], steps: int) -> tuple[MultiTask, list[float]]:
    """As one of the models of a `MultiTask`; without dropout, which drowns what so few steps teach random weights."""
    model = MultiTask([("lareqa", dual_encoder(base, seed=3))]).eval()
    collate = pair_batches(dataset, TASK, text_encoder(base), base.pad_id)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(steps):
        loss = model(task="lareqa", **collate(list(range(len(dataset.examples)))))["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return model, losses


def test_training_lowers_the_loss_and_raises_the_dev_score(base):
    dataset = pairs(8)
    dev = dual_dev_set(TASK, dataset, text_encoder(base), base.pad_id)
    before = dev.score(dual_encoder(base, seed=3))
    model, losses = trained(base, dataset, 25)
    assert losses[0] > 1.5  # ln 8 is 2.08
    assert losses[-1] < 0.5
    dual = model.models["lareqa"]
    assert dev.score(dual) == 100 > before + 30
    dev.predictions(dual.train())
    assert not dual.training
    assert dual.scale.item() != 100
    assert all(parameter.grad is None for parameter in model.parameters())


def test_the_dev_score_is_that_of_the_evaluation(base):
    """mAP@20 from vectors made one by one."""
    dataset, encoder, model = pairs(24), text_encoder(base), dual_encoder(base, 3).eval()

    def vector(text: str, length: int) -> np.ndarray:
        ids = torch.from_numpy(encoder.encode_singles([text], length)[0]).long()[None]
        with torch.inference_mode():
            pooled = model.encoder(input_ids=ids).pooler_output[0].double().numpy()
        return pooled / np.linalg.norm(pooled)

    candidates = np.stack([vector(text, 256) for text in dataset.candidates.texts])
    precisions = []
    for query in dataset.examples:
        order = np.argsort(-(candidates @ vector(query.text, 96)))
        precisions.append(average_precision([str(row) for row in order], [str(query.gold[0])]))
    dev = dual_dev_set(TASK, dataset, encoder, base.pad_id)
    assert dev.score(model) == pytest.approx(100 * np.mean(precisions), abs=0.5)


def test_a_collapsed_encoder_ranks_alike(base):
    """Its answers are all the same, which is how training notices."""
    dev = dual_dev_set(TASK, pairs(24), text_encoder(base), base.pad_id)
    model = dual_encoder(base, 3)
    assert len(set(dev.predictions(model))) > 1
    assert dev.collapse(dev.predictions(model)) is None
    model.encoder.pooler.dense.weight.data.zero_()
    model.encoder.pooler.dense.bias.data.fill_(1.0)
    assert dev.collapse(dev.predictions(model)) is not None


def test_the_saved_checkpoint_gives_the_trained_pooler_s_vectors(base, tmp_path):
    dataset, encoder = pairs(8), text_encoder(base)
    model = trained(base, dataset, 3)[0].models["lareqa"].eval()
    saved = save_checkpoint(model, base.tokenizer_file(), tmp_path / "lareqa")
    assert saved.has_pooler()
    assert saved.head is None
    assert saved.unfit(TASKS["lareqa"]) is None
    batch = encoder.encode_singles([query.text for query in dataset.examples], 96).padded(range(8), base.pad_id)
    inputs = {name: torch.from_numpy(array).long() for name, array in batch.items()}
    options = ExportOptions(head="embedding", pooling="pooler").settled(saved)
    with torch.inference_mode():
        wanted = model.vectors(**inputs)
        exported = nn.functional.normalize(build_head(saved, options)(**inputs)["embedding"], dim=-1)
        loaded = load_model(saved, "AutoModel", with_pooler=True)
    torch.testing.assert_close(exported, wanted)
    for name, weight in model.encoder.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight)
    untrained = dual_encoder(base, 3).encoder.pooler.dense.weight
    assert not torch.equal(loaded.pooler.dense.weight, untrained)


def test_xbench_run_takes_the_checkpoint(base, tmp_path, cache):
    from xbench.harness.run import run
    from xbench.harness.settings import RunSettings

    save_checkpoint(
        trained(base, pairs(8), 2)[0].models["lareqa"], base.tokenizer_file(), tmp_path / "system" / "lareqa"
    )
    write_lareqa(tmp_path / "data")
    settings = RunSettings(
        str(tmp_path / "system"), tasks=("lareqa",), data_dir=tmp_path / "data", output=tmp_path / "out", cache=cache
    )
    records = run(settings).records
    assert {record.language for record in records} == set(TASKS["lareqa"].languages)
    assert all(0 <= record.scores["map@20"] <= 100 for record in records)


def test_with_the_head_of_another_task_the_encoder_is_shared(base):
    """Batches of both tasks train one encoder; each task has a head of its own."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    other = AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(str(base.directory)))
    model = MultiTask([("xnli", other), ("lareqa", dual_encoder(base, 1))])
    assert model.models["xnli"].base_model is model.models["lareqa"].encoder
    batch = pair_batches(pairs(4), TASK, text_encoder(base), base.pad_id)([0, 1, 2, 3])
    assert model(task="lareqa", **batch)["loss"].isfinite()
    single = {name: tensor[:, 0] for name, tensor in batch.items()}
    assert model(task="xnli", labels=torch.tensor([0, 1, 0, 1]), **single)["loss"].isfinite()
    model(task="lareqa", **batch)["loss"].backward()
    assert other.base_model.pooler.dense.weight.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in other.classifier.parameters())
