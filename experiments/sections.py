"""The parts of the report beside its tables of gains."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from ..leaderboard.composite import dev_is_test
from ..leaderboard.forms.escape import escape
from ..leaderboard.forms.formats import delta_text, table
from .account import Accounts, CellAccount
from .choices import Choice, candidates
from .correlation import Description, Point, correlate, describe, points
from .formats import gain_text
from .gains import Results
from .grid import Cell, Correlation

Found = Mapping[Cell, CellAccount | None]
_FEATURES = {
    "tasks": "number of tasks",
    "size": "training examples",
    "difficulty": "difficulty (100 minus English dev)",
}
_OUTCOMES = {"gain": "average gain", "spread": "spread over languages"}


def choice_lines(results: Results, choices: Mapping[str, Choice | None]) -> Iterator[str]:
    """How the best condition of each task was chosen."""
    if len(candidates(results)) < 2:
        return
    titles = {column.key: escape(column.title) for column in results.columns}
    made = {key: choice for key, choice in choices.items() if choice is not None}
    if not made:
        yield "No row of the best condition for each task: the systems have no dev scores to choose by."
        return
    lines = [f"- {titles[key]}: {_choice_text(choice)}{_same_set(key)}" for key, choice in made.items()]
    if unmade := [titles[key] for key, choice in choices.items() if choice is None]:
        lines.append(f"- no choice for {', '.join(unmade)}: no dev scores of all candidates")
    yield (
        "The best condition of each task is chosen among those with intermediate tasks by the mean dev score over"
        " seeds, never by the split that is shown unless that is dev:"
    )
    yield "\n".join(lines)


def _choice_text(choice: Choice) -> str:
    values = ", ".join(f"{escape(name)} {value:.1f}" for name, value in choice.values.items())
    return f"{escape(choice.condition)}, by {choice.by} ({' '.join(choice.languages)}): {values}"


def _same_set(key: str) -> str:
    return " (its dev set is its test set, so this choice is not blind)" if dev_is_test(key) else ""


def intermediate_table(results: Results, accounts: Found) -> Iterator[str]:
    """What each condition is made of: tasks, formats, sizes, and how hard they are in English."""
    rows = []
    for name, condition in results.grid.intermediate.items():
        one = describe(results, name, accounts)
        extra = [f"text of {' '.join(condition.mlm)}"] * bool(condition.mlm)
        extra += [f"{key} in {' '.join(codes)}" for key, codes in condition.target_data.items()]
        made_of = " + ".join([*one.references, *extra]) or "nothing"
        rows.append([escape(name), escape(made_of), ", ".join(one.formats), _size_text(one), _dev_text(one)])
    yield table(["condition", "made of", "format", "training examples", "English dev"], rows, words=3)
    yield (
        "Training examples of phase 1, and in brackets those of the published sets; brackets alone: not trained."
        " English dev: the score after phase 1 in percent, by the task's own metrics (accuracy, or the mean of exact"
        " match and F1), the mean over seeds. Scores of different metrics and numbers of choices are no common scale."
    )


def _size_text(one: Description) -> str:
    if not one.tasks:
        return ""
    published = f"({sum(one.official.values()):,})"
    return f"{one.examples:,} {published}" if one.trained else published


def _dev_text(one: Description) -> str:
    if len(one.dev) == one.tasks == 1:
        return f"{next(iter(one.dev.values())):.1f}"
    return ", ".join(f"{escape(key)} {value:.1f}" for key, value in one.dev.items())


def correlation_section(results: Results, correlation: Correlation, accounts: Found) -> Iterator[str]:
    """Features of the intermediate tasks beside their gains on a slice, the rank correlations, and means by format."""
    found = points(results, accounts)
    yield f"### What goes with gains on {escape(correlation.slice)}"
    yield table(
        ["condition", "format", "tasks", "training examples", "difficulty", "average gain", "spread over languages"],
        [_point_row(point) for point in found],
        words=2,
    )
    yield (
        "Difficulty is 100 minus the score on English dev. The spread is the sample standard deviation, over the"
        " languages of the slice, of the gain in each (the mean over its tasks and the seeds)."
    )
    yield (
        "Spearman's rank correlation over the conditions with both values, and the two-sided probability by"
        " permutation of one as large if there were none. A handful of conditions shows strong relations only, and"
        " several correlations are looked at here, so some will seem strong by chance."
    )
    yield "\n".join(_correlation_lines(found, correlation.of))
    if lines := list(_format_lines(found)):
        yield "Average gain by format, the mean over its conditions:"
        yield "\n".join(lines)


def _point_row(point: Point) -> list[str]:
    one = point.description
    difficulty = "" if one.difficulty is None else f"{one.difficulty:.1f}"
    spread = "" if point.spread is None else f"{point.spread:.1f}"
    formats = ", ".join(one.formats)
    return [
        escape(one.condition),
        formats,
        str(one.tasks),
        f"{one.examples:,}",
        difficulty,
        gain_text(point.gain),
        spread,
    ]


def _correlation_lines(found: Sequence[Point], features: Sequence[str]) -> Iterator[str]:
    for feature in features:
        for outcome, title in _OUTCOMES.items():
            result = correlate([(point.feature(feature), point.outcome(outcome)) for point in found])
            text = "not defined" if result is None else f"{result.rho:+.2f} (n = {result.n}, p = {result.p:.2f})"
            yield f"- {_FEATURES[feature]} and {title}: {text}"


def _format_lines(found: Sequence[Point]) -> Iterator[str]:
    by_format: defaultdict[str, list[float]] = defaultdict(list)
    for point in found:
        gain = point.outcome("gain")
        if gain is not None:
            by_format[" + ".join(point.description.formats)].append(gain)
    for name, gains in by_format.items():
        yield f"- {name}: {delta_text(fmean(gains))} (n = {len(gains)})"


def missing_section(accounts: Accounts, found: Found) -> Iterator[str]:
    """Which cells are missing or incomplete, and why; cells that lack the same share a line."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for cell, account in found.items():
        for reason in _lacks(accounts, cell, account):
            by_reason[reason].append(cell.name)
    if not by_reason:
        return
    yield "## Missing"
    whole = len(found)
    yield "\n".join(
        f"- {'all cells' if len(names) == whole else ', '.join(map(escape, names))}: {escape(reason)}"
        for reason, names in by_reason.items()
    )


def _lacks(accounts: Accounts, cell: Cell, account: CellAccount | None) -> Iterator[str]:
    if account is None:
        there = accounts.path(cell).is_file()
        yield "run with other settings than these; run it again" if there else "not run yet"
        return
    yield from (f"failed: {error}" for error in account.errors)
    for part in account.skipped:
        languages = f" ({' '.join(part.languages)})" if part.languages else ""
        yield f"no score of {part.task}{languages}: {part.reason.replace(cell.name, 'the system')}"
    collapses = {key: part.collapses for key, part in account.parts.items() if part.collapses}
    for key, count in collapses.items():
        yield f"{key} collapsed {count} times, trained again with seed {account.parts[key].seed}"
