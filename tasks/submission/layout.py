"""Predictions and labels in the layout that XTREME's evaluate.py reads: `<folder>/<task>/<split>-<language>.<ext>`.

Both sides become a data set and predictions for it, so that a submission is scored by the task's kind, as a run is.
Labels alone make a data set without inputs; laid over data whose labels are withheld they complete it. LAReQA, which
evaluate.py does not read, has Mewsli-X's format.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import InputError
from ..examples import Candidates, Dataset, MultipleChoice, Query, Question, SentencePair, TaggedSentence
from ..task import Task
from .entries import Entries
from .formats import (
    Answers,
    Blocks,
    Lines,
    Objects,
    Pairs,
    TextFormat,
    choice_label,
    class_label,
    is_gold,
    is_names,
    is_text,
    row_label,
)


@dataclass(frozen=True, slots=True)
class _Gold:
    """How a value of a labels file becomes an example's gold, and back.

    `blank` makes an example without inputs of its id and value; `attach` gives an example the value, knowing the rows
    of candidates by name; `value` takes it from an example of a data set.
    """

    blank: Callable[[str, Any], Any]
    attach: Callable[[Any, Any, Mapping[str, int]], Any] = lambda example, value, rows: replace(example, gold=value)
    value: Callable[[Any, Dataset[Any]], Any] = lambda example, dataset: example.gold


def _only_row(example: Query, dataset: Dataset[Query]) -> int:
    if len(example.gold or ()) != 1:
        raise InputError(f"the query {example.id!r} has not one right row, and a file of labels has room for one")
    return (example.gold or ())[0]


_ROW = _Gold(
    lambda name, value: Query(name, "", None),
    attach=lambda example, value, rows: replace(example, gold=(value,)),
    value=_only_row,
)
_NAMES = _Gold(
    lambda name, value: Query(name, "", None),
    attach=lambda example, value, rows: replace(example, gold=tuple(rows[name] for name in value)),
    value=lambda example, dataset: [dataset.candidates.ids[row] for row in example.gold],
)
_ANSWERS = _Gold(
    lambda name, value: Question(name, "", "", None),
    attach=lambda example, value, rows: replace(example, gold=value.gold, starts=value.starts),
    value=lambda example, dataset: example,
)


@dataclass(frozen=True, slots=True)
class SubmissionFormat:
    """The files of a kind of task; `named` if gold are names of candidates, `exhaustive` if every example is listed."""

    extension: str
    predictions: TextFormat
    labels: TextFormat
    gold: _Gold
    named: bool = False
    exhaustive: bool = True

    def rows(self, values: Mapping[str, Any]) -> int:
        """How many rows a file of these values has: the examples, or the pairs of sentences."""
        return len(values) if self.exhaustive else sum(len(value) for value in values.values())


_CLASSES = Lines(class_label)
_CHOICES = Lines(choice_label, text=lambda label: f'{{"label": {label}}}')
_ROWS = Lines(row_label)

FORMATS: dict[str, SubmissionFormat] = {
    "classification": SubmissionFormat(
        "tsv", _CLASSES, _CLASSES, _Gold(lambda name, value: SentencePair(name, "", "", None))
    ),
    "multiple choice": SubmissionFormat(
        "jsonl", _CHOICES, _CHOICES, _Gold(lambda name, value: MultipleChoice(name, "", (), None))
    ),
    "tagging": SubmissionFormat(
        "tsv", Blocks(), Blocks(), _Gold(lambda name, value: TaggedSentence(name, ("",) * len(value), None))
    ),
    "span": SubmissionFormat("json", Objects(is_text, "a text"), Answers(), _ANSWERS),
    "retrieval": SubmissionFormat("tsv", _ROWS, _ROWS, _ROW),
    "mining": SubmissionFormat("tsv", Pairs(), Pairs(), _NAMES, named=True, exhaustive=False),
    "ranking": SubmissionFormat(
        "json",
        Objects(is_names, "a list of candidates' ids"),
        Objects(is_gold, "a list of the right candidates' ids"),
        _NAMES,
        named=True,
    ),
}
"""The files of a submission, by the name of the task's kind."""


class Submission(NamedTuple):
    """A data set without inputs, and a prediction for each of its examples."""

    dataset: Dataset[Any]
    predictions: list[Any]


class Text(NamedTuple):
    """What to write into a file, and the number of its rows."""

    text: str
    rows: int


