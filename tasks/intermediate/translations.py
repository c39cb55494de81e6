"""Intermediate tasks in other languages than English, from translated files: one a language.

In the data directory they are `translations/<task>/<split>-<language>.<extension>`, in the task's own format. Sentence
pairs are `.tsv` (first, second, label, split by tabs) or `.jsonl` (sentence1, sentence2, label). Translations that
others publish are read as they unpack: XTREME's from `xtreme_translations/` (its README.md, "Translations"), and XNLI's
own of MultiNLI from `XNLI-MT-1.0/`. CCG's tags stand on English words, so there are no translations of it.
"""

from dataclasses import replace

from ...errors import InputError
from ..task import Form, Reader, Task
from .catalogue import PAIR_LINES, PARTS, QQP_LINES, Splits
from .choices import read_cosmosqa, read_csqa, read_hellaswag, read_siqa
from .pairs import TRANSLATED_CLASSES, TablePairs, read_translated_pairs
from .squad2 import read_squad2

_XNLI_MT = TablePairs("premise", "hypo", "label", TRANSLATED_CLASSES)
_PAIRS: tuple[tuple[str, "str | Reader"], ...] = (("tsv", "pairs"), ("jsonl", PAIR_LINES))


def _splits(
    key: str, *formats: tuple[str, "str | Reader"], train: tuple[Form, ...] = (), dev: tuple[Form, ...] = ()
) -> Splits:
    """The task's own files by extension and reader, then those that others publish."""

    def own(split: str) -> tuple[Form, ...]:
        return tuple(Form(reader, (f"translations/{key}/{split}-{{language}}.{end}",)) for end, reader in formats)

    return {"train": own("train") + train, "dev": own("dev") + dev}


TRANSLATED: dict[str, Splits] = {
    "mnli": _splits(
        "mnli",
        *_PAIRS,
        train=(
            Form(read_translated_pairs, ("xtreme_translations/XNLI/translate-train/en-{language}-translated.tsv",)),
            Form(_XNLI_MT, ("XNLI-MT-1.0/multinli/multinli.train.{language}.tsv",)),
            Form(_XNLI_MT, ("xnli/XNLI-MT-1.0/multinli/multinli.train.{language}.tsv",)),
        ),
    ),
    **{key: _splits(key, *_PAIRS) for key in ("snli", "anli-r1", "anli-r2", "anli-r3")},
    "qqp": _splits("qqp", ("tsv", "pairs"), ("jsonl", QQP_LINES)),
    "squad": _splits(
        "squad",
        ("json", "squad"),
        train=(Form("squad", ("xtreme_translations/SQuAD/translate-train/squad.translate.train.en-{language}.json",)),),
        dev=(Form("squad", ("xtreme_translations/SQuAD/translate-dev/squad.translate.dev.en-{language}.json",)),),
    ),
    "squad2": _splits("squad2", ("json", read_squad2)),
    "hellaswag": _splits("hellaswag", ("jsonl", read_hellaswag)),
    "cosmosqa": _splits("cosmosqa", ("csv", read_cosmosqa)),
    "csqa": _splits("csqa", ("jsonl", read_csqa)),
    "siqa": _splits("siqa", ("jsonl", read_siqa)),
    "copa": _splits("copa", ("jsonl", "copa"), dev=(Form("copa", ("xcopa/val-{language}.jsonl",)),)),
    **{key: {} for key in PARTS},
}
"""Forms of the splits of a translated task; those of a task of parts are its parts'."""


def translated(task: Task, language: str) -> Task:
    """The task in another language than English: the same head and labels, other files.

    Raises:
        InputError: the task cannot be translated.
    """
    if task.key not in TRANSLATED:
        raise InputError(f"{task.key} has no translations: its labels belong to English words")
    return replace(task, languages=(language,), splits=TRANSLATED[task.key])
