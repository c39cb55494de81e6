"""Scores by buckets of an attribute, over stored predictions: where a system is weak, not only how weak it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from ...errors import InputError
from ...results.record import Record
from ...results.store import SPLITS, Store, read_predictions
from ...tasks.formats import reader_of
from ...tasks.languages import nearest
from ...tasks.metrics import Metric
from ...tasks.protocol import parse_protocol, with_protocol
from ...tasks.sources import open_directory
from ...tasks.suites import find_task, known_tasks
from ...tasks.task import Task
from .attributes import ATTRIBUTES, Attribute, Subject, input_tokens
from .buckets import Bucket, make_buckets


@dataclass(frozen=True, slots=True)
class Request:
    """What to analyse: the attribute's name, the number of buckets, and which records (empty: all).

    `training` is English training data: a file in the task's format, or a directory in XTREME's layout.
    """

    by: str
    buckets: int = 4
    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    training: Path | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """What is averaged together: one system and task on one split; `limit` is set if only the first examples ran."""

    system: str
    task: str
    split: str
    limit: int | None


@dataclass(frozen=True, slots=True)
class MeanBucket:
    """A bucket over languages: the mean of each score over `wanted` languages, None unless `there` are all of them."""

    number: int
    there: int
    wanted: int
    scores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class PortionAnalysis:
    """The buckets of each language, and their means where there are several languages."""

    portion: Portion
    metrics: tuple[str, ...]
    languages: Mapping[str, tuple[Bucket, ...]]
    means: tuple[MeanBucket, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answer to a request; `notes` say what was left out, and what vocabulary was used."""

    attribute: Attribute
    portions: tuple[PortionAnalysis, ...]
    notes: tuple[str, ...]


def analyse(store: Store, request: Request) -> Analysis:
    """Divide the stored predictions of each system, task and language by an attribute, and score each bucket.

    Raises:
        InputError: an unknown attribute, system, task or language; an attribute that fits no stored task or lacks its
            training data; no records; or predictions that are missing or not those of their record.
    """
    if request.by not in ATTRIBUTES:
        raise InputError(f"unknown attribute {request.by!r}: {nearest(request.by, ATTRIBUTES)}")
    attribute = ATTRIBUTES[request.by]
    records, notes = _fitting(attribute, _selected(store, request))
    if attribute.needs_training and request.training is None:
        raise InputError(f"{attribute.name} needs English training data: give it with --train FILE or --train DATA_DIR")
    vocabularies = _Vocabularies(request.training if attribute.needs_training else None)
    by_portion: defaultdict[Portion, dict[str, tuple[Bucket, ...]]] = defaultdict(dict)
    for record in records:
        portion = Portion(record.system, record.task, record.split, record.limit)
        by_portion[portion][record.language] = _language_buckets(store, record, attribute, request, vocabularies)
    portions = tuple(_summarised(portion, attribute, languages) for portion, languages in by_portion.items())
    return Analysis(attribute, portions, (*notes, *vocabularies.notes()))


def _selected(store: Store, request: Request) -> list[Record]:
    records = [record for split in SPLITS for record in store.records(split)]
    if not records:
        raise InputError(f"no records in {store.root}: write some with `xbench run`")
    for name, wanted in (("system", request.systems), ("task", request.tasks), ("language", request.languages)):
        stored = {getattr(record, name) for record in records}
        for value in wanted:
            if value not in stored:
                raise InputError(f"no records of {name} {value!r} in {store.root}: {nearest(value, stored)}")
        records = [record for record in records if not wanted or getattr(record, name) in wanted]
    if not records:
        raise InputError(f"no record in {store.root} is of all that was asked for; ask for less at a time")
    return sorted(records, key=lambda record: (record.system, record.task))


def _fitting(attribute: Attribute, records: Sequence[Record]) -> tuple[list[Record], list[str]]:
    """The records that can be analysed, and a note on each task whose records cannot."""
    known, scored = known_tasks(), [record for record in records if record.scores]
    fitting = [record for record in scored if record.task in known and attribute.fits(known[record.task])]
    if not fitting:
        tasks = ", ".join(sorted({record.task for record in records}))
        raise InputError(f"{attribute.name} fits none of the stored tasks with scores ({tasks}): choose another --by")
    unfit = sorted({record.task for record in scored} - {record.task for record in fitting})
    notes = [f"Left out: {task}, to which {attribute.name} does not apply." for task in unfit]
    unscored = sorted({f"{record.task} {record.language}" for record in records if not record.scores})
    return fitting, [*notes, *(f"Left out: {name}, which has no gold labels." for name in unscored)]


def _language_buckets(
    store: Store, record: Record, attribute: Attribute, request: Request, vocabularies: "_Vocabularies"
) -> tuple[Bucket, ...]:
    path = store.record_path(record.system, record.task, record.language, record.split).with_suffix(".parquet")
    rows = read_predictions(path)
    if any(len(column) != record.examples for column in rows.values()):
        raise InputError(f"{path} is not of its record, which has {record.examples} examples: run it again")
    task, _ = with_protocol(find_task(record.task), parse_protocol(record.key.protocol))
    subject = Subject(task, record.language, rows, vocabularies.of(task))
    return make_buckets(attribute.measure(subject), request.buckets, _metrics(task, attribute))


def _metrics(task: Task, attribute: Attribute) -> list[Metric]:
    """The task's main metrics; for entities also the precision and recall that their F1 is made of."""
    shown = {*task.main_metrics, *(("precision", "recall") if attribute.entities else ())}
    return [metric for metric in task.kind.metrics if metric.name in shown]


def _summarised(portion: Portion, attribute: Attribute, languages: Mapping[str, tuple[Bucket, ...]]) -> PortionAnalysis:
    metrics = tuple(metric.name for metric in _metrics(find_task(portion.task), attribute))
    numbers = sorted({bucket.number for buckets in languages.values() for bucket in buckets})
    means = [_mean(number, metrics, languages) for number in numbers] if len(languages) > 1 else []
    return PortionAnalysis(portion, metrics, languages, tuple(means))


def _mean(number: int, metrics: Sequence[str], languages: Mapping[str, tuple[Bucket, ...]]) -> MeanBucket:
    there = [bucket for buckets in languages.values() for bucket in buckets if bucket.number == number]
    scores = {}
    for metric in metrics:
        values = [score for bucket in there if (score := bucket.scores[metric]) is not None]
        scores[metric] = fmean(values) if len(values) == len(languages) else None
    return MeanBucket(number, len(there), len(languages), scores)


@dataclass
class _Vocabularies:
    """The tokens of each task's English training data, read when first asked for."""

    training: Path | None
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, task: Task) -> frozenset[str] | None:
        """The task's vocabulary, None if no attribute needs one."""
        if self.training is None:
            return None
        if task.key not in self.known:
            self.known[task.key] = _vocabulary(self.training, task)
        return self.known[task.key]

    def notes(self) -> Iterator[str]:
        for task, vocabulary in self.known.items():
            yield f"Vocabulary of {task}: {len(vocabulary):,} English tokens from {self.training}."


def _vocabulary(training: Path, task: Task) -> frozenset[str]:
    if training.is_dir():
        dataset = open_directory(training).load(task, "train", "en")
    else:
        dataset = reader_of(task.forms("train")[0])([training], task)
    texts = (task.kind.texts(example) for example in dataset.examples)
    return frozenset(token for example in texts for token in input_tokens(task, example, "en"))
