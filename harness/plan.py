"""Which units of work a run consists of, and what is left out and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.export import ExportOptions
from ..exporters.system import System
from ..tasks.languages import find_language
from ..tasks.sources import Source
from ..tasks.suites import TASKS, find_suite, find_task
from ..tasks.task import Task
from .settings import RunSettings

SPLIT = "test"


@dataclass(frozen=True)
class Unit:
    """One (system, task, language): what is computed, stored and distributed as a whole."""

    task: Task
    language: str
    checkpoint: Checkpoint
    options: ExportOptions

    def __str__(self) -> str:
        """`task/language`."""
        return f"{self.task.key}/{self.language}"


@dataclass(frozen=True)
class Skipped:
    """A task, or one of its languages, that is left out, and the reason."""

    task: str
    languages: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Plan:
    """Units ordered so that those of one graph follow each other, and what was left out."""

    units: tuple[Unit, ...]
    skipped: tuple[Skipped, ...]


def selected_languages(settings: RunSettings) -> dict[str, tuple[str, ...]]:
    """The languages asked for, by task key, in order.

    Raises:
        InputError: an unknown suite, task or language, or one that does not go with the others.
    """
    suite = find_suite(settings.suite) if settings.suite else None
    known = dict(suite.languages) if suite else {key: task.languages for key, task in TASKS.items()}
    for key in settings.tasks:
        if key not in known:
            find_task(key)
            raise InputError(f"suite {settings.suite!r} has no task {key!r}; its tasks: {', '.join(known)}")
    for language in settings.languages:
        find_language(language)
    chosen = {key: known[key] for key in (settings.tasks or known) if key in TASKS}
    if not settings.languages:
        return chosen
    narrowed = {key: tuple(code for code in settings.languages if code in known[key]) for key in chosen}
    for language in settings.languages:
        if not any(language in codes for codes in narrowed.values()):
            raise InputError(f"none of the tasks {', '.join(chosen)} has the language {language!r}")
    return {key: codes for key, codes in narrowed.items() if codes}


def make_plan(settings: RunSettings, system: System, source: Source) -> Plan:
    """Decide what to run.

    What was named explicitly must be there; what only belongs to a suite, or to a task's full list of languages, is
    left out with a reason.

    Raises:
        InputError: something named explicitly is unknown or missing, or nothing is left to run.
    """
    units: list[Unit] = []
    skipped: list[Skipped] = []
    for key, languages in selected_languages(settings).items():
        task = find_task(key)
        serving = system.serving(task)
        if isinstance(serving, str):
            skipped.append(Skipped(key, (), serving))
            continue
        present, absent = _split_by_presence(source, task, languages)
        if absent and settings.tasks and (settings.languages or not present):
            source.load(task, SPLIT, absent[0])  # says which file is missing
        if absent:
            skipped.append(Skipped(key, tuple(absent), f"no {SPLIT} data in {source.name}"))
        options = ExportOptions(
            task.kind.head, *((settings.layer, settings.pooling) if task.kind.head == "embedding" else ())
        ).settled(serving)
        units.extend(Unit(task, language, serving, options) for language in present)
    if not units:
        raise InputError(f"nothing to run: {_reasons(skipped)}")
    return Plan(tuple(_by_graph(units)), tuple(skipped))


def _split_by_presence(source: Source, task: Task, languages: Iterable[str]) -> tuple[list[str], list[str]]:
    present: list[str] = []
    absent: list[str] = []
    for language in languages:
        (present if source.has(task, SPLIT, language) else absent).append(language)
    return present, absent


def _by_graph(units: Sequence[Unit]) -> list[Unit]:
    """Stable order that keeps units of one graph together, graphs in order of first use."""
    order = {graph: rank for rank, graph in reversed(list(enumerate(graph_of(unit) for unit in units)))}
    return sorted(units, key=lambda unit: order[graph_of(unit)])


def graph_of(unit: Unit) -> tuple[str, ExportOptions]:
    """What two units must share to run on one session."""
    return str(unit.checkpoint.directory), unit.options


def _reasons(skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return "no task was selected"
    first = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{first.task}: {first.reason}{more}"
