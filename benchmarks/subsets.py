"""A part of a task's data, drawn evenly, written in XTREME's layout, so that xbench and its peers read the same."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from ..errors import InputError
from ..files import write_text
from ..tasks.conversion.layout import tags_text
from ..tasks.examples import Dataset, Query, Question, SentencePair, TaggedSentence
from ..tasks.sources import Source, load_labelled
from ..tasks.task import Task

_SEED = 0


def draw(lengths: Sequence[int], count: int, seed: int = _SEED) -> list[int]:
    """Numbers of `count` of the examples, ascending, spread evenly over their lengths; all if there are no more.

    The examples in order of length are cut into `count` equal stretches, and one is drawn of each.
    """
    if count >= len(lengths):
        return list(range(len(lengths)))
    order = sorted(range(len(lengths)), key=lambda number: (lengths[number], number))
    edges = [len(order) * number // count for number in range(count + 1)]
    source = Random(seed)
    return sorted(order[source.randrange(first, last)] for first, last in pairwise(edges))


def spread(items: Sequence[str], count: int) -> list[str]:
    """`count` of the items, evenly over their order; all if there are no more."""
    if count >= len(items):
        return list(items)
    return [items[len(items) * number // count] for number in range(count)]


def labelled_languages(source: Source, task: Task, split: str) -> dict[str, Dataset[Any]]:
    """The languages that can be scored, with their data."""
    found = {}
    for language in task.languages:
        if source.has(task, split, language):
            try:
                found[language] = load_labelled(source, task, split, language)
            except InputError:
                continue  # data as XTREME ships it, without labels
    return found


def write_subset(source: Source, task: Task, split: str, count: int, directory: Path, least: int = 1) -> list[str]:
    """Write about `count` examples below `directory`; the languages.

    All languages are there if each has at least `least` examples then, else as many as that allows.

    Raises:
        InputError: no language of the task can be scored.
    """
    whole = labelled_languages(source, task, split)
    if not whole:
        raise InputError(f"no {split} data of {task.key} with gold labels")
    languages = spread(list(whole), max(1, count // least))
    each = max(1, round(count / len(languages)))
    for language in languages:
        examples = whole[language].examples
        lengths = [sum(map(len, task.kind.texts(example))) for example in examples]
        chosen = [examples[number] for number in draw(lengths, each)]
        texts = _WRITERS[task.kind.name](whole[language], chosen)
        for path, text in zip(task.forms(split)[0].located(language), texts, strict=True):
            write_text(directory / path, text)
    return languages


def _pairs(_: Dataset[Any], examples: Sequence[SentencePair]) -> Iterator[str]:
    yield "".join(f"{example.first}\t{example.second}\t{example.gold}\n" for example in examples)


def _tags(_: Dataset[Any], examples: Sequence[TaggedSentence]) -> Iterator[str]:
    yield tags_text(list(zip(example.words, example.gold or (), strict=True)) for example in examples)


def _questions(_: Dataset[Any], examples: Sequence[Question]) -> Iterator[str]:
    """A paragraph a question; equal contexts are tokenised once all the same."""
    paragraphs = [
        {
            "context": example.context,
            "qas": [
                {
                    "id": example.id,
                    "question": example.question,
                    "answers": [
                        {"text": text, "answer_start": start}
                        for text, start in zip(example.gold or (), example.starts, strict=True)
                    ],
                }
            ],
        }
        for example in examples
    ]
    document = {"version": "1.1", "data": [{"title": "subset", "paragraphs": paragraphs}]}
    yield json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _bitext(dataset: Dataset[Any], examples: Sequence[Query]) -> Iterator[str]:
    """Foreign lines in their order, English lines in theirs, and the foreign row of each."""
    rows = [(example.gold or (0,))[0] for example in examples]
    kept = sorted(set(rows))
    new = {row: number for number, row in enumerate(kept)}
    # Two English lines may have one translation: then a line that answers neither fills up.
    spare = [row for row in range(len(dataset.candidates.texts)) if row not in new][: len(rows) - len(kept)]
    yield "".join(f"{dataset.candidates.texts[row]}\n" for row in [*kept, *spare])
    yield "".join(f"{example.text}\n" for example in examples)
    yield "".join(f"{new[row]}\n" for row in rows)


_WRITERS: dict[str, Callable[[Dataset[Any], Sequence[Any]], Iterator[str]]] = {
    "classification": _pairs,
    "tagging": _tags,
    "span": _questions,
    "retrieval": _bitext,
}
