"""What the examples of a task can be told apart by, as a table: the attributes of a fine-grained analysis.

They follow ExplainaBoard's features for extractive question answering and sequence labelling (neulab/ExplainaBoard,
processors/), which XTREME-R's leaderboard uses (Ruder et al. 2021, arXiv 2104.07412).

Tokens are the words between blanks. In languages of a script that is written without blanks (`Language.script`: Han,
kana, Thai, Myanmar) each character of that script is a token. The words of a tagged sentence are taken as given.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...tasks.chunks import chunks_by_sentence
from ...tasks.kinds.tagging import Tagging
from ...tasks.languages import find_language
from ...tasks.task import Task

_HAN = "\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_UNSPACED = {
    "Han": _HAN,
    "Kanji+kana": f"{_HAN}\u3040-\u30ff\u31f0-\u31ff",
    "Thai": "\u0e00-\u0e7f",
    "Myanmar": "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
}
"""Scripts that are written without blanks, each as the inside of a regular expression's character class."""


def tokens(text: str, language: str) -> list[str]:
    """Tokens of a text by the rule of this module; text of another script, such as English, keeps its words."""
    characters = _UNSPACED.get(find_language(language).script)
    return re.findall(rf"[{characters}]|[^\s{characters}]+", text) if characters else text.split()


@dataclass(frozen=True, slots=True)
class Subject:
    """Stored predictions of one task (under the protocol of their record) and language.

    `rows` are the columns of the file; `vocabulary` the tokens of the English training data, None if not asked for.
    """

    task: Task
    language: str
    rows: Mapping[str, Sequence[Any]]
    vocabulary: frozenset[str] | None = None

    def tokens(self, texts: Sequence[str]) -> list[str]:
        """Tokens of all the texts of an example."""
        return input_tokens(self.task, texts, self.language)


def input_tokens(task: Task, texts: Sequence[str], language: str) -> list[str]:
    """Tokens of an example's texts, as the task's kind gives them: the words of a tagged sentence are tokens."""
    if isinstance(task.kind, Tagging):
        return list(texts)
    return [token for text in texts for token in tokens(text, language)]


@dataclass(frozen=True, slots=True)
class Units:
    """What is put into buckets: examples, or the entities of all examples.

    `values` has shape (units,), as has each of `columns`, the counts that metrics are ratios of. `counted`, of the same
    shape, says which units the quantiles are taken over: not the entities that are only predicted.
    """

    values: NDArray[np.float64]
    columns: Mapping[str, NDArray[np.float64]]
    counted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something by which units differ; `fits` says of which tasks, `entities` that the units are entities."""

    name: str
    unit: str
    meaning: str
    fits: Callable[[Task], bool]
    measure: Callable[[Subject], Units]
    entities: bool = False
    needs_training: bool = False


_Value = Callable[[Subject, Sequence[str], Any], float]


def _of_examples(value: _Value) -> Callable[[Subject], Units]:
    """Measure each example by its texts and its gold."""

    def measure(subject: Subject) -> Units:
        rows = subject.rows
        values = [value(subject, texts, gold) for texts, gold in zip(rows["input"], rows["gold"], strict=True)]
        counts = {name: np.array(column, float) for name, column in rows.items() if name.startswith("count_")}
        columns = {name.removeprefix("count_"): column for name, column in counts.items()}
        return Units(np.array(values, float), columns, np.ones(len(values), bool))

    return measure


def _of_entities(subject: Subject) -> Units:
    """Measure each entity that is gold or predicted by its words.

    One that is both counts as correct. Gold entities make the recall of a bucket, predicted ones its precision.
    """
    gold, predicted = (_entities(subject.task, subject.rows[name]) for name in ("gold", "prediction"))
    units = [
        (entity.last - entity.first + 1, entity in wanted and entity in found, entity in found, entity in wanted)
        for wanted, found in zip(gold, predicted, strict=True)
        for entity in sorted(wanted | found)
    ]
    lengths, *counts = np.array(units, float).reshape(len(units), 4).T
    columns = dict(zip(("correct", "predicted", "gold"), counts, strict=True))
    return Units(lengths, columns, columns["gold"] > 0)


def _entities(task: Task, tags: Sequence[Sequence[str]]) -> list[set[Any]]:
    assert isinstance(task.kind, Tagging)
    return [set(found) for found in chunks_by_sentence(tags, task.kind.chunk_rule)]


def _density(subject: Subject, texts: Sequence[str], gold: Sequence[str]) -> float:
    (entities,) = _entities(subject.task, [gold])
    return sum(entity.last - entity.first + 1 for entity in entities) / len(gold) if gold else 0.0


def _oov(subject: Subject, texts: Sequence[str], gold: Any) -> float:
    known = subject.vocabulary or frozenset()
    return sum(token not in known for token in subject.tokens(texts))


def _is_span(task: Task) -> bool:
    return bool(task.kind.head == "span")


def _has_entities(task: Task) -> bool:
    return isinstance(task.kind, Tagging) and any(label.startswith("B-") for label in task.labels)


ATTRIBUTES: dict[str, Attribute] = {
    attribute.name: attribute
    for attribute in (
        Attribute(
            "text_length",
            "tokens",
            "all texts of the example",
            lambda task: True,
            _of_examples(lambda subject, texts, gold: len(subject.tokens(texts))),
        ),
        Attribute(
            "question_length",
            "tokens",
            "the question",
            _is_span,
            _of_examples(lambda subject, texts, gold: len(subject.tokens(texts[:1]))),
        ),
        Attribute(
            "context_length",
            "tokens",
            "the context",
            _is_span,
            _of_examples(lambda subject, texts, gold: len(subject.tokens(texts[1:]))),
        ),
        Attribute(
            "answer_length",
            "tokens",
            "the first gold answer",
            _is_span,
            _of_examples(lambda subject, texts, gold: len(subject.tokens(gold[:1]))),
        ),
        Attribute(
            "entity_length", "tokens", "an entity, gold or predicted", _has_entities, _of_entities, entities=True
        ),
        Attribute(
            "entity_density",
            "share",
            "tokens in gold entities, of all tokens of the sentence",
            _has_entities,
            _of_examples(_density),
        ),
        Attribute(
            "num_oov",
            "tokens",
            "tokens that the English training data does not have, case kept",
            lambda task: "train" in task.splits,
            _of_examples(_oov),
            needs_training=True,
        ),
    )
}
