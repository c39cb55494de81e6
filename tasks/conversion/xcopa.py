"""XCOPA and, for English, SuperGLUE's COPA: the same lines of JSON under XTREME's names."""

from collections.abc import Iterator, Sequence

from ..readers import read_copa
from ..suites import find_task
from .converter import Converted, Converter
from .originals import Original, shown_names


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    for original in originals:
        language = original.parts.get("language", "en")
        if language not in languages:
            continue
        with shown_names(original):
            dataset = read_copa([original.path], find_task("xcopa"))
        split = original.parts.get("split") or original.parts["english"]
        yield Converted(f"xcopa/{split}-{language}.jsonl", language, original.text(), len(dataset.examples))


XCOPA = Converter(
    files=r"(?P<split>train|val|test)\.(?P<language>{language})\.jsonl|COPA/(?P<english>train|val|test)\.jsonl",
    archives=r"COPA|xcopa.*|master|main",
    looked_for="val.<language>.jsonl and test.<language>.jsonl (XCOPA's data/), COPA/{train,val,test}.jsonl (COPA.zip)",
    convert=_convert,
)
"""Copies; SuperGLUE's COPA has no labels in its test set (XTREME scripts/download_data.sh)."""
