"""The grammars: the same shape in every language, and text in the script that the language is written in."""

import unicodedata
from importlib.resources import files

import pytest
from xbench.tasks.mini import MINI_LANGUAGES
from xbench.tasks.mini.grammar import UPOS, Grammar, Phrase, Slot, TaggedWord, load_grammar, parse_phrase
from xbench.tasks.mini.sentences import ACTIVITIES, PLACES, STATES, SUBJECTS, ask_where, ask_who, say
from xbench.tasks.mini.splits import Split, propositions

SCRIPTS = {
    **{language: {"LATIN"} for language in ("en", "de", "es", "tr", "sw", "yo")},
    "ru": {"CYRILLIC"},
    "el": {"GREEK"},
    "ar": {"ARABIC"},
    "he": {"HEBREW"},
    "hi": {"DEVANAGARI"},
    "ta": {"TAMIL"},
    "th": {"THAI"},
    "ka": {"GEORGIAN"},
    "ko": {"HANGUL"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA"},
    "zh": {"CJK"},
}

every_language = pytest.mark.parametrize("grammar", [*map(load_grammar, MINI_LANGUAGES)], ids=MINI_LANGUAGES)


def phrases_of(grammar: Grammar) -> list[Phrase]:
    patterns = (grammar.statement, grammar.short_statement, grammar.state_statement)
    return [*grammar.subjects, *grammar.predicates, *grammar.places, *patterns]


def sentences_of(grammar: Grammar) -> list[str]:
    return [say(grammar, proposition).text for split in Split for proposition in propositions(split)]


def test_the_languages_are_many_and_of_many_scripts():
    assert len(MINI_LANGUAGES) == 17
    assert len({frozenset(scripts) for scripts in SCRIPTS.values()}) == 12


def test_every_lexicon_is_listed_and_every_language_has_one():
    names = {entry.name for entry in (files("xbench.tasks.mini") / "lexicon").iterdir()}
    assert names == {f"{language}.toml" for language in MINI_LANGUAGES}


@every_language
def test_every_grammar_has_the_same_number_of_phrases(grammar):
    counts = len(grammar.subjects), len(grammar.predicates), len(grammar.places)
    assert counts == (SUBJECTS, ACTIVITIES + STATES, PLACES)


@every_language
def test_tags_are_universal_parts_of_speech(grammar):
    words = [item for phrase in phrases_of(grammar) for item in phrase if isinstance(item, TaggedWord)]
    assert {word.upos for word in words} <= UPOS
    assert all((word.upos == "PUNCT") == unicodedata.category(word.form[-1]).startswith("P") for word in words)


@every_language
def test_every_pattern_has_its_slots(grammar):
    slots = [item for item in grammar.statement if isinstance(item, Slot)]
    assert sorted(slots) == sorted(Slot)
    for predicate in range(ACTIVITIES + STATES):
        pattern = grammar.state_statement if predicate >= ACTIVITIES else grammar.short_statement
        items = [
            item for part in pattern for item in (grammar.predicates[predicate] if part == "predicate" else [part])
        ]
        assert [item for item in items if isinstance(item, Slot)] == [Slot.SUBJECT]


@every_language
def test_letters_are_of_the_languages_script(grammar):
    letters = {letter for text in sentences_of(grammar) for letter in text if letter.isalpha()}
    assert {unicodedata.name(letter).split()[0].split("-")[0] for letter in letters} == SCRIPTS[grammar.language]


@every_language
def test_different_propositions_are_different_sentences(grammar):
    texts = sentences_of(grammar)
    assert len(set(texts)) == len(texts) == SUBJECTS * (ACTIVITIES * (PLACES + 1) + STATES)


@every_language
def test_text_is_composed_and_tidy(grammar):
    asked = [item for item in propositions(Split.TEST) if item.place is not None]
    questions = [ask(grammar, item) for item in asked for ask in (ask_who, ask_where)]
    for text in sentences_of(grammar) + questions:
        assert unicodedata.is_normalized("NFC", text)
        assert text == " ".join(text.split())
        assert " ." not in text
        assert "{" not in text


@every_language
def test_sentences_begin_with_a_capital_only_where_the_script_has_two_cases(grammar):
    cased = SCRIPTS[grammar.language] & {"LATIN", "CYRILLIC", "GREEK"}
    assert grammar.capitalise == bool(cased)
    assert {text[0].isupper() for text in sentences_of(grammar)} == {bool(cased)}


def test_no_turkish_sentence_begins_with_the_letter_whose_capital_is_not_python_s():
    grammar = load_grammar("tr")
    first = [grammar.joiner.join(word.form for word in phrase) for phrase in (*grammar.subjects, *grammar.places)]
    assert not [phrase for phrase in first if phrase.startswith("i")]


def test_a_state_may_hold_the_person():
    grammar = load_grammar("yo")
    happy = next(item for item in propositions(Split.TRAIN) if item.predicate == ACTIVITIES + 4)
    words = [word.form for word in say(grammar, happy).words]
    person = [word.form for word in grammar.subjects[happy.subject]]
    assert words == ["Inú", *person, "dùn", "."]


@pytest.mark.parametrize("token", ["boy", "boy/NAME", "/NOUN"])
def test_a_token_without_a_known_tag_is_refused(token):
    with pytest.raises(ValueError, match="is not word/UPOS"):
        parse_phrase(f"the/DET {token}")
