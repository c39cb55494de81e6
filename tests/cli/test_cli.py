"""The command line: exit codes, one line of complaint, nothing half-written."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_models import make_checkpoint
from xbench.cli.main import main
from xbench.results.store import Store


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, cache):
    monkeypatch.setenv("XBENCH_CACHE", str(cache))


@pytest.fixture
def results(tiny_system, mini_data, tmp_path, capsys):
    for name in ("one", "two"):
        assert xbench("run", "-m", tiny_system, "-s", "mini", "-t", "tatoeba,xnli", "-l", "de,th", "--data-dir",
                      mini_data, "-o", tmp_path / "results", "--name", name) == 0  # fmt: skip
    capsys.readouterr()
    return tmp_path / "results"


class TestRun:
    def test_table(self, tiny_system, mini_data, tmp_path, capsys):
        arguments = ("run", "-m", tiny_system, "--data-dir", mini_data, "-t", "tatoeba", "-o", tmp_path / "out")
        assert xbench(*arguments) == 0
        printed = capsys.readouterr().out
        assert "Tatoeba  accuracy" in printed
        assert "padding efficiency" in printed
        assert "fixture" in printed
        assert xbench(*arguments) == 0
        assert "nothing to compute: all 2 records were there" in capsys.readouterr().out

    def test_json(self, tiny_system, mini_data, tmp_path, capsys):
        assert xbench("run", "-m", tiny_system, "--data-dir", mini_data, "-t", "xnli", "-l", "de", "-o",
                      tmp_path / "out", "--json") == 0  # fmt: skip
        content = json.loads(capsys.readouterr().out)
        assert [(record["task"], record["language"]) for record in content["records"]] == [("xnli", "de")]
        assert 0 <= content["records"][0]["scores"]["accuracy"] <= 100

    def test_options_from_the_environment(self, tiny_system, mini_data, tmp_path, monkeypatch):
        for name, value in {"MODEL": tiny_system, "DATA_DIR": mini_data, "TASK": "xnli,tatoeba", "LANGUAGE": "th",
                            "OUTPUT": tmp_path / "out", "NAME": "from-env", "LIMIT": "3"}.items():  # fmt: skip
            monkeypatch.setenv(f"XBENCH_{name}", str(value))
        assert xbench("run") == 0
        records = list(Store(tmp_path / "out").records())
        assert [(r.system, r.task, r.language, r.limit) for r in records] == [
            ("from-env", "tatoeba", "th", 3),
            ("from-env", "xnli", "th", 3),
        ]

    def test_the_mini_suite_needs_no_data(self, tiny_system, tmp_path):
        assert xbench("run", "-m", tiny_system, "-s", "mini", "-t", "tatoeba", "-l", "ka", "-o", tmp_path / "out") == 0


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    assert captured.out == ""
    return lines[0]


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["-t", "tatoba"], "did you mean 'tatoeba'"),
            (["-l", "swahili"], "did you mean 'sw'"),
            (["-s", "xtremer"], "did you mean 'xtreme"),
            (["-t", "panx"], "panx/test-ar.tsv not found"),
            (["-t", "xnli", "-l", "sw"], "xnli/test-sw.tsv not found"),
            (["-t", "tatoeba", "--layer", "9"], "layers 0 (embeddings) to 3, not 9"),
        ],
    )
    def test_names(self, tiny_system, mini_data, tmp_path, capsys, arguments, complaint):
        code = xbench("run", "-m", tiny_system, "--data-dir", mini_data, "-o", tmp_path / "out", *arguments)
        message = one_line(capsys)
        # PAN-X: no such checkpoint in the system is the first thing to say.
        assert code == 2
        assert complaint in message or "no checkpoint 'panx'" in message
        assert not list((tmp_path / "out").rglob("*.json"))

    @pytest.mark.parametrize(
        ("line", "complaint"),
        [
            (b"only one field\r\n", "test-de.tsv:2: 1 fields"),
            (b"a\tb\tmaybe\r\n", "test-de.tsv:2: unknown label 'maybe'"),
            (b"a\tb\xff\tneutral\r\n", "test-de.tsv:2: not UTF-8"),
        ],
    )
    def test_malformed_lines(self, tiny_system, tmp_path, capsys, line, complaint):
        (tmp_path / "xnli").mkdir()
        (tmp_path / "xnli" / "test-de.tsv").write_bytes(b"a\tb\tneutral\r\n" + line)
        assert xbench("run", "-m", tiny_system, "--data-dir", tmp_path, "-t", "xnli", "-o", tmp_path / "out") == 2
        assert complaint in capsys.readouterr().err
        assert not list((tmp_path / "out").rglob("*.parquet"))

    def test_labels_withheld(self, tiny_system, tmp_path, capsys):
        (tmp_path / "xnli").mkdir()
        (tmp_path / "xnli" / "test-de.tsv").write_text("a\tb\r\nc\td\r\n")
        assert (
            xbench("run", "-m", tiny_system, "--data-dir", tmp_path, "-t", "xnli", "-l", "de", "-o", tmp_path / "o")
            == 2
        )
        assert "no gold labels" in capsys.readouterr().err
        assert not list((tmp_path / "o").rglob("*.parquet"))

    def test_models(self, mini_data, tmp_path, capsys):
        (tmp_path / "empty").mkdir()
        bare = make_checkpoint(tmp_path / "bare")
        (bare / "tokenizer.json").unlink()
        unfit = make_checkpoint(tmp_path / "unfit")
        for model, task, complaint in (
            (tmp_path / "nowhere", "xnli", "no model at"),
            (tmp_path / "empty", "xnli", "no config.json"),
            (bare, "tatoeba", "no tokenizer"),
            (unfit, "xnli", "needs a classification head"),
        ):
            code = xbench("run", "-m", model, "--data-dir", mini_data, "-t", task, "-o", tmp_path / "out")
            assert code == 2
            assert complaint in capsys.readouterr().err.splitlines()[-1]

    def test_places(self, tiny_system, mini_data, tmp_path, capsys):
        (tmp_path / "file").write_text("")
        assert xbench("run", "-m", tiny_system, "--data-dir", mini_data, "-o", tmp_path / "file" / "out") == 2
        assert "cannot write" in one_line(capsys)
        assert xbench("run", "-m", tiny_system, "--data-dir", tmp_path / "nowhere", "-o", tmp_path / "out") == 2
        assert "no data directory" in one_line(capsys)
        # Without a place the hub is asked, which no test can reach.
        where = ("-t", "tatoeba", "-l", "de", "--offline", "-o", tmp_path / "out")
        assert xbench("run", "-m", tiny_system, *where) == 4
        complaint = one_line(capsys)
        assert "cannot get the test data of tatoeba in 'de'" in complaint
        assert "name a directory that has it with --data-dir" in complaint

    def test_full_disk(self, tiny_system, mini_data, tmp_path, capsys, monkeypatch):
        import errno

        import pyarrow.parquet

        def full(*_, **__):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(pyarrow.parquet, "write_table", full)
        code = xbench("run", "-m", tiny_system, "--data-dir", mini_data, "-t", "tatoeba", "-o", tmp_path / "out")
        assert code == 4
        assert "No space left" in capsys.readouterr().err
        assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix in (".parquet", ".tmp")]
        assert not list((tmp_path / "out").glob("*/tatoeba/*.json"))

    def test_usage(self, capsys):
        assert xbench("rnu") == 2
        assert "did you mean 'run'" in capsys.readouterr().err
        assert xbench("run") == 2
        assert "--model" in capsys.readouterr().err
        assert xbench("run", "-m", "x", "--batch-tokens", "many") == 2
        assert "neither 'auto' nor a number" in capsys.readouterr().err


class TestOtherCommands:
    def test_leaderboard(self, results, tmp_path, capsys):
        assert xbench("leaderboard", results, "--baseline", "one", "-o", tmp_path / "board.md") == 0
        board = (tmp_path / "board.md").read_text()
        assert "| one" in board
        assert "fixture" in board
        capsys.readouterr()
        assert xbench("leaderboard", results, "--baseline", "three") == 2
        assert "three" in one_line(capsys)
        assert xbench("leaderboard", tmp_path / "nowhere") == 2

    def test_export(self, tiny_system, tmp_path, capsys):
        assert xbench("export", "-m", tiny_system, "-t", "udpos", "-o", tmp_path / "out") == 0
        assert "largest difference from PyTorch" in capsys.readouterr().out
        assert (tmp_path / "out" / "model.onnx.data").is_file()

    def test_tasks(self, capsys):
        assert xbench("tasks", "--json") == 0
        content = json.loads(capsys.readouterr().out)
        assert len(content["xtreme"]["tasks"]["panx"]["languages"]) == 40
        assert xbench("tasks", "-s", "mini") == 0
        assert "fixture" in capsys.readouterr().out

    def test_data_mini(self, tmp_path):
        assert xbench("data", "mini", "-o", tmp_path / "mini", "-l", "sw") == 0
        assert (tmp_path / "mini" / "xquad" / "xquad.sw.json").is_file()

    def test_env(self, capsys):
        assert xbench("env", "--json") == 0
        found = json.loads(capsys.readouterr().out)
        assert found["providers"]["cpu"] == "runs"
        assert found["versions"]["onnxruntime-gpu"] or found["versions"]["onnxruntime"]

    def test_help_imports_nothing_heavy(self):
        code = (
            "import sys\nfrom xbench.cli.main import main\n"
            "try: main(['--help'])\nexcept SystemExit: pass\n"
            "print([m for m in ('numpy', 'torch', 'onnxruntime', 'pydantic', 'tokenizers') if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"

    def test_every_command_has_help(self, capsys):
        from xbench.cli.main import _COMMANDS

        for name in _COMMANDS:
            assert xbench(name, "--help") == 0
            assert "Usage: xbench" in capsys.readouterr().out


def test_interrupt(tiny_system, tmp_path):
    """Ctrl-C ends with 130 and a word on how to go on."""
    import signal

    # A shell's background job ignores interrupts, and so would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "xbench", "run", "-m", str(tiny_system), "-s", "mini", "-o", str(tmp_path / "out"),
         "--threads", "1", "--batch-tokens", "16"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ.copy(),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(Path(tmp_path).rglob("*.parquet")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in complaint
    assert "Traceback" not in complaint
    assert all(record.examples for record in Store(tmp_path / "out").records())
