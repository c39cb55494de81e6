"""The whole comparison on a tiny model and a few examples, with the peers that need no more than xbench does."""

import json
import sys
from pathlib import Path

import pytest
from xbench.benchmarks import __main__ as comparison
from xbench.benchmarks import suite
from xbench.benchmarks.peers.process import PeerFailed, PeerProcess
from xbench.benchmarks.workloads import PEERS, Subject


def test_ends_with_a_table_and_equal_results(monkeypatch, mini_data, cache, tmp_path, capsys):
    monkeypatch.setenv("XBENCH_CACHE", str(cache))
    monkeypatch.setattr(comparison, "LABELLED", (Subject("udpos"), Subject("xquad", weight=0.1), Subject("panx")))
    monkeypatch.setattr(suite, "RETRIEVAL_PEERS", ("reference", "nobody"))
    path = tmp_path / "raw.json"
    options = ["--data-dir", mini_data, "--work", tmp_path / "work", "--peer-python", sys.executable, "--json", path]
    assert comparison.main([*map(str, options), "--quick", "--only", "a,c"]) == 0
    printed = capsys.readouterr().out
    raw = json.loads(path.read_text())
    assert {race["task"] for race in raw["races"]} == {"tatoeba", "udpos", "xquad"}
    assert "left out: tiny, panx: no test data of panx with gold labels" in printed
    agreements = {(race["task"], peer): a for race in raw["races"] for peer, a in race["agreements"]["xbench"].items()}
    assert set(agreements) == {("tatoeba", "reference"), ("udpos", "trainer"), ("xquad", "trainer")}
    for found in agreements.values():
        assert found["matched"] == found["sequences"] > 0
        assert found["equal"] == found["decisions"] > 0
    assert raw["races"][0]["absent"] == {"nobody": "nobody: KeyError: 'nobody'"}
    assert "not available: sentence-transformers, ONNX: not asked" in printed


@pytest.mark.parametrize(
    ("options", "complaint"),
    [(["--only", "a,z"], "--only a,z: name some of a,b,c,d,e"), (["--models", "large"], "unknown model 'large'")],
)
def test_wrong_options_are_named(options, complaint, mini_data, tmp_path, capsys):
    given = ["--data-dir", str(mini_data), "--work", str(tmp_path), "--peer-python", sys.executable, *options]
    assert comparison.main(given) == 2
    assert complaint in capsys.readouterr().err


def test_a_peer_that_does_not_load_says_why(tmp_path):
    peer = PeerProcess(Path(sys.executable), {"peer": "nobody", "examples": {}}, tmp_path)
    with pytest.raises(PeerFailed, match="nobody: KeyError: 'nobody'"), peer:
        pass


def test_the_worker_knows_the_peers():
    from xbench.benchmarks.peers import worker

    assert set(worker.PEERS) == set(PEERS)
