"""The mini suite: a small multilingual test set of this project's own, for tests and demonstrations.

It is generated from 17 parallel grammars of fixed phrases (`lexicon/<language>.toml`) into the directory layout of
XTREME. Its scores say nothing about a model's quality. A new language is one more file there and one word in
`MINI_LANGUAGES`.
"""

from .generate import VERSION as MINI_VERSION
from .generate import write_mini
from .languages import MINI_LANGUAGES
from .retrieval import sample_texts

__all__ = ["MINI_LANGUAGES", "MINI_VERSION", "sample_texts", "write_mini"]
