"""The file formats that are known, by the names that a task's `Form` gives them."""

from typing import cast

from .checklist.reader import read_checklist
from .readers import read_copa, read_pairs, read_parsed_pairs, read_squad, read_tags
from .retrieval_readers import (
    read_bitext,
    read_bitext_to_english,
    read_lareqa_pool,
    read_mewslix_pool,
    read_mining,
    read_sorted_bitext,
    read_sorted_bitext_to_english,
)
from .task import Form, PoolReader, Reader

READERS: dict[str, Reader] = {
    "pairs": read_pairs,
    "parsed-pairs": read_parsed_pairs,
    "tags": read_tags,
    "squad": read_squad,
    "copa": read_copa,
    "sorted-bitext": read_sorted_bitext,
    "sorted-bitext-to-english": read_sorted_bitext_to_english,
    "bitext": read_bitext,
    "bitext-to-english": read_bitext_to_english,
    "mining": read_mining,
    "checklist": read_checklist,
}
POOLS: dict[str, PoolReader] = {
    "lareqa": read_lareqa_pool,
    "mewslix": read_mewslix_pool,
}
"""Formats whose languages share a pool: reading the pool gives the reader of one language."""


def reader_of(form: Form) -> Reader:
    """The reader of a form without a pool."""
    return cast("Reader", form.reader) if callable(form.reader) else READERS[form.reader]


def pool_reader_of(form: Form) -> PoolReader:
    """The reader of a form's pool."""
    return cast("PoolReader", form.reader) if callable(form.reader) else POOLS[form.reader]
