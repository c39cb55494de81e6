"""Where the reference has two ways, or one that is known to be wrong: its way by default, the other by name.

A choice that differs from the reference's stands in the record's comparability key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InputError
from .kinds.mining import Mining
from .kinds.span import Span
from .kinds.tagging import Tagging
from .languages import nearest
from .task import Form, Task


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice: its values, the reference's first, and the task that comes of one (itself if it is not concerned)."""

    key: str
    values: tuple[str, ...]
    meaning: str
    apply: Callable[[Task, str], Task]


def _field_of(kind: type[Any], name: str) -> Callable[[Task, str], Task]:
    """Set a field of the task's kind, where it is of the kind that has it."""

    def apply(task: Task, value: str) -> Task:
        return replace(task, kind=replace(task.kind, **{name: value})) if isinstance(task.kind, kind) else task

    return apply


def _readers(departing: str, changed: Mapping[str, str]) -> Callable[[Task, str], Task]:
    """Under the value `departing`, read some formats by other readers."""

    def apply(task: Task, value: str) -> Task:
        if value != departing:
            return task

        def other(form: Form) -> Form:
            return replace(form, reader=changed.get(str(form.reader), form.reader))

        splits = {split: tuple(other(form) for form in forms) for split, forms in task.splits.items()}
        return task if splits == dict(task.splits) else replace(task, splits=splits)

    return apply


SWITCHES: dict[str, Switch] = {
    switch.key: switch
    for switch in (
        Switch(
            "chunks",
            ("seqeval-0.0.12", "seqeval-1"),
            "rule by which tags become the chunks that F1 counts",
            _field_of(Tagging, "chunk_rule"),
        ),
        Switch(
            "answers",
            ("reference", "offsets"),
            "answers aligned back to words as XTREME does (joined tokens for zh), or cut by character offsets",
            _field_of(Span, "alignment"),
        ),
        Switch(
            "duplicates",
            ("drop", "expand"),
            "sentences that occur more than once in BUCC: left out, or standing for all their ids (jiant)",
            _field_of(Mining, "duplicates"),
        ),
        Switch(
            "quotes",
            ("kept", "parsed"),
            "doubled quotes that XTREME's CSV writer left in sentence pairs: part of the input, or undone",
            _readers("parsed", {"pairs": "parsed-pairs"}),
        ),
        Switch(
            "direction",
            ("from-english", "to-english"),
            "Tatoeba: which side is searched with",
            _readers("to-english", {"sorted-bitext": "sorted-bitext-to-english", "bitext": "bitext-to-english"}),
        ),
    )
}


def parse_protocol(choices: tuple[str, ...]) -> dict[str, str]:
    """`key=value` texts as a mapping.

    Raises:
        InputError: an unknown key or value; the nearest is named.
    """
    parsed = {}
    for choice in choices:
        key, _, value = choice.partition("=")
        if key not in SWITCHES:
            raise InputError(f"unknown protocol choice {key!r}: {nearest(key, SWITCHES)}")
        if value not in SWITCHES[key].values:
            raise InputError(f"{key} cannot be {value!r}: one of {', '.join(SWITCHES[key].values)}")
        parsed[key] = value
    return parsed


def with_protocol(task: Task, choices: Mapping[str, str]) -> tuple[Task, tuple[str, ...]]:
    """The task under these choices, and those that make it differ from the reference's, as `key=value`."""
    differing = []
    for key, value in sorted(choices.items()):
        changed = SWITCHES[key].apply(task, value)
        if changed != task:
            differing.append(f"{key}={value}")
        task = changed
    return task, tuple(differing)
