"""PAN-X: WikiAnn in the balanced splits of Rahimi et al. (2019), an archive or folder a language."""

from collections.abc import Iterator, Sequence

from ..suites import find_task
from .converter import Converted, Converter
from .layout import tags_text
from .originals import Original


def _sentences(original: Original) -> Iterator[list[tuple[str, str]]]:
    """Every blank line closes a sentence, so two in a row make an empty one; the last line of all may be blank."""
    known = find_task("panx").labels
    lines = original.lines()
    if lines and not lines[-1].strip():
        lines.pop()
    sentence: list[tuple[str, str]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            yield sentence
            sentence = []
            continue
        name, tab, label = line.strip().partition("\t")
        _, colon, token = name.partition(":")
        if not tab or not colon or label.strip() not in known:
            raise original.malformed(number, f"expected language:token, a tab and a PAN-X label, found {line[:80]!r}")
        sentence.append((token.strip(), label.strip()))
    yield sentence


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    for original in originals:
        language, split = original.parts["language"], original.parts["split"]
        sentences = list(_sentences(original))
        # What follows the last blank line is a sentence only if there is something.
        count = len(sentences) - (not sentences[-1])
        yield Converted(f"panx/{split}-{language}.tsv", language, tags_text(sentences), count)


PANX = Converter(
    files=r"(?P<language>{language})[/-](?P<split>train|dev|test)",
    archives=r"AmazonPhotos|panx.*|{language}",
    looked_for="train, dev and test in <language>.tar.gz or <language>/ (AmazonPhotos.zip)",
    convert=_convert,
)
"""The token is what follows the first colon, stripped (XTREME utils_preprocess.py)."""
