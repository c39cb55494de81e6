"""What the site adds to the files in `docs/`: pages, parts of pages, entries of the menu."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from xbench.tasks.languages import nearest
from xbench.tasks.suites import TASKS

from .commands import command_page, command_table, commands
from .languages import language_table
from .task_facts import data, rules
from .task_tables import intermediate_table, suite_table, task_table

_MARKER = re.compile(r"^<!-- generated: (?P<name>.+?) -->$", re.MULTILINE)
_TASKS = "tasks"
_COMMANDS = "reference/cli"

PARTS: dict[str, Callable[[], str]] = {
    "tasks": task_table,
    "suites": suite_table,
    "intermediate tasks": intermediate_table,
    "languages": language_table,
    "commands": command_table,
    **{f"rules of {key}": partial(rules, task) for key, task in TASKS.items()},
    **{f"data of {key}": partial(data, task) for key, task in TASKS.items()},
}
"""What `<!-- generated: NAME -->`, alone on a line of a page, stands for."""


class UnknownPart(LookupError):
    """A page asks for a part that is not made."""


def filled(markdown: str) -> str:
    """A page with its markers replaced by what is generated.

    Raises:
        UnknownPart: a marker has another name than those of `PARTS`.
    """

    def part(found: re.Match[str]) -> str:
        if found["name"] not in PARTS:
            raise UnknownPart(f"nothing is generated under the name {found['name']!r}: {nearest(found['name'], PARTS)}")
        return PARTS[found["name"]]()

    return _MARKER.sub(part, markdown)


def command_pages() -> dict[str, str]:
    """The pages of the command line, by their place on the site."""
    return {f"{_COMMANDS}/{name}.md": command_page(name, command) for name, command in commands().items()}


def menu(entries: Any) -> Any:
    """The menu of `mkdocs.yml`, with `@tasks` and `@commands` replaced by an entry for each of them."""
    if isinstance(entries, dict):
        return {title: menu(below) for title, below in entries.items()}
    if not isinstance(entries, list):
        return entries
    many = {
        "@tasks": [{task.title: f"{_TASKS}/{key}.md"} for key, task in TASKS.items()],
        "@commands": [{name: f"{_COMMANDS}/{name}.md"} for name in commands()],
    }
    made = [many[entry] if isinstance(entry, str) and entry in many else [menu(entry)] for entry in entries]
    return [entry for group in made for entry in group]


def complaints(pages: Mapping[str, str], tasks: Collection[str] = tuple(TASKS)) -> Iterator[str]:
    """What is wrong with the pages of tasks; `pages` has the markdown of all pages by their place on the site."""
    for key in tasks:
        place = f"{_TASKS}/{key}.md"
        markers = [f"<!-- generated: {part} of {key} -->" for part in ("rules", "data")]
        if place not in pages:
            yield (
                f"the task {key!r} of tasks/suites.py has no page: write docs/{place} as docs/tasks/xnli.md is written,"
                f" with what is measured, its traps, its source, and the lines {' and '.join(markers)}"
            )
            continue
        for marker in markers:
            if marker not in pages[place].splitlines():
                yield f"docs/{place} lacks the line {marker}, where facts of the task tables go"
