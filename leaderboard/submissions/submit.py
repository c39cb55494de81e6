"""Stored predictions as a submission: the files that XTREME's evaluate.py and its leaderboard read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from ...files import write_text
from ...results.record import Record
from ...results.store import Store, read_predictions, slug, system_records
from ...tasks.submission.layout import Text, predictions_text, submission_path
from ...tasks.suites import find_suite, find_task
from ...tasks.task import Suite
from ..comparability import cut_mark

DEFAULT_SUITE = "xtreme"
# Its predictions are rows of the other side.
_TURNED = "direction=to-english"


@dataclass(frozen=True, slots=True)
class Written:
    """A submission on disk.

    Attributes:
        suite: whose tasks and languages it has.
        files: what was written, with the number of rows.
        missing: languages of the suite that the system has no predictions for, by task.
        outside: records that the suite has no place for, as `task/language`.
        notices: sentences to show wherever scores of these predictions are shown.
    """

    suite: Suite
    files: Mapping[Path, int]
    missing: Mapping[str, tuple[str, ...]]
    outside: tuple[str, ...]
    notices: tuple[str, ...]


def write_submission(system: Path, output: Path, suite: str | None = None) -> Written:
    """Write a system's predictions of the test sets, each file all or nothing, and none if any cannot be made.

    Args:
        system: the system's folder in a results directory.
        output: where `<task>/test-<language>.<ext>` go.
        suite: key; by default that of the records if they agree, else `xtreme`.

    Raises:
        InputError: there are no records, one was limited to the first examples or searched Tatoeba the other way
            round, its predictions are missing or not its own, or the place cannot be written.
    """
    system = system.resolve()
    store = Store(system.parent)
    records = [record for _, record in system_records(system) if slug(record.system) == system.name]
    if not records:
        raise InputError(f"no records of test sets in {system}: name a system's folder in a results directory")
    chosen = find_suite(suite or _suite_of(records))
    inside = [record for record in records if record.language in chosen.languages.get(record.task, ())]
    if not inside:
        raise InputError(f"no record in {system} is of a task and language of {chosen.title}; choose another --suite")
    texts = {_path(output, record): _text(store, record) for record in inside}
    for path, text in texts.items():
        write_text(path, text.text)
    return Written(
        suite=chosen,
        files={path: text.rows for path, text in texts.items()},
        missing=_missing(chosen, inside),
        outside=tuple(_place(record) for record in records if record not in inside),
        notices=tuple(dict.fromkeys(record.notice for record in inside if record.notice)),
    )


def _suite_of(records: Sequence[Record]) -> str:
    named = {record.suite for record in records if record.suite is not None}
    return named.pop() if len(named) == 1 else DEFAULT_SUITE


def _path(output: Path, record: Record) -> Path:
    return submission_path(output, find_task(record.task), record.language)


def _text(store: Store, record: Record) -> Text:
    path = store.record_path(record.system, record.task, record.language)
    if cut_mark(record):
        raise InputError(f"{path}: only the first {record.limit} examples were run; run it again without --limit")
    if _TURNED in record.key.protocol:
        raise InputError(f"{path}: run with {_TURNED}, but a submission holds rows of the foreign file; run it without")
    columns = read_predictions(path.with_suffix(".parquet"))
    ids, predictions = (columns.get(name, []) for name in ("id", "prediction"))
    if not len(ids) == len(predictions) == record.examples:
        raise InputError(f"{path.with_suffix('.parquet')} is not of its record, which has {record.examples} examples")
    return predictions_text(find_task(record.task), ids, predictions)


def _missing(suite: Suite, records: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    there = {(record.task, record.language) for record in records}
    absent = {key: tuple(code for code in codes if (key, code) not in there) for key, codes in suite.languages.items()}
    return {key: codes for key, codes in absent.items() if codes}


def _place(record: Record) -> str:
    return f"{record.task}/{record.language}"
