"""One training: it learns, stops when dev does not gain, keeps the best weights, goes on where it was."""

import pytest
import torch
from xbench.harness.run import run
from xbench.harness.settings import RunSettings
from xbench.tasks.sources import DirectorySource
from xbench.training.dev import DevSet
from xbench.training.distributed import is_first, world_size
from xbench.training.phases import train_system


@pytest.fixture
def source(mini_data):
    return DirectorySource(mini_data)


@pytest.fixture
def scores(monkeypatch):
    """What dev will say, from the first evaluation on; the weights that it saw are kept beside."""
    told, seen = [], []

    def score(self, model):
        seen.append(model.classifier.weight.detach().clone())
        return told[len(seen) - 1]

    monkeypatch.setattr(DevSet, "score", score)
    return told, seen


BOOK = """
[default]
learning_rate = 2e-3
batch_size = 4
steps = 11
evaluate_every = 2
select = "best"
limit = 40
dev_limit = 20
"""


def head(directory):
    from safetensors.torch import load_file

    return load_file(directory / "udpos" / "model.safetensors")["classifier.weight"]


def test_the_best_weights_are_kept(ask, source, scores):
    """Of five evaluations and one after the last update the third is best."""
    told, seen = scores
    told += [1, 2, 9, 3, 4, 5]
    request = ask(BOOK)
    (stage,) = train_system(request, source).parts["udpos"].stages
    assert (stage.steps, stage.best_step) == (11, 6)
    assert torch.equal(head(request.output), seen[2])
    assert not torch.equal(seen[2], seen[5])


def test_the_last_update_is_looked_at_too(ask, source, scores):
    told, seen = scores
    told += [1, 2, 3, 4, 5, 6]
    request = ask(BOOK)
    (stage,) = train_system(request, source).parts["udpos"].stages
    assert stage.best_step == 11
    assert torch.equal(head(request.output), seen[5])


def test_patience_ends(ask, source, scores):
    """Two evaluations in a row without gain, equality among them."""
    told, seen = scores
    told += [1, 5, 5, 4]
    request = ask(BOOK + "patience = 2\n")
    (stage,) = train_system(request, source).parts["udpos"].stages
    assert (stage.planned_steps, stage.steps, stage.best_step) == (11, 8, 4)
    assert torch.equal(head(request.output), seen[1])


def test_what_was_finished_is_not_trained_on(ask, source, scores, monkeypatch):
    """Killed between the end for want of patience and the saving of the part."""
    told, seen = scores
    told += [1, 5, 5, 4]
    request = ask(BOOK + "patience = 2\n")
    monkeypatch.setattr("xbench.training.parts._told", lambda *_: exec("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        train_system(request, source)
    monkeypatch.undo()
    (stage,) = train_system(request, source).parts["udpos"].stages
    assert (stage.steps, stage.best_step, stage.resumed) == (8, 4, True)
    assert torch.equal(head(request.output), seen[1])


def test_the_last_weights_are_kept_if_the_recipe_says_so(ask, source, scores):
    request = ask(BOOK, changes={"select": "last"})
    (stage,) = train_system(request, source).parts["udpos"].stages
    assert (stage.steps, stage.best_step) == (11, 11)
    assert not scores[1]


def test_it_learns(ask, tmp_path, mini_data, cache):
    """Far above chance on what it was trained on."""
    data = tmp_path / "data" / "udpos"
    data.mkdir(parents=True)
    for name in ("train-en.tsv", "dev-en.tsv", "test-en.tsv"):
        (data / name).write_bytes((mini_data / "udpos" / "train-en.tsv").read_bytes())
    book = "[default]\nlearning_rate = 3e-3\nbatch_size = 16\nsteps = 100\nlimit = 100\ndev_limit = 100\n"
    request = ask(book)
    system = train_system(request, DirectorySource(data.parent))
    settings = RunSettings(
        str(request.output), tasks=("udpos",), data_dir=data.parent, output=tmp_path / "results", cache=cache
    )
    (record,) = run(settings).records
    assert record.scores["token_accuracy"] > 60  # the most frequent tag, NOUN, makes up less than half
    # Dev while training is scored as an evaluation does; there it is a sample.
    assert record.scores["f1"] == pytest.approx(system.parts["udpos"].dev_scores["udpos"], abs=5)


def test_steps_of_an_epoch(ask, source):
    """40 examples in batches of 4, two to an update, one and a half times."""
    book = (
        "[default]\nlearning_rate = 1e-3\nbatch_size = 4\naccumulation = 2\nepochs = 1.5\nlimit = 40\ndev_limit = 9\n"
    )
    (stage,) = train_system(ask(book), source).parts["udpos"].stages
    assert stage.planned_steps == stage.steps == 8


def test_the_number_of_processes_is_read_from_the_launcher(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.delenv("RANK", raising=False)
    assert (world_size(), is_first()) == (1, True)
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("RANK", "3")
    assert (world_size(), is_first()) == (4, False)
