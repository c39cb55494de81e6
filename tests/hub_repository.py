"""Repositories of data sets in the hub's layout, made by tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Dataset, Features, List, Value
from xbench.tasks.hub import REPOSITORIES, HubSource, Repository
from xbench.tasks.suites import TASKS

TEXT, TEXTS = Value("string"), List(Value("string"))
NLI = ClassLabel(names=["entailment", "neutral", "contradiction"])
ENTITIES = List(ClassLabel(names=["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]))
UPOS = List(ClassLabel(names=list(TASKS["udpos"].labels)))
ANSWERS = {"text": TEXTS, "answer_start": List(Value("int32"))}
FEATURES = {
    "xnli": {"premise": TEXT, "hypothesis": TEXT, "label": NLI},
    "paws-x": {"id": Value("int32"), "sentence1": TEXT, "sentence2": TEXT, "label": ClassLabel(names=["0", "1"])},
    "xcopa": {**dict.fromkeys(("premise", "choice1", "choice2", "question"), TEXT), "label": Value("int32")},
    "panx": {"tokens": TEXTS, "ner_tags": ENTITIES, "langs": TEXTS},
    "udpos": {"tokens": TEXTS, "pos_tags": UPOS},
    "qa": {"id": TEXT, "title": TEXT, "context": TEXT, "question": TEXT, "answers": ANSWERS},
    "tatoeba": dict.fromkeys(("source_sentence", "target_sentence", "source_lang", "target_lang"), TEXT),
}
FEATURES["super_glue"] = {**FEATURES["xcopa"], "label": ClassLabel(names=["choice1", "choice2"])}


def publish(root: Path, name: str, features: Mapping[str, Any], rows: list[tuple[Any, ...]]) -> None:
    """Put rows into a directory in the layout of a repository on the hub; `name` is configuration and split."""
    config, split = name.split("/")
    path = root / config / f"{split}-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {column: [row[number] for row in rows] for number, column in enumerate(features)}
    Dataset.from_dict(columns, features=Features(features)).to_parquet(str(path))
    # The card of a real repository lists many more configurations than have been downloaded.
    listed = "\n".join(
        f"- config_name: {each}\n  data_files:\n  - split: {split}\n    path: {each}/{split}-*"
        for each in ("another", config)
    )
    (root / "README.md").write_text(f"---\nconfigs:\n{listed}\n---\n# A data set\n")


def hub_in(root: Path) -> HubSource:
    """A source with all repositories in one directory, as none of their paths meet."""
    return HubSource(repositories=dict.fromkeys(REPOSITORIES, Repository(str(root), "main")))


def answers(*found: tuple[str, int]) -> dict[str, list[Any]]:
    """Texts and offsets as the hub has them."""
    return {"text": [text for text, _ in found], "answer_start": [start for _, start in found]}
