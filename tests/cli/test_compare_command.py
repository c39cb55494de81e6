"""`xbench compare` from the command line, over what `xbench run` stored."""

import json

import pytest
from xbench.cli.main import main


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


@pytest.fixture
def results(tiny_system, mini_data, tmp_path, capsys, monkeypatch, cache):
    """The same random weights at two layers; their retrieval differs, their tagging does not."""
    monkeypatch.setenv("XBENCH_CACHE", str(cache))
    for name, layer in (("base", 3), ("head", 1)):
        assert xbench("run", "-m", tiny_system, "-s", "mini", "-t", "tatoeba,udpos,xquad", "-l", "de,th", "--data-dir",
                      mini_data, "-o", tmp_path / "results", "--name", name, "--layer", layer) == 0  # fmt: skip
    capsys.readouterr()
    return tmp_path / "results"


def test_runs_are_compared(results, capsys):
    assert xbench("compare", results / "base", results / "head", "--json") == 0
    content = json.loads(capsys.readouterr().out)
    for task in ("tatoeba", "udpos", "xquad"):
        for language, line in content["tasks"][task]["languages"].items():
            for side in ("base", "head"):
                stored = json.loads((results / side / task / f"{language}.json").read_text())["scores"]
                metrics = {"tatoeba": ["accuracy"], "udpos": ["f1"], "xquad": ["f1", "exact_match"]}[task]
                assert line[side] == pytest.approx(sum(stored[metric] for metric in metrics) / len(metrics))
    assert content["tasks"]["udpos"]["verdict"] == content["tasks"]["xquad"]["verdict"] == "same"
    assert content["changes"] == ["layer 1 instead of 3"]
    assert set(content["averages"]) == {"average", "without retrieval"}


def test_a_lost_score_is_a_regression(results, capsys):
    (results / "head" / "udpos" / "de.json").unlink()
    assert xbench("compare", results / "base", results / "head") == 0
    assert "Missing in head: udpos de (no record)." in capsys.readouterr().out
    assert xbench("compare", results / "base", results / "head", "--fail-drop", "100") == 3
    captured = capsys.readouterr()
    assert captured.err == "regression: udpos de: no record in head, but base has a score\n"
    assert "UD-POS" in captured.out


def test_bad_input_is_one_line(results, capsys):
    for arguments, complaint in (
        ([results, results / "head"], "several systems (base, head)"),
        ([results / "base", results / "head", "--split", "dev"], "no records of split dev"),
        ([results / "base", results / "head", "-t", "xnli"], "neither system has records of task 'xnli'"),
        ([results / "base", results / "head", "--across", "data"], "cannot compare across 'data'"),
    ):
        assert xbench("compare", *arguments) == 2
        captured = capsys.readouterr()
        assert complaint in captured.err
        assert len(captured.err.splitlines()) == 1
        assert captured.out == ""
