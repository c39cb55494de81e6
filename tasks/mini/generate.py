"""Writing the mini suite to disk, in the layout of XTREME's `download/` folder."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import InputError
from ...files import write_text
from .classification import xnli_tsv
from .grammar import load_grammar
from .languages import MINI_LANGUAGES
from .multiple_choice import xcopa_jsonl
from .retrieval import parallel_text, tatoeba_files
from .span import squad_json
from .splits import Split
from .tagging import udpos_tsv

VERSION = 1
NOTICE = "xbench's own fixture for tests and demonstrations; its scores say nothing about a model's quality."


def write_mini(directory: Path, languages: Sequence[str] | None = None) -> list[Path]:
    """Write the mini suite below `directory`, byte for byte the same on every machine.

    Args:
        directory: where `xnli/`, `udpos/`, `squad/`, `xquad/`, `xcopa/`, `tatoeba/`, `parallel/` and `labels/` go.
        languages: those to write, all of `MINI_LANGUAGES` by default. English is always among them: it is the
            language of training, and the other side of Tatoeba.

    Returns:
        The paths of the files, `DATASET.json` last: where it stands, the suite is complete.

    Raises:
        InputError: a language is unknown, or `directory` cannot be written.
    """
    chosen = _chosen(languages)
    paths = []
    for name, text in _contents(chosen):
        paths.append(directory / name)
        write_text(paths[-1], text)
    return paths


def _chosen(languages: Sequence[str] | None) -> list[str]:
    wanted = set(MINI_LANGUAGES if languages is None else languages)
    if unknown := sorted(wanted.difference(MINI_LANGUAGES)):
        known = ", ".join(MINI_LANGUAGES)
        raise InputError(f"the mini suite has no language {', '.join(unknown)}; it has {known}")
    return [language for language in MINI_LANGUAGES if language in wanted | {"en"}]


def _contents(languages: list[str]) -> Iterator[tuple[str, str]]:
    yield from _english_training()
    for language in languages:
        yield from _evaluation(language)
    dataset = {"name": "mini", "version": VERSION, "notice": NOTICE, "languages": languages}
    yield "DATASET.json", json.dumps(dataset, indent=1) + "\n"


def _english_training() -> Iterator[tuple[str, str]]:
    english = load_grammar("en")
    yield "xnli/train-en.tsv", xnli_tsv(english, Split.TRAIN)
    yield "udpos/train-en.tsv", udpos_tsv(english, Split.TRAIN)
    yield "xcopa/train-en.jsonl", xcopa_jsonl(english, Split.TRAIN)
    yield "squad/train-v1.1.json", squad_json(english, Split.TRAIN)
    yield "squad/dev-v1.1.json", squad_json(english, Split.DEV)


def _evaluation(language: str) -> Iterator[tuple[str, str]]:
    grammar = load_grammar(language)
    for split, xcopa_name in ((Split.DEV, "val"), (Split.TEST, "test")):
        yield f"xnli/{split}-{language}.tsv", xnli_tsv(grammar, split)
        yield f"udpos/{split}-{language}.tsv", udpos_tsv(grammar, split)
        yield f"xcopa/{xcopa_name}-{language}.jsonl", xcopa_jsonl(grammar, split)
    yield f"xquad/xquad.{language}.json", squad_json(grammar, Split.TEST)
    yield f"parallel/train.{language}", parallel_text(grammar)
    if language != "en":
        yield from tatoeba_files(grammar, load_grammar("en")).items()
