"""From estimates to the gains that a board shows: p-values corrected within what a reader sees as one table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..averages import TaskMean
from .contenders import Contender
from .gains import Gain, LanguageGain, SystemGains
from .quantities import FAMILIES, Quantity
from .samples import Place
from .significance import Estimate, false_discovery


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender, where it can be compared with the baseline, and the means of gains that can be estimated."""

    contender: Contender
    places: tuple[Place, ...]
    means: tuple[Quantity, ...]


def corrected_gains(entries: Sequence[Entry], estimates: Sequence[Sequence[Estimate]]) -> Iterator[SystemGains]:
    """The gains of each entry; `estimates` has one for each of its means."""
    drafts = [list(zip(entry.means, found, strict=True)) for entry, found in zip(entries, estimates, strict=True)]
    families: defaultdict[str, list[float]] = defaultdict(list)
    for mean, found in (line for draft in drafts for line in draft):
        families[FAMILIES[mean.kind]].append(found.p)
    corrected = {family: iter(false_discovery(p_values)) for family, p_values in families.items()}
    for entry, draft in zip(entries, drafts, strict=True):
        gains: defaultdict[str, dict[tuple[str, ...], Gain]] = defaultdict(dict)
        for mean, found in draft:
            gains[mean.kind][mean.key] = _gain(mean, found, next(corrected[FAMILIES[mean.kind]]))
        yield _system_gains(entry.contender, gains)


def _gain(mean: Quantity, found: Estimate, q: float) -> Gain:
    # The difference of the records, which that of the counts equals but for rounding: it stands elsewhere on a board.
    assert mean.covers.partial is not None
    return Gain(mean.covers.partial, found.low, found.high, found.p, q, mean.covers)


def _system_gains(contender: Contender, gains: Mapping[str, Mapping[tuple[str, ...], Gain]]) -> SystemGains:
    def named(kind: str) -> dict[str, Gain]:
        return {name: gain for (name,), gain in gains.get(kind, {}).items()}

    languages = [LanguageGain(language, _tasks(gain), gain) for language, gain in named("language").items()]
    return SystemGains(
        name=contender.name,
        systems=contender.systems,
        average=gains.get("average", {}).get(()),
        without_retrieval=gains.get("without_retrieval", {}).get(()),
        tasks=named("task"),
        groups=named("group"),
        slices=named("slice"),
        cells={(task, language): gain for (task, language), gain in gains.get("cell", {}).items()},
        languages=tuple(sorted(languages, key=lambda one: (-one.gain.difference, one.language))),
    )


def _tasks(gain: Gain) -> int:
    assert isinstance(gain.covers, TaskMean)
    return gain.covers.tasks
