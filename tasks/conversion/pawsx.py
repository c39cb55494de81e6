"""PAWS-X: a folder a language, of which XTREME takes the English training data and all dev and test sets."""

from collections.abc import Iterator, Sequence

from ..suites import find_task
from .converter import Converted, Converter
from .layout import cells, pairs_text
from .originals import Original

_COLUMNS = ("sentence1", "sentence2", "label")
_SPLITS = {"train": "train", "dev_2k": "dev", "test_2k": "test"}


def _rows(original: Original) -> Iterator[list[str]]:
    known = find_task("pawsx").labels
    for line, row in cells(original, _COLUMNS):
        if row[-1] not in known:
            raise original.malformed(line, f"unknown label {row[-1]!r}, expected one of {', '.join(known)}")
        yield row


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    for original in originals:
        language, file = original.parts["language"], original.parts["file"]
        if file == "train" and language != "en":
            continue
        rows = list(_rows(original))
        yield Converted(f"pawsx/{_SPLITS[file]}-{language}.tsv", language, pairs_text(rows), len(rows))


PAWSX = Converter(
    files=r"(?P<language>{language})/(?P<file>train|dev_2k|test_2k)\.tsv",
    archives=r"x-final|pawsx.*",
    looked_for="<language>/dev_2k.tsv, <language>/test_2k.tsv and en/train.tsv (x-final.tar.gz)",
    convert=_convert,
)
"""Rows with blank sentences are kept, as XTREME keeps them (utils_preprocess.py)."""
