"""Stored predictions example by example: what was asked, wanted and answered, what that is worth, and all as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..results.store import StoredRecord, read_predictions
from ..tasks.metrics import Metric
from ..tasks.suites import find_task

NOTHING = "—"
"""Stands for an empty answer, which a reader could not see."""
_RANKED = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """One example of a test set with a system's answer.

    Attributes:
        id: of the example.
        texts: what was asked, as the task's kind gives it (`Kind.texts`).
        gold: what was wanted, as stored: a class, the index of a choice, tags, accepted answers, rows of candidates.
        prediction: what was answered, in the kind's own form.
        worth: from 0 to 1, the mean over the task's main metrics of what the example alone would score; 1 where it adds
            nothing to a metric, as nothing is wrong. None without gold labels.
        counted: whether it adds to a metric at all. A sentence without entities in gold and prediction does not.
    """

    id: str
    texts: tuple[str, ...]
    gold: Any
    prediction: Any
    worth: float | None
    counted: bool

    @property
    def wrong(self) -> bool:
        """Whether less than everything is right by the task's own metrics."""
        return self.worth is not None and self.worth < 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A record and its examples, in the order of the data."""

    stored: StoredRecord
    examples: tuple[Answered, ...]


def open_examples(stored: StoredRecord) -> Opened:
    """Read the examples of a record and keep both together.

    Raises:
        InputError: as `read_examples`.
    """
    return Opened(stored, read_examples(stored))


def read_examples(stored: StoredRecord) -> tuple[Answered, ...]:
    """The examples of a record, in the order of the data.

    Raises:
        InputError: predictions are missing or not those of the record, or the task is unknown.
    """
    path, record = stored.path.with_suffix(".parquet"), stored.record
    rows, wanted = read_predictions(path), ("id", "input", "gold", "prediction")
    if any(len(rows.get(name, ())) != record.examples for name in wanted):
        raise InputError(f"{path} has not the {record.examples} examples of its record: run it again")
    worth, counted = _worth(stored, rows)
    return tuple(
        Answered(identity, tuple(texts), gold, prediction, one, bool(some))
        for identity, texts, gold, prediction, one, some in zip(
            *(rows[name] for name in wanted), worth, counted, strict=True
        )
    )


def _worth(stored: StoredRecord, rows: Mapping[str, Sequence[Any]]) -> tuple[list[float | None], NDArray[np.bool_]]:
    """What each example is worth, and whether it is counted."""
    record, task = stored.record, find_task(stored.record.task)
    nothing = np.zeros(record.examples, np.bool_)
    if not record.scores:
        return [None] * record.examples, nothing
    metrics = [metric for metric in task.kind.metrics if metric.name in task.main_metrics]
    shares, counted = zip(*(_share(metric, rows, stored) for metric in metrics), strict=True)
    return np.mean(shares, axis=0).tolist(), np.logical_or.reduce(counted)


def _share(
    metric: Metric, rows: Mapping[str, Sequence[Any]], stored: StoredRecord
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The metric of each example alone, shape (examples,), larger is better, and where it is defined."""
    sides = []
    for weights in (metric.numerator, metric.denominator):
        if any(len(rows.get(f"count_{name}", ())) != stored.record.examples for name in weights):
            raise InputError(f"{stored.path.with_suffix('.parquet')} lacks the counts of {metric.name}: run it again")
        sides.append(sum(weight * np.array(rows[f"count_{name}"], np.float64) for name, weight in weights.items()))
    above, below = np.asarray(sides[0]), np.asarray(sides[1])
    perfect = 0.0 if metric.less_is_better else 1.0
    values = np.divide(above, below, out=np.full_like(below, perfect), where=below != 0)
    return (1 - values if metric.less_is_better else values), below != 0


Wording: TypeAlias = Callable[[Answered, Sequence[Any]], tuple[str, ...]]
"""An example and answers to it, in its stored form -> the gold and each of the answers as text."""


def wording(task: str, examples: Sequence[Answered]) -> Wording:
    """How gold and answers of a task read; `examples` are all of the file, as some answers are the number of another.

    Raises:
        InputError: the task is unknown.
    """
    make = _WORDINGS.get(find_task(task).kind.name)
    return make(examples) if make else _plain


def _plain(example: Answered, answers: Sequence[Any]) -> tuple[str, ...]:
    return tuple(NOTHING if answer in (None, "") else str(answer) for answer in (example.gold, *answers))


def _chosen(example: Answered, answers: Sequence[Any]) -> tuple[str, ...]:
    """Choices by number from 1 and text; the texts are the prompt and the choices."""
    numbered = [f"{number}. {choice}" for number, choice in enumerate(example.texts[1:], start=1)]

    def text(choice: int | None) -> str:
        return NOTHING if choice is None or not 0 <= choice < len(numbered) else numbered[choice]

    return tuple(text(choice) for choice in (example.gold, *answers))


def _tagged(example: Answered, answers: Sequence[Any]) -> tuple[str, ...]:
    """The words on whose tags not all agree, each with its tag."""
    known = [tags for tags in (example.gold, *answers) if tags is not None]
    apart = [place for place, tags in enumerate(zip(*known, strict=False)) if len(set(tags)) > 1]

    def text(tags: Sequence[str] | None) -> str:
        if tags is None or not apart:
            return NOTHING
        return ", ".join(f"{example.texts[place]}: {tags[place]}" for place in apart)

    return tuple(text(tags) for tags in (example.gold, *answers))


def _answered(example: Answered, answers: Sequence[Any]) -> tuple[str, ...]:
    """The accepted answers, each once, and those given; a question may have none."""
    gold = " | ".join(dict.fromkeys(example.gold or ()))
    return tuple(answer or NOTHING for answer in (gold, *answers))


def _retrieved(examples: Sequence[Answered]) -> Wording:
    """Candidates by number from 1, wrong ones also by the query that they answer, as their own texts are not stored."""
    queries = {row: example.texts[0] for example in examples for row in example.gold or () if example.texts}

    def candidate(row: int, gold: Sequence[int]) -> str:
        return f"{row + 1}, the answer to: {queries[row]}" if row in queries and row not in gold else str(row + 1)

    def words(example: Answered, answers: Sequence[Any]) -> tuple[str, ...]:
        gold = example.gold or ()
        wanted = " | ".join(candidate(row, gold) for row in gold) or NOTHING
        return wanted, *(NOTHING if answer is None else candidate(answer, gold) for answer in answers)

    return words


def _named(example: Answered, answers: Sequence[Any]) -> tuple[str, ...]:
    """The wanted rows of the candidates by number from 1, and the first names of those that were found."""
    gold = " | ".join(f"candidate {row + 1}" for row in example.gold or ()) or NOTHING
    return gold, *(_names(answer or ()) for answer in answers)


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _RANKED} more" if len(names) > _RANKED else ""
    return ", ".join(names[:_RANKED]) + more or NOTHING


_WORDINGS: Mapping[str, Callable[[Sequence[Answered]], Wording]] = {
    "multiple choice": lambda examples: _chosen,
    "tagging": lambda examples: _tagged,
    "span": lambda examples: _answered,
    "checklist": lambda examples: _answered,
    "retrieval": _retrieved,
    "mining": lambda examples: _named,
    "ranking": lambda examples: _named,
}
