"""The pass rule of MultiCheckList, worked by hand for several languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.tasks.checklist.rules import TESTS, clean, passes, whole_words
from xbench.tasks.languages import LANGUAGES


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "the red car.", "red car"),
        ("en", "at a table, in Rome", "table,   Rome"),  # each article leaves a blank beside those around it
        ("en", "The car", "The car"),  # case counts
        ("en", "panther", "panther"),  # not inside a word
        ("de", "einen Hund,", "Hund"),
        ("de", "der Hund", "der Hund"),  # the definite article is not in the list
        ("fr", "une infirmière", "infirmière"),
        ("el", "Ο Τομ", "Τομ"),
        ("af", "’n hond", "hond"),
        ("ar", "الطبيب", "طبيب"),
        ("ar", "مال", "م"),  # inside a word too
        ("bn", "একটিঘর৷", "ঘর"),  # no border needed behind, and the Bengali full stop
        ("hi", "एक कुत्ता৷", "कुत्ता"),
        ("pa", "ਇੱਕ ਕੁੱਤਾ।", "ਕੁੱਤਾ"),
        ("my", "တစ်ဦးဆရာ", "ဆရာ"),
        ("tl", "Si Ana.", "Ana"),
        ("tr", "bir köpek", "köpek"),
        ("pl", "„pies”.", "p i e s"),
        ("ur", "کتا\u200f", "ک ت ا"),
        ("zh", "红色, 。", "红 色 ,   。"),  # no list: a blank around every character; the Chinese full stop stays
        ("ru", " красный., ", "к р а с н ы й"),
    ],
)
def test_clean_by_hand(language, text, expected):
    assert clean(text, language) == expected


@pytest.mark.parametrize(
    ("language", "prediction", "gold", "passed"),
    [
        ("en", "an iguana.", "iguana", True),
        ("en", "Iguana", "iguana", False),
        ("en", "the red iguana", "iguana", False),
        ("en", "a", "the", True),  # nothing is left of either
        ("es", "una casa", "la casa", True),
        ("zh", "红色", "红色,", True),
        ("zh", "红 色", "红色", False),
        ("zh", "红色。", "红色", False),
        ("pl", "„pies”", "pies", True),
        ("az", "Tomdən", "Tom", False),
        ("ja", "", "", True),
    ],
)
def test_passes_by_hand(language, prediction, gold, passed):
    assert passes(prediction, gold, language) is passed


TEXTS = st.text(alphabet="ab ,.红色\u200f„", max_size=8)


@given(prediction=TEXTS, gold=TEXTS)
def test_without_articles_the_ends_alone_are_cut(prediction, gold):
    # The blanks that the empty pattern brings in are on both sides, so they decide nothing.
    assert passes(prediction, gold, "zh") == (prediction.strip(",. ") == gold.strip(",. "))
    assert passes(prediction, gold, "ur") == (prediction.strip(",. \u200f") == gold.strip(",. \u200f"))


def test_articles_of_25_languages():
    """`clean` treats a language without a list as a replacement of nothing; the rest are those of the reference."""
    listed = {code for code in LANGUAGES if clean("xyz", code) == "xyz"}
    assert listed == set("af ar bn de el en es eu fa fr hi hu it ml mr my nl pa pt ta tl tr vi wo yo".split())


def test_the_six_tests():
    assert list(TESTS) == ["comp", "intense", "props", "profession_nationality", "animal_vehicle", "animal_vehicle_v2"]
    assert len(set(TESTS.values())) == 6


@pytest.mark.parametrize(
    ("answer", "context", "expected"),
    [
        ("Gary", "Jerry is smarter than Gary.", "Gary."),
        ("Tom", "Tom, Ali'den daha zeki.", "Tom,"),
        ("Ali", "Tom, Ali'den daha zeki.", "Ali'den"),
        ("Ann", "Anna is older than Ann", "Ann"),  # the place where least is added
        ("d and\tgre", "It is red and\tgreen.", "red and green."),
        ("Bob", "Tom is here", "Bob"),  # not in the context
        ("", "Tom is here", ""),
        ("a.c", "abc a.cd", "a.cd"),  # the answer is no pattern
    ],
)
def test_whole_words(answer, context, expected):
    assert whole_words(answer, context) == expected


@given(context=st.text(alphabet="ab .\t", max_size=12), start=st.integers(0, 12), length=st.integers(1, 12))
def test_an_answer_becomes_words_of_the_context_that_hold_it(context, start, length):
    answer = context[start : start + length].strip()
    words = whole_words(answer, context)
    assert f" {words} " in f" {' '.join(context.split())} " or not answer
    assert " ".join(re.split(r"\s+", answer)) in words
