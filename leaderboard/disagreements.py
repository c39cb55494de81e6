"""Examples on which two systems differ: how many, and some of them to look at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..errors import InputError
from .examples import Answered, Opened, wording

Verdict: TypeAlias = Literal["fixed", "broken", "changed"]
VERDICTS: Final[tuple[Verdict, ...]] = ("fixed", "broken", "changed")


@dataclass(frozen=True, slots=True)
class ExampleChange:
    """One example that two systems answered differently.

    Attributes:
        id: of the example.
        texts: what was asked, as the task's kind gives it (`Kind.texts`).
        gold: the right answer, as text.
        base: the answer of the baseline, as text.
        head: that of the other system.
        verdict: `fixed` if head's answer is worth more by the task's own metric, `broken` if less, `changed` if the
            answers are different but worth the same.
    """

    id: str
    texts: tuple[str, ...]
    gold: str
    base: str
    head: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Disagreements:
    """How many of the `examples` of one task and language two systems answered differently, and some of them.

    `shown` has fixed ones first, then broken, then changed ones, each in the order of the data.
    """

    examples: int
    fixed: int
    broken: int
    changed: int
    shown: tuple[ExampleChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """An example with both answers, in stored form."""

    base: Answered
    head: Answered
    verdict: Verdict


def disagreements(base: Opened, head: Opened, limit: int) -> Disagreements:
    """Compare the stored predictions of two records of one task and language.

    At most `limit` examples are shown, the same ones each time: as many fixed as broken ones as far as there are, then
    changed ones, of each kind from everywhere in the data.

    Raises:
        InputError: the examples are not the same.
    """
    found = differing(base, head)
    words = wording(base.stored.record.task, base.examples)
    counts = Counter(difference.verdict for difference in found)
    shown = []
    for verdict, quota in _quotas(counts, limit).items():
        for difference in _spread([one for one in found if one.verdict == verdict], quota):
            example = difference.base
            gold, before, after = words(example, (example.prediction, difference.head.prediction))
            shown.append(ExampleChange(example.id, example.texts, gold, before, after, verdict))
    return Disagreements(len(base.examples), counts["fixed"], counts["broken"], counts["changed"], tuple(shown))


def differing(base: Opened, head: Opened) -> tuple[Difference, ...]:
    """The examples of two records that were answered differently, in the order of base.

    Raises:
        InputError: the examples are not the same.
    """
    base_order, head_order = _order(base.examples), _order(head.examples)
    if [base.examples[row].id for row in base_order] != [head.examples[row].id for row in head_order]:
        raise InputError(f"{base.stored.path} and {head.stored.path} are of other examples: run one of them again")
    partners = dict(zip(base_order, head_order, strict=True))
    pairs = [(example, head.examples[partners[row]]) for row, example in enumerate(base.examples)]
    return tuple(Difference(one, other, _verdict(one, other)) for one, other in pairs if _answers_differ(one, other))


def _order(examples: Sequence[Answered]) -> list[int]:
    # A stable order keeps examples apart that share an id.
    return sorted(range(len(examples)), key=lambda row: examples[row].id)


def _answers_differ(one: Answered, other: Answered) -> bool:
    """Whether the answers, or what they are worth: a case of a checklist may fail by its next question."""
    return bool(one.prediction != other.prediction) or one.worth != other.worth


def _verdict(base: Answered, head: Answered) -> Verdict:
    if base.worth is None or head.worth is None or base.worth == head.worth:
        return "changed"
    return "fixed" if head.worth > base.worth else "broken"


def _quotas(counts: Mapping[Verdict, int], limit: int) -> dict[Verdict, int]:
    """How many of each verdict are shown: half of them fixed, half broken, changed ones where these do not suffice."""
    fixed = min(counts["fixed"], max(limit - limit // 2, limit - counts["broken"]))
    broken = min(counts["broken"], limit - fixed)
    return {"fixed": fixed, "broken": broken, "changed": min(counts["changed"], limit - fixed - broken)}


def _spread(found: Sequence[Difference], quota: int) -> list[Difference]:
    """So many of them, at equal distances: the middles of `quota` equal parts."""
    return [found[(2 * part + 1) * len(found) // (2 * quota)] for part in range(quota)]
