"""How long the sequences of XTREME's tasks are: counted once on real data, kept as statistics, drawn from anywhere.

`lengths.json` was made by `count_lengths` from the real samples that developers have. Tokens are those of
`checkpoints.make_tokenizer`, which has XLM-R's layout and size but not its pieces, so lengths are near to XLM-R's, not
equal.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...tasks.examples import Dataset
from ...tasks.features import Features
from ...tasks.sources import Source, load_split, open_directory
from ...tasks.suites import find_suite, find_task
from ...tasks.task import Task
from ...tasks.tokenization import TextEncoder

STORED = Path(__file__).with_name("lengths.json")


@dataclass(frozen=True)
class TaskLengths:
    """Sequences of a task: how many an example makes on average, and how many have each length in tokens."""

    sequences_per_example: float
    histogram: Mapping[int, int]

    def draw(self, count: int, seed: int = 0) -> NDArray[np.int64]:
        """`count` lengths that follow the histogram, shape (count,)."""
        values = np.array(list(self.histogram), np.int64)
        weights = np.array(list(self.histogram.values()), np.float64)
        drawn: NDArray[np.int64] = np.random.default_rng(seed).choice(values, count, p=weights / weights.sum())
        return drawn

    @property
    def mean(self) -> float:
        """Tokens of an average sequence."""
        total = sum(self.histogram.values())
        return sum(length * number for length, number in self.histogram.items()) / total


def count_lengths(data: Path, encoder: TextEncoder) -> dict[str, TaskLengths]:
    """The lengths of XTREME's tasks in `data`, in XTREME's layout: test splits, or dev where no language has a test."""
    source = open_directory(data)
    found = {}
    for key in find_suite("xtreme").languages:
        task = find_task(key)
        counts: Counter[int] = Counter()
        examples = 0
        for dataset in _datasets(source, task):
            examples += len(dataset.examples)
            counts.update(_lengths(task.kind.encode(task, dataset, encoder)))
        if examples:
            # Candidates that no example asks for are sequences too: in retrieval an example is a pair of sentences.
            found[key] = TaskLengths(sum(counts.values()) / examples, dict(sorted(counts.items())))
    return found


def _datasets(source: Source, task: Task) -> Iterator[Dataset[Any]]:
    for split in ("test", "dev"):
        languages = [x for x in task.languages if split in task.splits and source.has(task, split, x)]
        if languages:
            yield from (load_split(source, task, split, language) for language in languages)
            return


def _lengths(features: Features[Any]) -> Iterable[int]:
    parts = [features.sequences, *([features.shared.encode()] if features.shared else [])]
    return (int(length) for part in parts for length in part.lengths)


def save_lengths(lengths: Mapping[str, TaskLengths], path: Path) -> None:
    """Write them as JSON, one task a line."""
    rows = [
        f"{json.dumps(key)}: {json.dumps([round(task.sequences_per_example, 4), list(task.histogram.items())])}"
        for key, task in lengths.items()
    ]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


def stored_lengths(path: Path = STORED) -> dict[str, TaskLengths]:
    """What `save_lengths` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {key: TaskLengths(each, dict(map(tuple, histogram))) for key, (each, histogram) in content.items()}
