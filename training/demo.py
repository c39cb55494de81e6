"""The demo's systems: a tiny encoder from the mini suite's own text, and what three ways of training make of it."""

from pathlib import Path

from ..exporters.checkpoint import Checkpoint
from ..tasks.mini import MINI_LANGUAGES
from ..tasks.sources import DirectorySource
from .phases import TrainingRequest, train_system
from .progress import TrainingProgress
from .recipe import RecipeBook

BASELINE = "baseline"
# Systems by name, with their intermediate tasks. The mini suite's XNLI serves as MultiNLI.
SYSTEMS: dict[str, tuple[str, ...]] = {BASELINE: (), "mnli": ("mnli",), "multitask": ("mnli", "squad")}
_TARGETS = ("xnli", "xcopa", "udpos", "squad")


def train_base(data: DirectorySource, output: Path, progress: TrainingProgress) -> Checkpoint:
    """The encoder that all systems begin with, from the parallel text in `data`; the checkpoint at `output`."""
    from .tiny import train_tiny_encoder

    texts = {
        language: (data.directory / f"parallel/train.{language}").read_text(encoding="utf-8").splitlines()
        for language in MINI_LANGUAGES
    }
    recipe = _book().recipe("tiny", intermediate=False, layers=1, changes={})
    return train_tiny_encoder(texts, output, recipe, progress)


def train_demo_system(
    name: str, base: Checkpoint, data: DirectorySource, output: Path, cache: Path, progress: TrainingProgress
) -> Path:
    """Train one of `SYSTEMS` on the mini suite in `data`; the system directory at `output`."""
    request = TrainingRequest(base, SYSTEMS[name], _TARGETS, output, _book(), cache)
    return train_system(request, data, progress).directory


def _book() -> RecipeBook:
    return RecipeBook.load("mini")
