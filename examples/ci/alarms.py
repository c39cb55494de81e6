"""Does the example of this folder alarm when it should, and only then?

Makes the two environments that the workflow makes, one with the code as it is and one with a copy that may be spoiled,
and runs the example's tests in them as the workflow does: some times with both the same, then with a regression planted
in head's speed, in its scores, and in the model. `--work` is emptied first.

    python examples/ci/alarms.py --model MODEL --tasks tatoeba --work DIR [--data-dir DIR] [--repetitions 10]
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xbench
from tabulate import tabulate

EXAMPLE = Path(__file__).resolve().with_name("test_regression.py")

# Appended to the backend: each batch is computed `times` times, which no score shows.
SLOW = """
_once = OnnxBackend.run
def _often(self, batch):
    for _ in range({times} - 1):
        _once(self, batch)
    return _once(self, batch)
OnnxBackend.run = _often
"""
# Appended to the backend: the results of a batch are given to the wrong sequences, which no time shows.
WRONG = """
import numpy
_right = OnnxBackend.run
def _shifted(self, batch):
    return {name: numpy.roll(rows, 1, axis=0) for name, rows in _right(self, batch).items()}
OnnxBackend.run = _shifted
"""


def make_environment(directory: Path, spoiled: str = "") -> Path:
    """The interpreter of a virtual environment with a copy of xbench of its own, `spoiled` appended to its backend.

    All else is what this interpreter has.
    """
    venv.create(directory, symlinks=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(directory), "platbase": str(directory)}))
    (site / "xbench").mkdir()
    for path in Path(xbench.__path__[0]).iterdir():
        if (path / "__init__.py").is_file():
            shutil.copytree(path, site / "xbench" / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.suffix == ".py" and path.name != "setup.py":
            shutil.copy(path, site / "xbench" / path.name)
    (site / "rest.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    with (site / "xbench" / "harness" / "backends" / "onnx.py").open("a", encoding="utf-8") as backend:
        backend.write(spoiled)
    return directory / "bin" / "python"


def spoil_model(model: Path, copy: Path, noise: float) -> Path:
    """A copy of a model with noise on all its matrices, `noise` times as wide as their values are spread."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(model, copy, symlinks=False)
    generator = np.random.default_rng(0)
    for path in copy.rglob("*.safetensors"):
        tensors = load_file(path)
        for name, tensor in tensors.items():
            if tensor.ndim == 2:
                spread = noise * tensor.std()
                tensors[name] = tensor + spread * generator.standard_normal(tensor.shape).astype(tensor.dtype)
        save_file(tensors, path, metadata={"format": "pt"})
    return copy


