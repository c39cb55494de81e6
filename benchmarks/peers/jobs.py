"""What a peer is told: the checkpoint, the task's limits, and the examples as they stand in the files."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...exporters.checkpoint import Checkpoint
from ...tasks.examples import Dataset
from ...tasks.kinds.span import Span
from ...tasks.task import Task
from ...tasks.tokenization import TextEncoder

Datasets = Sequence[Dataset[Any]]


def peer_job(peer: str, checkpoint: Checkpoint, task: Task, datasets: Datasets, **more: Any) -> dict[str, Any]:
    """The job of `peer` (a key of `workloads.PEERS`) on a task's languages; `more` goes into it as it is."""
    encoder = TextEncoder.from_file(checkpoint.tokenizer_file(), checkpoint.position_limit)
    return {
        "peer": peer,
        "model": str(checkpoint.directory),
        "head": task.kind.head,
        "max_length": min(task.max_length, checkpoint.position_limit),
        # What stands before a text and between two.
        "opening": encoder.pair.before.ids,
        "closing": encoder.pair.between.ids,
        **_windows(task),
        "examples": _EXAMPLES[task.kind.name](datasets),
        **more,
    }


def _windows(task: Task) -> Mapping[str, int]:
    kind = task.kind
    return {"stride": kind.stride, "max_question": kind.max_question} if isinstance(kind, Span) else {}


def _files(datasets: Datasets) -> dict[str, list[Any]]:
    sides = [([query.text for query in data.examples], list(data.candidates.texts)) for data in datasets]
    return {"files": [texts for pair in sides for texts in pair]}


def _columns(**fields: str) -> Callable[[Datasets], dict[str, list[Any]]]:
    """Columns by name, each holding a field of every example of all languages."""

    def columns(datasets: Datasets) -> dict[str, list[Any]]:
        examples = [example for data in datasets for example in data.examples]
        return {name: [getattr(example, field) for example in examples] for name, field in fields.items()}

    return columns


_EXAMPLES: dict[str, Callable[[Datasets], dict[str, list[Any]]]] = {
    "retrieval": _files,
    "classification": _columns(first="first", second="second"),
    "tagging": _columns(words="words"),
    "span": _columns(questions="question", contexts="context"),
}
