"""A training that is killed goes on, and ends with the weights of one that was not."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# Runs `xbench train`, and kills its own process with SIGKILL once a part has made so many updates.
KILLED = """
import os, signal, sys
from xbench.cli.main import main
from xbench.training.progress import TrainingBar

class Deadly(TrainingBar):
    def begin(self, title, steps, done):
        self.title, self.done = title, done
        print("begins", title, done, flush=True)
    def advance(self, steps):
        self.done += steps
        if sys.argv[1] in self.title and self.done == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

import xbench.training.progress
xbench.training.progress.TrainingBar = Deadly
main(sys.argv[3:])
"""

BOOK = """
[default]
learning_rate = 2e-3
batch_size = 4
accumulation = 2
steps = 9
evaluate_every = 2
select = "best"
dev_limit = 30
limit = 40
"""


@pytest.fixture
def command(tmp_path, mini_data, ask):
    data = tmp_path / "data"
    data.mkdir()
    for folder in ("xnli", "udpos", "squad"):
        (data / folder).symlink_to(mini_data / folder)
    (data / "mlm").mkdir()
    (data / "mlm" / "de.txt").write_bytes((mini_data / "parallel" / "train.de").read_bytes())
    base = ask(BOOK).base.directory
    return [
        *("train", "-m", str(base), "--intermediate", "mnli,squad", "--mlm", "de", "--mlm-share", "0.3"),
        *("--target", "udpos", "--data-dir", str(data), "--recipes", str(tmp_path / "book.toml")),
    ]


def run(command, output: Path, cache: Path, part: str = "-", step: int = 0) -> tuple[int, list[str]]:
    """Exit code, and the lines that tell where trainings began."""
    # The libraries are compiled once for all of these processes, also where nothing may be written beside them.
    compiled = {"PYTHONPYCACHEPREFIX": str(cache / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    environment = os.environ | compiled | {"XBENCH_CACHE": str(cache), "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, part, str(step), *command, "-o", str(output)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode, [line for line in ended.stdout.splitlines() if line.startswith("begins")]


def weights(output: Path) -> dict[str, str]:
    return {
        part: hashlib.sha256((output / part / "model.safetensors").read_bytes()).hexdigest()
        for part in ("encoder", "udpos")
    }


def test_killed_in_both_phases_it_ends_with_the_same_weights(tmp_path, cache, command):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert run(command, whole, cache)[0] == 0
    assert run(command, broken, cache, "phase 1", 5)[0] == -signal.SIGKILL
    assert not (broken / "encoder").exists()
    stage = broken / ".training" / "encoder" / "attempt-1" / "stage-1"
    # What a kill within a save leaves: no account of the Trainer, or half of one.
    for name, account in (("checkpoint-98", None), ("checkpoint-99", '{"global_step": 99, "best')):
        (stage / name).mkdir()
        (stage / name / "pytorch_model.bin").write_bytes(b"half")
        if account:
            (stage / name / "trainer_state.json").write_text(account)
    code, begun = run(command, broken, cache, "phase 2", 7)
    assert code == -signal.SIGKILL
    assert begun == ["begins phase 1, mnli, squad 4", "begins phase 2, udpos 0"]
    assert not (broken / "udpos").exists()
    code, begun = run(command, broken, cache)
    assert code == 0
    assert begun == ["begins phase 2, udpos 6"]
    assert weights(broken) == weights(whole)
    assert not (broken / ".training").exists()
