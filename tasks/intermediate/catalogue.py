"""The intermediate tasks of Phang et al. (2020, arXiv 2005.13013) and XTREME-R's auxiliary ones: tables, no logic.

A split lies on disk as its publisher packs it, in a folder named after the task. Sentence pairs may also lie in
`<task>/<split>-en.jsonl`, with the fields `sentence1`, `sentence2` and `label`. Files named `.part` and `.sample` are
parts of a split, for tests. No form of a training split is a dev set.
"""

from collections.abc import Mapping

from ..kinds.choice import Choice
from ..kinds.classification import Classification
from ..kinds.span import Span
from ..kinds.tagging import Tagging
from ..suites import TASKS
from ..task import Form, Task
from .ccg import read_derivations, read_supertag_columns, read_supertags
from .choices import read_cosmosqa, read_csqa, read_hellaswag, read_siqa
from .pairs import JsonPairs, TablePairs
from .squad2 import read_squad2

Splits = Mapping[str, tuple[Form, ...]]

_SPLITS = ("train", "dev")
# jiant's length for the pairs and tags of XTREME; what the paper took for intermediate tasks was not found.
_LENGTH = 256
_NLI_LABELS = ("contradiction", "entailment", "neutral")

_ORIGINAL = JsonPairs("sentence1", "sentence2", "gold_label")
_ORIGINAL_TABLE = TablePairs("sentence1", "sentence2", "gold_label")
_COMMA_SEPARATED = TablePairs("premise", "hypothesis", "label", delimiter=",", quoted=True)
_NUMBERED = TablePairs(
    "premise", "hypothesis", "label", {"0": "entailment", "1": "neutral", "2": "contradiction"}, quoted=True
)
_ANLI = JsonPairs("context", "hypothesis", "label", {"c": "contradiction", "e": "entailment", "n": "neutral"})
# GLUE's QQP has questions with line ends inside, which break a row in two (nyu-mll/GLUE-baselines issue 5); as in the
# reference's copy of it, such rows are left out.
_QQP = TablePairs("question1", "question2", "is_duplicate", drop_short=True)
PAIR_LINES = JsonPairs("sentence1", "sentence2", "label")
QQP_LINES = JsonPairs("sentence1", "sentence2", "label", {"not_duplicate": "0", "duplicate": "1", "0": "0", "1": "1"})


def _mnli(split: str) -> tuple[Form, ...]:
    """The matched genres are the dev set (jiant's too); `mnli/dev.csv` may hold both."""
    part = {"train": "train", "dev": "dev_matched"}[split]
    return (
        Form(_ORIGINAL, (f"mnli/multinli_1.0/multinli_1.0_{part}.jsonl",)),
        Form(_ORIGINAL_TABLE, (f"mnli/MNLI/{part}.tsv",)),
        Form(_ORIGINAL_TABLE, (f"mnli/{part}.tsv",)),
        Form(_COMMA_SEPARATED, (f"mnli/{split}.csv",)),
        # XTREME's English training data of XNLI are those of MultiNLI; here its CSV quoting is undone.
        *([Form("parsed-pairs", ("xnli/train-en.tsv",))] if split == "train" else []),
        Form(PAIR_LINES, (f"mnli/{split}-en.jsonl",)),
    )


def _snli(split: str) -> tuple[Form, ...]:
    return (
        Form(_ORIGINAL, (f"snli/snli_1.0/snli_1.0_{split}.jsonl",)),
        Form(_ORIGINAL_TABLE, (f"snli/snli_1.0/snli_1.0_{split}.txt",)),
        Form(_NUMBERED, (f"snli/{split}.tsv",)),
        Form(PAIR_LINES, (f"snli/{split}-en.jsonl",)),
    )


def _anli(number: int, split: str) -> tuple[Form, ...]:
    return (
        Form(_ANLI, (f"anli/anli_v1.0/R{number}/{split}.jsonl",)),
        Form(PAIR_LINES, (f"anli-r{number}/{split}-en.jsonl",)),
    )


def _qqp(split: str) -> tuple[Form, ...]:
    paths = (f"qqp/QQP/{split}.tsv", f"qqp/{split}.tsv", f"qqp/{split}.sample.tsv")
    return *(Form(_QQP, (path,)) for path in paths), Form(QQP_LINES, (f"qqp/{split}-en.jsonl",))


def _pairs(key: str, title: str, splits: Splits, labels: tuple[str, ...] = _NLI_LABELS) -> Task:
    return Task(key, title, Classification(), ("en",), key, ("accuracy",), _LENGTH, splits, labels)


def _choice(key: str, title: str, splits: Splits) -> Task:
    return Task(key, title, Choice(), ("en",), key, ("accuracy",), _LENGTH, splits)


def _span(key: str, title: str, splits: Splits, *, nullable: bool = False) -> Task:
    return Task(key, title, Span(nullable=nullable), ("en",), key, ("exact_match", "f1"), 384, splits)


