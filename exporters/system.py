"""What `--model` names: one checkpoint, or one for each training task (XTREME needs several fine-tuned heads)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, InputError
from ..tasks.languages import nearest
from ..tasks.suites import known_tasks
from ..tasks.task import Task
from .checkpoint import Checkpoint

_HUB_FILES = ["*.json", "*.txt", "*.model", "model*.safetensors"]
_HUB_PICKLES = ["pytorch_model*.bin"]


def training_tasks() -> tuple[str, ...]:
    """The names that checkpoints of a system may have, each serving the tasks that are evaluated with it."""
    return tuple(dict.fromkeys(("encoder", *(task.training for task in known_tasks().values()))))


@dataclass(frozen=True)
class System:
    """A named model to evaluate; a lone checkpoint stands under the key "" and serves whatever it fits."""

    name: str
    checkpoints: Mapping[str, Checkpoint]

    def serving(self, task: Task, pooling: str | None = None) -> Checkpoint | str:
        """The checkpoint that serves `task`, or the reason why none does; `pooling` replaces the task's own."""
        checkpoint = self.checkpoints.get("") or self.checkpoints.get(task.training)
        if checkpoint is None:
            return f"{self.name} has no checkpoint {task.training!r}, which {task.title} needs"
        return checkpoint.unfit(task, pooling) or checkpoint

    def checkpoint_for(self, task: Task, pooling: str | None = None) -> Checkpoint:
        """The checkpoint that serves `task`.

        Raises:
            InputError: none does.
        """
        serving = self.serving(task, pooling)
        if isinstance(serving, str):
            raise InputError(serving)
        return serving


def resolve(reference: str, *, name: str | None = None, allow_pickle: bool = False, offline: bool = False) -> System:
    """Find what a model reference names.

    Args:
        reference: a checkpoint directory, a directory with one sub-directory per training task, a `system.toml` (or a
            directory with one), or the id of a model on the Hugging Face hub.
        name: what to call the system; by default the directory's name or the id with `/` written `__`.
        allow_pickle: read pickled weights where there are no safetensors. Remote code is never run.
        offline: use only what the hub's cache already holds.

    Raises:
        InputError: nothing usable is there.
        EnvironmentFault: the hub cannot be reached, or its cache lacks the model when offline.
    """
    path = Path(reference).expanduser()
    if path.is_file() and path.suffix == ".toml":
        return _from_toml(path, name, allow_pickle)
    if path.is_dir():
        return _from_directory(path, reference, name, allow_pickle)
    if path.exists() or not _is_hub_id(reference):
        raise InputError(f"no model at {reference}: neither a directory nor a hub id such as 'org/model'")
    directory = _download(reference, allow_pickle, offline)
    return System(name or reference.replace("/", "__"), {"": Checkpoint(directory, reference, allow_pickle)})


def _is_hub_id(reference: str) -> bool:
    parts = reference.split("/")
    return len(parts) <= 2 and all(part and not part.startswith((".", "~")) for part in parts)


def _from_directory(path: Path, reference: str, name: str | None, allow_pickle: bool) -> System:
    if (path / "system.toml").is_file():
        return _from_toml(path / "system.toml", name, allow_pickle)
    label = name or path.resolve().name
    if (path / "config.json").is_file():
        return System(label, {"": Checkpoint(path, reference, allow_pickle)})
    found = {key: path / key for key in training_tasks() if (path / key).is_dir()}
    if not found:
        expected = " ".join(f"{key}/" for key in training_tasks())
        raise InputError(f"{path} is no checkpoint (no config.json) and no system (none of {expected})")
    return System(label, {key: _checked(part, allow_pickle) for key, part in found.items()})


def _checked(directory: Path, allow_pickle: bool) -> Checkpoint:
    checkpoint = Checkpoint(directory, str(directory), allow_pickle)
    _ = checkpoint.config  # complains now if there is none
    return checkpoint


def _from_toml(path: Path, name: str | None, allow_pickle: bool) -> System:
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML: {error}") from error
    places = content.get("checkpoints")
    if not isinstance(places, dict) or not all(isinstance(place, str) for place in places.values()):
        raise InputError(f'{path}: no table [checkpoints] with lines such as xnli = "path/to/checkpoint"')
    checkpoints = {}
    for key, place in places.items():
        if key not in training_tasks():
            raise InputError(f"{path}: unknown training task {key!r}: {nearest(key, training_tasks())}")
        checkpoints[key] = _checked(path.parent / Path(place).expanduser(), allow_pickle)
    return System(name or str(content.get("name") or path.resolve().parent.name), checkpoints)


def _download(reference: str, allow_pickle: bool, offline: bool) -> Path:
    from huggingface_hub import snapshot_download

    wanted = _HUB_FILES + (_HUB_PICKLES if allow_pickle else [])
    try:
        return Path(snapshot_download(reference, allow_patterns=wanted, local_files_only=offline))
    except Exception as error:  # the hub client raises many unrelated classes
        where = "in the hub's cache" if offline else "on the Hugging Face hub"
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EnvironmentFault(f"no directory {reference}, and cannot get the model {where}: {reason}") from error
