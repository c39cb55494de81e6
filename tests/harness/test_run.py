"""Runs from data to records, with tiny models."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xbench
from tiny_models import LANGUAGES, make_checkpoint
from xbench.errors import EnvironmentFault, InputError
from xbench.exporters.precision import settle_precision
from xbench.exporters.system import resolve
from xbench.harness.evaluator import Evaluator
from xbench.harness.plan import make_plan
from xbench.harness.progress import Silence
from xbench.harness.run import data_source, run
from xbench.harness.settings import RunSettings
from xbench.results.store import Store, read_predictions

TASKS = ("xnli", "xcopa", "udpos", "xquad", "tatoeba")


def settings(tiny_system, mini_data, cache, tmp_path, **changes) -> RunSettings:
    given = {"model": str(tiny_system), "data_dir": mini_data, "output": tmp_path / "out", "cache": cache, **changes}
    return RunSettings(**given)


@pytest.fixture(scope="module")
def results(tiny_system, mini_data, cache, tmp_path_factory):
    """The mini suite, with both backends."""
    root = tmp_path_factory.mktemp("results")
    found = {}
    for backend in ("onnx", "torch"):
        found[backend] = run(
            settings(
                tiny_system,
                mini_data,
                cache,
                root,
                suite="mini",
                languages=LANGUAGES,
                backend=backend,
                output=root / backend,
                device="cpu",
            )
        )
    return found


def test_every_unit_has_its_files(results):
    result = results["onnx"]
    assert result.exit_code == 0
    assert {(record.task, record.language) for record in result.records} == {
        (task, language) for task in TASKS for language in LANGUAGES if (task, language) != ("tatoeba", "en")
    }
    root = result.store.root / "tiny"
    assert (root / "system.json").is_file()
    for record in result.records:
        assert (root / record.task / f"{record.language}.json").is_file()
        predictions = read_predictions(root / record.task / f"{record.language}.parquet")
        assert len(predictions["id"]) == record.examples == 48
        assert (root / "runs" / f"{record.run}.json").is_file()
    account = json.loads((root / "runs" / f"{record.run}.json").read_text())
    assert account["status"] == "completed"
    assert len(account["parity"]) == len(TASKS)


def test_score_names(results):
    names = {record.task: set(record.scores) for record in results["onnx"].records}
    assert names["xnli"] == names["xcopa"] == names["tatoeba"] == {"accuracy"}
    assert names["xquad"] == {"exact_match", "f1"}
    assert "f1" in names["udpos"]
    assert all(0 <= score <= 100 for record in results["onnx"].records for score in record.scores.values())


def test_scores_are_those_of_the_stored_predictions(results):
    for record in results["onnx"].records:
        rows = read_predictions(
            results["onnx"].store.record_path("tiny", record.task, record.language).with_suffix(".parquet")
        )
        if record.task in ("xnli", "xcopa"):
            hits = [gold == given for gold, given in zip(rows["gold"], rows["prediction"], strict=True)]
            assert record.scores["accuracy"] == pytest.approx(100 * np.mean(hits))
        if record.task == "tatoeba":
            hits = [given in gold for gold, given in zip(rows["gold"], rows["prediction"], strict=True)]
            assert record.scores["accuracy"] == pytest.approx(100 * np.mean(hits))
        if record.task == "udpos":
            assert [len(gold) for gold in rows["gold"]] == [len(given) for given in rows["prediction"]]


def test_backends_agree(results):
    for ours, reference in zip(results["onnx"].records, results["torch"].records, strict=True):
        assert (ours.task, ours.language) == (reference.task, reference.language)
        assert ours.key.backend != reference.key.backend
        assert ours.key.measurement == reference.key.measurement
        paths = [results[name].store.record_path("tiny", ours.task, ours.language) for name in ("onnx", "torch")]
        left, right = (read_predictions(path.with_suffix(".parquet"))["prediction"] for path in paths)
        same = np.mean([a == b for a, b in zip(left, right, strict=True)])
        assert same >= 0.999, (ours.task, ours.language)
        for name, score in ours.scores.items():
            assert score == pytest.approx(reference.scores[name], abs=0.1)


def test_records_say_what_was_used(results):
    for record in results["onnx"].records:
        assert record.provider == "CPUExecutionProvider"
        assert record.provider_requested == "cpu"
        assert (record.key.layer, record.key.pooling) == ((3, "mean") if record.task == "tatoeba" else (None, None))
        assert "fixture" in record.notice
        timing = record.timing
        assert 0 < timing.tokens <= timing.padded_tokens


def test_a_second_run_computes_nothing_and_a_third_only_what_is_gone(tiny_system, mini_data, cache, tmp_path):
    wanted = settings(tiny_system, mini_data, cache, tmp_path, tasks=("tatoeba", "xnli"), languages=("de", "th"))
    first = run(wanted)
    assert first.reused == 0
    second = run(wanted)
    assert second.reused == len(first.records) == 4
    assert second.records == first.records
    assert second.throughput.sequences == 0
    (tmp_path / "out" / "tiny" / "xnli" / "th.parquet").unlink()
    third = run(wanted)
    assert third.reused == 3
    fresh = [record for record in third.records if record.run != first.records[0].run]
    assert [(record.task, record.language) for record in fresh] == [("xnli", "th")]


@pytest.mark.parametrize(
    "change", [{"layer": 1}, {"pooling": "cls"}, {"limit": 5}, {"backend": "torch"}, {"force": True}]
)
def test_another_measurement_is_not_taken_for_the_stored_one(tiny_system, mini_data, cache, tmp_path, change):
    wanted = {"tasks": ("tatoeba",), "languages": ("de",)}
    first = run(settings(tiny_system, mini_data, cache, tmp_path, **wanted))
    second = run(settings(tiny_system, mini_data, cache, tmp_path, **wanted, **change))
    assert second.reused == 0
    assert second.records[0].run != first.records[0].run


def test_limit(tiny_system, mini_data, cache, tmp_path):
    (record,) = run(
        settings(tiny_system, mini_data, cache, tmp_path, tasks=("tatoeba",), languages=("de",), limit=5)
    ).records
    assert (record.examples, record.limit) == (5, 5)
    assert record.timing.sequences == 5 + 48  # all candidates stay


def test_one_malformed_file_costs_one_unit(tiny_system, mini_data, cache, tmp_path):
    import shutil

    data = tmp_path / "data"
    shutil.copytree(mini_data, data)
    with (data / "xnli" / "test-de.tsv").open("a") as file:
        file.write("only one field\r\n")
    result = run(settings(tiny_system, data, cache, tmp_path, tasks=("xnli",)))
    assert [record.language for record in result.records] == ["de", "en", "th"][1:]
    (error,) = result.errors
    assert "test-de.tsv:49:" in str(error)
    assert result.exit_code == 2
    with pytest.raises(InputError, match=r"test-de\.tsv:49"):
        xbench.evaluate(tiny_system, tasks=["xnli"], data_dir=data, output=tmp_path / "o", cache=cache)


def test_python_interface(tiny_system, mini_data, cache, tmp_path):
    records = xbench.evaluate(
        tiny_system, tasks=["tatoeba"], languages=["th"], data_dir=mini_data, output=tmp_path, cache=cache, name="n"
    )
    assert [(record.system, record.task, record.language) for record in records] == [("n", "tatoeba", "th")]
    assert list(Store(tmp_path).records()) == records


def test_single_checkpoint_serves_what_it_fits(tiny_system, mini_data, cache, tmp_path):
    result = run(settings(tiny_system, mini_data, cache, tmp_path, model=str(tiny_system / "xnli"), languages=("de",)))
    assert {record.task for record in result.records} == {"xnli", "tatoeba"}
    reasons = {skipped.task: skipped.reason for skipped in result.skipped}
    assert "needs a span head" in reasons["xquad"]


ODD = [
    "",
    " ",
    "x" * 10_000,
    "שלום עולם",
    "ไม่มีช่องว่างระหว่างคำ",
    "a\u200bb\u200d\ufeffc",
    "\U0001f9ff\u0378 ﷽",
    "\u2028line\u2029",
]


def test_odd_text_is_ordinary_input(tiny_system, cache, tmp_path):
    data = tmp_path / "data"
    files = {
        "tatoeba/de-en.de": "\n".join(ODD) + "\n",
        "tatoeba/de-en.en": "\n".join(ODD) + "\n",
        "labels/tatoeba/test-de.tsv": "\n".join(map(str, range(len(ODD)))) + "\n",
        "xnli/test-de.tsv": "".join(f"{text}\t{text}\tneutral\r\n" for text in ODD),
        "udpos/test-de.tsv": "".join(f"{text or '_'}\tNOUN\n\n" for text in ODD) + "a\tVERB\n" * 500 + "\n\n",
        "xquad/xquad.de.json": json.dumps(
            {"data": [{"paragraphs": [
                {"context": text, "qas": [{"id": str(n), "question": text,
                                           "answers": [{"text": text[:3] or "-", "answer_start": 0}]}]}
                for n, text in enumerate(ODD)]}]}
        ),
    }  # fmt: skip
    for name, text in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(text.encode())
    result = run(
        settings(tiny_system, data, cache, tmp_path, tasks=("tatoeba", "xnli", "udpos", "xquad"), languages=("de",))
    )
    assert result.errors == ()
    assert {record.task for record in result.records} == {"tatoeba", "xnli", "udpos", "xquad"}
    tags = read_predictions(tmp_path / "out" / "tiny" / "udpos" / "de.parquet")["prediction"]
    assert len(tags[-2]) == 500  # the words of a long sentence all have their tags
    assert tags[-1] == []


def test_a_device_that_is_not_there(tiny_system, mini_data, cache, tmp_path, monkeypatch):
    from xbench.exporters import session

    gpus = session.gpu_count()
    monkeypatch.setattr(session, "gpu_count", lambda: 0)
    with pytest.raises(EnvironmentFault, match="CUDAExecutionProvider was asked for, but there is no NVIDIA GPU"):
        run(settings(tiny_system, mini_data, cache, tmp_path, tasks=("tatoeba",), device="cuda"))
    assert not list((tmp_path / "out").glob("*/tatoeba/*"))
    if gpus:
        pytest.skip("there is a GPU, so a silent fall-back cannot be provoked")
    # A runtime that would fall back silently is caught after the session was opened, too.
    monkeypatch.setattr(session, "gpu_count", lambda: 1)
    with pytest.raises(EnvironmentFault, match="CUDAExecutionProvider was asked for"):
        run(settings(tiny_system, mini_data, cache, tmp_path, tasks=("tatoeba",), device="cuda"))


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "XBENCH_CACHE": str(cache)}


def test_a_run_with_cached_exports_imports_no_torch(results, tiny_system, mini_data, cache, tmp_path):
    code = """
