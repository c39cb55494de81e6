"""A comparison as text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tabulate import tabulate

from ..averages import Mean
from .comparison import BETTER, SAME, WORSE, AverageComparison, Comparison, Line, Missing, TaskComparison
from .speed import Speed
from .stored import StoredSystem

_COLUMNS = ("base", "head", "delta", "95 % interval", "p", "q", "verdict")
_NO_SPEED = "-"


def comparison_text(comparison: Comparison, *, verbose: bool = False) -> str:
    """A table of tasks and averages, languages that changed (with `verbose` all), what is missing, and the speed."""
    parts = [
        _heading(comparison),
        _main_table(comparison),
        *_language_tables(comparison, verbose=verbose),
        "\n".join(_remarks(comparison)),
    ]
    return "\n\n".join(parts)


def comparison_json(comparison: Comparison, regressions: Sequence[str]) -> str:
    """Everything as one JSON object; scores in percent, differences in points, speeds in tokens a second."""
    request = comparison.request
    content = {
        "base": _system_json(comparison.base),
        "head": _system_json(comparison.head),
        "split": request.split,
        "suite": comparison.suite,
        "alpha": request.alpha,
        "replicates": request.resampling.replicates,
        "seed": request.resampling.seed,
        "changes": comparison.changes,
        "tasks": {task.key: _task_json(task) for task in comparison.tasks},
        "averages": {average.title: _average_json(average) for average in comparison.averages},
        "missing": [
            {
                "task": missing.place.task,
                "language": missing.place.language,
                "side": missing.side,
                "why": missing.reason,
            }
            for missing in comparison.missing
        ],
        "speed": _speed_json(comparison.speed),
        "speed_obstacles": comparison.obstacles,
        "notes": comparison.notes,
        "regressions": regressions,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _system_json(system: StoredSystem) -> dict[str, str]:
    return {"name": system.name, "directory": str(system.directory)}


def _task_json(task: TaskComparison) -> dict[str, Any]:
    return {
        **_line_json(task.line),
        "less_is_better": task.less_is_better,
        "averaged": task.averaged,
        "covers": {"languages": task.mean.there, "of": task.mean.wanted},
        "speed": _speed_json(task.speed),
        "languages": {language: _line_json(line) for language, line in task.languages.items()},
    }


def _average_json(average: AverageComparison) -> dict[str, Any]:
    mean = average.mean
    covers = {"tasks": mean.tasks, "of_tasks": mean.wanted_tasks, "scores": mean.languages, "of": mean.wanted_languages}
    return {**_line_json(average.line), "complete": mean.complete, "covers": covers}


def _line_json(line: Line) -> dict[str, Any]:
    return {"base": line.base, "head": line.head, **asdict(line.estimate), "q": line.q, "verdict": line.verdict}


def _speed_json(speed: Speed | None) -> dict[str, float] | None:
    return None if speed is None else {**asdict(speed), "ratio": speed.ratio}


def _heading(comparison: Comparison) -> str:
    sides = [
        (side, system.name, str(system.directory))
        for side, system in (("base", comparison.base), ("head", comparison.head))
    ]
    differ = "; ".join(comparison.changes)
    sentence = f"head differs in: {differ}" if differ else "both have the same weights, tokenizer, layer and pooling"
    return "\n".join([tabulate(sides, tablefmt="plain", disable_numparse=True), sentence])


def _main_table(comparison: Comparison) -> str:
    rows = [[_task_title(task), *_cells(task.line), _ratio(task.speed)] for task in comparison.tasks]
    rows += [[_average_title(average), *_cells(average.line), ""] for average in comparison.averages]
    return _table(["task", *_COLUMNS, "tokens/s"], rows)


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return tabulate(rows, headers, disable_numparse=True, colalign=["left", *["right"] * (len(headers) - 1)])


def _task_title(task: TaskComparison) -> str:
    return f"{task.title}{_coverage(task.mean)}{', less is better' if task.less_is_better else ''}"


def _coverage(mean: Mean) -> str:
    return "" if mean.complete else f" ({mean.there}/{mean.wanted})"


def _average_title(average: AverageComparison) -> str:
    mean = average.mean
    covered = f" ({mean.tasks}/{mean.wanted_tasks} tasks, {mean.languages}/{mean.wanted_languages} scores)"
    return average.title + ("" if mean.complete else covered)


def _cells(line: Line) -> Iterator[str]:
    found = line.estimate
    yield f"{line.base:.2f}"
    yield f"{line.head:.2f}"
    yield _points(found.difference)
    yield f"{_points(found.low)} to {_points(found.high)}"
    yield f"{found.p:.4f}"
    yield f"{line.q:.4f}"
    yield line.verdict


def _points(value: float) -> str:
    text = f"{value:+.2f}"
    return "0.00" if text in {"+0.00", "-0.00"} else text


def _ratio(speed: Speed | None) -> str:
    return _NO_SPEED if speed is None else f"x {speed.ratio:.2f}"


def _language_tables(comparison: Comparison, *, verbose: bool) -> Iterator[str]:
    for task in comparison.tasks:
        changed = {code: line for code, line in task.languages.items() if line.verdict in (BETTER, WORSE)}
        shown = task.languages if verbose else changed
        if not shown:
            continue
        rest = len(task.languages) - len(shown)
        title = f"{task.title}, languages that changed ({rest} others did not)" if rest else f"{task.title} by language"
        rows = sorted(shown.items(), key=lambda item: item[1].estimate.difference)
        yield f"{title}\n{_table(['language', *_COLUMNS], [[code, *_cells(line)] for code, line in rows])}"


def _remarks(comparison: Comparison) -> Iterator[str]:
    yield "delta: points, head minus base. p: paired permutation of examples; q: p corrected for the number of rows."
    yield f"better, worse: q <= {comparison.request.alpha:g}; unclear: may be chance; {SAME}: equal on every example."
    complete = [row.mean.complete for row in comparison.tasks] + [row.mean.complete for row in comparison.averages]
    if not all(complete):
        yield f"Partial means, marked (there/wanted), are over what both have of {comparison.suite}."
    yield from comparison.notes
    yield from _missing_lines(comparison.missing)
    yield from _speed_lines(comparison)


def _missing_lines(missing: Sequence[Missing]) -> Iterator[str]:
    for side in ("head", "base"):
        places = [f"{one.place} ({one.reason})" for one in missing if one.side == side]
        if places:
            yield f"Missing in {side}: {', '.join(places)}."


def _speed_lines(comparison: Comparison) -> Iterator[str]:
    speed = comparison.speed
    if speed is None:
        return
    yield (
        f"Speed: {speed.base:,.0f} -> {speed.head:,.0f} tokens/s, x {speed.ratio:.2f}. Stored times of different runs"
        " are only indicative."
    )
    if comparison.obstacles:
        yield f"Speeds are not comparable: {'; '.join(comparison.obstacles)}."