def format_of(task: Task) -> SubmissionFormat:
    """The format of the task's files.

    Raises:
        InputError: there is none for the kind of the task.
    """
    if task.kind.name not in FORMATS:
        raise InputError(f"{task.key} cannot be in a submission: there is no file format for a {task.kind.name} task")
    return FORMATS[task.kind.name]


def submission_path(folder: Path, task: Task, language: str, split: str = "test") -> Path:
    """Where the file of a task and language lies in a folder of predictions or labels."""
    return folder / task.key / f"{split}-{language}.{format_of(task).extension}"


def read_submission(task: Task, predictions: Path, labels: Path) -> Submission:
    """Read a file of predictions and the file of labels that belongs to it.

    BUCC's files do not name the sentences without a pair; so there an id that the labels lack is no error but part of
    a wrong pair, as in evaluate.py.

    Raises:
        InputError: a file is missing or malformed, the labels are no gold labels, or the predictions are not for
            exactly the examples that the labels are of.
    """
    form = format_of(task)
    golds = form.labels.read(labels, task)
    names = dict.fromkeys(name for value in golds.values.values() for name in value) if form.named else {}
    blanks = tuple(form.gold.blank(name, value) for name, value in golds.values.items())
    dataset = _attached(form, Dataset(blanks, Candidates(ids=tuple(names))), golds)
    if not dataset.labelled:
        raise InputError(f"{labels}: no gold labels (none, or one placeholder throughout): nothing can be scored")
    given = form.predictions.read(predictions, task)
    if form.exhaustive:
        given.require_same({name: _size(value) for name, value in golds.values.items()}, str(labels))
    unpaired = [name for name in given.values if name not in golds.values]
    examples = (*dataset.examples, *(form.gold.attach(form.gold.blank(name, ()), (), {}) for name in unpaired))
    return Submission(
        replace(dataset, examples=examples), [given.values.get(name, ()) for name in (*golds.values, *unpaired)]
    )


def with_labels(task: Task, dataset: Dataset[Any], path: Path) -> Dataset[Any]:
    """Give the examples of a data set without labels those of a labels file.

    Raises:
        InputError: the file is malformed, or its labels are not of these examples and candidates.
    """
    form = format_of(task)
    golds = form.labels.read(path, task)
    sizes = {example.id: _size(getattr(example, "words", None)) for example in dataset.examples}
    if form.exhaustive:
        golds.require_same(sizes, "the data")
    else:
        golds.require_known(golds.values, sizes, "the data")
    if form.named:
        found = (name for value in golds.values.values() for name in value)
        golds.require_known(found, set(dataset.candidates.ids), "the candidates")
    if form.gold is _ROW:
        golds.require_known(golds.values.values(), range(len(dataset.candidates.texts)), "the rows of candidates")
    return _attached(form, dataset, golds)


def predictions_text(task: Task, ids: Sequence[str], predictions: Sequence[Any]) -> Text:
    """The file of predictions, one an example.

    Raises:
        InputError: two examples have the same id, or there is no format for the kind of the task.
    """
    form = format_of(task)
    values = _by_id(ids, predictions)
    return Text(form.predictions.write(values), form.rows(values))


def labels_text(task: Task, dataset: Dataset[Any]) -> Text:
    """The file of labels of a labelled data set.

    Raises:
        InputError: two examples have the same id, one has more gold than the format holds, or there is no format for
            the kind of the task.
    """
    form = format_of(task)
    golds = [form.gold.value(example, dataset) for example in dataset.examples]
    values = _by_id([example.id for example in dataset.examples], golds)
    return Text(form.labels.write(values), form.rows(values))


def _by_id(ids: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in zip(ids, values, strict=True):
        if name in found:
            raise InputError(f"two examples have the id {name!r}; a submission tells examples apart by their ids")
        found[name] = value
    return found


def _attached(form: SubmissionFormat, dataset: Dataset[Any], golds: Entries) -> Dataset[Any]:
    rows = {name: row for row, name in enumerate(dataset.candidates.ids)}
    values = list(golds.values.values())
    if golds.lines is None:
        values = [golds.values.get(example.id, ()) for example in dataset.examples]
    pairs = zip(dataset.examples, values, strict=True)
    return replace(dataset, examples=tuple(form.gold.attach(example, value, rows) for example, value in pairs))


def _size(value: Any) -> int | None:
    """The number of words of a sentence; None for what is no sentence."""
    return len(value) if isinstance(value, tuple) else None
