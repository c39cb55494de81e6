"""How numbers, their coverage, their footnotes and the tables of them are written."""

from collections.abc import Iterable, Sequence

from tabulate import tabulate

from ..averages import Mean, TaskMean
from ..seeds import Spread

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Footnotes:
    """Numbers sentences in the order in which they are first referred to.

    Superscript digits, not markdown's `[^1]`: a board may stand inside a page that has footnotes of its own.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def attach(self, text: str, sentences: Iterable[str]) -> str:
        """Write the numbers of the sentences behind the text."""
        numbers = [self._numbers.setdefault(sentence, len(self._numbers) + 1) for sentence in sentences]
        return " ".join([text, *(_superscript(number) for number in sorted(numbers))]).strip()

    def items(self) -> list[tuple[str, str]]:
        """Number and sentence of each, in order."""
        return [(_superscript(number), sentence) for sentence, number in self._numbers.items()]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A GitHub table of cells that are escaped already; the first `words` columns are text, the others numbers."""
    alignment = ["left"] * words + ["right"] * (len(headers) - words)
    return tabulate(list(rows), headers, tablefmt="github", disable_numparse=True, colalign=alignment)


def score_text(*values: float | None) -> str:
    """Scores of one system side by side, one decimal: `76.6 / 60.8`; empty if one is None."""
    return " / ".join(f"{value:.1f}" for value in values if value is not None) if None not in values else ""


def mean_text(means: Sequence[Mean], *, partial: bool) -> str:
    """Means over the same languages, of one or several metrics.

    Empty where incomplete; with `partial` what is there and its coverage: `71.2 (21/36)`.
    """
    if partial and not means[0].complete:
        there = score_text(*(mean.partial for mean in means))
        return f"{there} ({means[0].there}/{means[0].wanted})" if there else ""
    return score_text(*(mean.value for mean in means))


def task_mean_text(mean: TaskMean, *, partial: bool) -> str:
    """A mean over tasks; empty where incomplete, with `partial` marked with the share of scores that are there."""
    if partial and mean.partial is not None and not mean.complete:
        return f"{mean.partial:.1f} ({mean.languages}/{mean.wanted_languages})"
    return score_text(mean.value)


def spread_text(found: Spread | None, *, partial: bool) -> str:
    """A mean over seeds with its deviation: `71.2 ± 0.4`; empty where incomplete, with `partial` marked like a mean."""
    if found is None or not (partial or found.coverage.complete):
        return ""
    covered = found.coverage
    there, wanted = (
        (covered.there, covered.wanted) if isinstance(covered, Mean) else (covered.languages, covered.wanted_languages)
    )
    return f"{found.mean:.1f} ± {found.deviation:.1f}" + ("" if covered.complete else f" ({there}/{wanted})")


def delta_text(value: float) -> str:
    """A difference with its sign and one decimal; one that rounds to zero has no sign."""
    text = f"{value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text


def mean_delta_text(mean: Mean) -> str:
    """A mean difference over languages, with its coverage where that is partial: `+1.3 (21/36)`."""
    if mean.partial is None:
        return ""
    return delta_text(mean.partial) + ("" if mean.complete else f" ({mean.there}/{mean.wanted})")


def task_mean_delta_text(mean: TaskMean) -> str:
    """A mean difference over tasks, with what it covers: `+7.5 (9 tasks)`, `+1.2 (3/9 tasks, 58/162 scores)`."""
    if mean.partial is None:
        return ""
    covered = f"{mean.tasks}/{mean.wanted_tasks} tasks, {mean.languages}/{mean.wanted_languages} scores"
    return f"{delta_text(mean.partial)} ({f'{mean.tasks} tasks' if mean.complete else covered})"


def _superscript(number: int) -> str:
    return str(number).translate(_SUPERSCRIPTS)
