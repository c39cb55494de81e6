"""Pictures of a leaderboard, each as PNG and as SVG: `draw`. Needs matplotlib, the extra `plots`."""

from .draw import draw

__all__ = ["draw"]
