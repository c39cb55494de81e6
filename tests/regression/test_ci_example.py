"""The example of examples/ci as CI runs it, on the mini suite: green on the same code, red on spoiled code.

Each side is an environment with a copy of xbench. No time is asserted: the clean case is let off unless head takes
three times as long as base; the spoiled one, which computes each batch hundreds of times, takes far longer still.
"""

import argparse
import importlib.util
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "ci"
SLOWDOWN = 3
TIMES = 600


@pytest.fixture(scope="module")
def alarms():
    """The module examples/ci/alarms.py."""
    spec = importlib.util.spec_from_file_location("alarms", EXAMPLE / "alarms.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def case(alarms, tagger, labelled, cache, tmp_path_factory):
    """Run the example with a head whose backend is spoiled by some lines of code."""
    root = tmp_path_factory.mktemp("ci")
    base = alarms.make_environment(root / "base")
    settings = argparse.Namespace(tasks="udpos", suite="mini", data_dir=labelled, rounds=4, slowdown=SLOWDOWN)

    def run(name: str, spoiled: str, *more: str) -> tuple[dict, str]:
        head = alarms.make_environment(root / name, spoiled)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XBENCH_CACHE", str(cache))
            baseline = ("--xbench-baseline", str(root / "baseline"))
            row = alarms.run_example(head, base, tagger, root / "cases" / name, settings, *baseline, *more)
        return row, (root / "cases" / name / "pytest.log").read_text()

    return run


def test_the_same_code_is_green_and_spoiled_code_is_red(alarms, case):
    row, log = case("same", "", "--xbench-update-baseline")
    assert not row["alarm"], log
    assert row["largest_drop"] == 0
    assert row["base"] != row["head"]  # each side has its own code

    row, log = case("spoiled", alarms.SLOW.format(times=TIMES) + alarms.WRONG)
    assert (row["alarm"], row["slower"], row["dropped"]) == (True, True, True), log
    assert row["ratio"] > SLOWDOWN
    assert row["largest_drop"] > 10
    assert "2 failed" in log  # scores are below the stored baseline too


def test_the_model_may_be_what_differs(alarms, tagger, tmp_path):
    from safetensors.numpy import load_file

    copy = alarms.spoil_model(tagger, tmp_path / tagger.name, 0.5)
    before, after = (load_file(model / "model.safetensors") for model in (tagger, copy))
    assert before.keys() == after.keys()
    name = "classifier.weight"
    noise = (after[name] - before[name]).std() / before[name].std()
    assert noise == pytest.approx(0.5, rel=0.2)
    assert (after["classifier.bias"] == before["classifier.bias"]).all()
