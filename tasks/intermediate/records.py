"""Lines of JSON and tables with a header: what the intermediate tasks' files are made of."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ..readers import malformed, read_lines, reason

E = TypeVar("E")
Record = dict[str, Any]


def text_of(record: Record, name: str) -> str:
    """A field that must be text.

    Raises:
        KeyError: there is no such field.
        ValueError: it is something else.
    """
    value = record[name]
    if not isinstance(value, str):
        raise ValueError(f"field {name!r} is no text")
    return value


def index_of(value: Any, choices: int) -> int:
    """A number that must be the index of one of `choices` choices.

    Raises:
        ValueError: it is not.
    """
    if type(value) is not int or not 0 <= value < choices:
        raise ValueError(f"label {value!r} is not the number of one of {choices} choices, counted from 0")
    return value


def read_records(path: Path, task: str, example: Callable[[str, Record], E]) -> list[E]:
    """Make an example of the number (from 0) and the content of each line of JSON.

    Raises:
        InputError: a line is no object, or `example` raises `KeyError`, `TypeError` or `ValueError`.
    """
    examples = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("no JSON object")
            examples.append(example(str(number - 1), record))
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(path, number, f"not a line of {task}: {reason(error)}") from error
    return examples


def table_rows(path: Path, delimiter: str, *, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with their line numbers, the header's among them.

    Args:
        path: the table.
        delimiter: what stands between two fields.
        quoted: whether fields are quoted as CSV writers do; else a quotation mark is a character like any other.

    Raises:
        InputError: the file cannot be read, or its quoting is broken.
    """
    lines = read_lines(path)
    if not quoted:
        yield from ((number, line.split(delimiter)) for number, line in enumerate(lines, start=1))
        return
    rows = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise malformed(path, rows.line_num, f"not what a CSV writer writes: {error}") from error


def columns(
    path: Path, names: tuple[str, ...], delimiter: str, *, quoted: bool, drop_short: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """The fields `names` of each row below the header, with its line number.

    `drop_short` leaves out rows with too few fields instead of refusing them.

    Raises:
        InputError: the header lacks a name, or a row has too few or too many fields.
    """
    rows = table_rows(path, delimiter, quoted=quoted)
    _, header = next(rows, (1, []))
    if missing := [name for name in names if name not in header]:
        raise malformed(path, 1, f"no column {', '.join(missing)} in the header")
    places = [header.index(name) for name in names]
    for number, row in rows:
        if len(row) > len(header) or (len(row) <= max(places) and not drop_short):
            raise malformed(path, number, f"{len(row)} fields where the header has {len(header)}")
        if len(row) > max(places):
            yield number, [row[place] for place in places]
