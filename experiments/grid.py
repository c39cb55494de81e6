"""An experiment as data: base models x conditions x seeds over the tasks of a suite, read from a TOML file."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, ValidationError, field_validator
from pydantic import model_validator as validator

from ..errors import InputError
from ..tasks.languages import known_languages, nearest
from ..tasks.selection import select_languages
from ..tasks.suites import find_suite, known_tasks

ENCODER = "encoder"
LOW_RESOURCE = "low-resource"
_RESOURCES = {LOW_RESOURCE: True, "well-resourced": False}
_HERE = (".", "/", "~")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Condition(_Table):
    """What is done before fine-tuning on a target task's English data, or beside it: a row of the report.

    `tasks` are references of intermediate tasks (`mnli`, `mnli@de`), `mlm` languages whose plain text is learnt beside
    them, `sampling` how they share the batches (see `training.sampling`). `target_data` maps training tasks of phase 2
    to languages whose training data are learnt beside the English ones (see `target_data.py`).
    """

    tasks: tuple[str, ...] = ()
    mlm: tuple[str, ...] = ()
    mlm_share: StrictFloat = 0.1
    sampling: str = "proportional"
    target_data: dict[str, tuple[str, ...]] = {}

    @validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return {"tasks": value} if isinstance(value, list) else value

    @property
    def phase_one(self) -> tuple[object, ...]:
        """What decides the encoder after phase 1; empty if it is the base."""
        return (self.tasks, self.mlm, self.mlm_share, self.sampling) if self.tasks or self.mlm else ()


class Slice(_Table):
    """Some of an experiment's tasks and languages, shown in a table of their own; empty stands for all.

    `tasks` are keys, or groups of the suite such as `retrieval`; `languages` codes, `low-resource`, `well-resourced`.
    """

    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @field_validator("tasks", "languages", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class Correlation(_Table):
    """Rank correlation, over the conditions, of what intermediate tasks are with what they gain on a slice."""

    slice: str
    of: tuple[Literal["tasks", "size", "difficulty"], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One system: a base model, a condition and a seed; it is fine-tuned and evaluated on all tasks of the grid."""

    base: str
    condition: str
    seed: int

    @property
    def name(self) -> str:
        """The system's name, the same wherever the base lies: `xlm-roberta-large.mnli.seed1`."""
        return f"{base_name(self.base)}.{self.condition}.seed{self.seed}"


class Grid(_Table):
    """An experiment.

    Attributes:
        title: a few words.
        question: what it answers.
        suite: whose tasks, groups and languages are meant.
        split: `test` or `dev`.
        tasks: keys; empty for all of the suite.
        languages: codes; empty for all of each task.
        bases: model references.
        seeds: one system each.
        recipes: a book of recipes, or its file (see `training.recipe`).
        changes: values that replace those of all recipes; the table `set` of the file.
        retries: how often a training that collapsed is tried again.
        baseline: the condition that gains are counted from.
        intermediate: the conditions by name.
        slices: further tables of the report.
        contrasts: pairs of conditions; the report shows the first minus the second.
        correlation: if the report is to have one.
    """

    title: str
    question: str = ""
    suite: str
    split: Literal["test", "dev"] = "test"
    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    bases: tuple[str, ...] = Field(min_length=1)
    seeds: tuple[StrictInt, ...] = Field((1,), min_length=1)
    recipes: str
    changes: dict[str, Any] = Field({}, alias="set")
    retries: StrictInt = Field(0, ge=0)
    baseline: str
    intermediate: dict[str, Condition]
    slices: dict[str, Slice] = {}
    contrasts: tuple[tuple[str, str], ...] = ()
    correlation: Correlation | None = None

    def changed(self, split: str | None, changes: Mapping[str, Any]) -> "Grid":
        """The experiment on another split (None: its own), with more changes to all recipes."""
        return self.model_copy(update={"split": split or self.split, "changes": {**self.changes, **changes}})

    def selected(self) -> dict[str, tuple[str, ...]]:
        """The languages of each task, by key, in the suite's order."""
        return select_languages(self.suite, self.tasks, self.languages)

    def targets(self) -> tuple[str, ...]:
        """The training tasks of phase 2 that the tasks need."""
        training = dict.fromkeys(known_tasks()[key].training for key in self.selected())
        return tuple(key for key in training if key != ENCODER)

    def cells(self) -> tuple[Cell, ...]:
        """All cells: a base after the other, in each the baseline first."""
        names = sorted(self.intermediate, key=lambda name: name != self.baseline)
        return tuple(Cell(base, name, seed) for base in self.bases for name in names for seed in self.seeds)

    def lender(self, cell: Cell) -> Cell | None:
        """The earlier cell whose encoder after phase 1 is also this one's; None if it trains its own."""
        wanted = self.intermediate[cell.condition].phase_one
        alike = (other for other in self.cells() if (other.base, other.seed) == (cell.base, cell.seed))
        first = next(other for other in alike if self.intermediate[other.condition].phase_one == wanted)
        return first if wanted and first != cell else None

    def languages_of(self, name: str) -> dict[str, tuple[str, ...]]:
        """The languages of each task in the slice `name`, by key; tasks without any are left out."""
        wanted, groups = self.slices[name], find_suite(self.suite).groups
        keys = {key for word in wanted.tasks for key in groups.get(word, (word,))}
        codes = set(expanded(wanted.languages))
        narrowed = {
            key: tuple(code for code in languages if not codes or code in codes)
            for key, languages in self.selected().items()
            if not keys or key in keys
        }
        return {key: languages for key, languages in narrowed.items() if languages}


def base_name(reference: str) -> str:
    """What to call a base model: the last part of a path, the id of one on the hub with `/` written `__`."""
    return Path(reference).expanduser().resolve().name if reference.startswith(_HERE) else reference.replace("/", "__")


def expanded(languages: tuple[str, ...]) -> Iterator[str]:
    """Codes as they are; all languages for `low-resource` and `well-resourced` (`Language.low_resource`)."""
    for word in languages:
        if word in _RESOURCES:
            yield from (code for code, one in known_languages().items() if one.low_resource == _RESOURCES[word])
        else:
            yield word


def shipped_grids() -> list[str]:
    """Names of the experiments in the package."""
    return sorted(Path(entry.name).stem for entry in (resources.files(__package__) / "files").iterdir())


def read_grid(name: str) -> str:
    """The text of an experiment of the package, or of a TOML file.

    Raises:
        InputError: there is none.
    """
    shipped = resources.files(__package__) / "files" / f"{name}.toml"
    try:
        return (shipped if shipped.is_file() else Path(name)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"no experiment and no TOML file {name!r}: {nearest(name, shipped_grids())}") from error


def parse_grid(text: str, place: str) -> Grid:
    """Read an experiment; only its form is checked (see `checks.checked`). `place` is named in messages.

    Raises:
        InputError: it is not TOML, or a key is missing, unknown, or of another type.
    """
    try:
        return Grid.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{place}: not TOML: {error}") from error
    except ValidationError as error:
        raise InputError(f"{place}: {_complaint(error)}") from error


_TABLES: dict[str, type[_Table]] = {"intermediate": Condition, "slices": Slice, "correlation": Correlation}


def _complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    if first["type"] != "extra_forbidden":
        return f"{'.'.join(place)}: {first['msg']}"
    table = _TABLES.get(place[0], Grid) if len(place) > 1 else Grid
    known = [field.alias or name for name, field in table.model_fields.items()]
    where = f"[{'.'.join(place[:-1])}]" if len(place) > 1 else "the top level"
    return f"unknown key {place[-1]!r} in {where}: {nearest(place[-1], known)}"
