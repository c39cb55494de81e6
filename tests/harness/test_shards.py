"""Parts of a run: each unit in one of them, everything spread, and together what the whole would have been."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise

import pytest
from tiny_models import LANGUAGES
from xbench.cli.main import main
from xbench.errors import InputError
from xbench.harness.run import run
from xbench.harness.settings import RunSettings
from xbench.harness.shards import units_of_shard
from xbench.results.store import Store
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS


@dataclass(frozen=True)
class FakeUnit:
    """What of a unit decides its shard."""

    task: object
    language: str

    def __str__(self) -> str:
        return f"{self.task.key}/{self.language}"


@pytest.fixture
def source(tmp_path) -> DirectorySource:
    """XNLI in six languages of very different sizes, PAWS-X in three of one size."""
    for number, language in enumerate("ar bg de el es fr".split()):
        (tmp_path / "xnli").mkdir(exist_ok=True)
        (tmp_path / "xnli" / f"test-{language}.tsv").write_text("x" * 10**number)
    for language in ("de", "es", "fr"):
        (tmp_path / "pawsx").mkdir(exist_ok=True)
        (tmp_path / "pawsx" / f"test-{language}.tsv").write_text("x")
    return DirectorySource(tmp_path)


@pytest.fixture
def units() -> list[FakeUnit]:
    xnli = [FakeUnit(TASKS["xnli"], language) for language in "ar bg de el es fr".split()]
    return xnli + [FakeUnit(TASKS["pawsx"], language) for language in ("de", "es", "fr")]


def names(found) -> list[str]:
    return [str(unit) for unit in found]


def test_by_hand(source, units):
    """Counted off from the largest XNLI: fr es de... of size 100000, 10000, ...; PAWS-X follows in its order."""
    order = [f"xnli/{language}" for language in "fr es el de bg ar".split()] + ["pawsx/de", "pawsx/es", "pawsx/fr"]
    for number in (1, 2):
        found = names(units_of_shard(units, (number, 2), source, "test"))
        assert sorted(found) == sorted(order[number - 1 :: 2])
        assert found == [name for name in names(units) if name in found]  # in the order of the plan


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 9, 20])
def test_every_unit_is_in_one_shard_and_tasks_are_spread(source, units, count):
    shards = [units_of_shard(units, (number, count), source, "test") for number in range(1, count + 1)]
    assert sorted(name for shard in shards for name in names(shard)) == sorted(names(units))
    for key in ("xnli", "pawsx"):
        shares = [sum(unit.task.key == key for unit in shard) for shard in shards]
        assert max(shares) - min(shares) <= 1


def test_without_sizes_the_plan_decides(units):
    assert names(units_of_shard(units, (2, 4), object(), "test")) == ["xnli/bg", "xnli/fr"]
    assert names(units_of_shard(units, None, object(), "test")) == names(units)


@pytest.mark.parametrize("shard", [(0, 2), (3, 2), (1, 0), (-1, 2)])
def test_no_such_shard(shard):
    with pytest.raises(InputError, match=rf"there is no shard {shard[0]} of {shard[1]}"):
        RunSettings("model", shard=shard)


@pytest.fixture(scope="module")
def whole(tiny_system, mini_data, cache, tmp_path_factory):
    output = tmp_path_factory.mktemp("whole")
    return run(
        RunSettings(str(tiny_system), suite="mini", languages=LANGUAGES, data_dir=mini_data, cache=cache, output=output)
    )


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


def board(capsys, *directories) -> str:
    """The leaderboard of some directories without the day on which it was measured."""
    assert xbench("leaderboard", *directories, "-s", "mini", "--partial") == 0
    return re.sub(r"\d{4}-\d\d-\d\d", "DAY", capsys.readouterr().out)


COUNT = 3


@pytest.mark.parametrize("places", ["one", "each its own"])
def test_processes_of_a_job_array(whole, tiny_system, mini_data, cache, tmp_path, capsys, places):
    """All at once, as in an array: they agree on who does what, and the leaderboard is that of the whole run."""
    outputs = [tmp_path / ("out" if places == "one" else str(number)) for number in range(1, COUNT + 1)]
    processes = [
        subprocess.Popen(
            [
                sys.executable, "-m", "xbench", "run", "-m", tiny_system, "-s", "mini", "-l", ",".join(LANGUAGES),
                "--data-dir", mini_data, "-o", output, "--shard", f"{number}/{COUNT}", "--json",
            ],
            env={**os.environ, "XBENCH_CACHE": str(cache)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, output in enumerate(outputs, start=1)
    ]  # fmt: skip
    shares = [json.loads(process.communicate()[0])["records"] for process in processes]
    assert [process.returncode for process in processes] == [0] * COUNT
    done = [(record["task"], record["language"]) for share in shares for record in share]
    assert sorted(done) == sorted((record.task, record.language) for record in whole.records)
    sizes = sorted(len(share) for share in shares)
    assert all(b - a <= 1 for a, b in pairwise(sizes))
    directories = list(dict.fromkeys(outputs))
    assert board(capsys, *directories) == board(capsys, whole.store.root)
    accounts = [path for output in directories for path in output.glob("tiny/runs/*.json")]
    assert len(accounts) == COUNT
    assert sorted(json.loads(path.read_text())["settings"]["shard"] for path in accounts) == [[1, 3], [2, 3], [3, 3]]
    described = {path.read_bytes() for output in directories for path in output.glob("tiny/system.json")}
    assert described == {(whole.store.root / "tiny" / "system.json").read_bytes()}


def test_more_shards_than_units(tiny_system, mini_data, cache, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XBENCH_CACHE", str(cache))
    arguments = ("run", "-m", tiny_system, "-t", "tatoeba", "-l", "de", "--data-dir", mini_data, "-o", tmp_path)
    assert xbench(*arguments, "--shard", "2/2") == 0
    assert "nothing was computed" in capsys.readouterr().out
    assert list(Store(tmp_path).records()) == []


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "1/", "a/b", "1/2/3"])
def test_usage(shard, tmp_path, capsys):
    assert xbench("run", "-m", "model", "-o", tmp_path, "--shard", shard) == 2
    assert "is not a part I/N with I from 1 to N" in capsys.readouterr().err
