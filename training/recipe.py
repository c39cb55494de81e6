"""How long and how fast a model is trained: hyper-parameters, and the books of recipes they come from."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from importlib import resources
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..tasks.languages import nearest

SELECTIONS = ("best", "last")
PRECISIONS = ("fp32", "bf16", "fp16")
# Encoders of this many blocks and more follow a recipe's `large` table.
_LARGE = 24
# Parts of a table that are no values of a recipe.
_ASIDE = ("large", "mem")
_OPTIONAL = ("steps", "max_length", "evaluate_every", "dev_limit", "patience", "limit")
# The smallest value of whole numbers; a max_length must hold special tokens and some text.
_WHOLE = {"batch_size": 1, "accumulation": 1, "seed": 0, **dict.fromkeys(_OPTIONAL, 1), "max_length": 8}
# Other numbers, and whether 0 is too little.
_NUMBERS = {"learning_rate": True, "epochs": True, "warmup": False, "weight_decay": False}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyper-parameters of one training: AdamW, linear decay to 0, gradients clipped at norm 1.

    Attributes:
        learning_rate: the highest.
        steps: updates; None for as many as `epochs` take.
        epochs: passes over the training data.
        batch_size: examples a device and step forward.
        accumulation: batches an update.
        warmup: a share of the updates if below 1, else a number of updates.
        weight_decay: of all weights but biases and layer norms.
        max_length: tokens a sequence; None for the task's own.
        select: `best` by English dev, or `last`.
        evaluate_every: updates between evaluations on dev, and between checkpoints; None for once an epoch.
        dev_limit: examples of dev that are evaluated while training; None for all.
        patience: evaluations without gain after which training stops; None for never.
        precision: `fp32`, or mixed with `bf16` or `fp16`.
        seed: of the head's weights, dropout and the order of examples.
        limit: so many training examples, spread evenly over the data; None for all.
    """

    learning_rate: float
    steps: int | None = None
    epochs: float = 3
    batch_size: int = 32
    accumulation: int = 1
    warmup: float = 0.1
    weight_decay: float = 0.01
    max_length: int | None = None
    select: str = "last"
    evaluate_every: int | None = None
    dev_limit: int | None = None
    patience: int | None = None
    precision: str = "fp32"
    seed: int = 42
    limit: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InputError: a value of the wrong kind or out of range.
        """
        for field, smallest in _WHOLE.items():
            value = getattr(self, field)
            if value is None and field in _OPTIONAL:
                continue
            if type(value) is not int or value < smallest:
                raise InputError(f"{field} must be a whole number from {smallest}, not {value!r}")
        for field, above in _NUMBERS.items():
            value = getattr(self, field)
            if type(value) not in (int, float) or not isfinite(value) or value < 0 or (above and not value):
                raise InputError(f"{field} must be a number {'above' if above else 'from'} 0, not {value!r}")
        for field, known in (("select", SELECTIONS), ("precision", PRECISIONS)):
            if getattr(self, field) not in known:
                raise InputError(f"{field} must be one of {', '.join(known)}, not {getattr(self, field)!r}")

    def changed(self, changes: Mapping[str, Any]) -> "Recipe":
        """The recipe with some values replaced.

        Raises:
            InputError: a name that is no part of a recipe; the nearest is named.
        """
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise InputError(f"a recipe has no {name!r}: {nearest(name, known)}")
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class RecipeBook:
    """Recipes for all training tasks, as a TOML file holds them: tables by task over the table `default`.

    In phase 1 the tables `intermediate.default` and `intermediate.<task>` go over these. A table `large` inside one
    goes over it for encoders of 24 blocks and more. `mem` lists values, of the table or inherited by it, that are from
    memory and unverified. `text` is the file as it was read.
    """

    name: str
    tables: Mapping[str, Any]
    text: str = ""

    @classmethod
    def load(cls, name: str) -> "RecipeBook":
        """A book of the package (`xtreme`, `jiant`), or a TOML file.

        Raises:
            InputError: there is none, or it is not TOML.
        """
        shipped = resources.files(__package__) / "recipes" / f"{name}.toml"
        path = shipped if shipped.is_file() else Path(name)
        try:
            text = path.read_text(encoding="utf-8")
            return cls(name, tomllib.loads(text), text)
        except OSError as error:
            raise InputError(f"no recipes and no TOML file {name!r}: {nearest(name, shipped_books())}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: not TOML: {error}") from error

    def recipe(self, key: str, *, intermediate: bool, layers: int, changes: Mapping[str, Any]) -> Recipe:
        """The recipe of training task `key` for an encoder of so many blocks, with the user's `changes`.

        Raises:
            InputError: a table holds what no recipe has; the table is named.
        """
        merged: dict[str, Any] = {}
        for table in self._tables(key, intermediate, layers):
            merged |= {name: value for name, value in table.items() if name not in _ASIDE}
        merged |= changes
        if "learning_rate" not in merged:
            raise InputError(f"recipes {self.name}: no learning_rate for {key}, neither there nor in [default]")
        try:
            return Recipe(learning_rate=merged.pop("learning_rate")).changed(merged)
        except InputError as error:
            raise InputError(f"recipes {self.name}, {key}: {error}") from error

    def unverified(self, key: str, *, intermediate: bool, layers: int, changes: Mapping[str, Any]) -> tuple[str, ...]:
        """Names of the values of that recipe that are from memory (MEM), sorted."""
        found: set[str] = set()
        for table in self._tables(key, intermediate, layers):
            found -= table.keys()
            found |= set(table.get("mem", ()))
        return tuple(sorted(found - changes.keys()))

    def _tables(self, key: str, intermediate: bool, layers: int) -> list[Mapping[str, Any]]:
        """The tables that apply, each going over those before it."""
        places = [self.tables] + [self.tables.get("intermediate", {})] * intermediate
        tables = [place.get(name, {}) for place in places for name in ("default", key)]
        large = [table.get("large", {}) if layers >= _LARGE else {} for table in tables]
        ordered = [table for pair in zip(tables, large, strict=True) for table in pair]
        if not all(isinstance(table, Mapping) for table in ordered):
            raise InputError(f"recipes {self.name}, {key}: not a table")
        return ordered


def parse_changes(assignments: Sequence[str]) -> dict[str, Any]:
    """Values of recipes given as `key=value`; a value is read as TOML has it, else as text (`precision=bf16`).

    Raises:
        InputError: there is no `=`.
    """
    changes: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise InputError(f"--set {assignment}: give KEY=VALUE, such as steps=100")
        try:
            changes[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            changes[key.strip()] = value
    return changes


def shipped_books() -> list[str]:
    """Names of the books in the package."""
    return sorted(Path(entry.name).stem for entry in (resources.files(__package__) / "recipes").iterdir())
