"""How numbers, their coverage, their footnotes and the tables of them are written."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from tabulate import tabulate

from ..averages import Mean, TaskMean, score_counts
from ..seeds import Spread

T = TypeVar("T")

_STARS = ((0.001, 3), (0.01, 2), (0.05, 1))
_UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Footnotes:
    """Numbers sentences in the order in which they are first referred to.

    By default superscript digits, not markdown's `[^1]`: a board may stand in a page that has footnotes of its own.
    `mark` writes a number in another way; sentences that are `said` elsewhere get none.
    """

    def __init__(self, mark: Callable[[int], str] | None = None, said: Collection[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        self._mark = mark or _superscript
        self._said = said

    def attach(self, text: str, sentences: Iterable[str]) -> str:
        """Write the numbers of the sentences behind the text."""
        noted = [sentence for sentence in sentences if sentence not in self._said]
        numbers = [self._numbers.setdefault(sentence, len(self._numbers) + 1) for sentence in noted]
        return " ".join([text, *(self._mark(number) for number in sorted(numbers))]).strip()

    def items(self) -> list[tuple[str, str]]:
        """Number and sentence of each, in order."""
        return [(self._mark(number), sentence) for sentence, number in self._numbers.items()]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A GitHub table of cells that are escaped already; the first `words` columns are text, the others numbers."""
    alignment = ["left"] * words + ["right"] * (len(headers) - words)
    return tabulate(list(rows), headers, tablefmt="pipe", disable_numparse=True, colalign=alignment)


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
    there, wanted = score_counts(covered)
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


def stars(q: float | None) -> int:
    """How many stars a difference has: one to three if q is at most 0.05, 0.01, 0.001; none if it was not tested."""
    return 0 if q is None else next((count for bound, count in _STARS if q <= bound), 0)


def interval_text(difference: float, low: float | None, high: float | None) -> str:
    """A difference with its interval, if it has one: `+1.2 [+0.4, +2.0]`."""
    if low is None or high is None:
        return delta_text(difference)
    return f"{delta_text(difference)} [{delta_text(low)}, {delta_text(high)}]"


def coverage_text(covers: Mean | TaskMean) -> str:
    """What a partial mean covers: `21/36`, `6/9 tasks`, `58/162 scores`; empty if it is complete."""
    if covers.complete:
        return ""
    if isinstance(covers, Mean):
        return f"{covers.there}/{covers.wanted}"
    if covers.tasks < covers.wanted_tasks:
        return f"{covers.tasks}/{covers.wanted_tasks} tasks"
    return f"{covers.languages}/{covers.wanted_languages} scores"


def parameters_text(count: int | None) -> str:
    """A number of parameters to three digits: `22.7 M`, `278 M`, `1.07 B`; empty if it is unknown."""
    if count is None:
        return ""
    unit, letter = next(((unit, letter) for unit, letter in _UNITS if float(f"{count:.3g}") >= unit), (1.0, ""))
    return f"{count / unit:.3g} {letter}".strip()


def blocks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in order, in parts of at most `size`, so that a table of them is not wider than a page."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _superscript(number: int) -> str:
    return str(number).translate(_SUPERSCRIPTS)
