"""The whole suite on a CPU with a toy."""

import json

import pytest
from xbench.benchmarks import fusion, gpu


def test_the_suite_runs_to_its_end_without_a_gpu(tmp_path, capsys):
    arguments = ["--device", "cpu", "--tiny", "--work", str(tmp_path), "--json", str(tmp_path / "gpu.json")]
    chosen = ["--contenders", "ort-fused,ort-fp16,ort-packed", "--tasks", "tatoeba,xnli", "--volume", "ort-fused"]
    gpu.main([*arguments, *chosen])
    printed = capsys.readouterr().out
    assert "| ONNX Runtime fp16, packed | needs CUDA |" in printed
    assert "Training of tiny in bf16, 6 steps of 32 pairs" in printed
    content = json.loads((tmp_path / "gpu.json").read_text())
    results = {found["contender"]: found for found in content["sizes"]["tiny"]["results"]}
    assert list(results) == ["torch-fp32", "ort-fused", "ort-fp16", "ort-packed"]
    assert results["ort-packed"]["fault"] == "needs CUDA"
    assert all(found["tasks"].keys() == {"tatoeba", "xnli"} for found in results.values() if not found["fault"])
    assert content["sizes"]["tiny"]["inside"]["ort-fused"] == {"memory_copies": 0, "attention_kernels": {}}
    assert len(content["volume"]["seconds"]) == 9
    assert content["training"]["steps"] == 6


def test_a_contender_that_fails_is_a_line_of_the_table(tmp_path, monkeypatch):
    settings, _ = gpu.parse(["--device", "cpu", "--tiny", "--work", str(tmp_path), "--contenders", "ort-fused"])

    def fail(*_):
        raise ImportError("no module named optimum")

    monkeypatch.setattr(gpu, "ensure_graph", fail)
    found = gpu._run(settings, settings.job("ort-fused", "tiny", 3, {"xnli": 2}, 1))
    assert found.fault == "no graph: no module named optimum"
    broken = settings.job("torch-fp32", "no such size", 3, {"xnli": 2}, 1)
    assert gpu._run(settings, broken).fault == "'no such size'"


def test_an_unknown_contender_is_refused(capsys):
    with pytest.raises(SystemExit):
        gpu.parse(["--contenders", "tensorflow"])
    assert "unknown contender 'tensorflow'" in capsys.readouterr().err


def test_fusion_is_measured_side_by_side(tmp_path, capsys):
    few = ["--sizes", "tiny", "--tokens", "60", "--rounds", "1"]
    fusion.main(["--work", str(tmp_path), "--json", str(tmp_path / "f"), *few])
    seconds = json.loads((tmp_path / "f").read_text())["seconds"]
    assert seconds["tiny tatoeba"].keys() == {"plain", "Attention", "MultiHeadAttention"}
    assert capsys.readouterr().out.count("| tiny |") == 3
