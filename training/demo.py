"""The demo's system: a tiny encoder and the heads of all kinds of task, from the mini suite's own text."""

from collections.abc import Callable
from pathlib import Path

from ..tasks.mini import MINI_LANGUAGES
from ..tasks.sources import DirectorySource
from ..tasks.suites import SUITES, TASKS
from .fine_tune import fine_tune
from .recipe import Recipe

# Enough for scores clearly above chance within a minute or two on two cores.
_ENCODER = Recipe(steps=250, learning_rate=1e-3, batch_size=64)
_HEADS = {
    "xnli": Recipe(steps=120, learning_rate=5e-4, batch_size=32),
    "xcopa": Recipe(steps=100, learning_rate=5e-4, batch_size=32),
    "udpos": Recipe(steps=80, learning_rate=5e-4, batch_size=32),
    "squad": Recipe(steps=200, learning_rate=5e-4, batch_size=32),
}
STEPS = _ENCODER.steps + sum(recipe.steps for recipe in _HEADS.values())


def train_demo_system(data: DirectorySource, output: Path, cache: Path, step: Callable[[int], None]) -> Path:
    """Train encoder and heads on the mini suite in `data`; a system directory. `step` is told of `STEPS` steps."""
    from .tiny import train_tiny_encoder

    texts = {
        language: (data.directory / f"parallel/train.{language}").read_text(encoding="utf-8").splitlines()
        for language in MINI_LANGUAGES
    }
    encoder = train_tiny_encoder(texts, output / "encoder", _ENCODER, step)
    for key in SUITES["mini"].tasks:
        task = TASKS[key]
        if task.training in _HEADS:
            fine_tune(encoder, task, data, output / task.training, _HEADS[task.training], cache, step)
    return output
