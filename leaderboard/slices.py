"""Parts of a suite by what its languages are, and the transfer gap: English against the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..tasks.languages import Language, known_languages
from ..tasks.task import Suite
from .averages import Mean, mean_over
from .scores import Average, CellKey, Cells, TaskColumn, average, cell_marks

RESOURCES, FAMILY, SCRIPT = "resources", "family", "script"
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Slice:
    """Languages that have something in common; `kind` is one of `resources`, `family` and `script`."""

    kind: str
    name: str
    languages: frozenset[str]

    @property
    def key(self) -> str:
        """A name that no other slice has, such as `script: Latin`."""
        return f"{self.kind}: {self.name}"


def slices_of(suite: Suite) -> tuple[Slice, ...]:
    """The slices of a suite's languages: low and high resources, then families, then scripts, by name."""
    known = known_languages()
    codes = {code for languages in suite.languages.values() for code in languages}
    languages = [known[code] for code in sorted(codes) if code in known]
    by_kind = {
        RESOURCES: [("low" if one.low_resource else "high", one) for one in languages],
        FAMILY: [(one.family, one) for one in languages],
        SCRIPT: [(one.script, one) for one in languages],
    }
    return tuple(found for kind, members in by_kind.items() for found in _grouped(kind, members))


def _grouped(kind: str, members: Iterable[tuple[str, Language]]) -> Iterable[Slice]:
    named = list(members)
    for name in sorted({name for name, _ in named}):
        yield Slice(kind, name, frozenset(one.code for other, one in named if other == name))


def slice_average(system: str, part: Slice, columns: Sequence[TaskColumn], cells: Cells) -> Average:
    """The unweighted mean over the suite's tasks that have a language in the slice, each over those languages."""
    wanted = {one.key: [code for code in one.languages if code in part.languages] for one in columns if one.in_suite}
    return average(_part(system, task, languages, cells) for task, languages in wanted.items() if languages)


def _part(system: str, task: str, languages: Sequence[str], cells: Cells) -> tuple[Mean, tuple[str, ...]]:
    there = {code: cells[key] for code in languages if (key := CellKey(system, task, code)) in cells}
    return mean_over({code: cell.value for code, cell in there.items()}, languages), cell_marks(there.values())


@dataclass(frozen=True, slots=True)
class TransferGap:
    """English minus the mean of the other languages, in points; small or negative is good transfer.

    `tasks` has those in which the system has English and another language. `average` is their mean; the test sets of
    UD-POS, PAN-X and TyDiQA are other sentences in each language, so that only a comparison of systems says much
    (`protocol.md` 6.6).
    """

    tasks: Mapping[str, Mean]
    average: Average


def transfer_gap(system: str, columns: Sequence[TaskColumn], cells: Cells) -> TransferGap:
    """The gap of one system over the suite's tasks that have English; `Mean` counts the other languages."""
    gaps = {one.key: _gap(system, one, cells) for one in columns if one.in_suite and ENGLISH in one.languages}
    return TransferGap({task: mean for task, (mean, _) in gaps.items() if mean.there}, average(gaps.values()))


def _gap(system: str, column: TaskColumn, cells: Cells) -> tuple[Mean, tuple[str, ...]]:
    others = [code for code in column.languages if code != ENGLISH]
    mean, marks = _part(system, column.key, others, cells)
    english = cells.get(CellKey(system, column.key, ENGLISH))
    if english is None or mean.partial is None:
        return Mean(None, 0, len(others)), ()
    return Mean(english.value - mean.partial, mean.there, mean.wanted), marks
