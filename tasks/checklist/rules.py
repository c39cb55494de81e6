"""MultiCheckList's six tests and its rule of when an answer passes, as data.

Source: google-research/xtreme, multichecklist/ (generate_test_utils.py: `clean`; test_models.py: short names), which
belongs to XTREME-R (Ruder et al. 2021, arXiv 2104.07412).
"""

import re
from enum import Enum

TESTS = {
    "comp": "A is COMP than B. Who is more / less COMP?",
    "intense": "Intensifiers (very, super, extremely) and reducers (somewhat, kinda, etc)?",
    "props": "size, shape, age, color",
    "profession_nationality": "Profession vs nationality",
    "animal_vehicle": "Animal vs Vehicle",
    "animal_vehicle_v2": "Animal vs Vehicle v2",
}
"""Short name of each test -> its name in the templates, in the reference's order."""


class _Ends(Enum):
    """Which ends of an article must be those of a word."""

    BOTH = r"\b({})\b"
    START = r"\b({})"
    END = r"({})\b"
    NONE = r"({})"


_ARTICLES = {
    "af": ("’n", _Ends.END),
    "ar": ("ال", _Ends.NONE),
    "bn": ("একটি একজন", _Ends.START),
    "de": ("ein eine einen", _Ends.BOTH),
    "el": ("Ο ένα μια", _Ends.BOTH),
    "en": ("a an the in at", _Ends.BOTH),
    "es": ("un una unos unas el la los las", _Ends.BOTH),
    "eu": ("bat", _Ends.BOTH),
    "fa": ("یک", _Ends.BOTH),
    "fr": ("un une le la en", _Ends.BOTH),
    "hi": ("एक", _Ends.START),
    "hu": ("egy", _Ends.BOTH),
    "it": ("un una", _Ends.BOTH),
    "ml": ("ഒരു", _Ends.START),
    "mr": ("एक", _Ends.START),
    "my": ("တစ်ဦး", _Ends.START),
    "nl": ("een", _Ends.BOTH),
    "pa": ("ਇੱਕ ਇਕ", _Ends.START),
    "pt": ("um uma", _Ends.BOTH),
    "ta": ("ஒரு", _Ends.START),
    "tl": ("Si", _Ends.BOTH),
    "tr": ("bir", _Ends.BOTH),
    "vi": ("một", _Ends.BOTH),
    "wo": ("dafa", _Ends.BOTH),
    "yo": ("kan", _Ends.BOTH),
}
"""Words that are left out of answers: articles, and what the reference takes for them; case counts."""

_STRIPPED = ",. "
_ALSO_STRIPPED = {"bn": "৷", "hi": "৷", "pa": "।", "pl": "„”", "ur": "\u200f"}

WITHOUT_WORDS = ("zh", "ja", "ko")
"""Languages whose answers the reference builds from sub-words; elsewhere an answer is whole words of the context."""


def clean(text: str, language: str) -> str:
    """An answer without articles, and without full stops, commas and blanks at its ends.

    Where a language has no articles the reference replaces the empty pattern, so a blank stands around every character.
    It does so on both sides, so that nothing but the text between changes.
    """
    words, ends = _ARTICLES.get(language, ("", _Ends.NONE))
    articles = ends.value.format("|".join(words.split()))
    return re.sub(articles, " ", text).strip(_STRIPPED + _ALSO_STRIPPED.get(language, ""))


def passes(prediction: str, gold: str, language: str) -> bool:
    """Whether an answer is right: equality after `clean`, case and inner blanks counting."""
    return clean(prediction, language) == clean(gold, language)


def whole_words(answer: str, context: str) -> str:
    """The words between blanks of the context that an answer lies in, joined by single blanks.

    The reference's pipeline answers with whole words (transformers, pipelines/question_answering.py, slow tokenizers);
    in languages that add endings to names that decides what is right. Of several places the one is taken where least
    is added; an answer that is not in the context stays as it is.
    """
    if not answer:
        return answer
    places = (match.start() for match in re.finditer(f"(?={re.escape(answer)})", context))
    found = [" ".join(_extended(context, start, start + len(answer)).split()) for start in places]
    return min(found, key=len, default=answer)


def _extended(text: str, start: int, end: int) -> str:
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end]
