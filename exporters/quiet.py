"""Silence for what libraries log and xbench checks or counts itself."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet(logger: str | None = None, level: int = logging.ERROR) -> Iterator[None]:
    """Keep a library's logger, None for the root, to `level` and above."""
    known = logging.getLogger(logger)
    before = known.level
    known.setLevel(level)
    try:
        yield
    finally:
        known.setLevel(before)
