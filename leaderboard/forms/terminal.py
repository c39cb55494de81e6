"""Text of unknown origin in a terminal: it can neither command it, nor turn the direction of what stands around it."""

import re
import unicodedata

_ISOLATE, _POP = "\u2068", "\u2069"
# They join or part letters within words of Persian, Hindi and others, and emoji.
_JOINERS = "\u200c\u200d"
_SPACES = {"Cc", "Zl", "Zp"}
_DROPPED = {"Cf", "Cs"}
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_UNSEEN = {"Mn", "Me", "Cf"}
_ELLIPSIS = "…"
# What JSON may hold as it is, but a terminal must not get.
_COMMANDS = re.compile("[\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """One line without control and direction characters; one with letters of a right-to-left script is isolated.

    Isolates (Unicode's UAX 9) keep the order of a line that holds text of both directions.
    """
    line = " ".join("".join(map(_shown, text)).split())
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in line):
        return f"{_ISOLATE}{line}{_POP}"
    return line


def _shown(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in _SPACES:
        return " "
    return "" if kind in _DROPPED and char not in _JOINERS else char


def shortened(text: str, limit: int, around: str = "") -> str:
    """At most `limit` characters of a text, with an ellipsis for what is cut; those around `around` if it is there."""
    if len(text) <= limit:
        return text
    middle = text.find(around) + len(around) // 2 if around in text else 0
    first = min(max(middle - limit // 2, 0), len(text) - limit)
    last = first + limit
    return (_ELLIPSIS if first else "") + text[first:last] + (_ELLIPSIS if last < len(text) else "")


def columns(text: str) -> int:
    """How many columns a terminal gives a text: two for a wide character of East Asia, none for a combining one."""
    seen = (char for char in text if unicodedata.category(char) not in _UNSEEN)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in seen)


def padded(text: str, width: int) -> str:
    """Text with blanks behind it, up to so many columns."""
    return text + " " * (width - columns(text))


def harmless_json(text: str) -> str:
    """The same JSON with control and direction characters as escapes; they can stand in its strings only."""
    return _COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
