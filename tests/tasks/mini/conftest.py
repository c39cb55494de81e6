from pathlib import Path

import pytest
from xbench.tasks.mini import write_mini


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole suite, written once."""
    directory = tmp_path_factory.mktemp("mini")
    write_mini(directory)
    return directory
