"""HTML from Python values: a text becomes part of a page only through here, where it is escaped."""

import re
from collections.abc import Iterable
from html import escape
from importlib import resources

_PARTS = re.compile(r"(?<=[._/-])(?=\w)")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | bool) -> Markup:
    """One element with its content and end tag.

    Args:
        name: of the element, which must have an end tag.
        content: `Markup` is taken as it is, any other text is escaped.
        attributes: `class_` is `class`, `data_key` is `data-key`; True has no value, False leaves an attribute out.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{name}{written}>{join(content)}</{name}>")


def join(parts: Iterable[str]) -> Markup:
    """The parts behind each other, those that are no markup escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part, quote=False) for part in parts))


def isolated(text: str) -> Markup:
    """Text of unknown origin: its direction is its own, and cannot turn that of the text around it."""
    return element("bdi", text)


def isolated_name(name: str) -> Markup:
    """The same for a name, which may be broken behind its dots and dashes before it is broken anywhere else."""
    pieces = [piece for part in _PARTS.split(name) for piece in (part, Markup("<wbr>"))]
    return element("bdi", *pieces[:-1])


def asset(name: str) -> str:
    """A text file that lies beside this module."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _attribute(key: str, value: str | bool) -> str:
    if value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
