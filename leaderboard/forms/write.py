"""Every form of a leaderboard by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from ...errors import InputError
from ...files import write_text
from ...results.reading import Results
from ..board import Board
from .in_place import write_in_place


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be shown or not, where a form has the choice.

    `partial` asks for means over incomplete languages too, marked; `examples` for those on which a system and the
    baseline differ, with their texts, which the licence of a data set may forbid to publish.
    """

    partial: bool = False
    examples: bool = True


Text: TypeAlias = Callable[[Board, Results, Choices], str]
"""Writes a board as one text."""
Files: TypeAlias = Callable[[Board, Results, Path], list[Path]]
"""Writes a board as several files in a directory."""

MARKDOWN = "markdown"
SUFFIXES: Mapping[str, str] = {".md": MARKDOWN, ".html": "html", ".csv": "csv", ".json": "json", ".tex": "latex"}


def _markdown(board: Board, results: Results, choices: Choices) -> str:
    from .markdown import render

    return render(board, partial=choices.partial)


def _html(board: Board, results: Results, choices: Choices) -> str:
    from .page import render

    return render(board, results if choices.examples else replace(results, stored={}))


def _csv(board: Board, results: Results, choices: Choices) -> str:
    from .csv_form import render

    return render(board, partial=choices.partial)


def _json(board: Board, results: Results, choices: Choices) -> str:
    from .json_form import render

    return render(board)


def _latex(board: Board, results: Results, choices: Choices) -> str:
    from .latex import render

    return render(board, partial=choices.partial)


def _hub(board: Board, results: Results, directory: Path) -> list[Path]:
    from .hub import write

    return write(board, results, directory)


def _every_eval_ever(board: Board, results: Results, directory: Path) -> list[Path]:
    from .every_eval_ever import write

    return write(board, results, directory)


TEXTS: Mapping[str, Text] = {MARKDOWN: _markdown, "html": _html, "csv": _csv, "json": _json, "latex": _latex}
FOLDERS: Mapping[str, Files] = {"hub": _hub, "every-eval-ever": _every_eval_ever}


def choose_form(form: str | None, output: Path | None) -> str:
    """The form that is asked for, else that of the file's suffix; markdown for standard output.

    Raises:
        InputError: the suffix says nothing, or the form needs a directory and none is named.
    """
    if form in FOLDERS and output is None:
        raise InputError(f"--format {form} writes several files: name a directory for them with -o")
    if form is not None or output is None:
        return form or MARKDOWN
    if output.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise InputError(f"{output} does not end in one of {known}: name the form with --format")
    return SUFFIXES[output.suffix.lower()]


def write_form(form: str, board: Board, results: Results, output: Path | None, choices: Choices) -> str | None:
    """Write a board to its place.

    Args:
        form: a key of `TEXTS` or `FOLDERS`.
        board: what to write.
        results: where its scores are from.
        output: a file, a directory for a form of several files, or None.
        choices: what to show.

    Returns:
        The text, if there is no place to write it to.

    Raises:
        InputError: the place cannot be written, or holds a markdown file of somebody else's without markers.
        EnvironmentFault: the disk is full, or a library that the form needs is not installed.
    """
    if form in FOLDERS and output is not None:
        FOLDERS[form](board, results, output)
        return None
    text = TEXTS[form](board, results, choices)
    if output is None:
        return text
    if form == MARKDOWN:
        write_in_place(output, text)
    else:
        write_text(output, text)
    return None
