"""What the checkpoints of a system are fine-tuned on, in order."""

from typing import NamedTuple

from ..errors import InputError
from ..tasks.dual import DUAL
from ..tasks.intermediate import INTERMEDIATE, OFFICIAL_SIZE
from ..tasks.languages import nearest
from ..tasks.sources import Source
from ..tasks.suites import TASKS, known_tasks
from ..tasks.task import Task


class Course(NamedTuple):
    """One training of a target: the task its examples come from, and the one whose English dev is looked at.

    The first of `trains` that the data hold is taken. An `optional` course may be left out where they hold none.
    """

    trains: tuple[Task, ...]
    evaluated: Task
    optional: bool = False

    @property
    def key(self) -> str:
        """Its recipe's."""
        return self.evaluated.training

    def found(self, source: Source) -> Task | None:
        """What there is to train on."""
        return next((task for task in self.trains if source.has(task, "train", "en")), None)


# XNLI's English training data are MultiNLI's, whichever form they come in; XCOPA's head learns SocialIQA first, then
# COPA (XTREME's scripts/train_xcopa.sh).
_COURSES: dict[str, tuple[Course, ...]] = {
    "xnli": (Course((TASKS["xnli"], INTERMEDIATE["mnli"]), TASKS["xnli"]),),
    "xcopa": (
        Course((INTERMEDIATE["siqa"],), INTERMEDIATE["siqa"], optional=True),
        Course((INTERMEDIATE["copa"],), TASKS["xcopa"]),
    ),
    **{key: (Course((task,), task),) for key, task in DUAL.items()},
}
_OFFICIAL = {
    "xnli": OFFICIAL_SIZE["mnli"],
    "pawsx": 49_401,
    "udpos": 21_253,
    "panx": 20_000,
    "tydiqa": 3_696,
    "lareqa": OFFICIAL_SIZE["squad"],
}


def known_targets() -> tuple[str, ...]:
    """Keys of the training tasks that a checkpoint can be fine-tuned on, those of plug-ins too."""
    trained = (task.training for task in known_tasks().values() if "train" in task.splits)
    return tuple(dict.fromkeys((*trained, *_COURSES)))


def courses_of(target: str) -> tuple[Course, ...]:
    """What the checkpoint `target` learns, in order, with one head.

    Raises:
        InputError: an unknown target; the nearest is named.
    """
    if target in _COURSES:
        return _COURSES[target]
    for task in known_tasks().values():
        if task.training == target and "train" in task.splits:
            return (Course((task,), task),)
    evaluated = known_tasks().get(target)
    if evaluated is not None and evaluated.training != target:
        advice = f"name {evaluated.training}" if evaluated.training in known_targets() else "every system has it"
        raise InputError(f"{target} is no target: it is evaluated with {evaluated.training}/, {advice}")
    raise InputError(f"unknown target {target!r}: {nearest(target, known_targets())}")


def official_size(target: str) -> int | None:
    """Training examples of a target's published English data; None where it is not recorded."""
    return _OFFICIAL.get(target, OFFICIAL_SIZE.get(target))
