"""From what is said (a proposition, the same for all languages) to how one language says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .grammar import Grammar, Phrase, Slot, TaggedWord

SUBJECTS, ACTIVITIES, STATES, PLACES = 12, 12, 8, 8
"""How many phrases of each sort every grammar has."""


@dataclass(frozen=True, slots=True)
class Proposition:
    """Who does (or is) what, and where: indices into a grammar's lists. A state has no place."""

    subject: int
    predicate: int
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement in one language; `spans` are the [start, end) characters of each slot in `text`."""

    words: tuple[TaggedWord, ...]
    text: str
    spans: Mapping[Slot, tuple[int, int]]


def state(pair: int) -> int:
    """The predicate number of the state that causes activity `pair` (0 to 7)."""
    return ACTIVITIES + pair


def say(grammar: Grammar, proposition: Proposition) -> Sentence:
    """Build the statement of a proposition: its words as the text shows them, and the text."""
    filled = list(_fill(_pattern(grammar, proposition), _phrases(grammar, proposition)))
    if grammar.capitalise:
        slot, first = filled[0]
        filled[0] = slot, TaggedWord(_capitalise(first.form), first.upos)
    text, spans = _render(filled, grammar.joiner)
    return Sentence(tuple(word for _, word in filled), text, spans)


def ask_who(grammar: Grammar, proposition: Proposition) -> str:
    """Ask for the subject of an activity at a place."""
    return _ask(grammar, grammar.who_question, proposition)


def ask_where(grammar: Grammar, proposition: Proposition) -> str:
    """Ask for the place where a person is."""
    return _ask(grammar, grammar.where_question, proposition)


def _pattern(grammar: Grammar, proposition: Proposition) -> Phrase:
    if proposition.place is not None:
        return grammar.statement
    return grammar.state_statement if proposition.predicate >= ACTIVITIES else grammar.short_statement


def _phrases(grammar: Grammar, proposition: Proposition) -> dict[Slot, Phrase]:
    phrases = {
        Slot.SUBJECT: grammar.subjects[proposition.subject],
        Slot.PREDICATE: grammar.predicates[proposition.predicate],
    }
    if proposition.place is not None:
        phrases[Slot.PLACE] = grammar.places[proposition.place]
    return phrases


def _fill(
    pattern: Phrase, phrases: Mapping[Slot, Phrase], slot: Slot | None = None
) -> Iterator[tuple[Slot | None, TaggedWord]]:
    for item in pattern:
        if isinstance(item, Slot):
            yield from _fill(phrases[item], phrases, item)
        else:
            yield slot, item


def _render(filled: list[tuple[Slot | None, TaggedWord]], joiner: str) -> tuple[str, dict[Slot, tuple[int, int]]]:
    text = ""
    spans: dict[Slot, tuple[int, int]] = {}
    for slot, word in filled:
        # All punctuation of the patterns closes a sentence, so it joins the word before it.
        if text and word.upos != "PUNCT":
            text += joiner
        start = len(text)
        text += word.form
        if slot is not None:
            spans[slot] = (spans[slot][0] if slot in spans else start, len(text))
    return text, spans


def _ask(grammar: Grammar, question: str, proposition: Proposition) -> str:
    phrases = _phrases(grammar, proposition)
    gaps = {
        slot.value: grammar.joiner.join(word.form for _, word in _fill(phrase, phrases))
        for slot, phrase in phrases.items()
    }
    text = question.format(**gaps)
    return _capitalise(text) if grammar.capitalise else text


def _capitalise(text: str) -> str:
    return text[0].upper() + text[1:]
