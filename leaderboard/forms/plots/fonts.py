"""Which fonts show a text of any script, and what is shown where none does.

matplotlib falls back through the families it is given, character by character, and warns of each that is in none of
them. Here the families are chosen by what the text needs, and one line names what no font on this machine has.
"""

import logging
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from ....exporters.quiet import quiet

BASE = "DejaVu Sans"  # comes with matplotlib
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# Fonts of single symbols, whose letters are not letters.
_NOT_FOR_TEXT = ("cm", "STIX", "Last Resort", "LastResort", "Symbol", "Wingdings", "Webdings")
_UNKNOWN = "□"
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Typeface:
    """Families of fonts, the first that has a character shows it; `missing` are the characters that none has."""

    families: tuple[str, ...]
    missing: frozenset[str]

    def show(self, text: str) -> str:
        """Text of unknown origin as one line that can be drawn, with □ for what no font has."""
        return "".join(_UNKNOWN if char in self.missing else char for char in _visible(text))

    def name(self, text: str) -> str:
        """The same for a name, the middle of a long one cut out."""
        shown = self.show(text)
        if len(shown) <= _LONGEST:
            return shown
        half = (_LONGEST - 1) // 2
        return f"{shown[:half].rstrip()}…{shown[-half:].lstrip()}"


def typeface(texts: Iterable[str]) -> Typeface:
    """Choose fonts for texts; one line of the log names the characters that no font on this machine has."""
    wanted = frozenset(char for text in texts for char in _visible(text) if not char.isspace())
    families, missing = [BASE], wanted - _glyphs(BASE)
    for family in _others() if missing else ():
        found = missing & _glyphs(family)
        if found:
            families.append(family)
            missing -= found
        if not missing:
            break
    if missing:
        named = ", ".join(f"U+{ord(char):04X}" for char in sorted(missing))
        logging.getLogger(__name__).warning(
            "no font on this machine has %s: drawn as %s; install one, such as fonts-noto", named, _UNKNOWN
        )
    return Typeface(tuple(families), missing)


def _visible(text: str) -> str:
    """One line, without control and direction characters."""
    return " ".join("".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text).split())


def _others() -> Iterator[str]:
    """Families on this machine, those of Noto Sans first, then other sans-serif ones, then the rest."""
    asked: set[str] = {BASE}
    for known in (_known, _newly_installed):
        names = {name for name in known() if not name.startswith(_NOT_FOR_TEXT)} - asked
        yield from sorted(names, key=lambda name: (not name.startswith("Noto Sans"), "Sans" not in name, name))
        asked |= names


def _known() -> set[str]:
    """The families that matplotlib knows."""
    from matplotlib.font_manager import fontManager

    return {entry.name for entry in fontManager.ttflist}


def _newly_installed() -> set[str]:
    """The same with those that were installed after matplotlib had made its list, which it keeps for good."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    for path in sorted({*findSystemFonts()} - {entry.fname for entry in fontManager.ttflist}):
        with suppress(OSError, RuntimeError, ValueError):  # no font that it can read
            fontManager.addfont(path)
    return _known()


def _glyphs(family: str) -> frozenset[str]:
    """The characters that both the regular and the bold font of a family have."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    with quiet("matplotlib.font_manager"):  # it may have one of the two alone
        paths = {findfont(FontProperties(family=[family], weight=weight)) for weight in ("normal", "bold")}
    return frozenset.intersection(*(frozenset(map(chr, get_font(path).get_charmap())) for path in paths))
