"""A leaderboard in all its forms, in one folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from ..errors import InputError
from ..files import write_text
from ..results.reading import Results, read_results
from ..results.store import DEV, TEST
from .board import Board
from .build import build_board
from .forms.escape import escape
from .forms.in_place import write_in_place
from .forms.write import FOLDERS, MARKDOWN, TEXTS, Choices

README = "README.md"
# Figures of the whole board, which a reader should see first; the others are of one system each.
_OF_ALL = ("improvement", "speed")


@dataclass(frozen=True, slots=True)
class Part:
    """A file or folder of the report, what it says there, and a package without which it is left out.

    `needs` is the package's name and the extra of xbench that brings it.
    """

    name: str
    says: str
    needs: tuple[str, str] | None = None


FILES = {
    "html": Part("index.html", "the page: tables to sort and filter, heat map, intervals"),
    "csv": Part("leaderboard.csv", "every score, for a spreadsheet"),
    "json": Part("leaderboard.json", "everything, for programs"),
    "latex": Part("leaderboard.tex", "the table, for a paper"),
}
"""Parts that are one file, by form; see `forms.write`."""
FIGURES = "figures"
DIRECTORIES = {
    FIGURES: Part("plots", "figures, each as PNG and SVG", needs=("matplotlib", "plots")),
    "hub": Part("hub", "model index and evaluation results for each system's page on the Hugging Face Hub"),
    "every-eval-ever": Part("every-eval-ever", "each system's scores in the schema of Every Eval Ever"),
}
"""Parts that are several files."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to report on, where to, and what to show; the rest as in `build.build_board`."""

    directories: tuple[Path, ...]
    output: Path
    split: str = TEST
    suite: str | None = None
    baseline: str | None = None
    published: bool = False
    resample_languages: bool = False
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True, slots=True)
class Report:
    """The files that were written, README.md first; `notes` say what was passed over and which parts were left out."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def report(request: Request) -> Report:
    """Read results, make a leaderboard of them and write it down in all its forms.

    Raises:
        InputError: there are no results, the suite or the baseline is unknown, or the place cannot be written or lies
            among the results, where the next reader would look for records in it.
        EnvironmentFault: the disk is full.
    """
    for directory in request.directories:
        if request.output.resolve().is_relative_to(directory.resolve()):
            raise InputError(f"{request.output} lies in the results directory {directory}: choose another --output")
    results = read_results(request.directories, request.split)
    board = build_board(
        results,
        suite=request.suite,
        baseline=request.baseline,
        published=request.published,
        resample_languages=request.resample_languages,
        dev=read_results(request.directories, DEV) if request.split == TEST and request.baseline else None,
    )
    written = write_report(board, results, request.output, request.choices)
    return Report(written.files, (*results.notes, *written.notes))


def write_report(board: Board, results: Results, directory: Path, choices: Choices) -> Report:
    """Write README.md, the page, tables for other programs, figures and exports into a folder.

    Each file is written all or nothing. What an earlier report wrote is replaced, other files stay, and of a README.md
    with markers what stands outside them.

    Raises:
        InputError: the place cannot be written, or holds a README.md that is not a report's and has no markers.
        EnvironmentFault: the disk is full.
    """
    readme, text = directory / README, TEXTS[MARKDOWN](board, results, choices)
    write_in_place(readme, text)  # before all else, as it may be refused; its links follow when they lead somewhere
    files: list[Path] = []
    links, notes = [], []
    for form, part in FILES.items():
        write_text(directory / part.name, TEXTS[form](board, results, choices))
        files.append(directory / part.name)
        links.append(part)
    for form, part in DIRECTORIES.items():
        if part.needs and find_spec(part.needs[0]) is None:
            notes.append(f"{part.name} left out: {part.needs[0]} is missing, pip install 'xbench[{part.needs[1]}]'.")
        elif written := (_figures if form == FIGURES else FOLDERS[form])(board, results, directory / part.name):
            files += written
            links.append(part)
    pictures = [file.relative_to(directory) for file in files if file.suffix == ".png"]
    write_in_place(readme, _with_links(text, links, pictures))
    return Report((readme, *files), tuple(notes))


def _figures(board: Board, results: Results, directory: Path) -> list[Path]:
    from .forms.plots import draw

    return draw(board, results, directory)


def _with_links(board: str, links: Sequence[Part], pictures: Sequence[Path]) -> str:
    """The leaderboard with the report's other parts below its heading."""
    heading, rest = board.split("\n", 1)
    lines = [f"- [{part.name}]({part.name}): {part.says}" for part in links]
    return "\n\n".join([heading, "\n".join(lines), *_shown(pictures)]) + "\n" + rest


def _shown(pictures: Sequence[Path]) -> Iterator[str]:
    """Those of the whole board as pictures, the others as links."""
    first = [path for path in pictures if path.stem.startswith(_OF_ALL)]
    yield from (f"!{_link(path)}" for path in first)
    if others := [_link(path) for path in pictures if path not in first]:
        yield f"Figures of single systems: {', '.join(others)}."


def _link(path: Path) -> str:
    return f"[{escape(path.stem)}]({quote(path.as_posix())})"