import sys
from xbench.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0, end.code
heavy = {"torch", "transformers", "datasets", "optimum", "onnx", "sklearn", "pandas"} & set(sys.modules)
assert not heavy, heavy
assert "onnxruntime" in sys.modules
"""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "run",
            "-m",
            tiny_system,
            "--data-dir",
            mini_data,
            "-o",
            tmp_path / "out",
            "-s",
            "mini",
        ],
        env=environment(cache),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").glob("tiny/*/*.parquet"))) == 5 * len(LANGUAGES) - 1


def test_killed_half_way_and_started_again(results, tiny_system, mini_data, cache, tmp_path):
    """kill -9 while records appear: what is there is whole, and the next run does the rest."""
    command = [
        sys.executable, "-m", "xbench", "run", "-m", str(tiny_system), "--data-dir", str(mini_data),
        "-o", str(tmp_path / "out"), "-s", "mini", "--batch-tokens", "64", "--threads", "1",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment(cache), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    root = tmp_path / "out" / "tiny"
    deadline = time.monotonic() + 60
    while len(list(root.glob("*/*.parquet"))) < 3 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = list(Store(tmp_path / "out").records())
    assert all(len(read_predictions(root / r.task / f"{r.language}.parquet")["id"]) == 48 for r in kept)
    result = run(settings(tiny_system, mini_data, cache, tmp_path, suite="mini"))
    assert result.reused == len(kept)
    assert len(result.records) == 5 * len(LANGUAGES) - 1
    assert len(kept) < len(result.records)


def test_hub_id_from_the_local_hub_cache(mini_data, cache, tmp_path):
    """A model reference by id, served offline from a cache in the hub's own layout."""
    repository = tmp_path / "hub" / "models--team--tiny"
    make_checkpoint(repository / "snapshots" / ("0" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    command = [
        sys.executable, "-m", "xbench", "run", "-m", "team/tiny", "--offline", "--data-dir", str(mini_data),
        "-t", "tatoeba", "-o", str(tmp_path / "out"),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        env={**environment(cache), "HF_HUB_CACHE": str(tmp_path / "hub")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "team__tiny" / "tatoeba" / "de.json").is_file()


def embeddings(given: RunSettings) -> dict[str, np.ndarray]:
    """The vectors of a run's only unit."""
    system, source = resolve(given.model), data_source(given)
    (unit,) = make_plan(given, system, source, settle_precision(given.precision, "onnx", "cpu")).units
    evaluator = Evaluator(given, system.name, source, Store(given.output), "run", "cpu", Silence())
    prepared = evaluator.start(evaluator.prepare(unit))
    outputs = prepared.inference.outputs()["embedding"]
    evaluator.close()
    return outputs


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_deterministic_runs_are_bit_equal_whatever_the_batches(precision, tiny_system, mini_data, cache, tmp_path):
    given = {"tasks": ("tatoeba",), "languages": ("de",), "precision": precision, "force": True, "device": "cpu"}
    found = [
        embeddings(settings(tiny_system, mini_data, cache, tmp_path, **given, **how))
        for how in (
            {"deterministic": True, "batch_tokens": 64, "threads": 1},
            {"deterministic": True, "batch_tokens": 900, "threads": 2},
            {"batch_tokens": 900},
        )
    ]
    assert np.array_equal(found[0], found[1])
    np.testing.assert_allclose(found[2], found[0], atol=1e-3 if precision == "fp32" else 1.0)
    if precision == "int8":  # its scale is that of the batch, so what shares one is seen
        assert not np.array_equal(found[2], found[0])


def test_precision_and_budget_stand_in_the_record(tiny_system, mini_data, cache, tmp_path):
    given = {"tasks": ("tatoeba",), "languages": ("de",), "device": "cpu", "output": tmp_path / "out"}
    first = run(settings(tiny_system, mini_data, cache, tmp_path, precision="int8", batch_tokens=300, **given))
    (record,) = first.records
    assert record.key.precision == settle_precision("int8", "onnx", "cpu")
    assert record.timing.batch_tokens == 300
    assert 0 <= record.timing.tokenise_start <= record.timing.infer_start <= record.timing.decode_start
    assert run(settings(tiny_system, mini_data, cache, tmp_path, precision="int8", **given)).reused == 1
    # Other arithmetic is another measurement.
    assert run(settings(tiny_system, mini_data, cache, tmp_path, **given)).reused == 0
