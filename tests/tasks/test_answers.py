"""Answers: the official rules by hand, and against the code that transformers took from the official script."""

import unicodedata
from string import punctuation

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.tasks.answers import ANSWER_RULES, exact_match, mlqa_tokens, overlap_f1, squad_tokens

# Texts in which articles, punctuation and blanks are as common as in answers.
answers = st.lists(
    st.one_of(
        st.sampled_from(["the", "a", "An", "THE", "cat", "theory", "1,000", "-", "’s", "«oui»", "北京。"]), st.text()
    ),
    max_size=5,
).flatmap(lambda words: st.sampled_from([" ", "  ", "\t", "", "\u00a0"]).map(lambda blank: blank.join(words)))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The Cat, a dog and an owl!", ["cat", "dog", "and", "owl"]),
        # Articles only at word boundaries.
        ("Theory of Anatomy", ["theory", "of", "anatomy"]),
        # Punctuation goes before articles are looked for, and leaves no blank: "a.b" becomes "ab", "a-" an article.
        ("a.b", ["ab"]),
        ("the-end", ["theend"]),
        ("(A) b", ["b"]),
        # English articles go in every language: "a" is a preposition in Spanish, "an" one in German.
        ("ir a la playa", ["ir", "la", "playa"]),
        # Punctuation outside ASCII stays.
        ("«oui»", ["«oui»"]),
        ("北京。", ["北京。"]),
        # Without blanks a Chinese answer is one token.
        ("中国的首都", ["中国的首都"]),
        ("  \u00a0 ", []),
        ("the", []),
    ],
)
def test_squad_by_hand(text, tokens):
    assert squad_tokens(text, "zh") == tokens


def test_overlap_by_hand():
    # Bags: {cat: 2, sat: 1} and {cat: 1, sat: 1, mat: 1} share 2; P = 2/3, R = 2/3.
    assert overlap_f1(["cat", "cat", "sat"], ["sat", "mat", "cat"]) == pytest.approx(2 / 3)
    # P = 1/1, R = 1/4: 2 * 0.25 / 1.25.
    assert overlap_f1(["b"], ["a", "b", "c", "d"]) == pytest.approx(0.4)
    assert overlap_f1(["a"], ["b"]) == 0.0


def test_order_counts_for_exact_match_only():
    assert exact_match(["cat", "sat"], ["sat", "cat"]) == 0.0
    assert overlap_f1(["cat", "sat"], ["sat", "cat"]) == 1.0


def test_two_empty_answers_match_exactly_but_overlap_in_nothing():
    assert exact_match(squad_tokens("the", "en"), squad_tokens("...", "en")) == 1.0
    assert overlap_f1([], []) == 0.0
    assert overlap_f1(["a"], []) == overlap_f1([], ["a"]) == 0.0


@given(answers, answers)
def test_squad_equals_the_official_script(prediction, gold):
    from transformers.data.metrics.squad_metrics import compute_exact, compute_f1, normalize_answer

    given, wanted = squad_tokens(prediction, "en"), squad_tokens(gold, "en")
    assert " ".join(given) == normalize_answer(prediction)
    assert exact_match(given, wanted) == compute_exact(gold, prediction)
    if given or wanted:  # SQuAD v2.0 gives two empty answers F1 1; v1.1, which XTREME uses, gives 0
        assert overlap_f1(given, wanted) == pytest.approx(compute_f1(gold, prediction), abs=1e-12)


@pytest.mark.parametrize(
    ("language", "text", "tokens"),
    [
        ("en", "The “big” Apple, a city", ["big", "apple", "city"]),
        ("es", "El niño y la niña; unas uvas", ["niño", "y", "niña", "uvas"]),
        ("es", "a the", ["a", "the"]),  # no English articles in Spanish
        ("de", "Der Hund, die Katze des Mannes", ["hund", "katze", "mannes"]),
        ("de", "derweil", ["derweil"]),
        ("vi", "những con mèo của tôi là cái gì", ["con", "mèo", "tôi", "gì"]),
        # The article is taken out of the middle of words too: السلام -> سلام, but قال loses its end and becomes ق.
        ("ar", "السلام", ["سلام"]),
        ("ar", "قال الرجل", ["ق", "رجل"]),
        ("ar", "سؤال؟", ["سؤ"]),
        ("ar", "مالك", ["م", "ك"]),
        # Hindi: nothing but case and punctuation (the danda is punctuation).
        ("hi", "यह एक बिल्ली है।", ["यह", "एक", "बिल्ली", "है"]),
        # Chinese: characters one by one, what is between them by blanks; no articles; punctuation is gone before.
        ("zh", "在1937年，IBM 公司 the", ["在", "1937", "年", "ibm", "公", "司", "the"]),
        ("zh", "《红楼梦》", ["红", "楼", "梦"]),
        # Only U+4E00 to U+9FA5: the last one is split off, the characters after it (U+9FA6) and kana are not.
        ("zh", "\u9fa5\u9fa6\u9fa6かな", ["\u9fa5", "\u9fa6\u9fa6かな"]),
    ],
)
def test_mlqa_by_hand(language, text, tokens):
    assert mlqa_tokens(text, language) == tokens


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("中国的a B，。. -"))))
def test_mlqa_chinese_as_the_protocol_words_it(text):
    tokens, word = [], ""
    for character in text.lower():
        if unicodedata.category(character)[0] == "P" or character in punctuation:
            continue
        if 0x4E00 <= ord(character) <= 0x9FA5:
            tokens += [*word.split(), character]
            word = ""
        else:
            word += character
    assert mlqa_tokens(text, "zh") == tokens + word.split()


@given(st.text())
def test_mlqa_hindi_drops_punctuation_alone(text):
    kept = [c for c in text.lower() if not unicodedata.category(c).startswith("P") and c not in punctuation]
    assert mlqa_tokens(text, "hi") == "".join(kept).split()


def test_mlqa_knows_seven_languages_and_no_other():
    assert all(mlqa_tokens("x1", language) == ["x1"] for language in "en es de ar hi vi zh".split())
    with pytest.raises(InputError, match=r"knows no language 'fr'; known: en, es, hi, vi, de, ar, zh"):
        mlqa_tokens("le chat", "fr")


def test_the_rules_by_name():
    assert {"squad": squad_tokens, "mlqa": mlqa_tokens} == ANSWER_RULES
