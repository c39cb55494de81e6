"""What the user sees while a system is trained."""

import sys
from types import TracebackType
from typing import Protocol, Self


class TrainingProgress(Protocol):
    """Told of what happens."""

    def begin(self, title: str, steps: int, done: int) -> None:
        """A training of so many updates begins, or goes on after `done` of them."""

    def advance(self, steps: int) -> None:
        """So many updates more are made."""

    def note(self, text: str) -> None:
        """Something deserves a line."""


class Silence:
    """No progress at all."""

    def begin(self, title: str, steps: int, done: int) -> None:
        """Ignored."""

    def advance(self, steps: int) -> None:
        """Ignored."""

    def note(self, text: str) -> None:
        """Ignored."""


class TrainingBar:
    """A bar of updates on standard error, one for each training; nothing but notes where that is no terminal."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("preparing", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, title: str, steps: int, done: int) -> None:
        """Start over with a bar of `steps`."""
        self._bar.reset(self._task, description=title, total=steps, completed=done)

    def advance(self, steps: int) -> None:
        """Move on by `steps`."""
        self._bar.update(self._task, advance=steps)

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
