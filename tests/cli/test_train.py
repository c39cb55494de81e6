"""`xbench train`: what it writes, says and returns."""

import json

import pytest
from tiny_models import make_checkpoint
from xbench.cli.main import main
from xbench.training.phases import TrainingRequest

BOOK = "[default]\nlearning_rate = 2e-3\nbatch_size = 4\nsteps = 4\ndev_limit = 20\n"


@pytest.fixture
def base(tmp_path):
    (tmp_path / "book.toml").write_text(BOOK)
    return make_checkpoint(tmp_path / "base", spread=0.05)


@pytest.fixture
def train(tmp_path, base, mini_data, cache, monkeypatch, capsys):
    """Calls the command with more arguments; exit code, output, errors."""
    monkeypatch.setenv("XBENCH_CACHE", str(cache))

    def called(*arguments: str) -> tuple[int, str, str]:
        places = f"-m {base} --data-dir {mini_data} --recipes {tmp_path / 'book.toml'} -o {tmp_path / 'out'}"
        with pytest.raises(SystemExit) as ended:
            main(["train", *places.split(), "--limit", "30", *arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return called


def account(directory):
    return json.loads((directory / "training.json").read_text())


def test_several_seeds_are_several_systems(train, tmp_path):
    code, out, err = train("--intermediate", "squad", "--target", "udpos", "--seeds", "1,2", "--set", "steps=3")
    assert code == 0
    for seed in (1, 2):
        directory = tmp_path / "out" / f"seed-{seed}"
        assert f"next: xbench run -m {directory} --name out.seed{seed}\n" in out
        parts = account(directory)["parts"]
        assert parts["udpos"]["stages"][0]["recipe"]["seed"] == seed
        assert parts["udpos"]["stages"][0]["steps"] == 3
        assert parts["encoder"]["stages"][0]["tasks"]["squad"]["examples"] == 30
    assert "phase 2, udpos: 3 steps" in err


def test_what_it_wrote_can_be_run(train, tmp_path, mini_data, capsys):
    assert train("--target", "udpos")[0] == 0
    arguments = f"run -m {tmp_path / 'out'} -t udpos -l de --limit 5 --data-dir {mini_data} -o {tmp_path / 'results'}"
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    assert not ended.value.code
    assert "UD-POS" in capsys.readouterr().out


def test_a_system_can_be_the_base(tmp_path, tiny_system, mini_data, cache, monkeypatch, base):
    monkeypatch.setenv("XBENCH_CACHE", str(cache))
    with pytest.raises(SystemExit) as ended:
        main(f"train -m {tiny_system} --data-dir {mini_data} -o {tmp_path / 'out'}".split())
    assert not ended.value.code
    assert account(tmp_path / "out")["request"]["base"]["reference"] == str(tiny_system / "encoder")


def test_a_collapsed_part_is_exit_code_1_and_the_others_are_saved(train, tmp_path):
    code, out, err = train("--target", "xnli,udpos", "--set", "learning_rate=1e-30")
    assert code == 1
    assert "xbench: xnli is left out: seed 42: xnli collapsed: the answer to all of English dev is" in err
    assert "encoder, udpos in" in out
    assert (tmp_path / "out" / "udpos" / "model.safetensors").is_file()


def test_a_seed_whose_phase_1_collapses_does_not_stop_the_others(train, tmp_path, monkeypatch):
    from xbench.training import parts
    from xbench.training.trainer import Collapsed

    original = parts.fit

    def collapsing(model, planned, progress=None):
        if planned.recipe.seed == 1:
            raise Collapsed("the loss is nan")
        return original(model, planned, progress)

    monkeypatch.setattr(parts, "fit", collapsing)
    code, out, err = train("--intermediate", "squad", "--seeds", "1,2")
    assert code == 1
    assert f"xbench: {tmp_path / 'out' / 'seed-1'} has no encoder: seed 1: the loss is nan; try --retries" in err
    assert f"encoder in {tmp_path / 'out' / 'seed-2'}" in out


def test_another_request_in_its_place_is_exit_code_2(train):
    assert train("--target", "udpos")[0] == 0
    code, _, err = train("--target", "udpos", "--set", "steps=5")
    assert code == 2
    assert err.count("\n") == 1
    assert "changes was {'limit': 30}, now {'steps': 5, 'limit': 30}; choose another directory" in err


def test_ctrl_c_is_exit_code_130(train, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("xbench.training.phases._Training.target", interrupted)
    code, _, err = train("--target", "udpos")
    assert code == 130
    assert "run the same command again to go on" in err


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["--set", "steps"], "--set steps: give KEY=VALUE, such as steps=100"),
        (["--seeds", "1,x"], "'1,x' is not a list of numbers"),
        (["--target", "xnly"], "did you mean 'xnli'"),
        (["--mlm", "de"], "name one"),
        (["--set", "step=3", "--target", "udpos"], "steps"),
    ],
)
def test_bad_usage_is_exit_code_2(train, arguments, match):
    code, _, err = train(*arguments)
    assert code == 2
    assert match in err


def test_values_are_those_of_toml(train, monkeypatch):
    asked: list[TrainingRequest] = []

    def stop(request, source, progress):
        asked.append(request)
        raise KeyboardInterrupt

    monkeypatch.setattr("xbench.training.phases.train_system", stop)
    train("--set", "learning_rate=1e-5", "--set", "precision=bf16", "--set", "epochs = 2", "--mlm-share", "0.2")
    changes = {"learning_rate": 1e-5, "precision": "bf16", "epochs": 2, "limit": 30}
    assert (asked[0].changes, asked[0].mlm_share) == (changes, 0.2)
