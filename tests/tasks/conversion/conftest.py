from collections.abc import Callable
from pathlib import Path

import pytest
from xbench.tasks.conversion import convert
from xbench.tasks.sources import open_directory
from xbench.tasks.suites import TASKS


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "converted"


@pytest.fixture
def converted(output: Path) -> Callable[..., dict[str, tuple[int, str]]]:
    """Convert; the number of examples and the text of every file, by its path below the data directory."""

    def run(key: str, raw: Path, *languages: str) -> dict[str, tuple[int, str]]:
        written = list(convert(key, raw, output, languages))
        found = {
            path.relative_to(output).as_posix(): (examples, path.read_bytes().decode("utf-8"))
            for path, examples in written
        }
        assert len(found) == len(written)
        assert found.keys() == {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
        return found

    return run


@pytest.fixture
def loaded(output: Path) -> Callable[[str, str, str], list]:
    """What the project's readers make of a converted split."""

    def load(key: str, split: str, language: str) -> list:
        return list(open_directory(output).load(TASKS[key], split, language).examples)

    return load
