"""Plain text for masked language modelling: `mlm/<language>.txt`, a paragraph a line."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from ..languages import find_language
from ..readers import read_lines

FOLDER = "mlm"


@dataclass(frozen=True, slots=True)
class TextCorpus:
    """Paragraphs of one language, in the order of the file."""

    language: str
    texts: tuple[str, ...]

    def fingerprint(self) -> str:
        """Hash of language and texts."""
        digest = hashlib.sha256(self.language.encode())
        for text in self.texts:
            digest.update(repr(text).encode())
        return digest.hexdigest()[:16]


def load_texts(directory: Path, language: str, limit: int | None = None) -> TextCorpus:
    """Read the first `limit` paragraphs of a language (None: all); lines of blanks alone are none.

    Raises:
        InputError: an unknown language; the file is missing, not UTF-8, or holds no text.
    """
    find_language(language)
    path = directory / FOLDER / f"{language}.txt"
    if not path.is_file():
        raise InputError(f"no text to model the language {language!r} on: {path} not found")
    texts = [line for line in read_lines(path) if line.strip()]
    if not texts:
        raise InputError(f"{path}: no text, only empty lines")
    return TextCorpus(language, tuple(texts[:limit]))
