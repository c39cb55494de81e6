"""Rows of the hub as the files of XTREME's layout.

A layout takes rows, tuples in the order of `Place.columns` with labels by name and None for a label that is withheld,
and gives the texts of the files, in the order of the form's paths. What XTREME's scripts change in a text on the way
(utils_preprocess.py) is changed here too.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = tuple[Any, ...]
Layout = Callable[[Iterable[Row]], tuple[str, ...]]


def pairs(rows: Iterable[Row]) -> tuple[str, ...]:
    """Lines `first TAB second [TAB label]` by Python's CSV writer, as XTREME writes them (and reads without)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t")
    for first, second, label in rows:
        writer.writerow([first.strip(), second.strip(), *([] if label is None else [label])])
    return (text.getvalue(),)


_CHOICES = {"choice1": 0, "choice2": 1, 0: 0, 1: 1}


def choices(rows: Iterable[Row]) -> tuple[str, ...]:
    """COPA's lines of JSON."""
    lines = []
    for premise, first, second, question, label in rows:
        line = {"premise": premise, "choice1": first, "choice2": second, "question": question}
        if label in _CHOICES:
            line["label"] = _CHOICES[label]
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return ("".join(lines),)


def _tagged(rows: Iterable[Row], clean: Callable[[str], str]) -> tuple[str, ...]:
    """Lines `word TAB tag`, an empty one behind each sentence; no tags where one of a sentence's is withheld."""
    lines = []
    for tokens, tags in rows:
        cleaned = [clean(token) for token in tokens]
        if None in tags:
            lines += cleaned
        else:
            lines += [f"{word}\t{tag}" for word, tag in zip(cleaned, tags, strict=True)]
        lines.append("")
    return ("".join(f"{line}\n" for line in lines),)


def entities(rows: Iterable[Row]) -> tuple[str, ...]:
    """PAN-X."""
    return _tagged(rows, str.strip)


def words(rows: Iterable[Row]) -> tuple[str, ...]:
    """UD-POS, its forms without blanks and zero-width non-joiners."""
    return _tagged(rows, lambda word: word.strip().replace("\u200c", "").replace(" ", ""))


def questions(rows: Iterable[Row]) -> tuple[str, ...]:
    """SQuAD v1.1's JSON, a paragraph for questions in a row on one context."""
    paragraphs = [
        {"context": context, "qas": [_asked(row) for row in group]} for context, group in groupby(rows, itemgetter(1))
    ]
    return (json.dumps({"data": [{"paragraphs": paragraphs}]}, ensure_ascii=False),)


def _asked(row: Row) -> dict[str, Any]:
    identity, context, question, answers = row
    found = zip(answers["text"], answers["answer_start"], strict=True)
    return {
        "id": identity,
        "question": question,
        "answers": [{"text": text, "answer_start": _start(context, text, start)} for text, start in found],
    }


def _start(context: str, text: str, start: int) -> int:
    """Where the answer begins.

    Some sets were made by cutting blanks off the front of contexts without moving the offsets (huggingface/datasets
    issue 2585): then it is where the answer stands nearest to the offset.
    """
    if context.startswith(text, start):
        return start
    near = (context.rfind(text, 0, start + len(text)), context.find(text, start))
    return min((place for place in near if place >= 0), key=lambda place: abs(place - start), default=start)


def answerable_questions(rows: Iterable[Row]) -> tuple[str, ...]:
    """SQuAD v2.0's JSON: a question without answers is one that the context does not answer."""
    (text,) = questions(rows)
    document = json.loads(text)
    for paragraph in document["data"][0]["paragraphs"]:
        for item in paragraph["qas"]:
            item["is_impossible"] = not item["answers"]
    return (json.dumps(document, ensure_ascii=False),)


def renamed_questions(rows: Iterable[Row]) -> tuple[str, ...]:
    """TyDiQA's training questions, of whose ids XTREME keeps what follows the last hyphen."""
    return questions((str(row[0]).rsplit("-", 1)[-1], *row[1:]) for row in rows)


def bitext(rows: Iterable[Row]) -> tuple[str, ...]:
    """LASER's Tatoeba: foreign lines and English lines."""
    foreign, english = [], []
    for source, target in rows:
        foreign.append(f"{source.strip()}\n")
        english.append(f"{target.strip()}\n")
    return "".join(foreign), "".join(english)


def _lines(records: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return ("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records),)


def pair_lines(rows: Iterable[Row]) -> tuple[str, ...]:
    """Lines of JSON with two sentences and a label; pairs on which SNLI's annotators did not agree are left out."""
    return _lines({"sentence1": a, "sentence2": b, "label": label} for a, b, label in rows if label is not None)


def hellaswag(rows: Iterable[Row]) -> tuple[str, ...]:
    """HellaSwag's lines of JSON, whose labels the hub has as text."""
    return _lines(
        {"ctx_a": a, "ctx_b": b, "endings": endings, "label": int(label) if label else None}
        for a, b, endings, label in rows
    )


def commonsense(rows: Iterable[Row]) -> tuple[str, ...]:
    """CommonsenseQA's lines of JSON."""
    return _lines(
        {
            "question": {
                "stem": question,
                "choices": [
                    {"label": name, "text": text} for name, text in zip(choice["label"], choice["text"], strict=True)
                ],
            },
            "answerKey": key or None,
        }
        for question, choice, key in rows
    )


_COSMOS = ("context", "question", "answer0", "answer1", "answer2", "answer3", "label")


def cosmos(rows: Iterable[Row]) -> tuple[str, ...]:
    """Cosmos QA's comma-separated table."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([_COSMOS, *rows])
    return (text.getvalue(),)


def social(rows: Iterable[Row]) -> tuple[str, ...]:
    """SocialIQA's lines of JSON, whose labels the hub has as numbers from 1."""
    names = ("context", "question", "answerA", "answerB", "answerC")
    return _lines({**dict(zip(names, row, strict=False)), "correct": "ABC"[int(row[-1]) - 1]} for row in rows)


LAYOUTS: dict[str, Layout] = {
    "pairs": pairs,
    "choices": choices,
    "entities": entities,
    "words": words,
    "questions": questions,
    "renamed-questions": renamed_questions,
    "bitext": bitext,
    "answerable-questions": answerable_questions,
    "pair-lines": pair_lines,
    "hellaswag": hellaswag,
    "commonsense": commonsense,
    "cosmos": cosmos,
    "social": social,
}