def run_example(head: Path, base: Path, model: Path, place: Path, arguments: argparse.Namespace, *more: str) -> dict:
    """What the workflow's step does, in `place`: the tests with head's interpreter, held against base's."""
    place.mkdir(parents=True)
    command = [head, "-P", "-m", "pytest", EXAMPLE, "-p", "no:cacheprovider", *more]
    command += ["--xbench-base-python", base, "--xbench-rounds", arguments.rounds]
    command += ["--basetemp", place / "tmp", "--benchmark-json", place / "benchmark.json"]
    settings = {"MODEL": model, "TASKS": arguments.tasks, "SUITE": arguments.suite, "SLOWDOWN": arguments.slowdown}
    settings |= {"DATA_DIR": arguments.data_dir} if arguments.data_dir else {}
    environment = os.environ | {f"XBENCH_CI_{name}": str(value) for name, value in settings.items()}
    started = time.perf_counter()
    done = subprocess.run([*map(str, command)], env=environment, cwd=place, capture_output=True, text=True, check=False)
    (place / "pytest.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode > 1:
        sys.exit(f"pytest could not run, see {place / 'pytest.log'}")
    return {
        "alarm": done.returncode == 1,
        "slower": "slower: head takes" in done.stdout,
        "dropped": "scores dropped:" in done.stdout,
        "seconds": time.perf_counter() - started,
        **against_base(place / "benchmark.json"),
    }


def against_base(path: Path) -> dict:
    """Which base and head were compared, their times, and the largest drop, from what pytest-benchmark has written."""
    tests = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
    (found,) = [test["extra_info"] for test in tests if "speed" in test["extra_info"]]
    drops = [change["drop"] for change in found["score_changes"]]
    return {
        "ratio": found["speed"]["ratio"],
        "p": found["speed"]["p"],
        "largest_drop": max(drops, default=0.0),
        **{name: found[name] for name in ("base", "head", "base_seconds", "head_seconds")},
    }


def run_cases(arguments: argparse.Namespace) -> list[dict]:
    """The clean repetitions and each planted regression, with what was expected of it."""
    work, model = arguments.work.resolve(), arguments.model.resolve()
    shutil.rmtree(work, ignore_errors=True)
    spoiled = {"base": "", "clean": "", "slow": SLOW.format(times=arguments.times), "wrong": WRONG}
    python = {name: make_environment(work / name, text) for name, text in spoiled.items()}
    noisy = spoil_model(model, work / "noisy" / model.name, arguments.noise)
    baseline = ("--xbench-baseline", str(work / "baseline"))

    def case(name: str, expected: str, head: str, model: Path, *more: str) -> dict:
        row = run_example(python[head], python["base"], model, work / "cases" / name, arguments, *more)
        alarms = " and ".join(kind for kind in ("slower", "dropped") if row[kind])
        row = {"case": name, "expected": expected, "alarms": alarms or ("other" if row["alarm"] else "none"), **row}
        print(render([row]), flush=True)
        return row

    rows = [case("store the baseline", "none", "clean", model, *baseline, "--xbench-update-baseline")]
    rows += [case(f"clean {n}", "none", "clean", model, *baseline) for n in range(1, arguments.repetitions + 1)]
    rows += [
        case(f"each batch computed {arguments.times} times", "slower", "slow", model, *baseline),
        case("results of a batch shifted by a row", "dropped", "wrong", model, *baseline),
        case("noise on the weights", "dropped", "clean", noisy, *baseline, "--xbench-base-model", str(model)),
    ]
    return rows


def render(rows: list[dict]) -> str:
    """The table."""
    cells = [
        (
            row["case"], row["expected"], row["alarms"], "yes" if row["alarms"] == row["expected"] else "NO",
            f"{row['ratio']:.2f}", f"{row['p']:.2g}", f"{row['largest_drop']:.1f}", f"{row['seconds']:.0f}",
        )
        for row in rows
    ]  # fmt: skip
    headers = ("case", "expected", "alarms", "as expected", "time head / base", "p", "largest drop", "seconds")
    return tabulate(cells, headers, tablefmt="github", disable_numparse=True)


def main() -> None:
    """Run all cases; exit code 1 if one of them is not as expected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="directory of a model that is good at the tasks")
    parser.add_argument("--tasks", default="tatoeba", help="keys, split by commas")
    parser.add_argument("--suite", default="mini")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="is emptied first")
    parser.add_argument("--repetitions", type=int, default=10, help="clean ones")
    parser.add_argument("--rounds", type=int, default=10, help="of base and head in turns")
    parser.add_argument("--slowdown", type=float, default=1.2, help="ratio from which on the gate alarms")
    parser.add_argument("--times", type=int, default=2, help="how often the slow head computes each batch")
    parser.add_argument("--noise", type=float, default=1.0, help="in standard deviations of each matrix")
    parser.add_argument("--json", type=Path, help="file for the raw numbers")
    arguments = parser.parse_args()
    rows = run_cases(arguments)
    print(f"\n{render(rows)}")
    if arguments.json:
        content = {
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "system": platform.platform(),
            "cpus": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "versions": {p: version(p) for p in ("xbench", "onnxruntime-gpu", "pytest-benchmark", "scipy", "numpy")},
            "settings": {name: str(value) for name, value in vars(arguments).items()},
            "cases": rows,
        }
        arguments.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.exit(any(row["alarms"] != row["expected"] for row in rows))


if __name__ == "__main__":
    main()
