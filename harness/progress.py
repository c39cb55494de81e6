"""What the user sees while a run goes on."""

import sys
from types import TracebackType
from typing import Protocol, Self


class Progress(Protocol):
    """Told of what happens; called from several threads."""

    def begin(self, units: int) -> None:
        """The run has so many units."""

    def note(self, text: str) -> None:
        """Something takes time or deserves a line."""

    def advance(self, tokens: int) -> None:
        """A batch of so many tokens (without padding) was computed."""

    def finish(self, unit: str) -> None:
        """A unit is done, whatever came of it."""


class Silence:
    """No progress at all."""

    def begin(self, units: int) -> None:
        """Ignored."""

    def note(self, text: str) -> None:
        """Ignored."""

    def advance(self, tokens: int) -> None:
        """Ignored."""

    def finish(self, unit: str) -> None:
        """Ignored."""


class Bar:
    """A progress bar on standard error; nothing but notes where that is no terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[tokens]:,} tokens"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None, tokens=0)
        self._tokens = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, units: int) -> None:
        """Set the length of the bar."""
        self._bar.update(self._task, total=units, description="evaluating")

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def advance(self, tokens: int) -> None:
        """Count tokens."""
        self._tokens += tokens
        self._bar.update(self._task, tokens=self._tokens)

    def finish(self, unit: str) -> None:
        """Move the bar by one unit."""
        self._bar.update(self._task, advance=1, description=unit)
