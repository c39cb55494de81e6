"""`xbench analyze` from the command line, over what `xbench run` stored."""

import json

import pytest
from xbench.cli.main import main
from xbench.leaderboard.analysis.attributes import ATTRIBUTES


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


@pytest.fixture
def results(tiny_system, mini_data, tmp_path, capsys, monkeypatch, cache):
    monkeypatch.setenv("XBENCH_CACHE", str(cache))
    assert xbench("run", "-m", tiny_system, "-s", "mini", "-t", "xquad,udpos", "-l", "de,th", "--data-dir",
                  mini_data, "-o", tmp_path / "results", "--name", "one") == 0  # fmt: skip
    capsys.readouterr()
    return tmp_path / "results"


def test_a_run_is_analysed(results, mini_data, capsys):
    assert xbench("analyze", results, "--by", "context_length", "--buckets", "1", "--json") == 0
    content = json.loads(capsys.readouterr().out)
    for language in ("de", "th"):
        stored = json.loads((results / "one" / "xquad" / f"{language}.json").read_text())["scores"]
        (bucket,) = content["analyses"][0]["languages"][language]
        assert bucket["scores"] == pytest.approx(stored)
    assert xbench("analyze", results, "--by", "num_oov", "--train", mini_data, "-l", "th") == 0
    printed = capsys.readouterr().out
    assert "one: udpos" in printed
    assert "Vocabulary of xquad" in printed


def test_bad_input_is_one_line(results, tmp_path, capsys):
    for arguments, complaint in (
        (["--by", "entity_length"], "fits none of the stored tasks"),
        (["--by", "text_length", "--system", "two"], "no records of system 'two'"),
        (["--by", "num_oov", "--train", tmp_path / "nowhere"], "cannot read"),
    ):
        assert xbench("analyze", results, *arguments) == 2
        captured = capsys.readouterr()
        assert complaint in captured.err
        assert len(captured.err.splitlines()) == 1
        assert captured.out == ""


def test_the_help_names_every_attribute(capsys):
    assert xbench("analyze", "--help") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert all(name in printed for name in ATTRIBUTES)
