"""From the rounds of all races to the table: ratio, target, met or not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tabulate import tabulate

from ..tasks.suites import find_task
from .races import PROCESS, RUN, Race, ratios, shares
from .workloads import COMPARISONS, CUT, INT8, OURS, PEERS, PRODUCT, Comparison

HEADERS = ("", "task", "model", "what", "against", "ratio", "its own seconds alone", "target", "met", "same results")


@dataclass(frozen=True)
class Verdict:
    """One comparison on one model.

    Attributes:
        ratio: median over the rounds, xbench as a whole process from the command to its end; None if it did not run.
        own: the same by xbench's own seconds, from its first unit to its last.
        same: whether results are the same, in words.
        met: None where no target is set.
        reason: why there is no ratio.
    """

    comparison: Comparison
    model: str
    ratio: float | None
    own: float | None
    same: str
    met: bool | None
    reason: str = ""


def verdicts(races: Sequence[Race], kinds: str) -> Iterator[Verdict]:
    """A verdict for each comparison of the asked kinds on each model that raced."""
    for comparison in COMPARISONS:
        for race in races:
            if comparison.kind in kinds and race.task == comparison.task:
                yield _verdict(comparison, race)


def _verdict(comparison: Comparison, race: Race) -> Verdict:
    ran = {PRODUCT, *(name for turn in race.rounds for name in turn.seconds)}
    for name in (comparison.ours, comparison.other):
        if name not in ran:
            reason = f"{_named(name)}: {race.absent.get(name, 'not asked')}"
            return Verdict(comparison, race.model, None, None, "", None, reason)
    if comparison.other == PRODUCT:
        share = median(shares(race, comparison.ours))
        return Verdict(comparison, race.model, None, share, "", share >= (comparison.least or 0))
    ratio, own = (median(ratios(race, comparison.ours, comparison.other, clock)) for clock in (PROCESS, RUN))
    same, agrees = _sameness(comparison, race)
    met = None if comparison.least is None else ratio >= comparison.least and agrees
    return Verdict(comparison, race.model, ratio, own, same, met)


def _sameness(comparison: Comparison, race: Race) -> tuple[str, bool]:
    """What is known of both results, in words, and whether they are the same where they should be."""
    if comparison.ours == INT8:
        return _score_changes(race), True
    known = race.agreements.get(comparison.ours, {})
    # sentence-transformers gives the last layer alone; the reference's way gives any.
    witness = comparison.other if comparison.other in known or comparison.ours != CUT else "reference"
    agreement = known.get(witness)
    if agreement is None:
        return "not compared", False
    text = f"{100 * agreement.share:.3f} % of {agreement.decisions:,}"
    if agreement.cosine is not None:
        text += f", cosine >= {agreement.cosine:.7f}"
    if agreement.matched < agreement.sequences:
        text += f" ({agreement.sequences - agreement.matched} of {agreement.sequences:,} not the same input)"
    return text if witness == comparison.other else f"as {PEERS[witness]}: {text}", agreement.holds


def score_changes(race: Race) -> dict[str, float]:
    """Points by which each main metric of each unit changed under int8."""
    before, after = race.scores.get(OURS, {}), race.scores.get(INT8, {})
    metrics = find_task(race.task).main_metrics
    return {
        f"{unit} {metric}": after[unit][metric] - scores[metric]
        for unit, scores in before.items()
        for metric in metrics
        if unit in after
    }


def _score_changes(race: Race) -> str:
    changes = score_changes(race)
    if not changes:
        return "no scores"
    worst = max(changes, key=lambda name: abs(changes[name]))
    mean = sum(changes.values()) / len(changes)
    return f"scores change by {mean:+.2f} on average, most in {worst}: {changes[worst]:+.2f}"


def table(found: Sequence[Verdict]) -> str:
    """Markdown."""
    rows = [
        (
            verdict.comparison.kind,
            find_task(verdict.comparison.task).title,
            verdict.model,
            verdict.comparison.ours,
            _named(verdict.comparison.other),
            *_numbers(verdict),
            "" if verdict.met is None else "yes" if verdict.met else "**no**",
            verdict.same,
        )
        for verdict in found
    ]
    return tabulate(rows, HEADERS, tablefmt="github", disable_numparse=True)


def _numbers(verdict: Verdict) -> tuple[str, str, str]:
    share = verdict.comparison.other == PRODUCT

    def shown(number: float | None) -> str:
        return "" if number is None else f"{100 * number:.0f} %" if share else f"{number:.2f} x"

    ratio = f"not available: {verdict.reason}" if verdict.reason else shown(verdict.ratio)
    return ratio, shown(verdict.own), shown(verdict.comparison.least)


def _named(contestant: str) -> str:
    return PEERS.get(contestant, contestant)
