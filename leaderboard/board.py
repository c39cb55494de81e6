"""A leaderboard as data: which systems, on which tasks, with which averages, and what a reader must be told.

Consumers read fields, never column names; a value that is not defined is None, never a smaller mean.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..errors import InputError
from ..results.record import Record, SystemDescription
from ..tasks.languages import nearest
from ..tasks.suites import SUITES, find_suite, known_tasks
from ..tasks.task import Suite
from .composite import Composite
from .improvement import Improvement, improvement
from .naming import members, split_seed
from .provenance import Provenance, provenance
from .published import PublishedRow
from .scores import Average, Cells, TaskColumn, TaskScore, average, make_cells, make_columns, missing_metric, task_score
from .slices import Slice, TransferGap, slice_average, slices_of, transfer_gap
from .statistics.gains import Statistics


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One system; `rank` counts from 1 among those whose average is complete, equals sharing one, else None.

    `groups` are by name of the suite's group, `slices` by key of the `Slice`.
    """

    name: str
    rank: int | None
    average: Average
    without_retrieval: Average
    groups: Mapping[str, Average]
    tasks: Mapping[str, TaskScore]
    slices: Mapping[str, Average]
    transfer: TransferGap
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Board:
    """A leaderboard.

    Attributes:
        suite: whose languages and tasks an average must cover.
        columns: the suite's tasks in its order, then other tasks that have records.
        systems: by rank, then those without one by name.
        slices: in which languages of one kind are averaged.
        cells: every score, those outside the suite too.
        baseline: the system, or `NAME` of the systems `NAME.seedN`, that improvements are counted from, if any.
        improvements: one for each other system that shares scores with the baseline, complete averages first, the
            largest first.
        notices: what the records themselves want said beside their scores.
        notes: what was left out of this board, and why.
        published: rows that others have published.
        statistics: intervals and tests of the improvements; None without a baseline or stored predictions.
        baselines: the systems behind `baseline`, one a seed.
        composite: how the rows came about that take the best system for each task, if there are such.
    """

    suite: Suite
    columns: tuple[TaskColumn, ...]
    systems: tuple[SystemRow, ...]
    slices: tuple[Slice, ...]
    cells: Cells
    baseline: str | None
    improvements: tuple[Improvement, ...]
    notices: tuple[str, ...]
    notes: tuple[str, ...]
    published: tuple[PublishedRow, ...] = ()
    statistics: Statistics | None = None
    baselines: tuple[str, ...] = ()
    composite: Composite | None = None


def make_board(
    records: Sequence[Record],
    *,
    suite: str | None,
    baseline: str | None,
    systems: Mapping[str, SystemDescription] = MappingProxyType({}),
) -> Board:
    """Arrange records as a leaderboard.

    Args:
        records: any number of systems, tasks and languages, in any order.
        suite: key of the suite. By default the one that the records name if they agree, else `mini` if all of them
            are marked as its fixture, else `xtreme`.
        baseline: name of the system that improvements are counted from, or `NAME` for the systems `NAME.seedN`, of
            which then the mean counts.
        systems: what systems are made of, by name, as far as that is known.

    Raises:
        InputError: there are no records that can stand on a board, the suite or the baseline is unknown, or two records
            claim the same system, task and language.
    """
    if not records:
        raise InputError("no records to put on a leaderboard: write some with `xbench run`, or choose another split")
    tasks = known_tasks()
    known = [record for record in records if record.task in tasks and missing_metric(record) is None]
    if not known:
        raise InputError(_why_none(records, tasks))
    chosen, names = choose_suite(known, suite), sorted({record.system for record in known})
    slices = slices_of(chosen)
    baselines = baseline_members(baseline, names)
    # The seeds of one baseline are measured alike, so that the first speaks for all.
    columns, cells = make_columns(chosen, known), make_cells(known, baselines[0] if baselines else None)
    improvements, unpaired = _improvements(names, baseline, baselines, columns, cells)
    return Board(
        suite=chosen,
        columns=columns,
        systems=_ranked([_system(name, chosen, slices, columns, cells, known, systems.get(name)) for name in names]),
        slices=slices,
        cells=cells,
        baseline=baselines[0] if len(baselines) == 1 else baseline,
        improvements=improvements,
        notices=_notices(known, names),
        notes=(*_left_out(records, tasks), *unpaired),
        baselines=baselines,
    )


def baseline_members(baseline: str | None, systems: Collection[str]) -> tuple[str, ...]:
    """The systems behind the name of a baseline; none without a baseline.

    Raises:
        InputError: there is no such system, nor seeds of it; the nearest name is named.
    """
    if baseline is None:
        return ()
    found = members(baseline, systems)
    if not found:
        names = {*systems, *(split_seed(system)[0] for system in systems)}
        raise InputError(f"unknown baseline {baseline!r}: {nearest(baseline, names)}")
    return found


