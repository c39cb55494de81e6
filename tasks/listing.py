"""What `xbench tasks` shows."""

import json
from collections.abc import Sequence

from tabulate import tabulate

from .suites import known_tasks
from .task import Suite


def listing_text(suites: Sequence[Suite]) -> str:
    """A table for each suite: task, kind, metrics, number of languages, and their codes."""
    return "\n\n".join(_suite_text(suite) for suite in suites)


def listing_json(suites: Sequence[Suite]) -> str:
    """The same as JSON."""
    content = {
        suite.key: {
            "title": suite.title,
            "notice": suite.notice,
            "groups": suite.groups,
            "tasks": {key: _entry(suite, key) for key in suite.tasks},
        }
        for suite in suites
    }
    return json.dumps(content, indent=2)


def _suite_text(suite: Suite) -> str:
    rows = []
    for key in suite.tasks:
        entry = _entry(suite, key)
        metrics = ", ".join(entry["metrics"]) or "not available yet"
        rows.append((key, entry["kind"], metrics, len(entry["languages"]), " ".join(entry["languages"])))
    headers = ("task", "kind", "metrics", "n", "languages")
    table = tabulate(rows, headers, maxcolwidths=[None, None, 26, None, 60])
    notice = f"\n{suite.notice}" if suite.notice else ""
    return f"{suite.title} (-s {suite.key}){notice}\n{table}"


def _entry(suite: Suite, key: str) -> dict[str, list[str] | str]:
    task = known_tasks().get(key)
    return {
        "kind": task.kind.name if task else "",
        "metrics": list(task.main_metrics) if task else [],
        "languages": list(suite.languages[key]),
    }
