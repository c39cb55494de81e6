"""Base and head in turns, with interpreters that are scripts."""

import json
import sys
from pathlib import Path

import pytest
from xbench.errors import EnvironmentFault, XbenchError
from xbench.regression.interleave import Side, play, run_arguments


def interpreter(path: Path, log: Path, seconds: float) -> str:
    """A script that notes how it was called and answers as `xbench run --json` would."""
    path.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        f"line = json.dumps([{path.name!r}, sys.argv[1:], os.environ['XBENCH_CACHE'], 'PYTHONPATH' in os.environ])\n"
        f"open({str(log)!r}, 'a').write(line + '\\n')\n"
        f"print(json.dumps({{'seconds': {seconds}}}))\n"
    )
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def calls(tmp_path):
    """Two sides, and a function that reads how their interpreters were called."""
    log = tmp_path / "log"
    sides = [
        Side(name, interpreter(tmp_path / name, log, seconds), f"model-{name}", tmp_path / f"{name}-out", Path(name))
        for name, seconds in (("base", 1.5), ("head", 2.5))
    ]
    return *sides, lambda: [json.loads(line) for line in log.read_text().splitlines()]


def test_the_order_is_swapped_every_round(calls):
    base, head, called = calls
    assert [play(base, head, [], number) for number in range(4)] == [(1.5, 2.5)] * 4
    assert [name for name, *_ in called()] == ["base", "head", "head", "base", "base", "head", "head", "base"]


def test_each_side_has_its_model_its_results_and_its_exports(calls, monkeypatch, tmp_path):
    base, head, called = calls
    monkeypatch.setenv("PYTHONPATH", "/somewhere/with/the/code/of/head")
    monkeypatch.setenv("XBENCH_CACHE", "/shared")
    play(base, head, ["--task", "xnli"], 0)
    for (name, given, cache, has_path), side in zip(called(), ("base", "head"), strict=True):
        assert name == cache == side
        assert not has_path
        assert given[:4] == ["-P", "-m", "xbench", "run"]
        assert given[4:] == ["--model", f"model-{side}", "--force", "--json", "--output", str(tmp_path / f"{side}-out"),
                             "--task", "xnli"]  # fmt: skip


def test_options_as_the_command_has_them():
    options = {"tasks": ("xnli", "udpos"), "suite": None, "batch_tokens": 64, "offline": True, "unlabelled": False}
    assert run_arguments(options) == ["--task", "xnli", "--task", "udpos", "--batch-tokens", "64", "--offline"]
    assert run_arguments({"languages": ["de"], "protocol": "quotes=parsed", "data_dir": Path("data")}) == [
        "--language", "de", "--protocol", "quotes=parsed", "--data-dir", "data",
    ]  # fmt: skip
    with pytest.raises(TypeError, match="no such option of a run: langages"):
        run_arguments({"langages": ["de"]})


def test_every_option_that_a_run_has_is_one_of_the_command():
    from dataclasses import fields

    from xbench.cli.run import command
    from xbench.harness.settings import RunSettings

    known = {option for parameter in command.params for option in parameter.opts}
    only_from_python = {"cache"}
    wanted = {field.name: "x" for field in fields(RunSettings) if field.name not in only_from_python}
    assert set(run_arguments(wanted)) - {"x"} <= known


def test_a_run_that_fails_is_named_with_its_last_line(tmp_path):
    side = Side("base", sys.executable, str(tmp_path / "none"), tmp_path / "out", tmp_path / "cache")
    with pytest.raises(XbenchError, match=r"^base: `xbench run` ended with exit code 2: xbench: no model at .*none"):
        side.seconds([])


def test_an_interpreter_without_xbench_is_named(tmp_path):
    missing = Side("base", str(tmp_path / "python"), "m", tmp_path, tmp_path)
    with pytest.raises(EnvironmentFault, match=r"^base: .*/python cannot import xbench: .*No such file"):
        missing.installation()
    bare = tmp_path / "bare"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(EnvironmentFault, match="No module named 'xbench'; install it there"):
        Side("base", str(bare), "m", tmp_path, tmp_path).installation()


def test_an_installation_says_version_and_place(tmp_path):
    import xbench

    side = Side("head", sys.executable, "m", tmp_path, tmp_path)
    assert side.installation() == f"{xbench.__version__} in {xbench.__path__[0]}"