def choose_suite(records: Sequence[Record], key: str | None) -> Suite:
    """The suite of that key; without one that which the records name if they agree, else `mini` or `xtreme`.

    Raises:
        InputError: there is no such suite.
    """
    if key is not None:
        return find_suite(key)
    named = {record.suite for record in records if record.suite is not None}
    if len(named) == 1:
        return find_suite(named.pop())
    fixture = all(record.notice == SUITES["mini"].notice for record in records)
    return SUITES["mini" if fixture else "xtreme"]


def _system(
    name: str,
    suite: Suite,
    slices: Sequence[Slice],
    columns: Sequence[TaskColumn],
    cells: Cells,
    records: Iterable[Record],
    description: SystemDescription | None,
) -> SystemRow:
    tasks = {column.key: task_score(name, column, cells) for column in columns if column.in_suite}

    def over(keys: Iterable[str]) -> Average:
        return average((tasks[key].mean, tasks[key].marks) for key in keys)

    return SystemRow(
        name=name,
        rank=None,
        average=over(tasks),
        without_retrieval=over(column.key for column in columns if column.in_suite and not column.retrieval),
        groups={group: over(keys) for group, keys in suite.groups.items()},
        tasks=tasks,
        slices={part.key: slice_average(name, part, columns, cells) for part in slices},
        transfer=transfer_gap(name, columns, cells),
        provenance=provenance([record for record in records if record.system == name], description),
    )


def _ranked(systems: Sequence[SystemRow]) -> tuple[SystemRow, ...]:
    values = [system.average.mean.value for system in systems]
    complete = [value for value in values if value is not None]
    ranked = [
        replace(system, rank=None if value is None else 1 + sum(other > value for other in complete))
        for system, value in zip(systems, values, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda system: (system.rank is None, system.rank or 0, system.name)))


def _improvements(
    names: Sequence[str],
    baseline: str | None,
    baselines: tuple[str, ...],
    columns: Sequence[TaskColumn],
    cells: Cells,
) -> tuple[tuple[Improvement, ...], tuple[str, ...]]:
    """Improvements of all that share scores with the baseline, and a sentence on those that share none."""
    if baseline is None:
        return (), ()
    found = [improvement(name, baselines, columns, cells) for name in names if name not in baselines]
    paired = [gain for gain in found if gain.average.mean.tasks]
    unpaired = [gain.system for gain in found if not gain.average.mean.tasks]
    notes = (f"No score to compare with the baseline {baseline}: {', '.join(unpaired)}.",) if unpaired else ()
    if not found:
        notes = (f"No other system to compare with the baseline {baseline}.",)
    return tuple(sorted(paired, key=_standing)), notes


def _standing(gain: Improvement) -> tuple[bool, float, str]:
    mean = gain.average.mean
    return not mean.complete, -(mean.partial or 0.0), gain.system


def _notices(records: Sequence[Record], names: Sequence[str]) -> tuple[str, ...]:
    """Every notice once, with the systems it concerns unless it concerns all records."""
    notices = []
    for notice in sorted({record.notice for record in records if record.notice}):
        marked = [record for record in records if record.notice == notice]
        systems = [name for name in names if any(record.system == name for record in marked)]
        concerns = "" if len(marked) == len(records) else f" (Concerns records of: {', '.join(systems)}.)"
        notices.append(notice + concerns)
    return tuple(notices)


def _left_out(records: Iterable[Record], tasks: Collection[str]) -> tuple[str, ...]:
    """A sentence on every kind of record that cannot stand on a board."""
    kept = list(records)
    unknown = sorted({record.task for record in kept if record.task not in tasks})
    unscored = [record for record in kept if not record.scores]
    broken = [record for record in kept if record.scores and record.task in tasks and missing_metric(record)]
    return (
        *(f"Left out: records of {task!r}, a task that this version does not know." for task in unknown),
        *([f"Left out, predicted without gold labels: {_places(unscored)}."] if unscored else []),
        *([f"Left out, as a score is missing or no number, run again: {_places(broken)}."] if broken else []),
    )


def _places(records: Iterable[Record]) -> str:
    return ", ".join(sorted({f"{record.system} {record.task}/{record.language}" for record in records}))


def _why_none(records: Sequence[Record], tasks: Collection[str]) -> str:
    """Why no record can stand on a board."""
    unknown = next((record.task for record in records if record.task not in tasks), None)
    if unknown is not None:
        return f"no record is of a known task: {nearest(unknown, tasks)}"
    if any(record.scores for record in records):
        return f"no record has all scores of its task, such as {_places(records[:1])}: run them again"
    return "no record has scores: the data had no gold labels"
