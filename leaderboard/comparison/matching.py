"""Which scores of two systems can be compared, which cannot, and what a reader must be told of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ...errors import InputError
from ...results.record import Record
from ...results.store import StoredRecord
from ...tasks.languages import nearest
from ...tasks.suites import known_tasks
from ...tasks.task import Suite
from ..comparability import cut_mark, differences, mixture_mark
from ..scores import distinct
from .comparison import ACROSS, Missing, Request
from .stored import Place, StoredSystem

Shared: TypeAlias = Mapping[Place, tuple[StoredRecord, StoredRecord]]
"""Records of base and head at each place where both have scores."""

_HASHED = {"checkpoint": "weights", "tokenizer": "tokenizer"}
_OF_RETRIEVAL = ("layer", "pooling")


def match(base: StoredSystem, head: StoredSystem, request: Request) -> tuple[Shared, tuple[Missing, ...]]:
    """What both have scores of, by task and language, and what only one has.

    Raises:
        InputError: they share nothing, or an asked task or language is in neither.
    """
    places = sorted({place for place in (*base.records, *head.records) if place.task in known_tasks()})
    for name, wanted in (("task", request.tasks), ("language", request.languages)):
        there = {getattr(place, name) for place in places}
        for value in wanted:
            if value not in there:
                raise InputError(f"neither system has records of {name} {value!r}: {nearest(value, there)}")
        places = [place for place in places if not wanted or getattr(place, name) in wanted]
    shared, missing = {}, []
    for place in places:
        reasons = {side: _absence(system, place) for side, system in (("base", base), ("head", head))}
        lacking = [Missing(place, side, reason) for side, reason in reasons.items() if reason]
        if not lacking:
            shared[place] = base.records[place], head.records[place]
        elif len(lacking) == 1:
            missing += lacking
    if not shared:
        raise InputError(f"{base.directory} and {head.directory} share no score of the same task and language")
    return shared, tuple(missing)


def _absence(system: StoredSystem, place: Place) -> str | None:
    if place not in system.records:
        return "no record"
    return None if system.records[place].record.scores else "predicted without gold labels"


def refuse_unlike(base: StoredSystem, head: StoredSystem, shared: Shared, across: Sequence[str]) -> None:
    """Refuse scores that differ in more than the systems, unless it is one of `across`.

    A board lets backends stand beside each other; here a difference is to be that of the models, so they must agree.

    Raises:
        InputError: some differ; the parts of the key and the places are named.
    """
    unlike: defaultdict[str, list[Place]] = defaultdict(list)
    hints = set()
    for place, (mine, other) in shared.items():
        for part, sentence in _measured_unlike(other.record, mine.record).items():
            if part not in across:
                unlike[sentence].append(place)
                hints |= {part} & {*ACROSS}
    if unlike:
        reasons = "; ".join(f"{sentence} ({_places(places)})" for sentence, places in unlike.items())
        hint = "".join(f"; --across {part} compares all the same" for part in sorted(hints))
        raise InputError(f"cannot compare {head.directory} with {base.directory}: {reasons}{hint}")


def _measured_unlike(head: Record, base: Record) -> dict[str, str]:
    found = differences(head, base)
    if head.key.backend != base.key.backend:
        found["backend"] = f"backend {head.key.backend} instead of {base.key.backend}"
    return found


def _places(places: Sequence[Place]) -> str:
    by_task: defaultdict[str, list[str]] = defaultdict(list)
    for place in places:
        by_task[place.task].append(place.language)
    return ", ".join(f"{task} {' '.join(languages)}" for task, languages in by_task.items())


def changes(pairs: Iterable[tuple[StoredRecord, StoredRecord]]) -> tuple[str, ...]:
    """In what head differs from base, each once: weights, tokenizer, layer, pooling, and what is compared across."""
    found: list[str] = []
    for base, head in pairs:
        mine, other = head.record.key, base.record.key
        found += [word for name, word in _HASHED.items() if getattr(mine, name) != getattr(other, name)]
        found += [
            f"{name} {getattr(mine, name)} instead of {getattr(other, name)}"
            for name in _OF_RETRIEVAL
            if getattr(mine, name) != getattr(other, name)
        ]
        found += _measured_unlike(head.record, base.record).values()
    return distinct(found)


def notes(base: StoredSystem, head: StoredSystem, shared: Shared, suite: Suite) -> tuple[str, ...]:
    """Sentences on what was left out, on data that are cut or made up, and on means over unlike languages."""
    records = [stored.record for pair in shared.values() for stored in pair]
    return distinct(
        [
            *_left_out(base, head),
            *(record.notice for record in records if record.notice),
            *(mark for record in records for mark in cut_mark(record)),
            *_on_means(shared, suite),
        ]
    )


def _left_out(base: StoredSystem, head: StoredSystem) -> Iterator[str]:
    for task in sorted({place.task for place in (*base.records, *head.records)} - {*known_tasks()}):
        yield f"Left out: records of {task!r}, a task that this version does not know."
    unscored = sorted(
        place
        for place in {*base.records} & {*head.records}
        if not (base.records[place].record.scores or head.records[place].record.scores)
    )
    if unscored:
        yield f"Left out, predicted without gold labels: {_places(unscored)}."


def _on_means(shared: Shared, suite: Suite) -> Iterator[str]:
    for task in dict.fromkeys(place.task for place in shared):
        pairs = {place.language: pair for place, pair in shared.items() if place.task == task}
        for side, stored in zip(("base", "head"), zip(*pairs.values(), strict=True), strict=True):
            yield from (f"{task}, {side}: {mark}" for mark in mixture_mark([one.record for one in stored]))
        members = suite.languages.get(task, ())
        outside = [language for language in pairs if language not in members]
        if outside and len(outside) < len(pairs):
            yield f"{task}: {' '.join(outside)} not in {suite.title}, so in no mean."
