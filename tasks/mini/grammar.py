"""One language of the mini suite: phrases of tagged words, and the patterns that join them to sentences."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

UPOS = frozenset((
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM",
    "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X",
))  # fmt: skip


class Slot(StrEnum):
    """A gap in a pattern, written `{subject}` in the lexicon."""

    SUBJECT = "subject"
    PREDICATE = "predicate"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class TaggedWord:
    """A word and its universal part of speech (one of `UPOS`)."""

    form: str
    upos: str


Phrase = tuple[TaggedWord | Slot, ...]
"""Words in order. Patterns have slots; a phrase may have one too (Yoruba puts the person inside some predicates)."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language. Phrase i of every list means the same in every language.

    `predicates` are the 12 activities, then the 8 states; state i is a natural cause of activity i. The two
    questions are plain text with named gaps; the patterns are tagged. `joiner` stands between two words, and
    `sentence_joiner` between two sentences.
    """

    language: str
    joiner: str
    sentence_joiner: str
    capitalise: bool
    subjects: tuple[Phrase, ...]
    predicates: tuple[Phrase, ...]
    places: tuple[Phrase, ...]
    statement: Phrase
    short_statement: Phrase
    state_statement: Phrase
    who_question: str
    where_question: str


def parse_phrase(text: str) -> Phrase:
    """Read a phrase such as `the/DET boy/NOUN` or `{subject} sleeps/VERB ./PUNCT`.

    Raises:
        ValueError: a token is neither a slot nor `word/UPOS`.
    """
    return tuple(_parse_token(token) for token in text.split())


def _parse_token(token: str) -> TaggedWord | Slot:
    if token.startswith("{"):
        return Slot(token.strip("{}"))
    form, _, upos = token.rpartition("/")
    if not form or upos not in UPOS:
        raise ValueError(f"{token!r} is not word/UPOS")
    return TaggedWord(form, upos)


@cache
def load_grammar(language: str) -> Grammar:
    """Read the grammar of one of `MINI_LANGUAGES` from the package."""
    lexicon = files(__package__) / "lexicon" / f"{language}.toml"
    return _grammar(language, tomllib.loads(lexicon.read_text(encoding="utf-8")))


def _grammar(language: str, lexicon: dict[str, Any]) -> Grammar:
    phrases = {
        name: tuple(parse_phrase(text) for text in lexicon[name])
        for name in ("subjects", "activities", "states", "places")
    }
    patterns: dict[str, str] = lexicon["patterns"]
    return Grammar(
        language=language,
        joiner=lexicon["joiner"],
        sentence_joiner=lexicon["sentence_joiner"],
        capitalise=lexicon["capitalise"],
        subjects=phrases["subjects"],
        predicates=phrases["activities"] + phrases["states"],
        places=phrases["places"],
        statement=parse_phrase(patterns["statement"]),
        short_statement=parse_phrase(patterns["short_statement"]),
        # Most languages build a state as they build an activity.
        state_statement=parse_phrase(patterns.get("state_statement", patterns["short_statement"])),
        who_question=patterns["who_question"],
        where_question=patterns["where_question"],
    )
