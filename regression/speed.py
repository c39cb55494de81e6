"""Is one side slower? Decided on times that were taken in turns in one job, never on a stored time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import comb
from statistics import median

from ..errors import InputError

SLOWDOWN = 1.2
ALPHA = 0.05


@dataclass(frozen=True)
class SpeedVerdict:
    """What the times of base and head say."""

    base_median: float
    head_median: float
    p: float
    """Of the one-sided Mann-Whitney test that head's times are the longer ones."""
    rounds: int
    """Of the side that has fewer."""
    slower: bool

    @property
    def ratio(self) -> float:
        """Median time of head over that of base: above 1, head is slower."""
        return self.head_median / self.base_median

    def __str__(self) -> str:
        """A line for a log."""
        return (
            f"head takes {self.ratio:.2f} x the time of base (medians {self.head_median:.3g} s and"
            f" {self.base_median:.3g} s of {self.rounds} rounds, one-sided Mann-Whitney p = {self.p:.3g})"
        )


def smallest_rounds(alpha: float = ALPHA) -> int:
    """The fewest rounds a side with which the test can be significant at all.

    Were all n times of one side longer than all of the other, p would be 1 / C(2n, n).
    """
    return next(rounds for rounds in count(1) if 1 / comb(2 * rounds, rounds) < alpha)


def check_rounds(rounds: int, alpha: float = ALPHA) -> None:
    """Refuse rounds that cannot alarm, before they are run.

    Raises:
        InputError: they are too few for `alpha`.
    """
    fewest = smallest_rounds(alpha)
    if rounds < fewest:
        raise InputError(f"{rounds} rounds can never be significant at {alpha:g}: at least {fewest} are needed")


def speed_verdict(
    base_seconds: Sequence[float], head_seconds: Sequence[float], slowdown: float = SLOWDOWN, alpha: float = ALPHA
) -> SpeedVerdict:
    """Judge times of the same work, taken in turns on the same machine.

    Head is slower only if the ratio of the medians exceeds `slowdown` and a one-sided Mann-Whitney test is significant:
    the ratio alone would alarm for one bad minute of the machine, the test alone for a difference that nobody feels.

    Args:
        base_seconds: times of base in seconds, without those of warming up.
        head_seconds: times of head.
        slowdown: the ratio from which on it matters, at least 1.
        alpha: level of significance; with the default, 4 rounds a side are the fewest that can alarm.

    Raises:
        InputError: too few rounds for `alpha`, a time that is not positive, or a slowdown below 1.
    """
    from scipy.stats import mannwhitneyu

    rounds = min(len(base_seconds), len(head_seconds))
    check_rounds(rounds, alpha)
    if min(*base_seconds, *head_seconds) <= 0:
        raise InputError("a time of zero seconds or less was measured: nothing was computed")
    if slowdown < 1:
        raise InputError(f"slowdown must be at least 1, the ratio of head's time to base's, not {slowdown:g}")
    base, head = median(base_seconds), median(head_seconds)
    p = float(mannwhitneyu(head_seconds, base_seconds, alternative="greater").pvalue)
    return SpeedVerdict(base, head, p, rounds, slower=head / base > slowdown and p < alpha)
