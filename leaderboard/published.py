"""Rows that others have published, to stand beside measured ones: only those that were verified, with their source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

_OPTIONAL: Mapping[str, Any] = {"average": None, "remark": ""}


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One published system.

    `tasks` has for each task its metrics in percent, named as in records; a task or metric without a verified number
    is absent. `average` is over all tasks of the suite, as published. `source` is the sentence that says where the
    numbers are from, `remark` what else a reader must know.
    """

    name: str
    suite: str
    tasks: Mapping[str, Mapping[str, float]]
    average: float | None
    source: str
    remark: str


def published_rows(suite: str) -> tuple[PublishedRow, ...]:
    """The published rows of a suite, by its key, in the order of `published.toml`; none if there are none."""
    text = resources.files(__package__).joinpath("published.toml").read_text(encoding="utf-8")
    return tuple(PublishedRow(**{**_OPTIONAL, **row}) for row in tomllib.loads(text)["row"] if row["suite"] == suite)
