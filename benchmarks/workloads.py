"""What is compared with what, and how much faster it should be, as data."""

from dataclasses import dataclass

OURS, CUT, INT8 = "xbench", "xbench, 2/3 of the layers", "xbench, int8"
PEERS = {
    "reference": "PyTorch, batches of 100 in file order",
    "st-torch": "sentence-transformers, PyTorch",
    "st-onnx": "sentence-transformers, ONNX",
    "trainer": "Trainer.predict, PyTorch",
}
RETRIEVAL_PEERS = ("reference", "st-torch", "st-onnx")
TASK_PEERS = ("trainer",)
PRODUCT = "best matrix product"
KINDS = "abcde"


@dataclass(frozen=True)
class Subject:
    """A task and the split of it that is run; `weight` is how many examples are drawn for one of XNLI's."""

    task: str
    split: str = "test"
    weight: float = 1.0


TATOEBA = Subject("tatoeba")
# A context of XQuAD and MLQA is two or three windows of up to 384 tokens.
LABELLED = (
    Subject("xnli"),
    Subject("udpos"),
    Subject("panx"),
    Subject("xquad", weight=0.1),
    Subject("mlqa", "dev", weight=0.1),
)


@dataclass(frozen=True)
class Comparison:
    """One line of the table of targets: `ours` should be `least` times as fast as `other`; None asks nothing.

    For `PRODUCT` it is the share of the matrix product's operations a second that should be reached.
    """

    kind: str
    task: str
    ours: str
    other: str
    least: float | None


COMPARISONS = (
    Comparison("a", "tatoeba", OURS, "reference", 7),
    Comparison("a", "tatoeba", OURS, "st-torch", 5),
    Comparison("a", "tatoeba", OURS, "st-onnx", 3),
    Comparison("b", "tatoeba", CUT, "reference", None),
    Comparison("b", "tatoeba", CUT, "st-torch", 7.5),
    Comparison("b", "tatoeba", CUT, "st-onnx", 4.5),
    Comparison("c", "xnli", OURS, "trainer", 3.5),
    Comparison("c", "udpos", OURS, "trainer", 3.5),
    Comparison("c", "panx", OURS, "trainer", 3.5),
    Comparison("c", "xquad", OURS, "trainer", 2),
    Comparison("c", "mlqa", OURS, "trainer", 2),
    *(Comparison("d", subject.task, INT8, OURS, 2) for subject in (TATOEBA, *LABELLED)),
    *(Comparison("e", subject.task, OURS, PRODUCT, 0.85) for subject in (TATOEBA, *LABELLED)),
)
