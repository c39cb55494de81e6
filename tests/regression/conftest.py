"""A model that is perfect on its data, a copy of it that is not, and pytest in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from self_labelled import TASK, write_self_labelled
from tiny_models import LANGUAGES
from xbench.harness.run import run
from xbench.harness.settings import RunSettings

Pytest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def tagger(tiny_system) -> Path:
    return tiny_system / TASK


@pytest.fixture(scope="session")
def labelled(tagger, cache, tmp_path_factory) -> Path:
    """Data on which the tagger scores 100."""
    root = tmp_path_factory.mktemp("labelled")
    write_self_labelled(root / "data", tagger, root / "work", cache)
    return root / "data"


@pytest.fixture(scope="session")
def damaged(tagger, tmp_path_factory) -> Path:
    """A copy of the tagger whose head gives each label the name of the next."""
    from safetensors.numpy import load_file, save_file

    copy = tmp_path_factory.mktemp("damaged") / tagger.name
    shutil.copytree(tagger, copy)
    tensors = load_file(copy / "model.safetensors")
    for name in ("classifier.weight", "classifier.bias"):
        tensors[name] = tensors[name][[*range(1, len(tensors[name])), 0]]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    return copy


@pytest.fixture(scope="session")
def results(tagger, damaged, labelled, cache, tmp_path_factory) -> dict[str, Path]:
    """Results directories of the two models, and one of the good model in fewer languages."""
    root = tmp_path_factory.mktemp("results")
    for name, model, languages in (
        ("good", tagger, LANGUAGES),
        ("bad", damaged, LANGUAGES),
        ("partial", tagger, LANGUAGES[:2]),
    ):
        run(
            RunSettings(
                str(model), tasks=(TASK,), languages=languages, data_dir=labelled, output=root / name, cache=cache
            )
        )
    return {path.name: path for path in root.iterdir()}


@pytest.fixture
def run_pytest(tmp_path, cache) -> Pytest:
    """Write a test file and run it with pytest, which finds the plugin by its entry point, in `tmp_path`."""

    def call(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_it.py").write_text(code, encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "XBENCH_"))}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "test_it.py", "-p", "no:cacheprovider", *map(str, arguments)],
            cwd=tmp_path, env={**environment, "XBENCH_CACHE": str(cache)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return call
