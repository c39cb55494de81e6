"""The fixture `xbench_base_head`, with interpreters that are scripts: results and times are those we say."""

import json
import sys
from pathlib import Path

import pytest

CODE = """
import sys
sys.executable = {head!r}

def test_it(xbench_base_head):
    xbench_base_head("model", tasks=["udpos"], {more})
"""


@pytest.fixture
def against(run_pytest, tmp_path):
    """Hold (results, seconds) of head against those of base; what pytest printed, after a check of its exit code."""

    def interpreter(name: str, results: Path, seconds: float) -> str:
        path = tmp_path / name
        path.write_text(
            f"#!{sys.executable}\n"
            "import json, shutil, sys\n"
            "if '-c' in sys.argv:\n"
            f"    sys.exit(print('0.1.0 in {name}'))\n"
            f"open({str(tmp_path / 'calls')!r}, 'a').write({name!r} + ' ' + ' '.join(sys.argv[1:]) + '\\n')\n"
            f"shutil.copytree({str(results)!r}, sys.argv[sys.argv.index('--output') + 1], dirs_exist_ok=True)\n"
            f"print(json.dumps({{'seconds': {seconds}}}))\n"
        )
        path.chmod(0o755)
        return str(path)

    def call(base, head, *arguments, more="", code=0):
        given = ("--xbench-base-python", interpreter("base", *base), "--xbench-rounds", 4, *arguments)
        done = run_pytest(CODE.format(head=interpreter("head", *head), more=more), *given)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return call


def calls(tmp_path) -> list[str]:
    # pytest-benchmark too starts the interpreter, to ask what processor this is.
    lines = (tmp_path / "calls").read_text().splitlines()
    return [line.split()[0] for line in lines if " -m xbench run " in line]


def test_no_difference_is_no_alarm(against, results, tmp_path):
    printed = against((results["good"], 1.0), (results["good"], 1.1), "--benchmark-json", "noted.json")
    assert "test_it: head takes 1.10 x the time of base" in printed
    assert "0 of 4 scores changed, 0 regressed" in printed
    # A round that does not count, then four; each begins with the side that the one before has ended with.
    assert calls(tmp_path) == ["base", "head"] + ["base", "head", "head", "base"] * 2
    (found,) = json.loads((tmp_path / "noted.json").read_text())["benchmarks"]
    noted = found["extra_info"]
    assert (noted["base"], noted["head"]) == ("0.1.0 in base", "0.1.0 in head")
    assert (noted["base_seconds"], noted["head_seconds"]) == ([1.0] * 4, [1.1] * 4)
    assert noted["speed"]["ratio"] == pytest.approx(1.1)
    assert (noted["speed"]["slower"], noted["score_changes"]) == (False, [])


def test_a_slower_head_fails(against, results):
    printed = against((results["good"], 1.0), (results["good"], 1.5), code=1)
    assert "head is worse than base:" in printed
    assert "slower: head takes 1.50 x the time of base (medians 1.5 s and 1 s of 4 rounds" in printed
    assert "dropped" not in printed
    assert "1 passed" in against((results["good"], 1.0), (results["good"], 1.5), more="slowdown=1.6")


def test_lower_scores_fail_and_all_is_told_at_once(against, results):
    printed = against((results["good"], 1.0), (results["bad"], 2.0), code=1)
    assert "slower: head takes 2.00 x" in printed
    rows = [line.removeprefix("E").split() for line in printed.splitlines()]
    rows = [row for row in rows if row[:1] == ["udpos"]]
    assert {row[1] for row in rows} == {"en", "de", "th", "mean"}
    assert all(row[2] == "100.00" and float(row[5]) < 0.01 for row in rows)
    assert "1 passed" in against((results["bad"], 1.0), (results["good"], 1.0))  # better is no alarm


def test_a_language_that_is_no_longer_measured_fails_and_a_new_one_does_not(against, results):
    printed = against((results["good"], 1.0), (results["partial"], 1.0), code=1)
    assert "not measured any more: udpos th (no record)" in printed
    assert "1 passed" in against((results["partial"], 1.0), (results["good"], 1.0))


def test_without_timing_scores_are_compared_all_the_same(against, results, tmp_path):
    printed = against((results["good"], 1.0), (results["bad"], 9.0), "--benchmark-disable", code=1)
    assert "scores dropped:" in printed
    assert "slower" not in printed
    assert calls(tmp_path) == ["base", "head"]


def test_too_few_rounds_are_refused_before_they_are_run(against, results, tmp_path):
    printed = against((results["good"], 1.0), (results["good"], 1.0), "--xbench-rounds", 3, code=1)
    assert "xbench: 3 rounds can never be significant at 0.05: at least 4 are needed" in printed
    assert not (tmp_path / "calls").exists()


def test_the_base_model_is_that_of_base_alone(against, results, tmp_path):
    options = ("--xbench-base-model", "old-model", "--benchmark-disable")
    against((results["good"], 1.0), (results["good"], 1.0), *options, more="limit=5")
    models = {
        line.split()[0]: line.split(" --model ")[1].split()[0] for line in (tmp_path / "calls").read_text().splitlines()
    }
    assert models == {"base": "old-model", "head": "model"}
    assert (tmp_path / "calls").read_text().count("--task udpos --limit 5") == 2


def test_without_a_base_it_is_skipped(run_pytest):
    done = run_pytest(CODE.format(head=sys.executable, more=""), "-rs")
    assert "1 skipped" in done.stdout
    assert "no base to compare with: give --xbench-base-python or --xbench-base-model" in done.stdout
