"""The seam between tasks and the harness: what every kind of task can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..examples import Dataset, Example
from ..features import Features, Outputs
from ..metrics import Metric
from ..tokenization import TextEncoder

if TYPE_CHECKING:
    from ..task import Task

E = TypeVar("E", bound=Example)
A = TypeVar("A")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Output:
    """One array that the kind's graph returns; `per_token` if it has one value a token."""

    name: str
    per_token: bool = False


class Kind(Protocol[E, A, P]):
    """Behaviour shared by tasks of one shape: examples -> features -> outputs -> predictions -> scores.

    `E` is the class of its examples, `A` what it remembers between encoding and decoding, `P` a prediction.
    """

    @property
    def name(self) -> str:
        """The word for it: `classification`, `multiple choice`, `tagging`, `span`, `retrieval`."""

    @property
    def head(self) -> str:
        """The graph it needs: a key of `exporters.heads.HEADS`."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What that graph returns."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Scores of a language; the mean of those named in `Task.main_metrics` is the task's value."""

    def encode(self, task: "Task", dataset: Dataset[E], encoder: TextEncoder) -> Features[A]:
        """Turn the examples into sequences; all randomness-free and independent of the model's weights."""

    def decode(
        self,
        task: "Task",
        language: str,
        dataset: Dataset[E],
        features: Features[A],
        outputs: Outputs,
        labels: Sequence[str],
    ) -> list[P]:
        """Turn the graph's outputs into one prediction an example; `labels` are the model's, in order of its ids."""

    def score(
        self, task: "Task", language: str, dataset: Dataset[E], predictions: Sequence[P]
    ) -> dict[str, NDArray[np.float64]]:
        """Columns of counts, each of shape (examples,), from which `metrics` are ratios of sums."""

    def targets(
        self, task: "Task", dataset: Dataset[E], features: Features[A], labels: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """What the model should learn, in the names and encodings of Hugging Face's heads, one entry a sequence."""

    def texts(self, example: E) -> tuple[str, ...]:
        """The texts of an example, as a reader of predictions wants to see them."""
