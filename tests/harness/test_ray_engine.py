"""Runs on a real Ray cluster of two nodes on this machine: the local engine's records, whoever dies on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_models import LANGUAGES
from xbench.cli.main import main
from xbench.errors import EnvironmentFault, InputError
from xbench.harness.engines import ray_cluster, ray_crew
from xbench.harness.engines.ray import RayEngine
from xbench.harness.progress import Silence
from xbench.harness.run import RunResult, run
from xbench.harness.settings import RunSettings
from xbench.results.store import Store, read_predictions
from xbench.tasks import suites
from xbench.tasks.kinds.classification import Classification

# As the engine does before it imports Ray.
os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
ray = pytest.importorskip("ray", reason="Ray is not installed")
UNITS = 5 * len(LANGUAGES) - 1


@pytest.fixture(scope="module")
def cluster():
    """Two nodes of one CPU each, which notice within seconds that one is gone."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        patch.delenv("RAY_ADDRESS", raising=False)
        quickly = {"health_check_period_ms": 500, "health_check_failure_threshold": 4}
        node = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 100_000_000}
        cluster = Cluster(initialize_head=True, head_node_args={**node, "_system_config": quickly})
        cluster.add_node(**node)
        yield cluster
        cluster.shutdown()


def settings(tiny_system, mini_data, cache, output, **changes) -> RunSettings:
    given = {"model": str(tiny_system), "data_dir": mini_data, "cache": cache, "suite": "mini", "device": "cpu"}
    return RunSettings(**{**given, "languages": LANGUAGES, "output": output, **changes})


@pytest.fixture(scope="module")
def local(tiny_system, mini_data, cache, tmp_path_factory) -> RunResult:
    """The mini suite by the local engine."""
    return run(settings(tiny_system, mini_data, cache, tmp_path_factory.mktemp("local"), threads=1))


@pytest.fixture
def engine(cluster) -> RayEngine:
    return RayEngine(cluster.address)


@pytest.fixture
def evaluate(engine, tiny_system, mini_data, cache, tmp_path):
    def evaluate(progress=None, **changes) -> RunResult:
        return run(settings(tiny_system, mini_data, cache, tmp_path / "out", **changes), progress, engine)

    return evaluate


def account(result: RunResult) -> dict:
    """That of the newest run."""
    path = max((result.store.root / result.system / "runs").glob("*.json"))
    return json.loads(path.read_text(encoding="utf-8"))


def same(result: RunResult, expected: RunResult) -> None:
    """Equal records but for time and run, equal predictions, in the same order."""

    def content(of: RunResult) -> list:
        return [record.model_dump(exclude={"timing", "run", "created"}) for record in of.records]

    def predictions(of: RunResult) -> list:
        paths = [of.store.record_path(record.system, record.task, record.language) for record in of.records]
        return [read_predictions(path.with_suffix(".parquet")) for path in paths]

    assert result.errors == ()
    assert content(result) == content(expected)
    assert predictions(result) == predictions(expected)
    counts = [[record.timing.sequences for record in of.records] for of in (result, expected)]
    assert counts[0] == counts[1]


class Killer(Silence):
    """Calls `kill` once, when the first unit has ended and others are with the workers."""

    def __init__(self, kill) -> None:
        self.kill = kill
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def finish(self, unit: str) -> None:
        if self.kill:
            kill, self.kill = self.kill, None
            kill()


