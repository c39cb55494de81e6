"""Languages as rows."""

from xbench.tasks.languages import LANGUAGES
from xbench.tasks.suites import SUITES

from .markdown import code, table


def language_row(key: str) -> tuple[str, str, str, str]:
    """Code, name, family and script."""
    language = LANGUAGES[key]
    return code(key), language.name, language.family, language.script


def language_table() -> str:
    """All languages, with their size and the number of tasks that each benchmark has them in."""
    suites = [suite for suite in SUITES.values() if suite.notice is None]
    headers = ("code", "language", "family", "script", "articles, millions", "resources", *(s.title for s in suites))
    rows = []
    for key, language in LANGUAGES.items():
        tasks = (sum(key in languages for languages in suite.languages.values()) for suite in suites)
        size = (f"{language.articles:g}", "low" if language.low_resource else "high")
        rows.append((*language_row(key), *size, *(str(number or "") for number in tasks)))
    return table(headers, rows)
