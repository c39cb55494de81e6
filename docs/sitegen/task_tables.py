"""Tables over all tasks."""

from xbench.tasks.intermediate.catalogue import INTERMEDIATE, OFFICIAL_SIZE, PARTS
from xbench.tasks.suites import SUITES, TASKS

from .markdown import code, codes, count, table
from .task_facts import departures_of, value_text


def task_table() -> str:
    """All target tasks, each with a link to its page, which lies in the same folder."""
    suites = [suite for suite in SUITES.values() if suite.notice is None]
    headers = ("task", "kind", "value of a language", *(f"languages in {s.title}" for s in suites), "`--protocol`")
    rows = [
        (
            f"[{task.title}]({key}.md)",
            task.kind.name,
            value_text(task),
            *(str(len(suite.languages.get(key, ())) or "") for suite in suites),
            codes(switch.key for switch in departures_of(task)),
        )
        for key, task in TASKS.items()
    ]
    return table(headers, rows)


def suite_table() -> str:
    """All suites with their groups."""
    rows = [
        (code(f"-s {key}"), group, ", ".join(TASKS[task].title for task in tasks))
        for key, suite in SUITES.items()
        for group, tasks in suite.groups.items()
    ]
    return table(("suite", "group", "tasks"), rows)


def intermediate_table() -> str:
    """The tasks that phase 1 of a training can be on."""
    rows = []
    for key, task in INTERMEDIATE.items():
        files = "; ".join(codes(form.paths) for form in task.splits.get("train", ()))
        made_of = f"{', '.join(map(code, PARTS[key]))}, one behind the other" if key in PARTS else files
        rows.append((code(key), task.title, task.kind.name, count(OFFICIAL_SIZE[key]), made_of))
    return table(("`--intermediate`", "data set", "kind", "training examples", "read from the first of"), rows)
