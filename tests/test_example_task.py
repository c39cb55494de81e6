"""The package in examples/xbench-example-task, installed with pip, from `xbench tasks` to the leaderboard."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from xbench.results.store import Store

PACKAGE = Path(__file__).resolve().parent.parent / "examples" / "xbench-example-task"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A directory with the package as pip installs it."""
    if not all(importlib.util.find_spec(name) for name in ("pip", "setuptools")):
        pytest.skip("pip and setuptools, which install the example package, are not both here")
    root = tmp_path_factory.mktemp("example")
    shutil.copytree(PACKAGE, root / "source")  # a build writes into its source
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "--quiet",
               "--disable-pip-version-check", "--target", root / "site", root / "source"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return root / "site"


@pytest.fixture
def xbench(cache):
    """Run a module in a process that finds the packages in a directory; all that it printed."""

    def call(path, *arguments, code=0, module="xbench"):
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(path), "XBENCH_CACHE": str(cache)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout + (done.stderr if code else "")

    return call


def test_it_is_listed(xbench, site):
    content = json.loads(xbench(site, "tasks", "--json"))
    assert content["example"]["tasks"] == {
        "proverbs": {"kind": "retrieval", "metrics": ["accuracy"], "languages": ["ga", "de"]}
    }
    assert {"xtreme", "xtreme-r"} < set(content)
    languages = json.loads(xbench(site, "languages", "-s", "example", "--json"))
    assert {code: row["name"] for code, row in languages.items()} == {"de": "German", "ga": "Irish"}
    assert languages["ga"]["tasks"] == {"example": ["proverbs"]}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_from_a_run_to_a_column_of_the_leaderboard(xbench, site, tiny_system, tmp_path):
    results, data = tmp_path / "results", tmp_path / "data"
    run = ("run", "-m", tiny_system, "-s", "example", "-o", results, "--data-dir")
    assert "Six proverbs a language" in xbench(site, *run, "example:")
    records = {record.language: record for record in Store(results).records()}
    assert {code: (record.task, record.examples) for code, record in records.items()} == {
        "ga": ("proverbs", 6),
        "de": ("proverbs", 6),
    }
    lines = [line for line in xbench(site, "leaderboard", results).splitlines() if line.startswith("|")]
    first = next(number for number, line in enumerate(lines) if "Proverbs" in cells(line))
    header, _, row = lines[first : first + 3]
    column = cells(header).index("Proverbs")
    mean = sum(record.scores["accuracy"] for record in records.values()) / 2
    assert float(cells(row)[column]) == pytest.approx(mean, abs=0.05)

    # The same content from files in the package's own format is the same measurement, other content is another.
    xbench(site, data, module="xbench_example_task")
    assert "nothing to compute" in xbench(site, *run, data)
    (data / "proverbs" / "ga.txt").write_text("# one\nTús maith leath na hoibre = A good start is half the work\n")
    xbench(site, *run, data, "-l", "ga")
    changed = {record.language: record for record in Store(results).records()}["ga"]
    assert (changed.examples, changed.scores) == (1, {"accuracy": 100.0})


def test_its_reader_names_the_line(xbench, site, tmp_path):
    path = tmp_path / "proverbs" / "ga.txt"
    path.parent.mkdir()
    path.write_text("# proverb = meaning\n\nTús maith: a good start\n", encoding="utf-8")
    printed = xbench(site, "data", "check", tmp_path, "-t", "proverbs", "-l", "ga", code=2)
    assert f"{path}:3: expected 'proverb = meaning', found 'Tús maith: a good start'" in printed


def test_a_location_that_its_source_cannot_open(xbench, site, tmp_path, tiny_system):
    run = ("run", "-m", tiny_system, "-s", "example", "-o", tmp_path)
    (line,) = xbench(site, *run, "--data-dir", "example:x", code=2).splitlines()
    assert line == "xbench: example:x: expected a number of proverbs after the colon, or nothing"


@pytest.mark.parametrize(
    ("module", "code", "complaint"),
    [
        ("raise RuntimeError('broken')", 4, "the plug-in 'other' (other:PARTS) cannot be loaded: broken; repair or"),
        ("from xbench.tasks.languages import LANGUAGES\nPARTS = LANGUAGES['sw']", 2, "brings 'sw', which is there"),
    ],
)
def test_a_bad_package_is_named(xbench, tmp_path, module, code, complaint):
    information = tmp_path / "other-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[xbench.tasks]\nother = other:PARTS\n")
    (tmp_path / "other.py").write_text(module)
    (line,) = xbench(tmp_path, "languages", code=code).splitlines()
    assert complaint in line
