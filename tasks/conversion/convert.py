"""From the original of a task to XTREME's layout: the table of formats, and the way through it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ...errors import InputError
from ...files import write_text
from ..languages import find_language, nearest
from ..suites import find_task
from .bucc import BUCC
from .converter import Converted, Converter
from .originals import Original, find_originals
from .panx import PANX
from .pawsx import PAWSX
from .tatoeba import TATOEBA
from .tydiqa import TYDIQA
from .udpos import UDPOS
from .xcopa import XCOPA
from .xnli import XNLI

CONVERTERS: dict[str, Converter] = {
    "xnli": XNLI,
    "pawsx": PAWSX,
    "xcopa": XCOPA,
    "udpos": UDPOS,
    "panx": PANX,
    "tydiqa": TYDIQA,
    "tatoeba": TATOEBA,
    "bucc2018": BUCC,
}


class Written(NamedTuple):
    """A file that was written and the number of its examples."""

    path: Path
    examples: int


def convert(key: str, raw: Path, output: Path, languages: Sequence[str] = ()) -> Iterator[Written]:
    """Convert the original of a task to XTREME's layout, labels kept, file by file as they are asked for.

    Languages and splits that `raw` does not hold are left out, except that a language that is asked for must be there.

    Args:
        key: a task of `CONVERTERS`.
        raw: directory or archive of the original.
        output: the data directory to write to; each file is written all or nothing.
        languages: codes; by default all that the task has.

    Yields:
        What was written.

    Raises:
        InputError: the task or a language is unknown, `raw` does not hold what it should, or a line is malformed.
    """
    if key not in CONVERTERS:
        raise InputError(f"no conversion for task {key!r}: {nearest(key, CONVERTERS)}")
    known = find_task(key).languages
    for language in languages:
        if language not in known:
            raise InputError(f"{key} has no language {language!r}: {nearest(language, known)}")
    written: set[str] = set()
    for converted in _converted(CONVERTERS[key], raw, languages or known):
        if not converted.examples:
            raise InputError(f"{raw}: no examples for {converted.path}")
        write_text(output / converted.path, converted.text)
        written.add(converted.language)
        yield Written(output / converted.path, converted.examples)
    missing = [language for language in languages if language not in written]
    if missing or not written:
        absent = f"{key} in {', '.join(missing)}" if missing else key
        raise InputError(f"{raw}: nothing of {absent}; looked for {CONVERTERS[key].looked_for}")


def _converted(converter: Converter, raw: Path, languages: Sequence[str]) -> Iterator[Converted]:
    codes = {converter.spelling(find_language(language)): language for language in languages}
    spellings = "|".join(map(re.escape, codes))
    files, archives = (text.replace("{language}", spellings) for text in (converter.files, converter.archives))
    with find_originals(raw, files, archives) as originals:
        yield from converter.convert([_with_code(original, codes) for original in originals], languages)


def _with_code(original: Original, codes: dict[str, str]) -> Original:
    if "language" not in original.parts:
        return original
    return replace(original, parts={**original.parts, "language": codes[original.parts["language"]]})
