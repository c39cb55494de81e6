"""The pytest plugin (entry point `pytest11`): loaded wherever xbench is installed, so it imports nothing but pytest."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .fixtures import BaseHeadBenchmark, ModelBenchmark

SUMMARY = pytest.StashKey[list[str]]()
ROUNDS = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `pytest --help` under xbench."""
    group = parser.getgroup("xbench", "regressions of multilingual models (xbench)")
    group.addoption(
        "--xbench-baseline",
        metavar="PATH",
        help="Scores that xbench_benchmark must not fall below: a results directory, or a JSON or TOML file with"
        " scores in percent by task and language.",
    )
    group.addoption(
        "--xbench-update-baseline",
        action="store_true",
        help="Store what xbench_benchmark measures in the baseline directory instead of comparing with it.",
    )
    group.addoption(
        "--xbench-base-python",
        metavar="PYTHON",
        help="Interpreter of the environment in which the base commit's xbench is installed, for xbench_base_head."
        " [default: the one that runs pytest]",
    )
    group.addoption(
        "--xbench-base-model",
        metavar="MODEL",
        help="Model that xbench_base_head holds against the test's own. [default: the same]",
    )
    group.addoption(
        "--xbench-rounds",
        metavar="N",
        type=int,
        default=ROUNDS,
        help="Rounds in which base and head take turns, at least 4. [default: %(default)s]",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin the summary."""
    config.stash[SUMMARY] = []


@pytest.fixture
def xbench_benchmark(request: pytest.FixtureRequest) -> "ModelBenchmark":
    """Benchmark a model on tasks with pytest-benchmark; fail if a score is below that of the baseline.

    xbench_benchmark(model, tasks=..., languages=..., suite=..., data_dir=..., baseline=..., max_drop=0.0, rounds=5)
    """
    from .fixtures import ModelBenchmark

    return ModelBenchmark(request.config, _benchmark(request), request.getfixturevalue("tmp_path"))


@pytest.fixture
def xbench_base_head(request: pytest.FixtureRequest) -> "BaseHeadBenchmark":
    """Run a model on tasks with base and head in turns; fail if head is slower or scores lower.

    xbench_base_head(model, tasks=..., languages=..., suite=..., data_dir=..., max_drop=0.0, slowdown=1.2)
    """
    from .fixtures import BaseHeadBenchmark

    exports = request.getfixturevalue("_xbench_exports")
    return BaseHeadBenchmark(request.config, _benchmark(request), request.getfixturevalue("tmp_path"), exports)


@pytest.fixture(scope="session")
def _xbench_exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where base and head keep their exports while pytest runs."""
    return tmp_path_factory.mktemp("xbench-exports")


def _benchmark(request: pytest.FixtureRequest) -> Any:
    """The fixture of pytest-benchmark, without which there is nothing to time with."""
    if not request.config.pluginmanager.hasplugin("benchmark"):
        pytest.fail("xbench's fixtures need pytest-benchmark: pip install pytest-benchmark", pytrace=False)
    return request.getfixturevalue("benchmark")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What was measured, a line each."""
    if lines := config.stash.get(SUMMARY, []):
        terminalreporter.section("xbench")
        for line in lines:
            terminalreporter.line(line)
