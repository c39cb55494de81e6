"""A training from its beginning or from its last checkpoint to weights that have learnt something."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from ..exporters.loading import quiet_transformers
from ..files import make_directory
from .account import CHECKPOINTS
from .dev import DevSet
from .faults import readable_disk, readable_memory
from .progress import Silence, TrainingProgress
from .trainer import Collapsed, Fitting, trainer_for

_WEIGHTS = "pytorch_model.bin"


@dataclass(frozen=True)
class Fitted:
    """What came of a training: updates made, those of the weights that are kept, and the scores on dev by task."""

    steps: int
    best_step: int
    scores: Mapping[str, float]

    @property
    def score(self) -> float | None:
        """The mean over tasks; None where there is no dev set."""
        return fmean(self.scores.values()) if self.scores else None


def fit(model: Any, fitting: Fitting, progress: TrainingProgress | None = None) -> Fitted:
    """Train `model` (a `MultiTask`, or what takes batches like one) in place.

    A training that was killed goes on from its last checkpoint, and ends with the weights it would have had.

    Raises:
        Collapsed: the loss is not finite, or the model has learnt nothing of a task (`DevSet.collapse`).
        EnvironmentFault: the memory or the disk does not suffice.
    """
    progress = progress or Silence()
    make_directory(fitting.directory)
    state = _resumable(fitting.directory)
    progress.begin(fitting.title, fitting.steps, state.get("global_step", 0))
    with readable_memory(fitting.title, fitting.recipe.batch_size):
        if state and _finished(state):
            _load_weights(model, fitting.directory / f"checkpoint-{_kept(state, fitting)}")
        else:
            with quiet_transformers(), readable_disk(fitting.directory):
                trainer = trainer_for(model, fitting, progress)
                trainer.train(resume_from_checkpoint=state.get("directory"))
                state = {"global_step": trainer.state.global_step, "best_global_step": trainer.state.best_global_step}
        return Fitted(state["global_step"], _kept(state, fitting), _checked_scores(model, fitting.dev))


def _kept(state: Mapping[str, Any], fitting: Fitting) -> int:
    """The update whose weights are kept."""
    best = state.get("best_global_step") if fitting.evaluates else None
    return int(best or state["global_step"])


def _checked_scores(model: Any, dev: Mapping[str, DevSet]) -> dict[str, float]:
    scores = {}
    for task, part in dev.items():
        predictions = part.predictions(model.models[task])
        if reason := part.collapse(predictions):
            raise Collapsed(f"{task} collapsed: {reason}")
        scores[task] = part.score_of(predictions)
    return scores


def _resumable(directory: Path) -> dict[str, Any]:
    """The Trainer's account of the newest whole checkpoint, with its `directory`; empty if there is none.

    The account is the last file of a checkpoint that is written: what lacks it, or its end, was cut short and is
    removed.
    """
    found: list[dict[str, Any]] = []
    for path in directory.glob(CHECKPOINTS):
        try:
            state = json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))
            found.append({**state, "global_step": int(state["global_step"]), "directory": str(path)})
        except (OSError, ValueError, KeyError):
            shutil.rmtree(path, ignore_errors=True)
    return max(found, key=lambda state: state["global_step"], default={})


def _finished(state: Mapping[str, Any]) -> bool:
    """Whether nothing was left to do, for the last update or for patience."""
    control = state["stateful_callbacks"]["TrainerControl"]["args"]
    return bool(control["should_training_stop"]) or state["global_step"] >= state["max_steps"]


def _load_weights(model: Any, checkpoint: Path) -> None:
    import torch

    model.load_state_dict(torch.load(checkpoint / _WEIGHTS, map_location="cpu", weights_only=True))
