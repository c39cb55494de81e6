"""Two processes, as torchrun starts them, train as one that accumulates twice as many batches."""

import json
import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from xbench.tasks.sources import DirectorySource
from xbench.training.phases import train_system

BOOK = "[default]\nlearning_rate = 2e-3\nbatch_size = 4\nsteps = 4\nlimit = 30\n"


def test_two_processes_are_twice_the_accumulation(ask, tmp_path, mini_data, cache):
    request = ask(BOOK, "one", intermediate=("mnli", "squad"), changes={"accumulation": 2})
    config = request.base.directory / "config.json"
    # Without dropout, whose numbers each process draws for itself.
    settings = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config.write_text(json.dumps(json.loads(config.read_text()) | settings))
    request = ask(BOOK, "one", intermediate=("mnli", "squad"), changes={"accumulation": 2})
    one = train_system(request, DirectorySource(mini_data))
    environment = os.environ | {"XBENCH_CACHE": str(cache), "OMP_NUM_THREADS": "1"}
    command = (
        f"-m torch.distributed.run --standalone --nproc-per-node 2 -m xbench train -m {request.base.directory}"
        f" --intermediate mnli,squad --target udpos --data-dir {mini_data} --recipes {tmp_path / 'book.toml'}"
        f" -o {tmp_path / 'two'}"
    )
    ended = subprocess.run(
        [sys.executable, *command.split()], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("next: ") == 1
    account = json.loads((tmp_path / "two" / "training.json").read_text())
    assert account["parts"]["udpos"]["stages"][0]["processes"] == 2
    assert not (tmp_path / "two" / ".training").exists()
    for part in ("encoder", "udpos"):
        alone, shared = (load_file(tmp_path / name / part / "model.safetensors") for name in ("one", "two"))
        assert all(torch.allclose(alone[name], shared[name], atol=1e-5) for name in alone)
    assert account["parts"]["udpos"]["stages"][0]["dev_scores"]["udpos"] == pytest.approx(
        one.parts["udpos"].dev_scores["udpos"]
    )
