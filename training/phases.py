"""The three phases' first two: an intermediate encoder, then a fresh head on it for each target task.

A system directory comes out that `xbench run -m` takes: `encoder/` for retrieval, and a checkpoint for each target.

<output>/training.json        what was asked for, and what each part is made of: recipe, seed, data, versions, scores
<output>/recipes.toml         the recipes as they were
<output>/encoder/             the encoder after phase 1, or the base as it came
<output>/<target>/            a checkpoint
<output>/.training/<part>/    the Trainer's checkpoints of a part that is not finished
"""

import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.export import ensure_tokenizer, installed_versions
from ..files import write_text
from ..tasks.intermediate import parse_training_reference
from ..tasks.intermediate.loading import parts_of
from ..tasks.sources import Source
from .account import WORK, Account, PartAccount
from .checkpoints import copy_encoder, save_checkpoint, save_encoder
from .distributed import in_step, is_first
from .parts import Trained, train_part
from .progress import Silence, TrainingProgress
from .recipe import RecipeBook
from .sampling import task_probabilities
from .stages import check_recipes, intermediate_stage, target_stages
from .targets import courses_of
from .trainer import Collapsed

ENCODER = "encoder"
_RECIPES = "recipes.toml"
_PACKAGES = ("xbench", "torch", "transformers", "accelerate", "tokenizers", "numpy")


@dataclass(frozen=True)
class TrainingRequest:
    """What a user asks of a training.

    Attributes:
        base: the checkpoint to start from.
        intermediate: references of tasks of phase 1 (`mnli`, `mnli@de`); empty for none.
        targets: keys of training tasks of phase 2.
        output: the system directory.
        book: recipes.
        cache: where tokenizers are kept.
        changes: values that replace those of all recipes.
        mlm: languages whose plain text is learnt beside them by masking; empty for none.
        mlm_share: share of the batches that are of such text.
        sampling: how tasks of phase 1 share the batches (see `sampling.task_probabilities`).
        retries: how often a training that collapsed is tried again with the next seed.
    """

    base: Checkpoint
    intermediate: tuple[str, ...]
    targets: tuple[str, ...]
    output: Path
    book: RecipeBook
    cache: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    mlm: tuple[str, ...] = ()
    mlm_share: float = 0.1
    sampling: str = "proportional"
    retries: int = 0

    def identity(self) -> dict[str, Any]:
        """What two runs into one directory must share; targets may be added, and a collapse tried again."""
        return {
            "base": {"reference": self.base.reference, "fingerprint": self.base.fingerprint(self.cache)},
            "intermediate": list(self.intermediate),
            "mlm": list(self.mlm),
            "mlm_share": self.mlm_share if self.mlm else None,
            "sampling": self.sampling,
            "recipes": self.book.name,
            "changes": dict(self.changes),
        }


@dataclass(frozen=True)
class TrainedSystem:
    """A system directory; `parts` are those that are finished, `collapsed` the others with the reason."""

    directory: Path
    parts: Mapping[str, PartAccount]
    collapsed: Mapping[str, str]


def train_system(request: TrainingRequest, source: Source, progress: TrainingProgress | None = None) -> TrainedSystem:
    """Train the parts that are not finished yet; one that was killed goes on from its last checkpoint.

    Raises:
        InputError: data are missing or malformed, a name is unknown, or the directory was made by another request.
        Collapsed: phase 1, whatever seed was tried; nothing can be built on it.
        EnvironmentFault: the memory or the disk does not suffice.
    """
    _check(request, source)
    training = _Training.open(request, source, progress or Silence())
    training.encoder()
    collapsed = {}
    for target in request.targets:
        try:
            training.target(target)
        except Collapsed as error:
            collapsed[target] = str(error)
    training.tidy()
    return TrainedSystem(request.output, training.account.parts, collapsed)


