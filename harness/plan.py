"""Which units of work a run consists of, and what is left out and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..exporters.checkpoint import Checkpoint
from ..exporters.export import ExportOptions
from ..exporters.system import System
from ..tasks.protocol import parse_protocol, with_protocol
from ..tasks.selection import select_languages
from ..tasks.sources import Source, load_split, needed_splits
from ..tasks.suites import find_task
from ..tasks.task import Task
from .settings import RunSettings


@dataclass(frozen=True)
class Unit:
    """One (system, task, language): what is computed, stored and distributed as a whole."""

    task: Task
    language: str
    checkpoint: Checkpoint
    options: ExportOptions
    protocol: tuple[str, ...] = ()
    """Choices by which `task` differs from the reference's, as `key=value`."""

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


def make_plan(settings: RunSettings, system: System, source: Source, precision: str = "fp32") -> Plan:
    """Decide what to run, in the arithmetic that `exporters.precision.settle_precision` gave.

    What was named explicitly must be there; what only belongs to a suite, or to a task's full list of languages, is
    left out with a reason.

    Raises:
        InputError: something named explicitly is unknown or missing, or nothing is left to run.
    """
    units: list[Unit] = []
    skipped: list[Skipped] = []
    choices = parse_protocol(settings.protocol)
    for key, languages in select_languages(settings.suite, settings.tasks, settings.languages).items():
        task, protocol = with_protocol(find_task(key), choices)
        serving = system.serving(task, settings.pooling)
        reason = serving if isinstance(serving, str) else _unfit_settings(task, settings)
        if isinstance(serving, str) or reason:
            skipped.append(Skipped(key, (), str(reason)))
            continue
        present, absent = _split_by_presence(source, task, settings.split, languages)
        if absent and settings.tasks and (settings.languages or not present):
            load_split(source, task, settings.split, absent[0])  # says which file is missing
        if absent:
            skipped.append(Skipped(key, tuple(absent), f"no {settings.split} data in {source.name}"))
        options = _options(task, settings, precision).settled(serving)
        units.extend(Unit(task, language, serving, options, protocol) for language in present)
    if not units:
        raise InputError(f"nothing to run: {_reasons(skipped)}")
    return Plan(tuple(_by_graph(units)), tuple(skipped))


def _unfit_settings(task: Task, settings: RunSettings) -> str | None:
    """Why the task cannot be run as it is asked for; None if it can."""
    if settings.split not in task.splits:
        return f"{task.title} has no {settings.split} split"
    if settings.layer == "all" and task.kind.head != "embedding":
        return "layers are compared for retrieval alone"
    return None


def _options(task: Task, settings: RunSettings, precision: str) -> ExportOptions:
    if task.kind.head != "embedding":
        return ExportOptions(task.kind.head, precision=precision)
    pooling = settings.pooling or task.pooling
    if settings.layer == "all":
        return ExportOptions("layers", None, pooling, precision)
    return ExportOptions(task.kind.head, settings.layer, pooling, precision)


def _split_by_presence(source: Source, task: Task, split: str, languages: Iterable[str]) -> tuple[list[str], list[str]]:
    present: list[str] = []
    absent: list[str] = []
    for language in languages:
        there = all(source.has(task, needed, language) for needed in needed_splits(task, split))
        (present if there else absent).append(language)
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
