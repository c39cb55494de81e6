"""How quantities over seeds are written."""

from collections.abc import Callable, Iterator

from ..leaderboard.forms.formats import delta_text, score_text
from .gains import OverSeeds


def gain_text(gain: OverSeeds | None) -> str:
    """Points with their sign: `+7.5`; `+7.5 [+6.9, +8.1]` of several seeds; `+7.5 (21/36)` where languages lack."""
    return _text(gain, delta_text)


def value_text(value: OverSeeds | None) -> str:
    """A score in percent: `72.5`; `72.5 [71.9, 73.0] (2/3 seeds)`."""
    return _text(value, score_text)


def _text(quantity: OverSeeds | None, number: Callable[[float], str]) -> str:
    if quantity is None:
        return ""
    text = number(quantity.mean)
    if len(quantity.values) > 1:
        text += f" [{number(min(quantity.values))}, {number(max(quantity.values))}]"
    lacks = ", ".join(_lacks(quantity))
    return f"{text} ({lacks})" if lacks else text


def _lacks(quantity: OverSeeds) -> Iterator[str]:
    if quantity.covered is not None:
        least, most, wanted = quantity.covered
        yield f"{least}/{wanted}" if least == most else f"{least} to {most}/{wanted}"
    if len(quantity.values) < quantity.wanted:
        yield f"{len(quantity.values)}/{quantity.wanted} seeds"
