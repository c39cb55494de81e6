"""What `xbench languages` shows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate

from .languages import Language, known_languages
from .task import Suite


def language_text(suites: Sequence[Suite], languages: Mapping[str, Language]) -> str:
    """A row a language: code, name, family, script, size, resource level, and its tasks in each suite."""
    rows = []
    for code, language in languages.items():
        tasks = tasks_of(suites, code)
        entry = _entry(language)
        cells = (f"{len(keys)}: {' '.join(keys)}" if keys else "" for keys in tasks.values())
        rows.append((*entry.values(), *cells))
    fields = ("code", "name", "family", "script", "articles (M)", "resources")
    widths = [None] * len(fields) + [30] * len(suites)
    table = tabulate(rows, (*fields, *(suite.key for suite in suites)), maxcolwidths=widths)
    return f"{table}\n{len(rows)} languages"


def language_json(suites: Sequence[Suite], languages: Mapping[str, Language]) -> str:
    """The same as JSON: entries by code, tasks by suite."""
    content = {code: {**_entry(language), "tasks": tasks_of(suites, code)} for code, language in languages.items()}
    return json.dumps(content, indent=2, ensure_ascii=False)


def covered_languages(suites: Sequence[Suite]) -> dict[str, Language]:
    """The known languages that at least one of the suites has."""
    return {code: language for code, language in known_languages().items() if any(tasks_of(suites, code).values())}


def tasks_of(suites: Sequence[Suite], language: str) -> dict[str, list[str]]:
    """Keys of the tasks that have the language, by key of the suite."""
    return {suite.key: [key for key in suite.tasks if language in suite.languages[key]] for suite in suites}


def _entry(language: Language) -> dict[str, Any]:
    return {
        "code": language.code,
        "name": language.name,
        "family": language.family,
        "script": language.script,
        "articles": language.articles,
        "resources": "low" if language.low_resource else "high",
    }
