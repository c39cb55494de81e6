"""The leaderboard as one HTML file that needs nothing else: no network, no font, no library."""

from .document import render

__all__ = ["render"]
