"""A whole experiment on the mini suite: real trainings of a few steps, real exports; its figures mean nothing."""

from dataclasses import replace

from tiny_models import make_checkpoint
from xbench.experiments.checks import checked
from xbench.experiments.grid import parse_grid
from xbench.experiments.run import ExperimentSettings, run_experiment
from xbench.training.account import FILE

GRID = """
title = "Toy"
suite = "mini"
tasks = ["xquad"]
languages = ["de"]
bases = ["{base}"]
recipes = "xtreme"
baseline = "none"

[set]
steps = 2
limit = 16
batch_size = 4
accumulation = 1
max_length = 64
select = "last"
dev_limit = 8

[intermediate]
none = []
squad = ["squad"]
"""


def contents(directory):
    return {path: path.stat().st_mtime_ns for path in sorted(directory.rglob("*")) if path.is_file()}


def test_mini_suite(tmp_path, mini_data, cache):
    text = GRID.format(base=make_checkpoint(tmp_path / "tiny"))
    grid = checked(parse_grid(text, "toy.toml"), "toy.toml")
    settings = ExperimentSettings(tmp_path / "out", mini_data, limit=5, offline=True, cache=cache)
    result = run_experiment(grid, text, settings)
    assert (result.failures, result.exit_code) == ([], 0)
    report = result.report.read_text()
    assert "done: 2 of 2 cells, 3 trainings, 2 of 2 scores; failed: 0 cells; not run: 0" in report
    for name in ("tiny.none.seed1", "tiny.squad.seed1"):
        assert (settings.output / "systems" / name / FILE).is_file()
    before = contents(settings.output)
    assert run_experiment(grid, text, settings).exit_code == 0
    after = contents(settings.output)
    again = {path.name for path in after if before.get(path) != after[path]}
    assert again <= {"REPORT.md", "experiment.toml", ".lock"}
    assert result.report.read_text() == report
    # More examples: evaluated again, trained no more.
    run_experiment(grid, text, replace(settings, limit=6))
    weights = [path for path in before if path.name == "model.safetensors"]
    assert weights
    assert {path: contents(settings.output)[path] for path in weights} == {path: before[path] for path in weights}
