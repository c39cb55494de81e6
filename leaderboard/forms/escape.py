"""Text of unknown origin as literal text in GitHub's markdown, inside a table cell too."""

import re
import unicodedata

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# `_` between letters or digits stays: there it is literal, and `all_MiniLM_L6` should read well in the source too.
_SPECIAL = re.compile(r"[\\`*\[\]|~#$!]|(?<![^\W_])_|_(?![^\W_])")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def escape(text: str) -> str:
    """Escape markdown and HTML; line ends, control and direction characters become one space.

    The result is one line and shows the characters of `text`, whoever wrote them: it can open no tag, image, code span,
    emphasis, formula or table cell, and cannot turn the direction of the text around it. (A bare web address is still
    linked by GitHub, to what it shows.)
    """
    marked = _SPECIAL.sub(lambda match: f"\\{match[0]}", one_line(text))
    return "".join(_ENTITIES.get(char, char) for char in marked)


def one_line(text: str) -> str:
    """Text whose line ends, control and direction characters became single spaces."""
    return " ".join("".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text).split())
