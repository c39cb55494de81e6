"""Whole systems: what phase 2 starts from, what is refused, what is tried again."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tiny_models import make_checkpoint
from xbench.errors import EnvironmentFault, InputError
from xbench.exporters.checkpoint import Checkpoint
from xbench.exporters.system import resolve
from xbench.tasks.sources import DirectorySource
from xbench.tasks.suites import TASKS
from xbench.training import fit as fitting
from xbench.training.checkpoints import with_fresh_head
from xbench.training.phases import train_system
from xbench.training.progress import Silence
from xbench.training.trainer import Collapsed

# A rate so small that no weight changes: what comes out of phase 2 is what it began with.
STILL = "[default]\nlearning_rate = 2e-3\nbatch_size = 4\nsteps = 4\nlimit = 40\n[squad]\nlearning_rate = 1e-30\n"


@pytest.fixture
def source(mini_data):
    return DirectorySource(mini_data)


@pytest.fixture
def without_dev(mini_data, tmp_path):
    """The mini suite without dev sets, so that nothing is judged to have collapsed after a few steps."""
    shutil.copytree(mini_data, tmp_path / "data")
    for path in (tmp_path / "data").rglob("*"):
        if path.name.startswith(("dev-", "val-")):
            path.unlink()
    return DirectorySource(tmp_path / "data")


def weights(directory):
    return load_file(directory / "model.safetensors")


@contextmanager
def mounted(place, kilobytes):
    """A file system of that size at `place`, which may be resized; skips where none may be mounted."""

    def mount(*options):
        return subprocess.run(["mount", *options, str(place)], capture_output=True, check=False).returncode == 0

    if sys.platform != "linux" or not mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs"):
        pytest.skip("needs the right to mount a small file system")
    try:
        yield lambda other: mount("-o", f"remount,size={other}k")
    finally:
        # What the test still holds of it may be let go later.
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_phase_2_starts_from_the_encoder_of_phase_1_and_a_fresh_head(ask, source):
    request = ask(STILL + "[intermediate.squad]\nlearning_rate = 2e-3\n", intermediate=("squad",), targets=("squad",))
    system = train_system(request, source)
    base, encoder, target = (
        weights(place) for place in (request.base.directory, request.output / "encoder", request.output / "squad")
    )
    kept = [name for name in encoder if "pooler" not in name]
    assert len(kept) > 3 * 16
    assert not any(torch.equal(base[name], encoder[name]) for name in kept if name.endswith("dense.weight"))
    assert all(torch.equal(target[f"roberta.{name}"], encoder[name]) for name in kept)
    fresh = with_fresh_head(request.base, 42, "AutoModelForQuestionAnswering").state_dict()
    assert torch.equal(target["qa_outputs.weight"], fresh["qa_outputs.weight"])
    assert system.parts["squad"].start == resolve(str(request.output)).checkpoints["encoder"].fingerprint(request.cache)


def test_a_baseline_trains_every_kind_of_head(ask, without_dev):
    request = ask(targets=("xnli", "xcopa", "udpos", "squad", "lareqa"))
    system = train_system(request, without_dev)
    assert list(system.parts) == ["encoder", "xnli", "xcopa", "udpos", "squad", "lareqa"]
    assert not system.collapsed
    assert not (request.output / ".training").exists()
    checkpoints = resolve(str(request.output)).checkpoints
    for key in ("xnli", "xcopa", "udpos", "xquad", "lareqa"):
        assert checkpoints[TASKS[key].training].unfit(TASKS[key]) is None
    assert checkpoints["encoder"].fingerprint(request.cache) == request.base.fingerprint(request.cache)
    assert (request.output / "recipes.toml").read_text() == request.book.text


def test_every_head_can_stand_on_the_encoder_of_every_other(ask, without_dev):
    for first in ("mnli", "squad", "copa"):
        request = ask(output=first, intermediate=(first,), targets=("xnli", "xcopa", "udpos", "squad"))
        assert len(train_system(request, without_dev).parts) == 5


def test_the_account_tells_what_a_part_is_made_of(ask, source):
    request = ask(intermediate=("mnli", "squad"), mlm=(), changes={"seed": 5, "limit": 30})
    train_system(request, source)
    account = json.loads((request.output / "training.json").read_text())
    assert account["request"]["changes"] == {"seed": 5, "limit": 30}
    assert account["versions"]["torch"] == version("torch")
    (stage,) = account["parts"]["encoder"]["stages"]
    assert stage["recipe"]["seed"] == 5
    assert stage["tasks"]["mnli"]["examples"] == 30
    assert stage["tasks"]["mnli"]["official_examples"] == 392_702
    assert (stage["planned_steps"], stage["steps"], stage["best_step"]) == (6, 6, 6)
    assert set(stage["dev_scores"]) == {"squad"}  # the mini suite has no dev set of MultiNLI
    assert sum(stage["probabilities"].values()) == pytest.approx(1)
    (stage,) = account["parts"]["udpos"]["stages"]
    assert stage["tasks"]["udpos"]["dev_examples"] == 20
    assert stage["dev_scores"]["udpos"] > 0
    assert account["parts"]["udpos"]["start"] != account["parts"]["encoder"]["start"]
    # Read again, it is the same.
    assert train_system(request, source).parts["udpos"].steps == 6


def test_xcopa_learns_siqa_first_with_the_same_head(ask, mini_data, tmp_path):
    shutil.copytree(mini_data, tmp_path / "data")
    (tmp_path / "data" / "siqa").mkdir()
    line = '{"context": "c", "question": "q?", "answerA": "a", "answerB": "b", "answerC": "d", "correct": "%s"}\n'
    text = "".join(line % "ABC"[n % 3] for n in range(30))
    (tmp_path / "data" / "siqa" / "socialIQa_v1.4_trn.jsonl").write_text(text)
    source = DirectorySource(tmp_path / "data")
    # COPA's own training moves nothing, so the head that comes out is SocialIQA's.
    book = STILL.replace("[squad]", "[xcopa]")
    first = train_system(ask(book, targets=("xcopa",)), source)
    assert [set(stage.tasks) for stage in first.parts["xcopa"].stages] == [{"siqa"}, {"xcopa"}]
    request = ask(book, "alone", targets=("xcopa",))
    shutil.rmtree(tmp_path / "data" / "siqa")
    alone = train_system(request, source)
    assert "siqa" in alone.parts["xcopa"].notes[0]
    heads = [weights(tmp_path / name / "xcopa")["classifier.weight"] for name in ("out", "alone")]
    fresh = with_fresh_head(request.base, 42, "AutoModelForMultipleChoice").state_dict()["classifier.weight"]
    assert not torch.equal(heads[0], fresh)
    assert torch.equal(heads[1], fresh)


def test_languages_of_a_task_are_one_task(ask, mini_data, tmp_path):
    shutil.copytree(mini_data / "xnli", tmp_path / "data" / "xnli")
    shutil.copytree(mini_data / "udpos", tmp_path / "data" / "udpos")
    translated = tmp_path / "data" / "translations" / "mnli"
    translated.mkdir(parents=True)
    (translated / "train-de.tsv").write_bytes((mini_data / "xnli" / "dev-de.tsv").read_bytes())
    request = ask(intermediate=("mnli", "mnli@de"), targets=(), changes={"limit": 20})
    system = train_system(request, DirectorySource(tmp_path / "data"))
    (data,) = system.parts["encoder"].stages[0].tasks.values()
    assert (data.references, data.examples) == (("mnli", "mnli@de"), 40)


def test_another_request_is_refused(ask, source, tmp_path):
    train_system(ask(), source)
    # What may be added or raised is no other request.
    assert set(train_system(ask(targets=("udpos", "squad"), retries=1), source).parts) == {"encoder", "udpos", "squad"}
    with pytest.raises(InputError, match=r"changes was \{\}, now \{'steps': 3\}; choose another directory"):
        train_system(ask(changes={"steps": 3}), source)
    with pytest.raises(InputError, match=r"intermediate was \[\], now \['squad'\]"):
        train_system(ask(intermediate=("squad",)), source)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(InputError, match="something else"):
        train_system(ask(output="other"), source)


def test_as_long_as_nothing_is_trained_a_request_may_change(ask, source, mini_data, tmp_path):
    """Data that turn out to be malformed, and then another limit: what was refused has left nothing behind."""
    data = tmp_path / "data" / "udpos"
    data.mkdir(parents=True)
    text = (mini_data / "udpos" / "train-en.tsv").read_text()
    for intermediate in ((), ("squad",)):  # with and without an encoder that is the base as it came
        output = f"out{len(intermediate)}"
        shutil.rmtree(tmp_path / "data" / "squad", ignore_errors=True)
        if intermediate:
            (tmp_path / "data" / "squad").mkdir()
            (tmp_path / "data" / "squad" / "train-v1.1.json").write_text("[")
        (data / "train-en.tsv").write_text("one\ttwo\tthree\n")
        with pytest.raises(InputError, match=r"(train-en\.tsv|train-v1\.1\.json):1: "):
            train_system(ask(output=output, intermediate=intermediate), DirectorySource(data.parent))
        (data / "train-en.tsv").write_text(text)
        changed = ask(output=output, intermediate=intermediate, changes={"limit": 30})
        system = train_system(changed, source)
        assert system.parts["udpos"].stages[0].tasks["udpos"].examples == 30
        assert json.loads((changed.output / "training.json").read_text())["request"]["changes"] == {"limit": 30}


def test_the_base_may_lie_elsewhere_but_not_be_another(ask, source, tmp_path):
    train_system(ask(), source)
    (tmp_path / "base").rename(tmp_path / "moved")
    moved = Checkpoint(tmp_path / "moved", "moved")
    assert "squad" in train_system(replace(ask(targets=("squad",)), base=moved), source).parts
    other = Checkpoint(make_checkpoint(tmp_path / "other", spread=0.06), "other")
    with pytest.raises(InputError, match=r"base was \{'reference': 'moved', .*\}, now \{'reference': 'other', "):
        train_system(replace(ask(), base=other), source)


def test_an_encoder_that_is_there_fixes_the_base_and_phase_1(ask, source):
    train_system(ask(targets=()), source)
    with pytest.raises(InputError, match=r"intermediate was \[\], now \['squad'\]"):
        train_system(ask(targets=(), intermediate=("squad",)), source)


def test_a_book_that_was_changed_since_is_refused(ask, source):
    request = ask()
    train_system(request, source)
    with pytest.raises(InputError, match=r"others than those that .*out was trained by, which are in .*recipes\.toml"):
        train_system(ask(request.book.text.replace("steps = 6", "steps = 5"), targets=("squad",)), source)
    assert (request.output / "recipes.toml").read_text() == request.book.text
    # A comment changes nothing.
    assert "squad" in train_system(ask("# mine\n" + request.book.text, targets=("squad",)), source).parts


def test_what_a_kill_leaves_of_finished_parts_is_removed(ask, source):
    """Killed behind the account, or while a directory was written beside its place."""
    request = ask()
    train_system(request, source)
    checkpoint = request.output / ".training" / "udpos" / "attempt-1" / "stage-1" / "checkpoint-6"
    half = request.output / ".udpos.a1b2c3" / "udpos"
    for place in (checkpoint, half):
        place.mkdir(parents=True)
    train_system(request, source)
    left = sorted(path.name for path in request.output.iterdir())
    assert left == ["encoder", "recipes.toml", "training.json", "udpos"]


class Interrupted(Silence):
    """Stops like Ctrl-C after some updates, and remembers where trainings began."""

    def __init__(self, after: int) -> None:
        self.left, self.begun = after, []

    def begin(self, title, steps, done):
        self.begun.append((title, done))

    def advance(self, steps):
        self.left -= steps
        if self.left == 0:
            raise KeyboardInterrupt


def test_after_ctrl_c_it_goes_on_unless_the_data_are_others(ask, without_dev):
    with pytest.raises(KeyboardInterrupt):
        train_system(ask(), without_dev, Interrupted(5))
    path = without_dev.directory / "udpos" / "train-en.tsv"
    text = path.read_text()
    path.write_text(text.replace("NOUN", "PROPN", 1))
    with pytest.raises(InputError, match=r"phase 2, udpos: begun in .* with other data; delete"):
        train_system(ask(), without_dev)
    path.write_text(text)
    again = Interrupted(-1)
    system = train_system(ask(), without_dev, again)
    assert again.begun == [("phase 2, udpos", 4)]
    assert system.parts["udpos"].stages[0].resumed


def test_before_the_first_checkpoint_other_data_may_come(ask, without_dev):
    with pytest.raises(KeyboardInterrupt):
        train_system(ask(), without_dev, Interrupted(1))
    path = without_dev.directory / "udpos" / "train-en.tsv"
    path.write_text(path.read_text().replace("NOUN", "PROPN", 1))
    (stage,) = train_system(ask(), without_dev).parts["udpos"].stages
    assert not stage.resumed


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"targets": ("xnly",)}, "unknown target 'xnly': did you mean 'xnli'"),
        ({"targets": ("panx",)}, r"panx/train-en\.tsv not found"),
        ({"intermediate": ("mnly",)}, "unknown intermediate task"),
        ({"intermediate": ("qqp",)}, "qqp"),
        ({"mlm": ("de",)}, "name one"),
        ({"intermediate": ("squad",), "mlm": ("xx",)}, "xx"),
        ({"intermediate": ("squad",), "sampling": "tmperature"}, "temperature"),
        ({"intermediate": ("squad",), "mlm_share": 1.0}, "between 0 and 1"),
        ({"targets": ("mlqa",)}, "mlqa is no target: it is evaluated with squad/, name squad"),
        ({"targets": ("tatoeba",)}, "tatoeba is no target: it is evaluated with encoder/, every system has it"),
        ({"intermediate": ("squad", "mnli", "mnli@en")}, "phase 1 would learn mnli 2 times over: name it once"),
        ({"intermediate": ("squad",), "mlm": ("de", "de")}, "phase 1 would learn text of de 2 times over"),
        ({"changes": {"stepz": 1}}, "steps"),
        ({"changes": {"stepz": 1}, "targets": ()}, "steps"),
        ({"changes": {"batch_size": "many"}, "intermediate": ("squad",)}, "batch_size must be a whole number"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_trained(ask, source, changes, match):
    stopped = Interrupted(1)
    with pytest.raises(InputError, match=match):
        train_system(ask(**changes), source, stopped)
    assert not stopped.begun


def test_a_book_is_read_before_anything_is_written(ask, source):
    """The recipe of the last target, too."""
    request = ask(STILL + 'batch_size = "x"\n', intermediate=("mnli",), targets=("udpos", "squad"))
    with pytest.raises(InputError, match="squad: batch_size must be a whole number"):
        train_system(request, source)
    assert not request.output.exists()


def test_labels_that_do_not_fit(ask, mini_data, tmp_path):
    data = tmp_path / "data" / "udpos"
    data.mkdir(parents=True)
    text = (mini_data / "udpos" / "train-en.tsv").read_text()
    (data / "train-en.tsv").write_text(text.replace("\tNOUN", "\tNOWN"))
    with pytest.raises(InputError, match=r"train-en\.tsv:2: expected .* a tag of UD-POS, found .*NOWN"):
        train_system(ask(), DirectorySource(data.parent))


# One answer to everything: nothing is learnt from nothing.
BLIND = "[default]\nlearning_rate = 1e-30\nbatch_size = 4\nsteps = 2\nlimit = 40\n"


def test_a_collapse_is_tried_again_and_told(ask, source, monkeypatch):
    """The first seed has a loss that is no number."""
    original = fitting.fit

    def collapsing(model, planned, progress=None):
        if planned.recipe.seed == 42:
            with torch.no_grad():
                next(model.parameters()).fill_(np.nan)
        return original(model, planned, progress)

    monkeypatch.setattr("xbench.training.parts.fit", collapsing)
    failed = train_system(ask(targets=("udpos", "squad"), changes={"seed": 42}), source)
    assert set(failed.collapsed) == {"udpos", "squad"}
    assert "the loss is nan" in failed.collapsed["udpos"]
    assert set(failed.parts) == {"encoder"}
    # The seed that is known to fail is not tried another time.
    monkeypatch.setattr("xbench.training.parts.fit", original)
    request = ask(targets=("udpos", "squad"), changes={"seed": 42}, retries=1)
    system = train_system(request, source)
    assert not system.collapsed
    assert system.parts["udpos"].seed == 43
    assert system.parts["udpos"].collapsed[0].startswith("seed 42: ")
    assert not (request.output / ".training").exists()


def test_one_answer_to_everything_is_a_collapse(ask, source):
    system = train_system(ask(BLIND, targets=("xnli", "squad")), source)
    assert "the answer to all of English dev is" in system.collapsed["xnli"]
    assert "squad" in system.parts


def test_no_better_than_the_most_frequent_label_is_a_collapse(ask, source):
    from xbench.training.stages import target_stages

    request = ask(changes={"dev_limit": None})
    dev = target_stages(request, "xnli", source, request.base.tokenizer_file())[0][0].sets["xnli"].dev
    golds = [example.gold for example in dev.dataset.examples]
    share = max(golds.count(label) for label in set(golds)) / len(golds)
    wrong = [dev.labels[(dev.labels.index(gold) + 1) % 3] for gold in golds]
    assert f"not above that of one label throughout, {100 * share:.1f}" in dev.collapse(wrong)
    right = round(len(golds) * share) + 1
    assert dev.collapse(golds[:right] + wrong[right:]) is None


def test_a_collapsed_phase_1_ends_it_all(ask, without_dev, monkeypatch):
    def collapsed(*_):
        raise Collapsed("the loss is nan")

    monkeypatch.setattr("xbench.training.parts.fit", collapsed)
    with pytest.raises(Collapsed, match="seed 42: the loss is nan; seed 43: the loss is nan"):
        train_system(ask(intermediate=("mnli",), retries=1), without_dev)


@pytest.mark.parametrize(
    ("error", "match"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "phase 2, udpos: out of memory with batches of 4; lower"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "out of memory"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "out of memory"),
        (OSError(28, "No space left on device"), "No space left on device; free some space"),
        (
            RuntimeError("[enforce fail at inline_container.cc:664] . PytorchStreamWriter failed writing"),
            "disk is full",
        ),
        (RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 52416 vs 52304"), "disk is full"),
    ],
)
def test_memory_and_disk_that_do_not_suffice_are_one_line(ask, without_dev, error, match):
    class Failing(Silence):
        def advance(self, steps):
            raise error

    with pytest.raises(EnvironmentFault, match=match) as caught:
        train_system(ask(), without_dev, Failing())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", ["xbench.training.parts._fresh", "xbench.training.dev.DevSet.predictions"])
def test_memory_may_lack_before_and_after_the_updates_too(ask, source, monkeypatch, place):
    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(place, full)
    with pytest.raises(EnvironmentFault, match="phase 2, udpos: out of memory with batches of 4; lower"):
        train_system(ask(), source)


def test_a_disk_that_fills_up_costs_nothing_that_was_saved(ask, source, tmp_path):
    """A real one: of so small a file system that the third checkpoint does not fit, then of a larger one."""
    whole = ask(output="whole", changes={"steps": 12})
    train_system(whole, source)
    size = sum(path.stat().st_size for path in (whole.output / "udpos").iterdir())
    place = tmp_path / "small"
    place.mkdir()
    with mounted(place, 9 * size // 1024) as resize:
        request = ask(output="small/out", changes={"steps": 12})
        with pytest.raises(EnvironmentFault, match="free some space") as caught:
            train_system(request, source)
        assert "\n" not in str(caught.value)
        resize(40 * size // 1024)
        again = Interrupted(-1)
        train_system(request, source, again)
        assert again.begun[0][1] > 0
        found = weights(request.output / "udpos")
    assert all(torch.equal(found[name], tensor) for name, tensor in weights(whole.output / "udpos").items())


def test_a_precision_that_the_machine_lacks(ask, without_dev, monkeypatch):
    import transformers

    def refuse(**_):
        raise ValueError("Your setup doesn't support bf16/gpu.\nMore")

    monkeypatch.setattr(transformers, "TrainingArguments", refuse)
    with pytest.raises(EnvironmentFault, match=r"cannot train in bf16 here: Your setup .* --set precision=fp32$"):
        train_system(ask(changes={"precision": "bf16"}), without_dev)
