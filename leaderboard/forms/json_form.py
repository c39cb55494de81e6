"""A board as one JSON object, by the schema of `document.py`, which is published as `docs/leaderboard.schema.json`."""

import json
from collections.abc import Sequence
from typing import Any

from ..averages import Mean, TaskMean, score_counts
from ..board import Board, SystemRow
from ..scores import Average, CellKey
from ..statistics.gains import Statistics
from .contenders import AVERAGE, GROUP, SLICE, TASK, WITHOUT_RETRIEVAL, Contender, Gained, contenders
from .document import (
    BoardDocument,
    ChoicePart,
    ColumnPart,
    ContenderPart,
    GainPart,
    LanguageGainPart,
    MeanPart,
    OriginPart,
    PublishedPart,
    ScorePart,
    SignificancePart,
    SlicePart,
    SystemPart,
    TaskPart,
)
from .main_tables import letters_by_system


def render(board: Board) -> str:
    """Write everything on a board as JSON that ends in a line end."""
    return document(board).model_dump_json(indent=2) + "\n"


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of what `render` writes."""
    schema: dict[str, Any] = BoardDocument.model_json_schema(mode="serialization")
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"


def document(board: Board) -> BoardDocument:
    """The same as data."""
    letters, statistics = letters_by_system(board), board.statistics
    choices = {} if board.composite is None else board.composite.choices
    return BoardDocument(
        suite=board.suite.key,
        title=board.suite.title,
        groups={group: tuple(tasks) for group, tasks in board.suite.groups.items()},
        columns=tuple(
            ColumnPart(
                key=one.key, title=one.title, metrics=one.metrics, languages=one.languages, retrieval=one.retrieval
            )
            for one in board.columns
        ),
        slices=tuple(
            SlicePart(key=one.key, kind=one.kind, name=one.name, languages=tuple(sorted(one.languages)))
            for one in board.slices
        ),
        baseline=board.baseline,
        baselines=board.baselines,
        systems=tuple(_system(system, letters.get(system.name, "")) for system in board.systems),
        scores=tuple(_score(board, key) for key in sorted(board.cells)),
        gains=tuple(map(_contender, contenders(board))),
        test=None if statistics is None else _test(statistics),
        best_per_task={
            task: ChoicePart(system=one.candidate, languages=one.languages, values=dict(one.values))
            for task, one in choices.items()
        },
        published=tuple(
            PublishedPart(
                name=row.name,
                tasks={task: dict(metrics) for task, metrics in row.tasks.items()},
                average=row.average,
                source=row.source,
                remark=row.remark,
            )
            for row in board.published
        ),
        notices=board.notices,
        notes=board.notes,
    )


def _system(system: SystemRow, alike: str) -> SystemPart:
    origin = system.provenance
    return SystemPart(
        name=system.name,
        rank=system.rank,
        alike=alike,
        average=_average(system.average),
        without_retrieval=_average(system.without_retrieval),
        groups={group: _average(average) for group, average in system.groups.items()},
        tasks={
            task: TaskPart(
                mean=_mean(score.mean, score.marks),
                metrics={metric: _mean(mean) for metric, mean in score.metrics.items()},
                missing=score.missing,
            )
            for task, score in system.tasks.items()
        },
        slices={part: _average(average) for part, average in system.slices.items()},
        transfer={task: _mean(mean, system.tasks[task].marks) for task, mean in system.transfer.tasks.items()},
        transfer_average=_average(system.transfer.average),
        origin=OriginPart(
            parameters=origin.parameters,
            checkpoints=dict(origin.checkpoints),
            backends=origin.backends,
            providers=origin.providers,
            precisions=origin.precisions,
            retrieval=origin.retrieval,
            newest=origin.newest,
        ),
    )


def _average(average: Average) -> MeanPart:
    return _mean(average.mean, average.marks)


def _mean(mean: Mean | TaskMean, notes: Sequence[str] = ()) -> MeanPart:
    tasks = {} if isinstance(mean, Mean) else {"tasks": mean.tasks, "wanted_tasks": mean.wanted_tasks}
    there, wanted = score_counts(mean)
    return MeanPart(value=mean.value, partial=mean.partial, there=there, wanted=wanted, notes=tuple(notes), **tasks)


def _score(board: Board, key: CellKey) -> ScorePart:
    cell = board.cells[key]
    return ScorePart(
        system=key.system,
        task=key.task,
        language=key.language,
        split=cell.record.split,
        value=cell.value,
        scores=cell.record.scores,
        examples=cell.record.examples,
        limit=cell.record.limit,
        notes=cell.marks,
    )


def _test(statistics: Statistics) -> SignificancePart:
    return SignificancePart(
        confidence=statistics.confidence,
        replicates=statistics.replicates,
        languages_resampled=statistics.languages_resampled,
        notes=statistics.notes,
    )


def _contender(contender: Contender) -> ContenderPart:
    gains = {place: _gain(gained, contender.marks[place]) for place, gained in contender.gains.items()}
    cells: dict[str, dict[str, GainPart]] = {}
    for (task, language), gained in contender.cells.items():
        cells.setdefault(task, {})[language] = _gain(gained)
    return ContenderPart(
        name=contender.name,
        systems=contender.systems,
        average=gains.get(AVERAGE),
        without_retrieval=gains.get(WITHOUT_RETRIEVAL),
        tasks={key: gain for (sort, key), gain in gains.items() if sort == TASK},
        groups={key: gain for (sort, key), gain in gains.items() if sort == GROUP},
        slices={key: gain for (sort, key), gain in gains.items() if sort == SLICE},
        cells=cells,
        languages=tuple(
            LanguageGainPart(language=language, tasks=tasks, gain=_gain(gained))
            for language, tasks, gained in contender.languages
        ),
    )


def _gain(gained: Gained, notes: tuple[str, ...] = ()) -> GainPart:
    there, wanted = score_counts(gained.covers)
    return GainPart(
        difference=gained.difference,
        low=gained.low,
        high=gained.high,
        p=gained.p,
        q=gained.q,
        there=there,
        wanted=wanted,
        notes=notes,
    )
