"""Tables of the page: plain HTML that reads well without a script, and says enough for one to sort and filter it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .markup import Markup, element, isolated, isolated_name, join

NUMBER, TEXT = "number", "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; neighbours of one `group` stand under a common heading. `optional` ones are hidden at first."""

    key: str
    title: str
    group: str
    kind: str = NUMBER
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands at one place.

    Attributes:
        text: what is shown; empty is a blank.
        value: what the column is sorted by; None is sorted with the blanks.
        coverage: what a partial value covers, such as `21/36`; empty if it is complete.
        marks: the sentences that must stand beside it.
        heading: whether it names its row.
        link: where its text leads to, if anywhere.
    """

    text: str = ""
    value: float | str | None = None
    coverage: str = ""
    marks: tuple[str, ...] = ()
    heading: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns; `attributes` are those of the row's element."""

    cells: tuple[Cell, ...]
    attributes: Mapping[str, str | bool] = field(default_factory=dict)


class Notes:
    """Numbers sentences in the order in which they are first referred to."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, sentence: str) -> int:
        """The number of a sentence, from 1."""
        return self._numbers.setdefault(sentence, len(self._numbers) + 1)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences in order."""
        return tuple(self._numbers)


def table(identity: str, label: str, columns: Sequence[Column], rows: Iterable[Row], notes: Notes) -> Markup:
    """A table in a container of its own, inside which it scrolls.

    Args:
        identity: the table's id.
        label: what a screen reader calls it.
        columns: its columns.
        rows: its rows.
        notes: numbers the sentences beside its cells.
    """
    body = element("tbody", *(_row(row, columns, notes) for row in rows))
    whole = element("table", _head(columns), body, id=identity, aria_label=label)
    return element("div", whole, class_="scroll", role="region", aria_label=label, tabindex="0")


def mark_links(sentences: Iterable[str], notes: Notes) -> Markup:
    """Links to the numbers of the sentences, raised."""
    numbers = sorted(notes.number(sentence) for sentence in sentences)
    links = [element("a", str(number), href=f"#note-{number}", aria_label=f"note {number}") for number in numbers]
    return element("sup", *links) if links else Markup()


def note_list(notes: Notes) -> Markup:
    """The sentences behind the numbers."""
    numbered = enumerate(notes.sentences, start=1)
    items = [element("li", isolated(sentence), id=f"note-{number}") for number, sentence in numbered]
    return element("ol", *items, class_="notes") if items else Markup()


def _head(columns: Sequence[Column]) -> Markup:
    groups = [(group, len(list(members))) for group, members in groupby(columns, lambda column: column.group)]
    above = [
        element("th", group, scope="colgroup", colspan=str(width), data_group=group) if group
        else element("td", colspan=str(width), data_group=group)
        for group, width in groups
    ]  # fmt: skip
    below = [
        element(
            "th",
            column.title,
            scope="col",
            class_=NUMBER if column.kind == NUMBER else False,
            data_key=column.key,
            data_group=column.group,
            data_kind=column.kind,
            data_optional=column.optional,
        )
        for column in columns
    ]
    return element("thead", element("tr", *above, class_="groups"), element("tr", *below))


def _row(row: Row, columns: Sequence[Column], notes: Notes) -> Markup:
    cells = [_cell(cell, column.kind, notes) for cell, column in zip(row.cells, columns, strict=True)]
    return element("tr", *cells, **row.attributes)


def _cell(cell: Cell, kind: str, notes: Notes) -> Markup:
    """A cell whose whole content is one element, so that a partial value can be hidden with all that belongs to it."""
    name, scope = ("th", "row") if cell.heading else ("td", False)
    if not cell.text:
        return element(name, scope=scope)
    text = (isolated_name if cell.heading else isolated)(cell.text)
    parts = [element("a", text, href=cell.link) if cell.link else text]
    parts += [element("small", f"\u00a0{cell.coverage}", class_="coverage")] if cell.coverage else []
    parts += [mark_links(cell.marks, notes)]
    named = {NUMBER: kind == NUMBER, "partial": bool(cell.coverage)}
    classes = " ".join(name for name, holds in named.items() if holds)
    return element(
        name, element("span", join(parts)), scope=scope, class_=classes or False, data_value=_sortable(cell.value)
    )


def _sortable(value: float | str | None) -> str | bool:
    if value is None:
        return False
    return f"{value:.6g}" if isinstance(value, float) else value
