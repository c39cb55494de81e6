"""Which tasks and languages a user means."""

from collections.abc import Sequence

from ..errors import InputError
from .languages import find_language
from .suites import find_suite, find_task, known_tasks


def select_languages(suite: str | None, tasks: Sequence[str], languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The languages asked for, by task key, in order.

    Args:
        suite: key of a suite; None for all tasks there are.
        tasks: keys of its tasks; empty for all.
        languages: codes; empty for all of each task.

    Raises:
        InputError: an unknown suite, task or language, or one that does not go with the others.
    """
    available = known_tasks()
    known = dict(find_suite(suite).languages) if suite else {key: task.languages for key, task in available.items()}
    for key in tasks:
        if key not in known:
            find_task(key)
            raise InputError(f"suite {suite!r} has no task {key!r}; its tasks: {', '.join(known)}")
    for language in languages:
        find_language(language)
    chosen = {key: known[key] for key in tasks or known if key in available}
    if not languages:
        return chosen
    narrowed = {key: tuple(code for code in languages if code in known[key]) for key in chosen}
    for language in languages:
        if not any(language in codes for codes in narrowed.values()):
            raise InputError(f"none of the tasks {', '.join(chosen)} has the language {language!r}")
    return {key: codes for key, codes in narrowed.items() if codes}
