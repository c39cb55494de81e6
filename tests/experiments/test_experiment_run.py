"""An experiment is run cell by cell; training and evaluation are stand-ins that note what they are asked for."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_models import make_checkpoint
from xbench.cli.main import main
from xbench.errors import InputError
from xbench.experiments import run as runner
from xbench.experiments.checks import checked
from xbench.experiments.grid import parse_grid
from xbench.experiments.run import Display, ExperimentSettings, run_experiment
from xbench.harness.plan import Skipped
from xbench.harness.run import RunResult, Throughput
from xbench.results.store import Store
from xbench.training import phases
from xbench.training.account import PartAccount, StageAccount
from xbench.training.data import TaskData
from xbench.training.phases import TrainedSystem

TOY = """
title = "Toy"
suite = "mini"
tasks = ["xnli", "xquad", "tatoeba"]
languages = ["de", "th"]
bases = ["{base}"]
seeds = [1, 2]
recipes = "xtreme"
baseline = "none"
retries = 3

[set]
steps = 5

[intermediate]
none = []
mnli = {{ tasks = ["mnli"], sampling = "uniform" }}

[intermediate.text]
tasks = ["mnli", "squad@de"]
mlm = ["sw"]
mlm_share = 0.2
"""
SCORES = {"tatoeba/de", "tatoeba/th", "xnli/de", "xnli/th", "xquad/de", "xquad/th"}


def stage(examples, dev, seed):
    tasks = {key: TaskData((key,), number, None, "hash") for key, number in examples.items()}
    return StageAccount(tasks, {}, {"seed": seed}, (), 1, 5, 5, 5, dev, 1.0, False)


@pytest.fixture
def asked(monkeypatch):
    """Requests of trainings; a system with a finished part for each target comes of them, but where `fail` says so."""
    calls, fail = [], {}

    def train_system(request, source, progress=None):
        calls.append((request, source))
        reason = next((reason for name, reason in fail.items() if request.output.name.startswith(name)), None)
        if isinstance(reason, Exception):
            raise reason
        seed = request.changes["seed"]
        learnt = [reference.partition("@")[0] for reference in request.intermediate]
        phase_one = (stage(dict.fromkeys(learnt, 10), dict.fromkeys(learnt, 70.0), seed),) if learnt else ()
        parts = {"encoder": PartAccount("hash", phase_one)}
        parts |= {key: PartAccount("hash", (stage({key: 5}, {key: 60.0}, seed),)) for key in request.targets}
        (request.output / "encoder").mkdir(parents=True, exist_ok=True)
        collapsed = {"xnli": reason} if reason else {}
        return TrainedSystem(
            request.output, {key: one for key, one in parts.items() if key not in collapsed}, collapsed
        )

    monkeypatch.setattr(phases, "train_system", train_system)
    return type("Asked", (), {"calls": calls, "fail": fail})


@pytest.fixture
def evaluated(monkeypatch, record):
    """Settings of evaluations; every unit gets a score."""
    calls, trouble = [], {}

    def run(settings, progress=None):
        calls.append(settings)
        records = [
            record(settings.name, task, code, 50.0, suite="mini", split=settings.split)
            for task in settings.tasks
            for code in settings.languages
        ]
        store = Store(settings.output)
        for one in records:
            store.save(one, {"id": ["0"]})
        errors, skipped = trouble.get(settings.name, ((), ()))
        work = Throughput(1.0, 1, 1, 1)
        return RunResult(settings.name, tuple(records), 0, errors, skipped, work, None, {}, store)

    monkeypatch.setattr(runner, "run", run)
    return type("Evaluated", (), {"calls": calls, "trouble": trouble})


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def text(base):
    return TOY.format(base=base)


@pytest.fixture
def settings(tmp_path, mini_data, cache):
    return ExperimentSettings(tmp_path / "out", mini_data, limit=7, offline=True, cache=cache)


def grid_of(text):
    return checked(parse_grid(text, "toy.toml"), "toy.toml")


def test_each_system_is_trained_once_with_all_its_targets(text, settings, asked, evaluated):
    result = run_experiment(grid_of(text), text, settings)
    assert result.exit_code == 0
    names = [f"tiny.{name}.seed{seed}" for name in ("none", "mnli", "text") for seed in (1, 2)]
    assert [request.output.name for request, _ in asked.calls] == names
    assert [call.name for call in evaluated.calls] == names
    request = asked.calls[-1][0]
    assert request.targets == ("xnli", "squad")
    assert request.intermediate == ("mnli", "squad@de")
    assert (request.mlm, request.mlm_share, request.sampling) == (("sw",), 0.2, "proportional")
    assert asked.calls[2][0].sampling == "uniform"
    assert request.changes == {"steps": 5, "seed": 2}
    assert (request.retries, request.book.name, request.base.directory.name) == (3, "xtreme", "tiny")
    evaluation = evaluated.calls[-1]
    assert evaluation.model == str(settings.output / "systems/tiny.text.seed2")
    assert (evaluation.suite, evaluation.split, evaluation.limit, evaluation.offline) == ("mini", "test", 7, True)
    assert evaluation.output == settings.output / "results"
    assert {*result.accounts[grid_of(text).cells()[0]].scores} == SCORES
    assert (settings.output / "experiment.toml").read_text() == text


def test_the_second_time_nothing_is_done(text, settings, asked, evaluated):
    grid, lines = grid_of(text), []
    run_experiment(grid, text, settings)
    before = (settings.output / "REPORT.md").read_bytes()
    asked.calls.clear(), evaluated.calls.clear()
    result = run_experiment(grid, text, settings, Display(lines.append))
    assert result.exit_code == 0
    assert asked.calls == evaluated.calls == []
    assert [line.rpartition(": ")[2] for line in lines] == ["is there"] * 6
    assert (settings.output / "REPORT.md").read_bytes() == before


def test_what_is_gone_or_asked_for_otherwise_is_done_again(text, settings, asked, evaluated):
    grid = grid_of(text)
    run_experiment(grid, text, settings)
    store = Store(settings.output / "results")
    store.record_path("tiny.mnli.seed1", "xquad", "th").with_suffix(".parquet").unlink()
    evaluated.calls.clear()
    run_experiment(grid, text, settings)
    assert [call.name for call in evaluated.calls] == ["tiny.mnli.seed1"]
    evaluated.calls.clear()
    run_experiment(grid, text, replace(settings, limit=8))
    assert len(evaluated.calls) == 6


def test_dev_is_accounted_for_on_its_own(text, settings, asked, evaluated):
    grid = grid_of(text)
    run_experiment(grid, text, settings)
    run_experiment(grid.changed("dev", {}), text, settings)
    assert [call.split for call in evaluated.calls] == ["test"] * 6 + ["dev"] * 6
    run_experiment(grid, text, settings)
    assert len(evaluated.calls) == 12
    assert ", by dev records (de th): " in (settings.output / "REPORT.md").read_text()


@pytest.mark.parametrize(
    ("error", "said"),
    [(InputError("no data"), "no data"), (RuntimeError("CUDA\nand more"), "RuntimeError: CUDA (see ")],
)
def test_a_failed_cell_does_not_stop_the_others(text, settings, asked, evaluated, error, said):
    asked.fail["tiny.mnli.seed1"] = error
    grid = grid_of(text)
    result = run_experiment(grid, text, settings)
    assert result.exit_code == 1
    assert len(evaluated.calls) == 5
    (failure,) = result.failures
    assert failure.startswith(f"tiny.mnli.seed1: {said}")
    assert "tiny.mnli.seed1: failed: " in (settings.output / "REPORT.md").read_text()
    log = settings.output / "cells/tiny.mnli.seed1.log"
    assert log.is_file() == isinstance(error, RuntimeError)
    asked.fail.clear(), asked.calls.clear()
    assert run_experiment(grid, text, settings).exit_code == 0
    assert [request.output.name for request, _ in asked.calls] == ["tiny.mnli.seed1"]


def test_an_interruption_stops_all_and_keeps_what_is_done(text, settings, asked, evaluated, monkeypatch):
    trained = runner.train_cell

    def interrupted(accounts, cell, *rest):
        if cell.name == "tiny.mnli.seed1":
            raise KeyboardInterrupt
        return trained(accounts, cell, *rest)

    monkeypatch.setattr(runner, "train_cell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_experiment(grid_of(text), text, settings)
    assert [call.name for call in evaluated.calls] == ["tiny.none.seed1", "tiny.none.seed2"]
    monkeypatch.setattr(runner, "train_cell", trained)
    run_experiment(grid_of(text), text, settings)
    assert len(evaluated.calls) == 6


def test_a_collapsed_target_is_a_failure_whose_other_scores_count(text, settings, asked, evaluated):
    asked.fail["tiny.text.seed2"] = "every seed"
    evaluated.trouble["tiny.none.seed1"] = ((InputError("bad file"),), (Skipped("xnli", ("yo",), "no data"),))
    result = run_experiment(grid_of(text), text, settings)
    assert result.exit_code == 1
    assert result.failures == ["tiny.none.seed1: bad file", "tiny.text.seed2: xnli: every seed"]
    report = (settings.output / "REPORT.md").read_text()
    assert "- tiny.none.seed1: no score of xnli (yo): no data" in report
    assert "done: 4 of 6 cells, " in report


OWN = """
[intermediate.own]
tasks = ["mnli"]
sampling = "uniform"
target_data = {{ udpos = ["{language}"] }}
"""


def own(text, language="th"):
    return text.replace('"tatoeba"]', '"tatoeba", "udpos"]') + OWN.format(language=language)


def test_an_encoder_is_trained_once(text, settings, asked, evaluated):
    assert run_experiment(grid_of(own(text)), own(text), settings).exit_code == 0
    conditions = [request.output.name.split(".")[1] for request, _ in asked.calls]
    assert conditions == ["none", "none", "mnli", "mnli", "text", "text", "own", "own"]
    assert [bool(request.intermediate) for request, _ in asked.calls] == [False] * 2 + [True] * 4 + [False] * 2
    request, source = next(call for call in asked.calls if call[0].output.name.startswith("tiny.own.seed2"))
    assert (request.intermediate, request.mlm) == ((), ())
    assert request.base.directory == settings.output / "systems/tiny.mnli.seed2/encoder"
    assert request.base.reference == "tiny.mnli.seed2/encoder"
    assert source.languages == {"udpos": ("th",)}


def test_other_target_data_are_another_training(text, settings, asked, evaluated):
    places = []
    for language in ("th", "de"):
        run_experiment(grid_of(own(text, language)), own(text, language), settings)
        places.append(asked.calls[-1][0].output)
        assert evaluated.calls[-1].name == "tiny.own.seed2"
    assert places[0] != places[1]


def test_who_borrows_fails_with_who_lends(text, settings, asked, evaluated):
    asked.fail["tiny.mnli.seed1"] = InputError("no data")
    result = run_experiment(grid_of(own(text)), own(text), settings)
    assert result.failures == [
        "tiny.mnli.seed1: no data",
        "tiny.own.seed1: starts from the encoder of tiny.mnli.seed1, whose training failed",
    ]


def test_a_task_without_data_is_refused_before_anything_is_trained(text, settings, asked, evaluated):
    with pytest.raises(InputError, match="no test data of xnli in 'sw'"):
        run_experiment(grid_of(text.replace('["de", "th"]', '["de", "sw"]')), text, settings)
    assert asked.calls == []


def test_two_at_once_are_refused(text, settings, asked, evaluated):
    from filelock import FileLock

    settings.output.mkdir()
    with FileLock(settings.output / ".lock"), pytest.raises(InputError, match="another process runs an experiment in"):
        run_experiment(grid_of(text), text, settings)


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


class TestCommand:
    def test_dry_run_then_run(self, text, tmp_path, mini_data, asked, evaluated, capsys, monkeypatch, cache):
        monkeypatch.setenv("XBENCH_CACHE", str(cache))
        file = tmp_path / "toy.toml"
        file.write_text(text)
        command = ("experiment", file, "--data-dir", mini_data, "-o", tmp_path / "out", "--set", "steps=9")
        assert xbench(*command, "--dry-run") == 0
        printed = capsys.readouterr().out
        assert "0 of 6 cells are done" in printed
        assert printed.count("not run") == 6
        assert not (tmp_path / "out").exists()
        assert xbench(*command) == 0
        assert asked.calls[0][0].changes["steps"] == 9
        assert f"report: {tmp_path / 'out' / 'REPORT.md'}" in capsys.readouterr().out
        assert xbench(*command, "--dry-run") == 0
        printed = capsys.readouterr().out
        assert "6 of 6 cells are done" in printed
        assert "3/3" in printed
        assert "6/6" in printed
        assert xbench(*command, "--limit", "3", "--dry-run") == 0
        assert capsys.readouterr().out.count("run with other settings") == 6

    def test_failures_are_said(self, text, tmp_path, mini_data, asked, evaluated, capsys):
        file = tmp_path / "toy.toml"
        file.write_text(text)
        asked.fail["tiny.none.seed1"] = InputError("no data")
        assert xbench("experiment", file, "--data-dir", mini_data, "-o", tmp_path / "out") == 1
        assert "xbench: tiny.none.seed1: no data" in capsys.readouterr().err

    def test_bad_input(self, tmp_path, capsys):
        assert xbench("experiment", tmp_path / "none.toml") == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_an_account_is_json(text, settings, asked, evaluated):
    run_experiment(grid_of(text), text, settings)
    content = json.loads((settings.output / "cells/tiny.mnli.seed2.json").read_text())
    assert content["status"] == "done"
    assert content["parts"]["encoder"] == {
        "seed": 2, "steps": 5, "examples": {"mnli": 10}, "dev": {"mnli": 70.0}, "collapses": 0
    }  # fmt: skip
