"""The languages of XTREME and XTREME-R, as data: a new language is one row.

Source: the language table of XTREME (Hu et al. 2020, arXiv 2003.11080) and XTREME-R (Ruder et al. 2021,
arXiv 2104.07412); the numbers of Wikipedia articles are those of XTREME's table, rounded, and for XTREME-R's ten
additions general knowledge. They serve as a measure of resources, not as statistics.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import InputError
from .plugins import with_plugins


@dataclass(frozen=True, slots=True)
class Language:
    """One language: two-letter code, three-letter code (as in LASER's Tatoeba files), name, family, script, size.

    `articles` counts Wikipedia articles in millions.
    """

    code: str
    iso3: str
    name: str
    family: str
    script: str
    articles: float

    @property
    def key(self) -> str:
        """The code."""
        return self.code

    @property
    def low_resource(self) -> bool:
        """Fewer than 100,000 Wikipedia articles: a rule of this project, not of the papers."""
        return self.articles < 0.1


_ROWS = """
af afr Afrikaans        IE:Germanic    Latin        0.09
ar ara Arabic           Afro-Asiatic   Arabic       1.02
az aze Azerbaijani      Turkic         Latin        0.2
bg bul Bulgarian        IE:Slavic      Cyrillic     0.26
bn ben Bengali          IE:Indo-Aryan  Bengali      0.08
de deu German           IE:Germanic    Latin        2.37
el ell Greek            IE:Greek       Greek        0.17
en eng English          IE:Germanic    Latin        5.98
es spa Spanish          IE:Romance     Latin        1.56
et est Estonian         Uralic         Latin        0.20
eu eus Basque           isolate        Latin        0.34
fa pes Persian          IE:Iranian     Perso-Arabic 0.70
fi fin Finnish          Uralic         Latin        0.47
fr fra French           IE:Romance     Latin        2.16
gu guj Gujarati         IE:Indo-Aryan  Gujarati     0.03
he heb Hebrew           Afro-Asiatic   Hebrew       0.25
hi hin Hindi            IE:Indo-Aryan  Devanagari   0.13
ht hat Haitian_Creole   Creole         Latin        0.06
hu hun Hungarian        Uralic         Latin        0.46
id ind Indonesian       Austronesian   Latin        0.51
it ita Italian          IE:Romance     Latin        1.57
ja jpn Japanese         Japonic        Kanji+kana   1.18
jv jav Javanese         Austronesian   Latin        0.06
ka kat Georgian         Kartvelian     Georgian     0.13
kk kaz Kazakh           Turkic         Cyrillic     0.23
ko kor Korean           Koreanic       Hangul       0.47
lt lit Lithuanian       IE:Baltic      Latin        0.2
ml mal Malayalam        Dravidian      Malayalam    0.07
mr mar Marathi          IE:Indo-Aryan  Devanagari   0.06
ms msa Malay            Austronesian   Latin        0.33
my mya Burmese          Sino-Tibetan   Myanmar      0.05
nl nld Dutch            IE:Germanic    Latin        1.99
pa pan Punjabi          IE:Indo-Aryan  Gurmukhi     0.04
pl pol Polish           IE:Slavic      Latin        1.4
pt por Portuguese       IE:Romance     Latin        1.02
qu que Cuzco_Quechua    Quechuan       Latin        0.02
ro ron Romanian         IE:Romance     Latin        0.4
ru rus Russian          IE:Slavic      Cyrillic     1.58
sw swh Swahili          Niger-Congo    Latin        0.05
ta tam Tamil            Dravidian      Tamil        0.12
te tel Telugu           Dravidian      Telugu       0.07
th tha Thai             Kra-Dai        Thai         0.13
tl tgl Tagalog          Austronesian   Latin        0.08
tr tur Turkish          Turkic         Latin        0.34
uk ukr Ukrainian        IE:Slavic      Cyrillic     1.0
ur urd Urdu             IE:Indo-Aryan  Perso-Arabic 0.15
vi vie Vietnamese       Austro-Asiatic Latin        1.24
wo wol Wolof            Niger-Congo    Latin        0.002
yo yor Yoruba           Niger-Congo    Latin        0.03
zh cmn Chinese          Sino-Tibetan   Han          1.09
"""


def _parse(row: str) -> Language:
    code, iso3, name, family, script, articles = row.split()
    return Language(code, iso3, name.replace("_", " "), family.replace(":", ": "), script, float(articles))


LANGUAGES: dict[str, Language] = {row.split()[0]: _parse(row) for row in _ROWS.strip().splitlines()}


def nearest(name: str, known: Iterable[str]) -> str:
    """Say `did you mean ...?` for a misspelt name, or list what is known."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"


def known_languages() -> dict[str, Language]:
    """All languages, those of plug-ins too."""
    return with_plugins(LANGUAGES, Language)


def find_language(code: str) -> Language:
    """Look up a language by its code.

    Raises:
        InputError: there is no such language; the nearest code is named.
    """
    known = known_languages()
    if code not in known:
        by_name = {language.name.lower(): language.code for language in known.values()}
        hint = f"did you mean {by_name[code.lower()]!r}?" if code.lower() in by_name else nearest(code, known)
        raise InputError(f"unknown language {code!r}: {hint}")
    return known[code]
