"""XTREME's and XTREME-R's data from the Hugging Face hub.

Rows of the hub are laid out as XTREME's own scripts lay out their downloads, and read from there: the readers, their
checks and the choices of `tasks.protocol` are those of a directory, and so is the data hash where the content is equal.
"""

from .places import REPOSITORIES, Repository
from .source import HubSource

__all__ = ["REPOSITORIES", "HubSource", "Repository"]
