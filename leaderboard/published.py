"""Rows that others have published, to stand beside measured ones: only those that were verified, with their source."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One published system.

    `tasks` has for each task its metrics in percent, named as in records; a task without a verified number is absent.
    `source` is the sentence that says where the numbers are from, `remark` what else a reader must know.
    """

    name: str
    suite: str
    tasks: Mapping[str, Mapping[str, float]]
    average: float | None
    source: str
    remark: str
