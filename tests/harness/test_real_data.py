"""The real thing: all-MiniLM-L6-v2 on XTREME's Tatoeba, against a plain PyTorch loop."""

import shutil

import numpy as np
import pytest
from xbench.harness.run import run
from xbench.harness.settings import RunSettings
from xbench.results.store import read_predictions


def plain_pytorch_accuracy(model_directory, foreign_path, english_path, label_path) -> float:
    """XTREME's steps: encode, mean over all positions, normalise, nearest foreign line for each English one."""
    import torch
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(model_directory)
    model = transformers.AutoModel.from_pretrained(model_directory).eval()

    def embed(path):
        lines = path.read_text(encoding="utf-8").strip("\n").split("\n")
        rows = []
        for start in range(0, len(lines), 100):
            batch = tokenizer(
                lines[start : start + 100], padding=True, truncation=True, max_length=512, return_tensors="pt"
            )
            with torch.inference_mode():
                hidden = model(**batch, output_hidden_states=True).hidden_states[-1]
            mask = batch["attention_mask"].unsqueeze(-1).float()
            rows.append((hidden * mask).sum(1) / mask.sum(1))
        return torch.nn.functional.normalize(torch.cat(rows), dim=1)

    found = (embed(english_path) @ embed(foreign_path).T).argmax(1).numpy()
    gold = np.loadtxt(label_path, dtype=int)
    return float(100 * (found == gold).mean())


@pytest.mark.parametrize("language", ["de", "sw"])
def test_tatoeba_as_plain_pytorch_has_it(minilm, xtreme, cache, tmp_path, language):
    (record,) = run(
        RunSettings(
            str(minilm),
            tasks=("tatoeba",),
            languages=(language,),
            data_dir=xtreme,
            output=tmp_path,
            cache=cache,
            device="cpu",
        )
    ).records
    wanted = plain_pytorch_accuracy(
        minilm,
        xtreme / f"tatoeba/{language}-en.{language}",
        xtreme / f"tatoeba/{language}-en.en",
        xtreme / f"labels/tatoeba/test-{language}.tsv",
    )
    assert record.scores["accuracy"] == pytest.approx(wanted, abs=1e-9)


def test_tatoeba_from_lasers_files_is_the_same_measurement(minilm, xtreme, cache, tmp_path):
    (tmp_path / "laser" / "tatoeba" / "v1").mkdir(parents=True)
    for side in ("swh", "eng"):
        shutil.copy(xtreme / "tatoeba" / "v1" / f"tatoeba.swh-eng.{side}", tmp_path / "laser" / "tatoeba" / "v1")
    records = [
        run(
            RunSettings(str(minilm), tasks=("tatoeba",), languages=("sw",), data_dir=data, output=out, cache=cache)
        ).records[0]
        for data, out in ((xtreme, tmp_path / "a"), (tmp_path / "laser", tmp_path / "b"))
    ]
    assert records[0].key == records[1].key
    assert records[0].scores == records[1].scores
    left, right = (read_predictions(tmp_path / side / "model" / "tatoeba" / "sw.parquet") for side in "ab")
    assert left == right


@pytest.mark.parametrize(
    ("task", "language", "examples"),
    [
        ("xnli", "th", 60),
        ("udpos", "kk", 60),
        ("udpos", "th", 60),
        ("xquad", "zh", 30),
        ("xquad", "ar", 30),
        ("xcopa", "sw", 60),
    ],
)
def test_backends_agree_on_real_text(tiny_system, xtreme, cache, tmp_path, task, language, examples):
    predictions = {}
    for backend in ("onnx", "torch"):
        (record,) = run(
            RunSettings(
                str(tiny_system),
                tasks=(task,),
                languages=(language,),
                data_dir=xtreme,
                output=tmp_path / backend,
                cache=cache,
                device="cpu",
                limit=examples,
                backend=backend,
            )
        ).records
        assert record.examples == examples
        assert record.notice is None
        predictions[backend] = read_predictions(tmp_path / backend / "tiny" / task / f"{language}.parquet")
    assert predictions["onnx"]["prediction"] == predictions["torch"]["prediction"]
    if task == "udpos":  # no word without a tag, however long the sentence
        rows = predictions["onnx"]
        assert [len(tags) for tags in rows["prediction"]] == [len(words) for words in rows["input"]]
