"""Reader of SQuAD v2.0: a question that the context does not answer has no gold answers, but a label."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..examples import Dataset, Question
from ..readers import load_json, read_squad
from ..task import Task


def _impossible(document: Any) -> Iterator[str]:
    for article in document["data"] if isinstance(document, dict) else document:
        for paragraph in article["paragraphs"]:
            yield from (str(item["id"]) for item in paragraph["qas"] if item.get("is_impossible"))


def read_squad2(paths: Sequence[Path], task: Task) -> Dataset[Question]:
    """SQuAD v2.0's JSON.

    `gold` is () for a question that is impossible to answer; None, as in v1.1, where the answers are withheld.

    Raises:
        InputError: the file is malformed, or an impossible question has an answer.
    """
    (path,) = paths
    dataset = read_squad(paths, task)
    impossible = set(_impossible(load_json(path)))
    for example in dataset.examples:
        if example.gold and example.id in impossible:
            raise InputError(f"{path}: question {example.id!r} is marked is_impossible, but has an answer")
    return Dataset(tuple(replace(e, gold=()) if e.id in impossible else e for e in dataset.examples))
