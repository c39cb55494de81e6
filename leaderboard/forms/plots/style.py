"""How all figures look: one palette, one hierarchy of type, sizes in inches, and the same bytes for the same input.

Figures are built by matplotlib's object-oriented interface; pyplot, which keeps figures in a global list, is not used.
Settings that matplotlib only takes globally are set while the figures are drawn, and what was there before comes back.
"""

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ....errors import EnvironmentFault
from ....exporters.quiet import quiet
from ....files import atomic_path
from .fonts import Typeface

# Okabe and Ito, "Color Universal Design" (2008): colours that colour-blind readers tell apart.
BLUE, VERMILION, GREEN, PURPLE, AMBER, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
INK, QUIET, RULE, ABSENT = "#1F2328", "#6B7280", "#D8DCE1", "#F1F2F4"
GAIN, LOSS = BLUE, VERMILION
# The marker tells a system apart in black and white too.
SYSTEMS = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "D"), (PURPLE, "^"), (AMBER, "v"), (SKY, "P"))
DIVERGING = ("#8A3B00", VERMILION, "#F2B48C", "#FAFAFA", "#93C4E3", BLUE, "#00426B")
SEQUENTIAL = ("#F4F9FC", "#B5D7EB", "#5AA7D2", BLUE, "#00355A")

TITLE, TEXT, SMALL, TINY = 12.0, 9.0, 8.0, 7.0
"""Sizes of type, in points."""
_LINE = 1.35 / 72
"""Height of a line of type, in inches a point."""
_DPI = 160
_PADDING = 0.15
"""Around all that is drawn, in inches."""
FORMATS = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
"""The forms of a figure, each with the metadata that would make its bytes depend on when and by what it was made."""

_SETTINGS: dict[str, Any] = {
    "figure.dpi": 72,  # a pixel is a point, so that places on the canvas are in points
    "savefig.dpi": _DPI,
    "svg.hashsalt": "xbench",
    "text.parse_math": False,  # a name may hold dollar signs
    "text.color": INK,
    "font.size": TEXT,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "hatch.color": "#C9CED6",
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
}


@contextmanager
def drawing(face: Typeface) -> Iterator[None]:
    """The settings under which figures are made and saved, whatever the user's own are."""
    import matplotlib

    # A font without a bold face is drawn in the one it has, which matplotlib would say each time.
    with quiet("matplotlib.font_manager"), matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = {**_SETTINGS, "font.family": list(face.families)}
        matplotlib.rcParams.update(settings)
        yield


def require_matplotlib() -> None:
    """Check that matplotlib can be imported.

    Raises:
        EnvironmentFault: it is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise EnvironmentFault("matplotlib is not installed, which plots need: pip install 'xbench[plots]'") from error


def new_figure(width: float, height: float) -> Any:
    """A figure of that size in inches; what stands outside it is saved too."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def add_panel(figure: Any, left: float, bottom: float, width: float, height: float) -> Any:
    """Axes at a place in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def write_head(figure: Any, title: str, explanation: str, *, above: float = 0.15) -> None:
    """The title and what there is to know for reading the figure, `above` the figure's upper edge, in inches."""
    width, height = figure.get_size_inches()
    lines = _wrapped(explanation, width, TEXT)
    figure.text(0, 1 + above / height, "\n".join(lines), fontsize=TEXT, color=QUIET, va="bottom", linespacing=1.25)
    above += len(lines) * TEXT * _LINE + 0.07
    heading = "\n".join(_wrapped(title, width, TITLE))
    figure.text(0, 1 + above / height, heading, fontsize=TITLE, fontweight="bold", va="bottom", linespacing=1.15)


def write_notes(figure: Any, notes: Sequence[str], *, below: float) -> None:
    """Small print, `below` the figure's lower edge, in inches."""
    width, height = figure.get_size_inches()
    lines = [line for note in notes for line in _wrapped(note, width, TINY)]
    figure.text(0, -below / height, "\n".join(lines), fontsize=TINY, color=QUIET, va="top", linespacing=1.35)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines that fit into a width in inches, as a letter of DejaVu Sans is 0.56 of its size wide on average."""
    return textwrap.wrap(text, max(30, int(width * 72 / (0.56 * size)))) or [""]


def colour_map(colours: Sequence[str]) -> Any:
    """A continuous scale through these colours."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("xbench", list(colours))


def readable_on(background: Sequence[float]) -> str:
    """The colour of type on a background of red, green and blue from 0 to 1: dark on light, white on dark."""
    red, green, blue = (_linear(part) for part in background[:3])
    # Relative luminance as of WCAG 2.1, of which INK has 0.016: at 0.21 both contrast equally.
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.21 else "white"


def _linear(part: float) -> float:
    """Linear light of one sRGB value."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def save(figure: Any, directory: Path, stem: str) -> list[Path]:
    """Write a figure in every form, each all or nothing."""
    # matplotlib would draw twice to find out what stands outside the figure.
    everything = figure.get_tightbbox().padded(_PADDING)
    paths = []
    for form, metadata in FORMATS.items():
        path = directory / f"{stem}.{form}"
        with atomic_path(path) as temporary:
            figure.savefig(temporary, format=form, metadata=metadata, bbox_inches=everything)
        paths.append(path)
    return paths
