"""TyDiQA-GoldP v1.1: one training file of nine languages, and a dev file for each, which XTREME tests on."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ...errors import InputError
from ..languages import Language, find_language
from ..readers import load_json, read_squad
from ..suites import find_task
from .converter import Converted, Converter
from .originals import Original, shown_names

_FOLDER = "tydiqa/tydiqa-goldp-v1.1"


def _english_name(language: Language) -> str:
    return language.name.lower()


def _checked(original: Original) -> int:
    """The number of questions; `InputError` if the format is not SQuAD's or an answer is not where it should be."""
    with shown_names(original):
        dataset = read_squad([original.path], find_task("tydiqa"))
    for example in dataset.examples:
        for text, start in zip(example.gold or (), example.starts, strict=True):
            if example.context[start : start + len(text)] != text:
                raise InputError(f"{original.shown}: question {example.id!r}: no {text!r} at {start} of its context")
    return len(dataset.examples)


def _by_language(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Articles of one question each, by the English name of a language, which an id begins with."""
    articles: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for paragraph in (paragraph for article in document["data"] for paragraph in article["paragraphs"]):
        for item in paragraph["qas"]:
            name, *_, number = str(item["id"]).split("-")
            question = {"answers": item["answers"], "question": item["question"], "id": number}
            articles[name].append({"paragraphs": [{"context": paragraph["context"], "qas": [question]}]})
    return articles


def _training(original: Original, languages: Sequence[str]) -> Iterator[Converted]:
    _checked(original)
    document = load_json(original.path)
    try:
        version, articles = document["version"], _by_language(document)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{original.shown}: not TyDiQA-GoldP's training file: {error!r}") from error
    for language in languages:
        if found := articles.get(_english_name(find_language(language))):
            text = json.dumps({"data": found, "version": version})
            yield Converted(f"{_FOLDER}-train/tydiqa.goldp.{language}.train.json", language, text, len(found))


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    for original in originals:
        if language := original.parts.get("language"):
            path = f"{_FOLDER}-dev/tydiqa.goldp.{language}.dev.json"
            yield Converted(path, language, original.text(), _checked(original))
        else:
            yield from _training(original, languages)


TYDIQA = Converter(
    files=r"tydiqa-goldp-dev-(?P<language>{language})\.json|tydiqa-goldp-v1\.1-train\.json",
    archives=r"tydiqa.*",
    looked_for="tydiqa-goldp-v1.1-train.json and tydiqa-goldp-dev-<english name>.json (tydiqa-goldp-v1.1-dev.tgz)",
    convert=_convert,
    spelling=_english_name,
)
"""Training is split by language and keeps the last part of an id; dev is copied (XTREME utils_preprocess.py)."""
