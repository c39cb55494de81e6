"""What `xbench data check` says: which data sets a directory holds, and whether they are whole."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from tabulate import tabulate

from ..errors import InputError
from .examples import Dataset, Query
from .official import Manifest, Size, official_sizes
from .sources import DirectorySource
from .suites import find_task
from .task import Task

Status = Literal["complete", "partial", "more", "no labels", "unknown size", "malformed", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One split of one task in one language.

    Attributes:
        task: its key.
        split: `train`, `dev` or `test`.
        language: its code; of data that all languages share, English if the task has it.
        status: the verdict.
        found: how many there are; None if they could not be read.
        official: how many there should be; None if that is not known.
        unit: what is counted.
        detail: a sentence on it: the files it lacks, the reader's complaint, which official version it is.
    """

    task: str
    split: str
    language: str
    status: Status
    found: int | None = None
    official: int | None = None
    unit: str = "examples"
    detail: str = ""


def check_data(source: DirectorySource, selected: Mapping[str, Sequence[str]], manifest: Manifest) -> Iterator[Finding]:
    """Compare every split of the selected tasks with the manifest.

    A split of which files are missing is partial if others are there. Splits that exist nowhere are passed over.

    Args:
        source: the directory.
        selected: languages by task key.
        manifest: the official sizes.
    """
    for key, languages in selected.items():
        task = find_task(key)
        for split in task.splits:
            for language in languages if _by_language(task, split) else _shared(task):
                sizes = official_sizes(manifest, key, split, language)
                finding = _check(source, task, split, language, sizes)
                if finding.status != "missing" or [size.examples for size in sizes] != [0]:
                    yield finding


def _by_language(task: Task, split: str) -> bool:
    paths = [path for form in task.forms(split) for path in form.paths]
    return any("{language}" in path or "{iso3}" in path for path in paths)


def _shared(task: Task) -> tuple[str]:
    return ("en" if "en" in task.languages else task.languages[0],)


def _check(source: DirectorySource, task: Task, split: str, language: str, sizes: Sequence[Size]) -> Finding:
    bare = Finding(task.key, split, language, "missing", official=sizes[0].examples if sizes else None)
    if not source.has(task, split, language):
        lacking = _lacking(source, task, split, language)
        return replace(bare, status="partial", detail=f"lacks {', '.join(lacking)}") if lacking else bare
    try:
        return _compare(bare, source.load(task, split, language), sizes)
    except InputError as error:
        return replace(bare, status="malformed", detail=str(error))


def _lacking(source: DirectorySource, task: Task, split: str, language: str) -> Sequence[str]:
    """The files that are missing beside those of this language that are there; empty if there are none."""
    lacking = []
    for form in task.forms(split):
        absent = [path for path in (*form.located(language), *form.pool) if not (source.directory / path).is_file()]
        if set(form.located(language)) - set(absent):
            lacking.append(absent)
    return min(lacking, key=len, default=())


def _compare(bare: Finding, dataset: Dataset[Any], sizes: Sequence[Size]) -> Finding:
    """The verdict by the official size that fits best."""
    bare = replace(bare, found=len(dataset.examples))
    unlabelled = bool(dataset.examples) and not dataset.labelled
    if not sizes:
        return replace(bare, status="no labels" if unlabelled else "unknown size")
    gaps, size = min(((_gaps(dataset, size), size) for size in sizes), key=lambda pair: len(pair[0]))
    if not gaps:
        status: Status = "no labels" if unlabelled else "complete"
        return replace(bare, status=status, official=size.examples, detail=size.version)
    unit, found, official = next((gap for gap in gaps if gap[1] < gap[2]), gaps[0])
    status = "no labels" if unlabelled else "partial" if found < official else "more"
    return replace(bare, status=status, found=found, official=official, unit=unit, detail=size.doubt)


def _gaps(dataset: Dataset[Any], size: Size) -> list[tuple[str, int, int]]:
    """(unit, found, official) of all that differs; gold pairs only where there are any."""
    golds = [query.gold for query in dataset.examples if isinstance(query, Query) and query.gold is not None]
    counts = (
        ("examples", len(dataset.examples), size.examples),
        ("candidates", len(dataset.candidates.texts), size.candidates),
        ("gold pairs", sum(map(len, golds)), size.pairs if golds else None),
    )
    return [(unit, found, official) for unit, found, official in counts if official not in (None, found)]


def check_text(findings: Sequence[Finding]) -> str:
    """A table of verdicts with the languages that share them, then what there is to say of single ones."""
    languages: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for finding in findings:
        languages[finding.task, finding.split, _verdict(finding)].append(finding.language)
    rows = [(*place, " ".join(codes)) for place, codes in languages.items()]
    table = tabulate(rows, ("task", "split", "status", "languages"), maxcolwidths=[None, None, None, 60])
    details = [f"{f.task} {f.split} {f.language}: {f.detail}" for f in findings if f.detail]
    summary = ", ".join(f"{count} {status}" for status, count in Counter(f.status for f in findings).most_common())
    return "\n".join([table, "", *details, *([""] if details else []), f"{len(findings)} checked: {summary}"])


def _verdict(finding: Finding) -> str:
    """The status, with its numbers where they say more."""
    if finding.found is None or finding.status == "complete":
        return finding.status
    unit = "" if finding.unit == "examples" else f" {finding.unit}"
    whole = "" if finding.official in (None, finding.found) else f" of {finding.official:,}"
    return f"{finding.status} ({finding.found:,}{whole}{unit})"


def check_json(findings: Sequence[Finding]) -> str:
    """The findings as JSON."""
    return json.dumps([asdict(finding) for finding in findings], indent=2)
