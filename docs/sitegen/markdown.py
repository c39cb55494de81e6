"""Pieces of markdown."""

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`[^`\n]+`)")
_MEANINGFUL = re.compile(r"([\\*_\[\]])")


def code(text: str) -> str:
    """Text in a fixed-width font, as it stands; it must hold no backquote."""
    return f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    """Several of them, split by blanks."""
    return " ".join(code(text) for text in texts)


def plain(text: str) -> str:
    """Text that is not markdown, but for parts in backquotes, which stay code."""
    parts = _CODE.split(text)
    return "".join(part if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;")
    return _MEANINGFUL.sub(r"\\\1", text)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are markdown of one line."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def count(number: int) -> str:
    """A number with its thousands parted."""
    return f"{number:,}"
