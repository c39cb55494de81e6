"""The fixture `xbench_benchmark`: what it notes, and when it fails."""

import json
import subprocess
import sys

import pytest

# What follows its `.format` is passed on to the fixture.
CODE = """
def test_tagger(xbench_benchmark):
    xbench_benchmark({model!r}, tasks=["udpos"], data_dir={data!r}, rounds=2, {more})
"""


@pytest.fixture
def benchmark_model(run_pytest, labelled):
    """Benchmark a model in a process of its own; all that pytest printed, after a check of its exit code."""

    def call(model, *arguments, more="languages=['en', 'de']", code=0):
        done = run_pytest(CODE.format(model=str(model), data=str(labelled), more=more), *arguments)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return call


def table_rows(printed: str) -> list[list[str]]:
    """Cells of the rows of drops."""
    return [
        line.removeprefix("E").split()
        for line in printed.splitlines()
        if line.removeprefix("E").split()[:1] == ["udpos"]
    ]


def saved(directory):
    (path,) = (directory / ".benchmarks").rglob("*.json")
    return path, json.loads(path.read_text())


def test_what_is_noted(benchmark_model, tagger, tmp_path):
    benchmark_model(tagger, "--benchmark-autosave")
    (found,) = saved(tmp_path)[1]["benchmarks"]
    assert found["stats"]["rounds"] == 2
    noted = found["extra_info"]
    assert noted["model"] == str(tagger)
    assert {code: scores["f1"] for code, scores in noted["scores"]["udpos"].items()} == {"en": 100.0, "de": 100.0}
    # 48 sentences a language: speed is of the median run, whose time lies between those of the two rounds.
    assert 96 / found["stats"]["max"] <= noted["sequences_per_second"]
    assert noted["tokens_per_second"] > noted["sequences_per_second"]
    assert noted["peak_memory_bytes"] is None or noted["peak_memory_bytes"] > 50e6
    assert (noted["provider"], noted["precision"]) == ("CPUExecutionProvider", "fp32")
    assert noted["versions"]["onnxruntime-gpu"] or noted["versions"]["onnxruntime"]


def test_later_runs_are_compared_by_pytest_benchmark(benchmark_model, tagger, tmp_path):
    benchmark_model(tagger, "--benchmark-autosave")
    gate = ("--benchmark-compare", "--benchmark-compare-fail=median:10%")
    path, content = saved(tmp_path)
    for seconds, code in ((1e6, 0), (1e-6, 1)):  # of the earlier run
        content["benchmarks"][0]["stats"]["median"] = seconds
        path.write_text(json.dumps(content))
        printed = benchmark_model(tagger, *gate, code=code)
        assert ("Performance has regressed" in printed) == bool(code)


def test_scores_against_a_stored_run(benchmark_model, tagger, damaged, tmp_path):
    store = ("--benchmark-disable", "--xbench-baseline", "stored")
    benchmark_model(tagger, *store, "--xbench-update-baseline")
    system = tmp_path / "stored" / tagger.name
    assert sorted(path.name for path in (system / "udpos").iterdir()) == [
        "de.json",
        "de.parquet",
        "en.json",
        "en.parquet",
    ]
    assert json.loads((system / "system.json").read_text())["name"] == tagger.name
    assert "test_tagger: 0 of 3 scores changed, 0 regressed, against" in benchmark_model(tagger, *store)

    printed = benchmark_model(damaged, *store, code=1)
    assert f"worse than the baseline {tmp_path / 'stored'}:" in printed
    rows = table_rows(printed)
    assert {row[1] for row in rows} == {"en", "de", "mean"}
    for _, _, before, after, drop, p in rows:
        assert before == "100.00"
        assert float(before) - float(after) == pytest.approx(float(drop), abs=0.011)
        assert float(p) < 0.01
    assert "Traceback" not in printed
    assert "0 regressed" in benchmark_model(damaged, *store, more="languages=['en', 'de'], max_drop=100.0")


def test_what_the_baseline_lacks_and_what_is_lost(benchmark_model, tagger, results):
    store = ("--benchmark-disable", "--xbench-baseline", results["partial"])
    assert "lacks udpos th: store it with --xbench-update-baseline" in benchmark_model(tagger, *store, more="", code=1)
    store = ("--benchmark-disable", "--xbench-baseline", results["good"])
    printed = benchmark_model(tagger, *store, more="languages=['de'], limit=10", code=1)
    assert "the first 10 examples instead of all" in printed


def test_mistakes_are_one_line_each(run_pytest, tagger, labelled, tmp_path):
    given = f"{str(tagger)!r}, tasks=['udpos'], data_dir={str(labelled)!r}"
    code = f"""
def test_scores(xbench_benchmark): xbench_benchmark({given}, languages=['de'], baseline='scores.json')
def test_file(xbench_benchmark): xbench_benchmark({given}, baseline='none.json')
def test_model(xbench_benchmark): xbench_benchmark('none/of/these')
def test_language(xbench_benchmark): xbench_benchmark({given}, languages=['sw'])
"""
    (tmp_path / "scores.json").write_text('{"udpos": {"de": 101}}')
    printed = run_pytest(code, "--benchmark-disable").stdout
    assert table_rows(printed) == [["udpos", "de", "101.00", "100.00", "1.00"]]
    assert "none.json: No such file or directory; --xbench-update-baseline stores one" in printed
    assert "xbench: no model at none/of/these" in printed
    assert "xbench: none of the tasks udpos has the language 'sw'" in printed
    assert "Traceback" not in printed
    update = ("--benchmark-disable", "--xbench-update-baseline", "-k", "model or scores")
    printed = run_pytest(code, *update).stdout
    assert "people write reference scores; --xbench-update-baseline fills a directory" in printed  # test_scores
    assert "xbench: --xbench-update-baseline needs a directory: --xbench-baseline DIR" in printed  # test_model


def test_without_pytest_benchmark_only_the_fixture_fails(run_pytest):
    code = "def test_other(): pass\ndef test_tagger(xbench_benchmark): pass\ndef test_both(xbench_base_head): pass\n"
    done = run_pytest(code, "-p", "no:benchmark")
    assert "1 passed, 2 errors" in done.stdout
    assert done.stdout.count("xbench's fixtures need pytest-benchmark: pip install pytest-benchmark") >= 2


def test_help_names_the_options(run_pytest):
    printed = run_pytest("", "--help").stdout
    for option in ("--xbench-baseline=PATH", "--xbench-update-baseline", "--xbench-base-python=PYTHON",
                   "--xbench-base-model=MODEL", "--xbench-rounds=N"):  # fmt: skip
        assert option in printed


def test_the_plugin_costs_nothing_where_it_is_not_used():
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport xbench.regression.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["xbench", "xbench.regression", "xbench.regression.plugin"]
