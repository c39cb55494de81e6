"""Tatoeba as LASER has it: two parallel files a language, of which XTREME sorts the English one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...errors import InputError
from ..languages import Language
from .converter import Converted, Converter
from .originals import Original


def _lines_text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _pair(language: str, foreign: Original, english: Original) -> Iterator[Converted]:
    sentences = [line.strip() for line in english.lines()]
    size = len(sentences)
    if len(foreign.lines()) != size:
        raise InputError(f"{english.shown}: {size} lines where {foreign.shown} has {len(foreign.lines())}")
    # The gold answer of a sorted line is the line it stood in: 0-based, and a stable sort keeps equal lines in order.
    order = sorted(range(size), key=lambda row: sentences[row])
    yield Converted(f"tatoeba/{language}-en.{language}", language, foreign.text(), size)
    yield Converted(f"tatoeba/{language}-en.en", language, _lines_text([sentences[row] for row in order]), size)
    yield Converted(f"labels/tatoeba/test-{language}.tsv", language, _lines_text([str(row) for row in order]), size)


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    pairs: defaultdict[str, dict[str, Original]] = defaultdict(dict)
    for original in originals:
        side = "english" if original.parts["side"] == "eng" else "foreign"
        pairs[original.parts["language"]][side] = original
    for language, found in pairs.items():
        if len(found) < 2:
            (only,) = found.values()
            raise InputError(f"{only.shown} is there without the file in the other language")
        yield from _pair(language, **found)


def _iso3(language: Language) -> str:
    return language.iso3


TATOEBA = Converter(
    files=r"tatoeba\.(?P<language>{language})-eng\.(?P<side>(?P=language)|eng)",
    archives=r"LASER.*|master|main|v1|tatoeba.*",
    looked_for="tatoeba.<iso3>-eng.<iso3> and tatoeba.<iso3>-eng.eng (LASER's data/tatoeba/v1)",
    convert=_convert,
    spelling=_iso3,
)
"""English is sorted by code point (XTREME utils_preprocess.py); LASER's line numbers are the gold answers."""