def test_the_local_engines_records(evaluate, local, capfd):
    result = evaluate()
    same(result, local)
    assert len(result.records) == UNITS
    engine = account(result)["engine"]
    assert engine["name"] == "ray"
    workers = engine["workers"]
    assert len({worker["node"] for worker in workers}) == len({worker["pid"] for worker in workers}) == 2
    assert sum(worker["units"] for worker in workers) == UNITS
    assert [(worker["device"], worker["cpus"], worker["restarts"]) for worker in workers] == [("cpu", 1, 0)] * 2
    assert result.parity == local.parity
    assert not ray.is_initialized()
    # What is stored is not computed again, on whichever engine it was.
    again = evaluate()
    assert again.reused == UNITS
    assert again.records == result.records
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_worker_is_killed(evaluate, engine, local, capfd):
    killed = []

    def kill() -> None:
        killed.extend(worker["pid"] for worker in engine.account()["workers"] if worker["units"])
        os.kill(killed[0], signal.SIGKILL)

    progress = Killer(kill)
    result = evaluate(progress)
    same(result, local)
    assert len(killed) == 1
    assert any("was lost; what it held will be computed again" in note for note in progress.notes)
    workers = account(result)["engine"]["workers"]
    assert sorted(worker["restarts"] for worker in workers) == [0, 1]
    assert killed[0] not in {worker["pid"] for worker in workers}
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_node_is_lost(cluster, evaluate, engine, local):
    """A third node goes down with its worker."""
    node = cluster.add_node(num_cpus=1, include_dashboard=False, object_store_memory=100_000_000)
    progress = Killer(lambda: cluster.remove_node(node, allow_graceful=False))
    result = evaluate(progress)
    same(result, local)
    workers = {worker["node"]: worker for worker in account(result)["engine"]["workers"]}
    assert sum(worker["units"] for worker in workers.values()) == UNITS
    assert len(workers) == 3
    # Whatever it had done by then counts; the rest was done by others.
    assert workers[node.node_id]["units"] < UNITS


class Lethal(Classification):
    """Kills the process that decodes Thai."""

    def decode(self, task, language, *rest):
        if language == "th":
            os._exit(1)
        return super().decode(task, language, *rest)


def test_a_unit_that_kills_its_workers_fails_alone(evaluate, local, monkeypatch):
    from ray import cloudpickle

    # Workers cannot import this module: its classes travel as they are.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setitem(suites.TASKS, "xnli", replace(suites.TASKS["xnli"], kind=Lethal()))
    result = evaluate()
    (error,) = result.errors
    assert str(error).startswith("xnli/th failed: 3 workers died over it")
    assert result.exit_code == 1
    scores = {(record.task, record.language): record.scores for record in local.records}
    del scores["xnli", "th"]
    assert {(record.task, record.language): record.scores for record in result.records} == scores
    assert list(Store(result.store.root).records()) == sorted(result.records, key=lambda r: (r.task, r.language))
    # The last to die has a successor only if units are left.
    assert sum(worker["restarts"] for worker in account(result)["engine"]["workers"]) in (2, 3)


class Faulty(Classification):
    """Finds, on German, that the machine cannot go on."""

    def decode(self, task, language, *rest):
        if language == "de":
            raise EnvironmentFault("the disk is on fire")
        return super().decode(task, language, *rest)


def test_a_fault_of_a_machine_ends_the_run(evaluate, tmp_path, monkeypatch):
    from ray import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setitem(suites.TASKS, "xnli", replace(suites.TASKS["xnli"], kind=Faulty()))
    with pytest.raises(EnvironmentFault, match="the disk is on fire"):
        evaluate(tasks=("xnli",))
    (path,) = (tmp_path / "out" / "tiny" / "runs").glob("*.json")
    assert json.loads(path.read_text())["status"] == "interrupted"
    assert not ray.is_initialized()


def test_a_malformed_file_costs_one_unit(evaluate, mini_data, tmp_path, monkeypatch):
    data = tmp_path / "data"
    shutil.copytree(mini_data, data)
    with (data / "xnli" / "test-de.tsv").open("a") as file:
        file.write("only one field\r\n")
    monkeypatch.setattr(ray_crew, "_PATIENCE_SECONDS", 0)
    progress = Killer(None)
    result = evaluate(progress, tasks=("xnli",), data_dir=data)
    assert progress.notes == ["waiting for CPUs or GPUs of the Ray cluster that others hold"]
    assert [record.language for record in result.records] == ["en", "th"]
    (error,) = result.errors
    assert "test-de.tsv:49:" in str(error)
    assert result.exit_code == 2


