"""The page as a whole: what stands in it, and the policy that lets a browser run this and nothing else."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from string import Template

from ....results.reading import Results
from ...board import Board
from .data import page_data, places_of
from .examples import as_json, page_examples
from .explanations import explanations
from .main_table import main_table
from .markup import Markup, asset, element, isolated, join
from .other_tables import slice_table, system_table
from .tables import Notes, note_list

MOST_BYTES = 2_900_000
"""What the page may weigh; the examples get what the rest of it leaves."""
STYLES = ("page.css", "controls.css", "tables.css", "figures.css", "examples.css")
SCRIPTS = ("dom.js", "data.js", "tables.js", "heatmap.js", "forest.js", "examples.js", "main.js")


def render(board: Board, results: Results) -> str:
    """Write a leaderboard as one HTML file.

    Args:
        board: what to show; works without baseline and without statistics.
        results: where the predictions are, for the examples.

    Returns:
        HTML that reads nothing over the network and runs no script but its own.
    """
    notes, places = Notes(), places_of(board)
    table, slices, systems = main_table(board, notes), slice_table(board, notes), system_table(board, notes)
    data = page_data(board, places, notes)
    styles, scripts = [asset(f"style/{name}") for name in STYLES], [asset(f"script/{name}") for name in SCRIPTS]

    def page(examples: object) -> str:
        return Template(asset("page.html")).substitute(
            policy=policy(styles, scripts),
            title=element("title", f"{board.suite.title} leaderboard"),
            styles=join([element("style", Markup(style)) for style in styles]),
            heading=isolated(board.suite.title),
            facts=join([element("li", fact) for fact in _facts(board)]),
            warnings=_sentences("warnings", [*board.notices, *board.notes, *results.notes]),
            uncompared=_sentences("remarks", () if board.statistics is None else board.statistics.notes),
            table=table,
            slices=slices,
            systems=systems,
            notes=note_list(notes),
            explanations=explanations(board),
            data=as_json(data | {"examples": examples}),
            scripts=join([element("script", Markup(script)) for script in scripts]),
        )

    left = MOST_BYTES - len(page({}).encode())
    return page(page_examples(board, results, places, left))


def policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The Content-Security-Policy of a page with these styles and scripts."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(styles)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)


def _sentences(name: str, sentences: Sequence[str]) -> Markup:
    """A list of the class `name`, each sentence once; nothing without any."""
    items = [element("li", isolated(sentence)) for sentence in dict.fromkeys(sentences)]
    return element("ul", *items, class_=name) if items else Markup()


def _facts(board: Board) -> Iterable[Markup]:
    """What the board is about, in a few words each."""
    tasks = {key.task for key in board.cells}
    languages = {key.language for key in board.cells}
    inside = len(tasks & set(board.suite.tasks))
    yield Markup(_counted(len(board.systems), "system"))
    yield Markup(f"{inside} of {_counted(len(board.suite.tasks), 'task')}")
    yield Markup(_counted(len(languages), "language"))
    if board.baseline is not None:
        yield join([Markup("baseline "), isolated(board.baseline)])
    yield Markup(f"newest record {max(system.provenance.newest for system in board.systems)}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
