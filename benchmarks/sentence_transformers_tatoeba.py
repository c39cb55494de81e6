"""Tatoeba by `xbench run` against sentence-transformers' own ONNX backend: same model, same sentences, one machine.

Rounds are interleaved. xbench is timed as a whole process, from the command to its end, its export being cached;
sentence-transformers only while it encodes, after loading and warming up, in both ways people use it: all sentences in
one call, and one call a file. Accuracies of both are compared, so that nobody is fast by being wrong.

    python benchmarks/sentence_transformers_tatoeba.py --model MODEL --data-dir DIR [--peer-python PYTHON]

`--peer-python` is the interpreter of an environment that has sentence-transformers with its ONNX backend.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

PEER = """
import json, sys, time
import numpy as np
from importlib.metadata import version
from pathlib import Path
from sentence_transformers import SentenceTransformer
model_path, data, way, languages = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4].split(",")
model = SentenceTransformer(model_path, backend="onnx", device="cpu", model_kwargs={"provider": "CPUExecutionProvider"})
model.encode(["warm up"] * 64)
def lines(path): return path.read_text(encoding="utf-8").split("\\n")[:-1]
files = [(l, side, lines(data / f"tatoeba/{l}-en.{side}")) for l in languages for side in (l, "en")]
start = time.perf_counter()
if way == "one call":
    whole = model.encode([text for _, _, texts in files for text in texts])
    bounds = np.cumsum([0] + [len(texts) for _, _, texts in files])
    vectors = {(l, s): whole[a:b] for (l, s, _), a, b in zip(files, bounds, bounds[1:])}
else:
    vectors = {(l, s): model.encode(texts) for l, s, texts in files}
seconds = time.perf_counter() - start
accuracy = {}
for l in languages:
    gold = np.array([int(x) for x in lines(data / f"labels/tatoeba/test-{l}.tsv")])
    unit = {s: v / np.linalg.norm(v, axis=1, keepdims=True) for (m, s), v in vectors.items() if m == l}
    accuracy[l] = float(100 * ((unit["en"] @ unit[l].T).argmax(1) == gold).mean())
print(json.dumps({"seconds": seconds, "accuracy": accuracy,
                  "versions": {p: version(p) for p in ("sentence-transformers", "torch", "transformers")}}))
"""
WAYS = ("one call", "a call a file")


def run_peer(arguments: argparse.Namespace, way: str, languages: list[str]) -> dict:
    command = [arguments.peer_python, "-c", PEER, arguments.model, str(arguments.data_dir), way, ",".join(languages)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def run_xbench(arguments: argparse.Namespace, languages: list[str], output: Path) -> dict:
    command = [sys.executable, "-m", "xbench", "run", "-m", arguments.model, "-t", "tatoeba", "-l", ",".join(languages)]
    command += ["--data-dir", str(arguments.data_dir), "-o", str(output), "--device", "cpu", "--force", "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    content = json.loads(done.stdout)
    accuracy = {record["language"]: record["scores"]["accuracy"] for record in content["records"]}
    return {"seconds": seconds, "accuracy": accuracy, "sequences": content["sequences"], "tokens": content["tokens"]}


def measure(arguments: argparse.Namespace) -> dict:
    found = sorted(path.name.split("-")[0] for path in arguments.data_dir.glob("tatoeba/*-en.en"))
    languages = [code for code in arguments.languages.split(",") if code] or found
    rounds = []
    with tempfile.TemporaryDirectory() as directory:
        run_xbench(arguments, languages[:1], Path(directory))  # exports, if the cache has none
        for number in range(arguments.rounds):
            row = {"xbench": run_xbench(arguments, languages, Path(directory))}
            row |= {way: run_peer(arguments, way, languages) for way in WAYS}
            rounds.append(row)
            print(
                f"round {number + 1}: " + ", ".join(f"{name} {row[name]['seconds']:.1f} s" for name in row), flush=True
            )
    return {
        "machine": {"processor": _processor(), "cpus": len(os.sched_getaffinity(0)), "system": platform.platform()},
        "python": platform.python_version(),
        "versions": {p: version(p) for p in ("xbench", "onnxruntime-gpu", "tokenizers", "numpy")},
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "languages": languages,
        "rounds": rounds,
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))


def table(result: dict) -> str:
    rounds = result["rounds"]
    sequences = rounds[0]["xbench"]["sequences"]
    gap = max(
        abs(row["xbench"]["accuracy"][code] - row[way]["accuracy"][code])
        for row in rounds for way in WAYS for code in result["languages"]
    )  # fmt: skip
    lines = ["| | seconds (median) | sentences/s | xbench is faster by (each round) |", "| --- | --- | --- | --- |"]
    for name in ("xbench", *WAYS):
        seconds = statistics.median(row[name]["seconds"] for row in rounds)
        ratios = " ".join(f"{row[name]['seconds'] / row['xbench']['seconds']:.2f}" for row in rounds)
        label = (
            "`xbench run`, whole process" if name == "xbench" else f"sentence-transformers ONNX, {name}, encoding only"
        )
        lines.append(f"| {label} | {seconds:.1f} | {sequences / seconds:,.0f} | {ratios} |")
    lines.append(
        f"\n{sequences:,} sentences, {len(result['languages'])} languages; largest difference of an accuracy {gap:.2f}"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--languages", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measure(arguments)
    print(table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
