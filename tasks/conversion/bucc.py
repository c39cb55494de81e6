"""BUCC 2018: the shared task's sample set is XTREME's dev set, its training set XTREME's test set."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...errors import InputError
from ..retrieval_readers import read_mining
from ..suites import find_task
from .converter import Converted, Converter
from .originals import Original, shown_names

_SPLITS = {"sample": "dev", "training": "test"}


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    sets: defaultdict[tuple[str, str], dict[str, Original]] = defaultdict(dict)
    for original in originals:
        sets[original.parts["language"], original.parts["set"]][original.parts["side"]] = original
    for (language, name), found in sets.items():
        sides = (language, "en", "gold")
        if missing := [side for side in sides if side not in found]:
            place = next(iter(found.values())).shown
            raise InputError(f"{place} is there without {language}-en.{name}.{missing[0]}")
        with shown_names(*found.values()):
            read_mining([found[side].path for side in sides], find_task("bucc2018"))
        for side in sides:
            path = f"bucc2018/{language}-en.{_SPLITS[name]}.{side}"
            yield Converted(path, language, found[side].text(), len(found[side].lines()))


BUCC = Converter(
    files=r"(?P<language>{language})-en\.(?P<set>sample|training)\.(?P<side>(?P=language)|en|gold)",
    archives=r"bucc2018.*",
    looked_for="<language>-en.{sample,training}.{<language>,en,gold} (bucc2018-<language>-en.*-gold.tar.bz2)",
    convert=_convert,
)
"""Copies under other names (XTREME scripts/download_data.sh, which deletes the gold of test; here it stays)."""
