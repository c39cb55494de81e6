"""`training.json`: what a system was asked to be, and what each of its parts is made of."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..files import write_text
from .data import TaskData

FILE = "training.json"
WORK = ".training"
"""The folder of what is not finished."""
CHECKPOINTS = "checkpoint-*"
"""What the Trainer calls its checkpoints, in the folder of a stage."""
COLLAPSED = "collapsed.txt"
"""Why a seed was given up, in the folder of an attempt."""
_SCHEMA = 1
# What of a request decides how trainings go, and nothing else.
_OF_TRAININGS = ("recipes", "changes")


@dataclass(frozen=True)
class StageAccount:
    """One training: several tasks at once, or one.

    Attributes:
        tasks: what was learnt, by task.
        probabilities: how often a batch was of each task.
        recipe: the hyper-parameters.
        unverified: names of those that the recipes have from memory (MEM).
        processes: that trained together.
        planned_steps: updates in the recipe.
        steps: updates made; fewer where patience ended.
        best_step: the update whose weights were kept.
        dev_scores: on English dev by task, in percent, of those weights.
        seconds: of the process that ended the training.
        resumed: whether another process began it.
    """

    tasks: Mapping[str, TaskData]
    probabilities: Mapping[str, float]
    recipe: Mapping[str, Any]
    unverified: tuple[str, ...]
    processes: int
    planned_steps: int
    steps: int
    best_step: int
    dev_scores: Mapping[str, float]
    seconds: float
    resumed: bool


@dataclass(frozen=True)
class PartAccount:
    """A checkpoint of a system.

    Attributes:
        start: fingerprint of the checkpoint whose encoder it began with.
        stages: its trainings in order; none for an encoder that is the base as it came.
        collapsed: seeds that were tried before, and why they were given up.
        notes: what differed from the plan for want of data.
    """

    start: str
    stages: tuple[StageAccount, ...] = ()
    collapsed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def seed(self) -> int | None:
        """The seed that was used in the end."""
        return int(self.stages[-1].recipe["seed"]) if self.stages else None

    @property
    def steps(self) -> int:
        """Updates made in all."""
        return sum(stage.steps for stage in self.stages)

    @property
    def dev_scores(self) -> Mapping[str, float]:
        """On English dev by task, in percent, after the last training."""
        return self.stages[-1].dev_scores if self.stages else {}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "PartAccount":
        """Read what `asdict` wrote."""
        stages = []
        for stage in content["stages"]:
            tasks = {
                key: TaskData(**{**data, "references": tuple(data["references"])})
                for key, data in stage["tasks"].items()
            }
            stages.append(StageAccount(**{**stage, "tasks": tasks, "unverified": tuple(stage["unverified"])}))
        return cls(content["start"], tuple(stages), tuple(content["collapsed"]), tuple(content["notes"]))


@dataclass
class Account:
    """The content of `training.json`; `request` is what two runs into one directory must share."""

    directory: Path
    request: Mapping[str, Any]
    versions: Mapping[str, str | None]
    parts: dict[str, PartAccount] = field(default_factory=dict)

    @property
    def trained(self) -> bool:
        """Whether anything here has cost an update: a part, a checkpoint of one, or a seed that collapsed."""
        begun = (path for name in (CHECKPOINTS, COLLAPSED) for path in (self.directory / WORK).rglob(name))
        return any(part.stages for part in self.parts.values()) or any(begun)

    @classmethod
    def open(cls, directory: Path, request: Mapping[str, Any], versions: Mapping[str, str | None]) -> "Account":
        """Go on with the account in `directory`, or begin one; as long as nothing is trained, a request may change.

        Raises:
            InputError: the directory holds something else, or trainings of another request.
        """
        path = directory / FILE
        if not path.is_file():
            if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
                raise InputError(f"{directory} holds something else than a training: choose a new directory")
            return cls(directory, request, versions)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            known = content["request"]
            parts = {name: PartAccount.from_json(part) for name, part in content["parts"].items()}
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path} is no account of a training: {error!r}; choose a new directory") from error
        asked = json.loads(json.dumps(request))
        account = cls(directory, request, versions, parts)
        if account.trained:
            _refuse_other(directory, known, asked)
            return replace(account, versions=content["versions"])
        if parts:  # the base as it came, which hangs on no recipe
            _refuse_other(directory, {**known, **{name: asked[name] for name in _OF_TRAININGS}}, asked)
        return account

    def save(self) -> None:
        """Write it, all or nothing.

        Raises:
            InputError: the place cannot be written.
            EnvironmentFault: the disk is full.
        """
        content = {
            "schema_version": _SCHEMA,
            "request": self.request,
            "versions": self.versions,
            "parts": {name: asdict(part) for name, part in self.parts.items()},
        }
        write_text(self.directory / FILE, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _essence(request: Mapping[str, Any]) -> dict[str, Any]:
    """What of a request must stay: of the base its weights and tokenizer, wherever they lie."""
    base = request.get("base")
    return {**request, "base": base["fingerprint"] if isinstance(base, dict) and "fingerprint" in base else base}


def _refuse_other(directory: Path, known: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    before, now = _essence(known), _essence(asked)
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if names:
        differences = "; ".join(f"{name} was {known.get(name)!r}, now {asked.get(name)!r}" for name in names)
        raise InputError(f"{directory} was trained otherwise: {differences}; choose another directory")