@pytest.fixture
def blind(tmp_path_factory):
    """A cluster whose one node with a CPU sees none of the tests' files: its head's address, and that node's cache."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("this process may not hide directories from another (unshare -m)")
    from ray.cluster_utils import Cluster

    store = 100_000_000
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as own_cache:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": store}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        script = (
            f"mount -t tmpfs none '{tmp_path_factory.getbasetemp()}' && exec '{sys.executable}' -m ray.scripts.scripts"
            f" start --block --address={cluster.address} --num-cpus=1 --object-store-memory={store}"
        )
        node = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script],
            env={**os.environ, "XBENCH_CACHE": own_cache},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_nodes(cluster.address, 2)
        yield cluster.address, Path(own_cache)
        node.terminate()
        node.wait()
        cluster.shutdown()


def wait_for_nodes(address: str, count: int) -> None:
    """Until so many nodes have joined."""
    ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    deadline = time.monotonic() + 60
    while sum(node["Alive"] for node in ray.nodes()) < count and time.monotonic() < deadline:
        time.sleep(0.2)
    ray.shutdown()


def test_a_node_without_the_files(blind, local, tiny_system, mini_data, cache, tmp_path):
    """Exports and data come to it through the object store; records and predictions go back the same way."""
    address, own_cache = blind
    result = run(settings(tiny_system, mini_data, cache, tmp_path / "out"), None, RayEngine(address))
    same(result, local)
    assert len(list((own_cache / "onnx").glob("*/export.json"))) == 5
    torch = settings(tiny_system, mini_data, cache, tmp_path / "torch", backend="torch")
    with pytest.raises(EnvironmentFault, match="needs the checkpoint at the same path on every node"):
        run(torch, None, RayEngine(address))


def test_a_cluster_of_its_own(tiny_system, mini_data, tmp_path, monkeypatch):
    """Without an address one is started, and ends with the run; what was never exported is exported."""
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    wanted = settings(
        tiny_system, mini_data, tmp_path / "cache", tmp_path / "out", tasks=("tatoeba", "xnli"), engine="ray"
    )
    result = run(wanted)
    assert [(record.task, record.language) for record in result.records] == [
        *(("tatoeba", language) for language in LANGUAGES if language != "en"),
        *(("xnli", language) for language in LANGUAGES),
    ]
    assert not ray.is_initialized()
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(EnvironmentFault, match=r"no Ray cluster answers at 127\.0\.0\.1:1: Connection refused"):
        run(wanted)


def test_places_for_workers(monkeypatch):
    """By hand: a head that offers nothing, a node of 8 CPUs and 2 GPUs, one of 4 CPUs, one that is dead."""

    def node(name, alive=True, **resources):
        return {"NodeID": name, "NodeManagerHostname": f"host-{name}", "Alive": alive, "Resources": resources}

    found = [node("head"), node("gpu", CPU=8.0, GPU=2.0), node("cpu", CPU=4.0), node("dead", False, CPU=4.0, GPU=1.0)]
    monkeypatch.setattr(ray, "nodes", lambda: found)
    seat = ray_cluster.Seat
    assert ray_cluster.seats("cpu") == [seat("gpu", "host-gpu", 0, "cpu", 8), seat("cpu", "host-cpu", 0, "cpu", 4)]
    assert ray_cluster.seats("cuda") == [seat("gpu", "host-gpu", number, "cuda", 1) for number in (0, 1)]


class TestAddresses:
    def test_nobody_is_there(self, tiny_system, mini_data, tmp_path, capsys):
        arguments = ["run", "-m", tiny_system, "--data-dir", mini_data, "-o", tmp_path / "out"]
        with pytest.raises(SystemExit) as end:
            main([*map(str, arguments), "--engine", "ray", "--address", "127.0.0.1:1"])
        assert end.value.code == 4
        message = "xbench: no Ray cluster answers at 127.0.0.1:1: Connection refused\n"
        assert capsys.readouterr() == ("", message)
        assert not (tmp_path / "out").exists()

    def test_somebody_else_is_there(self, monkeypatch):
        import socket

        monkeypatch.setattr(ray_cluster, "_PROBE_SECONDS", 3)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with pytest.raises(EnvironmentFault, match=f"what answers at 127.0.0.1:{port} is no Ray cluster"):
                ray_cluster.join(f"127.0.0.1:{port}")

    @pytest.mark.parametrize("address", ["nonsense", "http://127.0.0.1:8265", "ray://127.0.0.1:10001", "host:"])
    def test_no_address(self, address):
        with pytest.raises(InputError, match="is no address of a Ray cluster: say HOST:PORT"):
            ray_cluster.join(address)

    def test_ray_is_not_installed(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "ray", None)
        with pytest.raises(EnvironmentFault, match=r"pip install 'xbench\[ray\]'"):
            ray_cluster.join(None)
