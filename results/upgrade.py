"""Stored files of any schema version, raised to today's one version at a time.

Version 2: a file says everything. Version 1 was read with defaults for what was not there, so that a file that had lost
its `protocol` passed for one measured as the reference does, comparable with all. Its writers left out what they did
not know yet, and nothing else: what is filled in here is what was true of them.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from ..errors import InputError
from .record import SCHEMA_VERSION, Record, SystemDescription

M = TypeVar("M", Record, SystemDescription)
Raw: TypeAlias = Mapping[str, Any]


def load(model: type[M], path: Path, what: str) -> M:
    """Read a stored file that any version of xbench wrote up to this one; `what` it should be is for the message.

    Raises:
        InputError: it cannot be read, is of a newer version, or is something else; the field is named.
    """
    try:
        raw = from_json(path.read_bytes())
        found = model.model_validate(_raised(model, raw, path))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{path} is not {what}: {_place(first['loc'])}: {first['msg']}") from error
    except ValueError as error:
        raise InputError(f"{path} is not {what}: invalid JSON: {error}") from error
    for name in _unsaid(found):
        raise InputError(f"{path} is not {what}: {name}: Field required")
    return found


def _place(location: tuple[int | str, ...]) -> str:
    # Keys of a foreign file may hold line ends.
    return " ".join(".".join(str(part) for part in location).split()) or "content"


def _raised(model: type[M], raw: Any, path: Path) -> Any:
    """The content as the current version has it; what says no version that was ever written is left as it is."""
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if type(version) is not int:
        return raw
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path} was written by a newer xbench, in schema version {version} where this one knows {SCHEMA_VERSION}:"
            " upgrade xbench"
        )
    while raise_once := UPGRADES[model].get(version):
        version += 1
        raw = {**raise_once(raw), "schema_version": version}
    return raw


def _record_1(raw: Raw) -> Raw:
    """Fill in what the first writers did not know: departures, sweeps, measured budgets and the timeline."""
    key, timing = raw.get("key"), raw.get("timing")
    if not isinstance(key, dict) or not isinstance(timing, dict):
        return raw
    unmeasured = dict.fromkeys(("batch_tokens", "tokenise_start", "infer_start", "decode_start"))
    return {"layers": None, **raw, "key": {"protocol": [], **key}, "timing": {**unmeasured, **timing}}


def _unchanged(raw: Raw) -> Raw:
    return raw


UPGRADES: Mapping[type[BaseModel], Mapping[int, Callable[[Raw], Raw]]] = MappingProxyType(
    {Record: {1: _record_1}, SystemDescription: {1: _unchanged}}
)
"""For each kind of file, from a version to the function that raises its content to the next."""


def _unsaid(stored: BaseModel) -> Iterator[str]:
    """The fields, those of parts too, that have their value by default."""
    for name in type(stored).model_fields:
        value = getattr(stored, name)
        if name not in stored.model_fields_set:
            yield name
        elif isinstance(value, BaseModel):
            yield from (f"{name}.{inner}" for inner in _unsaid(value))
