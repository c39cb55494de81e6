"""Readers of XTREME's file formats: files in, a data set out, one line of complaint where a file is malformed.

Files are UTF-8; lines end at a line feed alone, since sentences may hold other characters that Python takes for line
ends. Sentence-pair files are split at tabs and nothing else: XTREME writes them with CSV quoting but reads them
without, so doubled quotes are part of the input of the published numbers.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from .examples import Dataset, MultipleChoice, Question, SentencePair, TaggedSentence
from .task import Task


def read_lines(path: Path) -> list[str]:
    """Lines of a text file without their ends.

    Raises:
        InputError: the file cannot be read or is not UTF-8; the line is named.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8 (byte {data[error.start]:#04x}); convert the file") from error
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def malformed(path: Path, line: int, problem: str) -> InputError:
    """What to raise for a malformed line."""
    return InputError(f"{path}:{line}: {problem}")


def reason(error: Exception) -> str:
    """What an exception met in parsing says of the input."""
    return f"no field {error}" if isinstance(error, KeyError) else str(error)


def read_pairs(paths: Sequence[Path], task: Task) -> Dataset[SentencePair]:
    """Lines `first TAB second [TAB label]`, doubled quotes and all."""
    (path,) = paths
    return _pairs(path, ((number, line.split("\t")) for number, line in enumerate(read_lines(path), start=1)), task)


def read_parsed_pairs(paths: Sequence[Path], task: Task) -> Dataset[SentencePair]:
    """The same with the quoting of XTREME's CSV writer undone, as the sentences were before it."""
    (path,) = paths
    rows = csv.reader(read_lines(path), delimiter="\t", strict=True)

    def numbered() -> Iterator[tuple[int, list[str]]]:
        try:
            for row in rows:
                yield rows.line_num, row
        except csv.Error as error:
            raise malformed(path, rows.line_num, f"not what a CSV writer writes: {error}") from error

    return _pairs(path, numbered(), task)


def _pairs(path: Path, rows: Iterable[tuple[int, list[str]]], task: Task) -> Dataset[SentencePair]:
    examples: list[SentencePair] = []
    for number, fields in rows:
        if len(fields) not in (2, 3):
            raise malformed(path, number, f"{len(fields)} fields, expected two sentences and a label, split by tabs")
        label = fields[2] if len(fields) == 3 else None
        if label is not None and label not in task.labels:
            raise malformed(path, number, f"unknown label {label!r}, expected one of {', '.join(task.labels)}")
        examples.append(SentencePair(str(len(examples)), fields[0], fields[1], label))
    return Dataset(tuple(examples))


def read_tags(paths: Sequence[Path], task: Task) -> Dataset[TaggedSentence]:
    """Lines `word [TAB tag]`; every blank line closes a sentence, so two in a row make an empty one."""
    (path,) = paths
    known = {*task.labels, *task.extra_labels}
    examples: list[TaggedSentence] = []
    words: list[str] = []
    tags: list[str] = []

    def close() -> None:
        gold = tuple(tags) if len(tags) == len(words) else None
        examples.append(TaggedSentence(str(len(examples)), tuple(words), gold))
        words.clear()
        tags.clear()

    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            close()
            continue
        word, *rest = line.split("\t")
        if len(rest) > 1 or (rest and rest[0] not in known):
            raise malformed(path, number, f"expected a word, a tab and a tag of {task.title}, found {line!r}")
        words.append(word)
        tags.extend(rest)
        if tags and len(tags) != len(words):
            found, before = ("a", "none") if rest else ("no", "one")
            raise malformed(path, number, f"{word!r} has {found} tag, but words before it have {before}")
    if words:
        close()
    return Dataset(tuple(examples))


def load_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        InputError: it cannot be read, or is not JSON; the line is named.
    """
    text = "\n".join(read_lines(path))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise malformed(path, error.lineno, f"not JSON: {error.msg}") from error


def _question(path: Path, context: str, item: dict[str, Any]) -> Question:
    try:
        answers = [(str(answer["text"]), int(answer["answer_start"])) for answer in item["answers"]]
        # XTREME blanks the answers of test files instead of leaving them out.
        answers = [(text, start) for text, start in answers if text]
        identity, question = str(item["id"]), str(item["question"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: question {item.get('id', '?')!r} is not in SQuAD's format: {reason(error)}"
        ) from error
    gold = tuple(text for text, _ in answers) or None
    return Question(identity, question, context, gold, tuple(start for _, start in answers))


def _paragraphs(path: Path, document: Any) -> Iterator[dict[str, Any]]:
    articles = document.get("data") if isinstance(document, dict) else document
    if not isinstance(articles, list):
        raise InputError(f"{path}: no list of articles under 'data', as SQuAD's format has")
    for article in articles:
        yield from article["paragraphs"]


def read_squad(paths: Sequence[Path], task: Task) -> Dataset[Question]:
    """SQuAD v1.1's JSON."""
    (path,) = paths
    try:
        examples = tuple(
            _question(path, paragraph["context"], item)
            for paragraph in _paragraphs(path, load_json(path))
            for item in paragraph["qas"]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not in SQuAD's format: {reason(error)}") from error
    return Dataset(examples)


_COPA_QUESTIONS = {"cause": "What was the cause?", "effect": "What was the effect?"}


def read_copa(paths: Sequence[Path], task: Task) -> Dataset[MultipleChoice]:
    """COPA's lines of JSON; the prompt is the premise and the question in English words, as XTREME-R has it."""
    (path,) = paths
    examples = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            row = json.loads(line)
            if row["question"] not in _COPA_QUESTIONS:
                raise ValueError(f"question {row['question']!r} is neither cause nor effect")
            prompt = f"{row['premise']} {_COPA_QUESTIONS[row['question']]}"
            label = row.get("label")
            gold = None if label is None else (0, 1).index(label)
            choices = (str(row["choice1"]), str(row["choice2"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise malformed(path, number, f"not a line of COPA: {reason(error)}") from error
        examples.append(MultipleChoice(str(number - 1), prompt, choices, gold))
    return Dataset(tuple(examples))
