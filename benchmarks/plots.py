"""Figures of measurements, drawn by matplotlib (the extra `plots`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault
from ..files import atomic_path
from .timeline import STAGES, Bar


def _figure(rows: int, height: float) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise EnvironmentFault("matplotlib is not installed: pip install 'xbench[plots]'") from error
    figure = Figure(figsize=(8, height), layout="constrained")
    return figure, figure.subplots(rows, squeeze=False)[:, 0]


def _save(figure: Any, path: Path) -> None:
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format=path.suffix.removeprefix(".") or "svg")


def plot_scaling(sizes: Sequence[int], seconds: Sequence[float], peaks: Sequence[float], path: Path) -> None:
    """Seconds and peak memory in MB over the number of sentences.

    Raises:
        EnvironmentFault: matplotlib is not installed.
    """
    figure, (above, below) = _figure(2, 7)
    above.loglog(sizes, seconds, "o-", label="whole process")
    rate = seconds[-1] / sizes[-1]
    above.loglog(sizes, [rate * size for size in sizes], ":", color="grey", label="in proportion to the last")
    above.set_ylabel("seconds")
    above.legend()
    below.semilogx(sizes, peaks, "o-")
    below.set_ylim(bottom=0)
    below.set_ylabel("peak resident memory, MB")
    below.set_xlabel("sentences")
    _save(figure, path)


def plot_timeline(bars: Sequence[Bar], path: Path) -> None:
    """When each unit was tokenised, inferred and decoded: a row a unit, three bars in it.

    Raises:
        EnvironmentFault: matplotlib is not installed.
    """
    units = list(dict.fromkeys(bar.unit for bar in bars))
    figure, (axes,) = _figure(1, 1.5 + 0.35 * len(units))
    for number, stage in enumerate(STAGES):
        mine = [bar for bar in bars if bar.stage == stage]
        places = [units.index(bar.unit) + 0.27 * (number - 1) for bar in mine]
        axes.barh(places, [bar.seconds for bar in mine], left=[bar.start for bar in mine], height=0.25, label=stage)
    axes.set_yticks(range(len(units)), units)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds from the start of the first unit")
    axes.legend()
    _save(figure, path)