_TASKS = (
    _pairs("mnli", "MultiNLI", {split: _mnli(split) for split in _SPLITS}),
    _pairs("snli", "SNLI", {split: _snli(split) for split in _SPLITS}),
    *(
        _pairs(f"anli-r{number}", f"ANLI round {number}", {split: _anli(number, split) for split in _SPLITS})
        for number in (1, 2, 3)
    ),
    _pairs("anli", "ANLI", {}),
    _pairs("anli+", "ANLI+ (SNLI, MultiNLI, ANLI)", {}),
    _pairs("qqp", "QQP", {split: _qqp(split) for split in _SPLITS}, ("0", "1")),
    _span("squad", "SQuAD v1.1", {split: TASKS["xquad"].splits[split] for split in _SPLITS}),
    _span(
        "squad2",
        "SQuAD v2.0",
        {
            "train": (Form(read_squad2, ("squad/train-v2.0.json",)),),
            "dev": tuple(Form(read_squad2, (f"squad/dev-v2.0{part}.json",)) for part in ("", ".part")),
        },
        nullable=True,
    ),
    _choice(
        "hellaswag",
        "HellaSwag",
        {
            "train": (Form(read_hellaswag, ("hellaswag/hellaswag_train.jsonl",)),),
            "dev": (Form(read_hellaswag, ("hellaswag/hellaswag_val.jsonl",)),),
        },
    ),
    # Tagged words of CCGbank: sections 02-21 to train on, section 00 as dev; the sample is from section 00. AUTO files
    # are one each article there: put those of the sections one behind the other. The labels are those of the training
    # data (`labels.with_labels`), 1,363 in jiant.
    Task(
        key="ccg",
        title="CCG",
        kind=Tagging(),
        languages=("en",),
        training="ccg",
        main_metrics=("token_accuracy",),
        max_length=_LENGTH,
        splits={
            "train": (
                Form(read_derivations, ("ccg/wsj02-21.auto",)),
                Form(read_supertags, ("ccg/wsj02-21.stagged",)),
                Form(read_supertag_columns, ("ccg/ccg.train",)),
            ),
            "dev": (
                Form(read_derivations, ("ccg/wsj00.auto",)),
                Form(read_supertags, ("ccg/wsj00.stagged",)),
                Form(read_supertag_columns, ("ccg/ccg.dev",)),
                Form(read_derivations, ("ccg/ccgbank.sample.txt",)),
            ),
        },
    ),
    _choice(
        "cosmosqa",
        "Cosmos QA",
        {
            "train": (Form(read_cosmosqa, ("cosmosqa/train.csv",)),),
            "dev": (Form(read_cosmosqa, ("cosmosqa/valid.csv",)),),
        },
    ),
    # Version 1.11 has five choices, version 1.0 three.
    _choice(
        "csqa",
        "CommonsenseQA",
        {
            split: tuple(
                Form(read_csqa, (f"{folder}/{split}_rand_split.jsonl",))
                for folder in ("commonsenseqa", "commonsenseqa-v1.0")
            )
            for split in _SPLITS
        },
    ),
    # XCOPA's: SocialIQA first, then English COPA. XTREME unpacks `socialIQa_v1.4`; AllenAI's own archive has the labels
    # in files of their own.
    _choice(
        "siqa",
        "SocialIQA",
        {
            split: (
                Form(read_siqa, (f"siqa/socialIQa_v1.4_{short}.jsonl",)),
                Form(read_siqa, tuple(f"siqa/socialiqa-train-dev/{split}{rest}" for rest in (".jsonl", "-labels.lst"))),
            )
            for split, short in (("train", "trn"), ("dev", "dev"))
        },
    ),
    _choice(
        "copa",
        "COPA",
        {
            "train": (
                *TASKS["xcopa"].splits["train"],
                Form("copa", ("copa/COPA/train.jsonl",)),
            ),
            "dev": (
                Form("copa", ("xcopa/val-en.jsonl",)),
                Form("copa", ("copa/COPA/val.jsonl",)),
            ),
        },
    ),
)

INTERMEDIATE: dict[str, Task] = {task.key: task for task in _TASKS}

PARTS: dict[str, tuple[str, ...]] = {
    "anli": ("anli-r1", "anli-r2", "anli-r3"),
    "anli+": ("snli", "mnli", "anli"),
}
"""Tasks that are other tasks one behind the other: they have no files of their own (`loading.load_training`)."""

OFFICIAL_SIZE: dict[str, int] = {
    "mnli": 392_702,
    "snli": 549_367,
    "anli-r1": 16_946,
    "anli-r2": 45_460,
    "anli-r3": 100_459,
    "anli": 162_865,
    "anli+": 1_104_934,
    "qqp": 363_846,
    "squad": 87_599,
    "squad2": 130_319,
    "hellaswag": 39_905,
    "ccg": 38_015,  # (MEM), about
    "cosmosqa": 25_262,  # the paper lists 25,588 (MEM)
    "csqa": 9_741,  # version 1.11
    "siqa": 33_410,
    "copa": 400,
}
"""Training examples, from the data sets' cards; (MEM): from memory, unverified."""
