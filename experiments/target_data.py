"""Training data of target tasks in other languages than English, learnt beside the English ones.

XTREME's layout holds them for the tasks below (`protocol.md` 4.1), though its own scripts train on English alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..tasks.examples import Dataset
from ..tasks.sources import Source, load_labelled
from ..tasks.task import Form, Task

TRAINING_FORMS: dict[str, Form] = {
    "panx": Form("tags", ("panx/train-{language}.tsv",)),
    "udpos": Form("tags", ("udpos/train-{language}.tsv",)),
    "tydiqa": Form("squad", ("tydiqa/tydiqa-goldp-v1.1-train/tydiqa.goldp.{language}.train.json",)),
}
"""Where the training data of a task lie, whatever the language, by its key, which is its training task's too."""


@dataclass(frozen=True)
class EnrichedSource:
    """A source whose English training data of some tasks hold those of other languages too; all else is `source`'s."""

    source: Source
    languages: Mapping[str, tuple[str, ...]]
    """Languages by key of a task in `TRAINING_FORMS`."""

    @property
    def name(self) -> str:
        """That of the source."""
        return self.source.name

    def notice(self, task: Task) -> str | None:
        """That of the source."""
        return self.source.notice(task)

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether the source has it; what an enriched task lacks in another language, `load` names."""
        return self.source.has(task, split, language)

    def load(self, task: Task, split: str, language: str) -> Dataset[Any]:
        """Read a split; of an enriched task's training data in all its languages.

        Those of a language stand behind those of another, English first; their ids are led by the language. (A recipe's
        `limit` takes examples at even distances, so it keeps the mixture.)

        Raises:
            InputError: it is missing or malformed.
        """
        if (split, language) != ("train", "en") or not self.languages.get(task.key):
            return self.source.load(task, split, language)
        parts = {"en": load_labelled(self.source, task, "train", "en")}
        for other in self.languages[task.key]:
            parts[other] = load_labelled(self.source, _in_language(task, other), "train", other)
        return Dataset(
            tuple(replace(one, id=f"{code}-{one.id}") for code, part in parts.items() for one in part.examples)
        )


def _in_language(task: Task, language: str) -> Task:
    """The task with training data of that language; its key is another, as no other place holds what is meant."""
    return replace(task, key=f"{task.key}@{language}", splits={"train": (TRAINING_FORMS[task.key],)})
