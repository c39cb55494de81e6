"""A page of the stored predictions of one system, alone or against another's."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..results.record import Record
from ..results.store import RUNS, StoredRecord, read_record, record_name
from ..tasks.languages import nearest
from .comparison.stored import system_directory
from .disagreements import VERDICTS, Verdict, differing
from .examples import Answered, Opened, open_examples, wording


@dataclass(frozen=True, slots=True)
class Request:
    """What to show: whose predictions, of which task, language and split, and which page of `size` examples.

    `errors` leaves what is right out. `against` names another system: then examples that both answer alike are left out
    too.
    """

    system: Path
    task: str
    language: str
    split: str
    errors: bool = False
    against: Path | None = None
    size: int = 10
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One example with the answer of the system, that of the other one if asked for, and how the two compare.

    `gold`, `answer` and `other_answer` are those of the examples as text.
    """

    example: Answered
    other: Answered | None
    verdict: Verdict | None
    gold: str
    answer: str
    other_answer: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        record: of the predictions.
        other: that of the other system, if any.
        counts: how many examples are fixed, broken and changed against the other; empty without one.
        selected: how many examples are on all pages together.
        number: of this page, from 1.
        pages: how many there are, at least 1.
        shown: its examples, in the order of the data.
    """

    record: Record
    other: Record | None
    counts: Mapping[Verdict, int]
    selected: int
    number: int
    pages: int
    shown: tuple[Shown, ...]


def show(request: Request) -> Page:
    """Read one page of stored predictions.

    Raises:
        InputError: a system, the task, the language or the page is not there, predictions are missing or not those of
            their record, there are no gold labels to tell errors by, or two systems have other examples.
    """
    mine = _open(request.system, request)
    other = _open(request.against, request) if request.against else None
    pairs: list[_Pair] = _against(mine, other) if other else [(example, None, None) for example in mine.examples]
    verdicts = [verdict for _, _, verdict in pairs]
    if request.errors:
        if not mine.stored.record.scores:
            raise InputError(f"{mine.stored.path} was predicted without gold labels: nothing tells what is wrong")
        pairs = [pair for pair in pairs if pair[0].wrong]
    pages = max(1, math.ceil(len(pairs) / request.size))
    if request.page > pages:
        raise InputError(f"no page {request.page}: there {'is only 1' if pages == 1 else f'are {pages}'}")
    page = pairs[(request.page - 1) * request.size : request.page * request.size]
    return Page(
        record=mine.stored.record,
        other=other.stored.record if other else None,
        counts={verdict: verdicts.count(verdict) for verdict in VERDICTS} if other else {},
        selected=len(pairs),
        number=request.page,
        pages=pages,
        shown=tuple(_worded(mine, page)),
    )


_Pair = tuple[Answered, Answered | None, Verdict | None]


def _against(mine: Opened, other: Opened) -> list[_Pair]:
    found = differing(other, mine)
    return [(difference.head, difference.base, difference.verdict) for difference in found]


def _worded(mine: Opened, page: Sequence[_Pair]) -> list[Shown]:
    words, shown = wording(mine.stored.record.task, mine.examples), []
    for example, other, verdict in page:
        gold, answer, *rest = words(example, [one.prediction for one in (example, other) if one])
        shown.append(Shown(example, other, verdict, gold, answer, rest[0] if rest else None))
    return shown


def _open(path: Path, request: Request) -> Opened:
    """One record's predictions; other files of the system, whatever is wrong with them, are not read."""
    folder = system_directory(path)
    tasks = {place.parent.name for place in folder.glob("*/*.json")} - {RUNS}
    if request.task not in tasks:
        raise InputError(f"no records of task {request.task!r} in {folder}: {nearest(request.task, tasks)}")
    file = folder / request.task / record_name(request.language, request.split)
    suffix = record_name("", request.split)
    languages = {place.name.removesuffix(suffix) for place in file.parent.glob(f"*{suffix}")}
    languages = {name for name in languages if "." not in name}
    if not languages:
        raise InputError(f"no records of split {request.split} in {file.parent}: choose another --split")
    if request.language not in languages:
        hint = nearest(request.language, languages)
        raise InputError(f"no record of language {request.language!r} in {file.parent}: {hint}")
    stored = StoredRecord(file, read_record(file))
    return open_examples(stored)
