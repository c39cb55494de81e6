"""The parts of the markdown leaderboard below its main table."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...tasks.languages import known_languages
from ..board import Board
from ..improvement import Improvement, LanguageDelta
from ..provenance import Provenance
from ..scores import CellKey, TaskColumn
from ..seeds import seed_groups, spreads
from .escape import escape
from .formats import (
    Footnotes,
    delta_text,
    mean_delta_text,
    mean_text,
    score_text,
    spread_text,
    table,
    task_mean_delta_text,
)

_METRIC_TITLES = {
    "accuracy": "accuracy",
    "f1": "F1",
    "exact_match": "exact match",
    "map@20": "mAP@20",
    "error_rate": "error rate (less is better)",
}
_RANKED = 3
_DIFFERENCE = (
    "Points, model minus baseline, over the languages that both have; an average is the unweighted mean over tasks."
    " Brackets after a task: languages shared, of the suite's; after an average: what it covers, partial unless that is"
    " all tasks. Retrieval moves by tens of points where other tasks move by one, hence the average without it."
)
_SEEDS = (
    "Systems named `NAME.seedN` differ in the training seed alone: mean ± sample standard deviation over them. Blank"
    " where a seed's value is missing or covers less than another's."
)


def improvement_section(board: Board, footnotes: Footnotes) -> Iterator[str]:
    """Average improvement over the baseline, per task and overall, and the languages that gain and lose most."""
    if board.baseline is None or not board.improvements:
        return
    shown = [
        column
        for column in board.columns
        if column.in_suite and any(_has_task(gain, column.key) for gain in board.improvements)
    ]

    def row(gain: Improvement) -> Iterator[str]:
        yield escape(gain.system)
        for average in (gain.average, gain.without_retrieval):
            yield footnotes.attach(task_mean_delta_text(average.mean), average.marks)
        for column in shown:
            delta = gain.tasks[column.key]
            yield footnotes.attach(mean_delta_text(delta.mean), delta.marks)

    headers = ["system", "average", "without retrieval", *(escape(column.title) for column in shown)]
    yield f"## Improvement over {escape(board.baseline)}"
    yield table(headers, [list(row(gain)) for gain in board.improvements])
    yield _DIFFERENCE
    yield "Languages that gain or lose most, each the mean over the tasks that both systems have in it:"
    yield "\n".join(f"- **{escape(gain.system)}:** {_extremes(gain.languages)}" for gain in board.improvements)


def _has_task(gain: Improvement, task: str) -> bool:
    return bool(gain.tasks[task].mean.there or gain.tasks[task].marks)


def _extremes(deltas: Sequence[LanguageDelta]) -> str:
    gains = [delta for delta in deltas if round(delta.mean, 1) > 0][:_RANKED]
    losses = [delta for delta in reversed(deltas) if round(delta.mean, 1) < 0][:_RANKED]
    named = [
        f"{word} most: {', '.join(map(_language_delta, most))}"
        for word, most in (("gain", gains), ("lose", losses))
        if most
    ]
    return "; ".join(named) or "no language gains or loses"


def _language_delta(delta: LanguageDelta) -> str:
    return f"{delta.language} {delta_text(delta.mean)} ({delta.tasks} {'task' if delta.tasks == 1 else 'tasks'})"


def seed_section(board: Board, *, partial: bool) -> Iterator[str]:
    """Mean and spread of systems that differ in the training seed alone; nothing without such."""
    groups = seed_groups(board)
    if not groups:
        return
    shown = [
        column
        for column in board.columns
        if column.in_suite and any(row.tasks[column.key].mean.there for group in groups for row in group.systems)
    ]
    keys = [column.key for column in shown]
    rows = [
        [
            escape(group.name),
            str(len(group.systems)),
            *(spread_text(found, partial=partial) for found in spreads(group, keys)),
        ]
        for group in groups
    ]
    yield "## Over seeds"
    yield table(["system", "seeds", "average", "without retrieval", *(escape(column.title) for column in shown)], rows)
    yield _SEEDS


def language_sections(board: Board, footnotes: Footnotes, *, partial: bool) -> Iterator[str]:
    """One table a task: a row a language, English first, those outside the suite below the mean; a column a system."""
    for column in board.columns:
        present = {key.language for key in board.cells if key.task == column.key}
        if not present:
            continue
        systems = [name for name in _names(board) if any((name, column.key, code) in board.cells for code in present)]
        outside = sorted(present - set(column.languages))
        rows = [_language_row(board, column, code, systems, footnotes) for code in _ordered(present - set(outside))]
        if column.in_suite:
            rows.append(_mean_row(board, column, systems, footnotes, partial=partial))
        rows += [_language_row(board, column, code, systems, footnotes) for code in outside]
        metrics = " / ".join(_METRIC_TITLES.get(metric, metric) for metric in column.metrics)
        yield f"## {escape(column.title)}, {metrics}"
        yield table(["language", *(escape(name) for name in systems)], rows)
        yield from _missing(board, column, systems)
        if outside:
            yield f"Not in {board.suite.title}, so in no mean: {escape(' '.join(outside))}."


def _names(board: Board) -> list[str]:
    return [system.name for system in board.systems]


def _ordered(languages: set[str]) -> list[str]:
    return sorted(languages, key=lambda code: (code != "en", code))


def _language_row(
    board: Board, column: TaskColumn, language: str, systems: Sequence[str], footnotes: Footnotes
) -> list[str]:
    known = known_languages()
    name = f"{language} {known[language].name}" if language in known else escape(language)
    row = [name]
    for system in systems:
        cell = board.cells.get(CellKey(system, column.key, language))
        scores = () if cell is None else tuple(cell.record.scores[metric] for metric in column.metrics)
        row.append(footnotes.attach(score_text(*scores), () if cell is None else cell.marks))
    return row


def _mean_row(
    board: Board, column: TaskColumn, systems: Sequence[str], footnotes: Footnotes, *, partial: bool
) -> list[str]:
    row = [f"**mean of {len(column.languages)}**"]
    scores = {system.name: system.tasks[column.key] for system in board.systems}
    for score in (scores[name] for name in systems):
        text = mean_text([score.metrics[metric] for metric in column.metrics], partial=partial)
        row.append(footnotes.attach(f"**{text}**", score.marks) if text else "")
    return row


def _missing(board: Board, column: TaskColumn, systems: Sequence[str]) -> Iterator[str]:
    """The languages behind a blank or partial mean; systems without any are named below the main table."""
    by_gap: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for system in board.systems:
        if system.name in systems and column.in_suite and system.tasks[column.key].mean.there:
            by_gap[system.tasks[column.key].missing].append(escape(system.name))
    lines = [f"- **{', '.join(names)}:** no record of {' '.join(sorted(gap))}" for gap, names in by_gap.items() if gap]
    if lines:
        yield "\n".join(lines)


def systems_section(board: Board) -> Iterator[str]:
    """What each system is and how it was measured."""
    headers = ("system", "checkpoint", "backend", "provider", "precision", "retrieval layer", "newest record")
    yield "## Systems"
    yield table(
        headers,
        [[escape(text) for text in (system.name, *_origin(system.provenance))] for system in board.systems],
        words=len(headers),
    )


def _origin(origin: Provenance) -> tuple[str, ...]:
    by_print: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for training, fingerprints in origin.checkpoints.items():
        by_print[fingerprints].append(training)
    served = [
        " + ".join(prints) + (f" ({' '.join(trainings)})" if len(by_print) > 1 else "")
        for prints, trainings in by_print.items()
    ]
    return (
        ", ".join(served),
        ", ".join(origin.backends),
        ", ".join(origin.providers),
        ", ".join(origin.precisions),
        ", ".join(f"{layer}, {pooling}" for layer, pooling in origin.retrieval),
        origin.newest,
    )
