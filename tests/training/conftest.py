"""Requests for tests of training: a tiny base, few steps, the mini suite."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import make_checkpoint
from xbench.exporters.checkpoint import Checkpoint
from xbench.training.phases import TrainingRequest
from xbench.training.recipe import RecipeBook

BOOK = """
[default]
learning_rate = 2e-3
batch_size = 4
steps = 6
evaluate_every = 2
select = "last"
dev_limit = 20
limit = 40
"""


@pytest.fixture
def ask(tmp_path: Path, cache: Path) -> Callable[..., TrainingRequest]:
    """Makes requests: a baseline with tagging, unless the changes say otherwise; `book` is the text of the recipes."""

    def made(book: str = BOOK, output: str = "out", **changes) -> TrainingRequest:
        base = tmp_path / "base"
        if not base.is_dir():
            make_checkpoint(base, spread=0.05)
        path = tmp_path / "book.toml"
        path.write_text(book)
        given = {"intermediate": (), "targets": ("udpos",)} | changes
        return TrainingRequest(
            base=Checkpoint(base, str(base)),
            output=tmp_path / output,
            book=RecipeBook.load(str(path)),
            cache=cache,
            **given,
        )

    return made