def _check(request: TrainingRequest, source: Source) -> None:
    """Refuse now what would fail after hours."""
    if not request.intermediate and request.mlm:
        raise InputError("text for masked language modelling is mixed into intermediate tasks: name one")
    if not 0 < request.mlm_share < 1:
        raise InputError(f"the share of masked language modelling must be between 0 and 1, not {request.mlm_share}")
    task_probabilities({"any": 1}, request.sampling)
    references = [parse_training_reference(text) for text in request.intermediate]
    for name, count in Counter([*map(str, references), *(f"text of {code}" for code in request.mlm)]).items():
        if count > 1:
            raise InputError(f"phase 1 would learn {name} {count} times over: name it once")
    for reference in references:
        for part in parts_of(reference):
            if not source.has(part.task, "train", part.language):
                source.load(part.task, "train", part.language)  # says what is missing
    for target in request.targets:
        for course in courses_of(target):
            if course.found(source) is None and not course.optional:
                source.load(course.trains[0], "train", "en")
    check_recipes(request)


def _check_recipes_of(account: Account, request: TrainingRequest) -> None:
    """Refuse a book that was changed since: the parts that are finished were trained by what is in the directory."""
    path = request.output / _RECIPES
    if not account.trained or not path.is_file():
        return
    if tomllib.loads(path.read_text(encoding="utf-8")) != request.book.tables:
        raise InputError(
            f"the recipes {request.book.name} are others than those that {request.output} was trained by, which are in"
            f" {path}; restore them, or choose another directory"
        )


@dataclass(frozen=True)
class _Training:
    """A request that is being carried out."""

    request: TrainingRequest
    source: Source
    progress: TrainingProgress
    account: Account
    tokenizer: Path

    @classmethod
    def open(cls, request: TrainingRequest, source: Source, progress: TrainingProgress) -> "_Training":
        account = Account.open(request.output, request.identity(), installed_versions(_PACKAGES))
        _check_recipes_of(account, request)
        with in_step():
            if is_first():
                account.save()
                write_text(request.output / _RECIPES, request.book.text)
        return cls(request, source, progress, account, ensure_tokenizer(request.base, request.cache))

    @property
    def start(self) -> Checkpoint:
        """The encoder that phase 2 begins with."""
        directory = self.request.output / ENCODER
        return Checkpoint(directory, str(directory))

    def encoder(self) -> None:
        """Phase 1."""
        request, base = self.request, self.request.base
        output = request.output / ENCODER
        if ENCODER in self.account.parts:
            return
        if not request.intermediate:
            self._finish(ENCODER, base, Trained(), lambda: copy_encoder(base, self.tokenizer, output))
            return
        stage = intermediate_stage(request, self.source, self.tokenizer)
        trained = train_part(base, (stage,), self._work(ENCODER), request.retries, self.progress)
        self._finish(ENCODER, base, trained, lambda: save_encoder(trained.model.encoder, base, self.tokenizer, output))

    def target(self, key: str) -> None:
        """Phase 2 for one target."""
        if key in self.account.parts:
            return
        stages, notes = target_stages(self.request, key, self.source, self.tokenizer)
        trained = train_part(self.start, stages, self._work(key), self.request.retries, self.progress)
        (model,) = trained.model.models.values()
        output = self.request.output / key
        self._finish(key, self.start, trained, lambda: save_checkpoint(model, self.tokenizer, output), notes)

    def tidy(self) -> None:
        """Remove what a kill has left of finished parts, and the working directory if nothing is left to do in it."""
        if not is_first():
            return
        for part in self.account.parts:
            for path in (self._work(part), *self.request.output.glob(f".{part}.*")):
                shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            (self.request.output / WORK).rmdir()

    def _work(self, part: str) -> Path:
        return self.request.output / WORK / part

    def _finish(
        self,
        part: str,
        start: Checkpoint,
        trained: Trained,
        save: Callable[[], Any],
        notes: tuple[str, ...] = (),
    ) -> None:
        """Save a part, then note it in the account, then remove what it was made from."""
        fingerprint = start.fingerprint(self.request.cache)
        self.account.parts[part] = PartAccount(fingerprint, trained.stages, trained.collapsed, notes)
        with in_step():
            if is_first():
                save()
                self.account.save()
                shutil.rmtree(self._work(part), ignore_errors=True)
