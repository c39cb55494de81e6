"""The text forms of XTREME's `download/` directory that several tasks share (its utils_preprocess.py)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from .originals import Original

TaggedWords = Sequence[tuple[str, str]]


def pairs_text(rows: Iterable[Sequence[str]]) -> str:
    """Sentence pairs as Python's csv writer puts them: tabs, quotes doubled where there are some, CRLF."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter="\t").writerows(rows)
    return buffer.getvalue()


def tags_text(sentences: Iterable[TaggedWords]) -> str:
    """Words with their tags, a line each; a blank line between sentences and none after the last."""
    return "\n".join("".join(f"{word}\t{tag}\n" for word, tag in sentence) for sentence in sentences)


def cells(original: Original, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Number and stripped cells of each line of a table without quoting; `columns` are found by the header line.

    Raises:
        InputError: a column is missing, or a line is too short.
    """
    header, *lines = original.lines() or [""]
    names = [name.strip() for name in header.split("\t")]
    if missing := [name for name in columns if name not in names]:
        raise original.malformed(1, f"no column {missing[0]!r} in the header line")
    places = [names.index(name) for name in columns]
    for number, line in enumerate(lines, start=2):
        fields = line.split("\t")
        if len(fields) <= max(places):
            raise original.malformed(number, f"{len(fields)} fields, expected at least {max(places) + 1}")
        yield number, [fields[place].strip() for place in places]
