"""Normalisation and overlap of extractive answers, as the official evaluation scripts do it.

`squad`: the SQuAD v1.1 script, used by XTREME for XQuAD and TyDiQA in every language. `mlqa`: the MLQA script with its
articles and tokenisation per language (Lewis et al. 2020, arXiv 1910.07475).
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable

from ..errors import InputError

_ASCII_PUNCTUATION = set(string.punctuation)
_ENGLISH_ARTICLES = re.compile(r"\b(a|an|the)\b")

# MLQA's Arabic pattern is an alternation whose second half is the bare article: it fires inside words too.
_MLQA_ARTICLES: dict[str, re.Pattern[str] | None] = {
    "en": _ENGLISH_ARTICLES,
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "hi": None,
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "ar": re.compile(r"\sال^|ال"),
    "zh": None,
}


def squad_tokens(text: str, language: str) -> list[str]:
    """Tokens after SQuAD v1.1's normalisation; the language plays no part in it."""
    kept = "".join(character for character in text.lower() if character not in _ASCII_PUNCTUATION)
    return _ENGLISH_ARTICLES.sub(" ", kept).split()


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


def _mixed_segmentation(text: str) -> list[str]:
    spaced = (f" {c} " if "\u4e00" <= c <= "\u9fa5" or _is_punctuation(c) else c for c in text)
    return "".join(spaced).split()


def mlqa_tokens(text: str, language: str) -> list[str]:
    """Tokens after MLQA's normalisation for `language`.

    Raises:
        InputError: the language is none of MLQA's seven.
    """
    if language not in _MLQA_ARTICLES:
        raise InputError(f"MLQA's scoring knows no language {language!r}; known: {', '.join(_MLQA_ARTICLES)}")
    kept = "".join(character for character in text.lower() if not _is_punctuation(character))
    articles = _MLQA_ARTICLES[language]
    bare = articles.sub(" ", kept) if articles else kept
    return _mixed_segmentation(bare) if language == "zh" else bare.split()


AnswerTokens = Callable[[str, str], list[str]]
ANSWER_RULES: dict[str, AnswerTokens] = {"squad": squad_tokens, "mlqa": mlqa_tokens}


def exact_match(prediction: list[str], gold: list[str]) -> float:
    """1.0 if the normalised answers are equal."""
    return float(prediction == gold)


def overlap_f1(prediction: list[str], gold: list[str]) -> float:
    """Bag-of-tokens F1 in 0..1; 0 where nothing is shared, also when both are empty."""
    shared = sum((Counter(prediction) & Counter(gold)).values())
    return 2.0 * shared / (len(prediction) + len(gold)) if shared else 0.0
