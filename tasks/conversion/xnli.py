"""XNLI-1.0 (dev and test of all languages in one table each) and the English training data of XNLI-MT-1.0."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..suites import find_task
from .converter import Converted, Converter
from .layout import cells, pairs_text
from .originals import Original

_EVALUATION = ("language", "gold_label", "sentence1", "sentence2")
_TRAINING = ("premise", "hypo", "label")
# XNLI-MT-1.0 names one class as MultiNLI's translations do.
_RENAMED = {"contradictory": "contradiction"}


def _label(original: Original, line: int, raw: str) -> str:
    label, known = _RENAMED.get(raw, raw), find_task("xnli").labels
    if label not in known:
        raise original.malformed(line, f"unknown label {raw!r}, expected one of {', '.join(known)}")
    return label


def _training(original: Original) -> Converted:
    rows = [
        (premise, hypothesis, _label(original, line, raw))
        for line, (premise, hypothesis, raw) in cells(original, _TRAINING)
    ]
    return Converted("xnli/train-en.tsv", "en", pairs_text(rows), len(rows))


def _evaluation(original: Original, languages: Sequence[str]) -> Iterator[Converted]:
    rows: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for line, (language, raw, premise, hypothesis) in cells(original, _EVALUATION):
        rows[language].append((premise, hypothesis, _label(original, line, raw)))
    for language in languages:
        if found := rows.get(language):
            path = f"xnli/{original.parts['split']}-{language}.tsv"
            yield Converted(path, language, pairs_text(found), len(found))


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    for original in originals:
        if "split" in original.parts:
            yield from _evaluation(original, languages)
        elif "en" in languages:
            yield _training(original)


XNLI = Converter(
    files=r"xnli\.(?P<split>dev|test)\.tsv|multinli\.train\.en\.tsv",
    archives=r"XNLI-.*",
    looked_for="xnli.dev.tsv, xnli.test.tsv (XNLI-1.0) and multinli.train.en.tsv (XNLI-MT-1.0)",
    convert=_convert,
)
"""Order kept, sentences stripped, nothing dropped (XTREME utils_preprocess.py)."""
