"""The parts of the GPU suite, against hand-worked cases and transformers' own model."""

import numpy as np
import pytest
from xbench.benchmarks.encoders import volume
from xbench.benchmarks.encoders.contenders import CONTENDERS, REFERENCE
from xbench.benchmarks.encoders.lengths import TaskLengths, count_lengths, save_lengths, stored_lengths
from xbench.benchmarks.encoders.measure import Result, TaskResult
from xbench.benchmarks.encoders.models import PAD, make_model
from xbench.benchmarks.encoders.packed import PackedEncoder, attend_nested
from xbench.benchmarks.encoders.probes import attention_kernels, matrix_peak
from xbench.benchmarks.encoders.report import agreement, comparison_table, estimate_table
from xbench.benchmarks.flops import EncoderShape
from xbench.tasks.tokenization import TextEncoder


def test_lengths_follow_their_histogram(tmp_path):
    lengths = TaskLengths(1.5, {4: 1, 10: 3})
    assert lengths.mean == 8.5
    drawn = lengths.draw(20_000)
    assert set(drawn.tolist()) == {4, 10}
    assert np.mean(drawn == 10) == pytest.approx(0.75, abs=0.02)
    assert np.array_equal(drawn, lengths.draw(20_000))
    save_lengths({"a": lengths, "b": TaskLengths(1, {1: 1})}, tmp_path / "lengths.json")
    assert stored_lengths(tmp_path / "lengths.json") == {"a": lengths, "b": TaskLengths(1, {1: 1})}


def test_stored_lengths_are_there_for_all_of_xtreme():
    lengths = stored_lengths()
    assert set(lengths) == set(volume.XTREME)
    assert all(min(task.histogram) > 0 and max(task.histogram) <= 512 for task in lengths.values())


def test_lengths_are_counted_as_a_run_tokenises(mini_data, tiny_system):
    encoder = TextEncoder.from_file(tiny_system / "encoder" / "tokenizer.json", 128)
    lengths = count_lengths(mini_data, encoder)
    assert lengths["tatoeba"].sequences_per_example == 2  # a sentence and its translation
    assert lengths["xnli"].sequences_per_example == 1
    assert lengths["xnli"].mean > lengths["tatoeba"].mean


def test_official_volume():
    """Sums of shared/reference/protocol.md's tables, added up apart from the code."""
    examples = {task: found.examples for task, found in volume.XTREME.items()}
    assert examples["xnli"] == 75_150
    assert examples["mlqa"] == 42_245
    assert examples["panx"] == 262_300
    assert examples["tatoeba"] == 63_384
    assert len(volume._UDPOS) == 33
    lengths = TaskLengths(1.5, {10: 1})
    assert volume.sequences("xquad", lengths) == 19_635
    assert volume.sequences("tatoeba", lengths) == 63_384
    shape = EncoderShape(2, 4, 8)
    per_token = 2 * (2 * (4 * 16 + 2 * 32))
    assert volume.task_flops("tatoeba", lengths, shape) == pytest.approx(63_384 * (10 * per_token + 4 * 2 * 4 * 100))


def test_a_task_that_was_not_measured_is_as_fast_as_its_nearest():
    lengths = {name: TaskLengths(1, {mean: 1}) for name, mean in {"a": 10, "b": 100, "c": 40}.items()}
    assert volume.nearest_task("c", lengths, {"a", "b"}) == "b"
    assert volume.nearest_task("a", lengths, {"a", "b"}) == "a"


def test_agreement():
    wanted = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], np.float32)
    assert agreement(wanted * 3, wanted) == (pytest.approx(1), 0)
    changed = np.array([[1, 0], [1, 0.1], [0, 1], [1, 0.2]], np.float32)
    cosine, share = agreement(changed, wanted)
    assert cosine == pytest.approx((0.1 + 0.2) / np.sqrt(1.01 * 1.04))
    # At 0, 6, 90 and 11 degrees now: the second is nearest to the fourth, not the first, and the other way round.
    assert share == 0.5


def test_encoding_without_padding_is_what_transformers_computes():
    import torch

    draw = np.random.default_rng(0)
    lengths = np.array([9, 4, 1, 7])
    ids = draw.integers(5, 900, (4, 9))
    mask = np.arange(9) < lengths[:, None]
    ids[~mask] = PAD
    model = make_model("tiny", 3, spread=0.3)
    with torch.inference_mode():
        given = torch.from_numpy(mask.astype(np.int64))
        hidden = model(input_ids=torch.from_numpy(ids), attention_mask=given).last_hidden_state
        wanted = (hidden * given[..., None]).sum(1) / given.sum(1, keepdim=True)
        packed = PackedEncoder(model, attend_nested)
        found = packed(torch.from_numpy(ids[mask]), torch.from_numpy(lengths), 9)
    np.testing.assert_allclose(found.numpy(), wanted.numpy(), atol=1e-5)


def result(contender: str, rate: float, embeddings) -> Result:
    return Result(contender, None, 512, 1.0, 100, 5, {"xnli": TaskResult(rate, rate * 1e9, [1.0], embeddings)})


def test_tables():
    embeddings = np.eye(3, dtype=np.float32)
    shape = EncoderShape(12, 768, 3072)
    results = [
        result(REFERENCE, 100, embeddings),
        result("ort-fp16", 1_000, embeddings),
        Result("ort-packed", "needs CUDA"),
    ]
    table = comparison_table(results, 2e12, {"ort-fp16": {"memory_copies": 3, "attention_kernels": {"FLASH": 12}}})
    assert "| PyTorch fp32, padded | xnli | 512 | 100 | 0.1 | 5% | 1.000000 | 0.00% | 100 | 5 |  |  |" in table
    assert "| 1,000 | 1 | 50% | 1.000000 | 0.00% | 100 | 5 | 3 | FLASH x 12 |" in table
    assert "| ONNX Runtime fp16, packed | needs CUDA |" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1
    estimate = estimate_table(results, stored_lengths(), shape, 12).splitlines()
    minutes = [float(line.split("|")[2].replace(",", "")) for line in estimate[4:]]
    assert minutes[0] == pytest.approx(10 * minutes[1], rel=1e-3)
    assert len(minutes) == 2


def test_probes_on_a_cpu(tmp_path):
    assert matrix_peak("cpu") > 1e8
    assert attention_kernels("torch-fp32", "tiny", 1, "cpu", tmp_path, 9) == {}


def test_what_a_cpu_lacks():
    lacks = {key: contender.lacks("cpu") for key, contender in CONTENDERS.items()}
    assert lacks["ort-packed"] == lacks["torch-fp16"] == "needs CUDA"
    assert lacks["ort-fp32"] is lacks[REFERENCE] is None
