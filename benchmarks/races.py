"""Rounds in which contestants take turns on the same work, and what came of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .agreement import Agreement
from .machine import load_average, used_by_others
from .workloads import OURS

Seconds = Mapping[str, float]
"""Of one turn, by clock: `process` and `run` of xbench, the ways in which a peer is called."""
PROCESS, RUN = "process", "run"


@dataclass(frozen=True)
class Round:
    """One turn of each contestant.

    Attributes:
        seconds: by contestant.
        product: GFLOP/s of the best matrix product, measured right before and right after xbench's turn; the better.
        others: share of the CPUs that others used before the round.
        load: load average of the minute before.
    """

    seconds: Mapping[str, Seconds]
    product: float | None
    others: float
    load: float


@dataclass(frozen=True)
class Race:
    """All rounds of one task on one model.

    Attributes:
        flops: useful floating-point operations of xbench's run.
        agreements: for each way of xbench to run, by peer.
        absent: contestants that did not run, and why.
        scores: of each way of xbench to run, by unit and metric, in percent.
    """

    model: str
    task: str
    split: str
    languages: Sequence[str]
    sequences: int
    tokens: int
    flops: float
    rounds: Sequence[Round]
    agreements: Mapping[str, Mapping[str, Agreement]] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    peer_versions: Mapping[str, str] = field(default_factory=dict)


def take_turns(
    contestants: Mapping[str, Callable[[], Seconds]],
    rounds: int,
    product: Callable[[], float] | None,
    note: Callable[[str], None],
) -> list[Round]:
    """Let everybody take a turn in each round, in every second round in the opposite order."""
    found = []
    for number in range(rounds):
        others, load = used_by_others(), load_average()
        seconds: dict[str, Seconds] = {}
        products: list[float] = []
        for name in list(contestants)[:: -1 if number % 2 else 1]:
            bracketed = product if name == OURS else None
            products += [bracketed()] if bracketed else []
            seconds[name] = contestants[name]()
            products += [bracketed()] if bracketed else []
        found.append(Round(seconds, max(products, default=None), others, load))
        shown = ", ".join(f"{name} {min(clocks.values()):.1f} s" for name, clocks in seconds.items())
        note(f"  round {number + 1}: {shown}")
    return found


def ratios(race: Race, ours: str, other: str, clock: str) -> list[float]:
    """How many times as fast as `other` xbench's way `ours` was in each round, by the clock `process` or `run`.

    A peer has no such clocks: of the ways in which it is called, the fastest of the round counts.
    """
    found = []
    for turn in race.rounds:
        theirs = turn.seconds[other]
        found.append(theirs.get(clock, min(theirs.values())) / turn.seconds[ours][clock])
    return found


def shares(race: Race, ours: str) -> list[float]:
    """Useful operations a second of each round, as a share of the best matrix product's."""
    return [
        race.flops / turn.seconds[ours][RUN] / 1e9 / turn.product for turn in race.rounds if turn.product is not None
    ]
