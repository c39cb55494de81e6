"""The facts on a task's page: what its entry in the task tables says, so that the two cannot differ."""

from collections.abc import Iterable, Iterator, Mapping

from xbench.tasks.hub.places import NOTICES, PLACES, REPOSITORIES, UNAVAILABLE
from xbench.tasks.metrics import Metric
from xbench.tasks.official import OFFICIAL, Size, official_sizes
from xbench.tasks.protocol import SWITCHES, Switch
from xbench.tasks.suites import SUITES, TASKS
from xbench.tasks.task import Form, Suite, Task

from .languages import language_row
from .markdown import code, codes, count, plain, table

_SPLITS = ("train", "dev", "test")
_COUNTED = {
    "tagging": "sentences",
    "span": "questions",
    "retrieval": "pairs of sentences",
    "mining": "foreign sentences against English ones, and the gold pairs among them",
    "ranking": "queries against candidates",
}


def benchmarks_of(task: Task) -> list[Suite]:
    """The suites that have the task, without those that are fixtures."""
    return [suite for suite in SUITES.values() if task.key in suite.languages and suite.notice is None]


def departures_of(task: Task) -> list[Switch]:
    """The choices of `--protocol` that change the task."""
    return [switch for switch in SWITCHES.values() if any(switch.apply(task, value) != task for value in switch.values)]


def value_text(task: Task) -> str:
    """What the value of one language is."""
    if len(task.main_metrics) == 1:
        return code(task.main_metrics[0])
    return f"({' + '.join(map(code, task.main_metrics))}) / {len(task.main_metrics)}"


def rules(task: Task) -> str:
    """What the tables say of how a task is run and scored, as sections of a page."""
    sections = [
        "## In short",
        table(("", ""), _summary(task)),
        "## Metrics",
        _metrics(task),
        "## Departures from the reference",
        _departures(task),
    ]
    return "\n\n".join(sections)


def data(task: Task) -> str:
    """What the tables say of a task's data, as sections of a page."""
    return "\n\n".join(("## Files", _files(task), _hub(task), "## Languages", *_languages(task)))


def _summary(task: Task) -> Iterator[tuple[str, str]]:
    yield "on the command line", code(f"-t {task.key}")
    yield "kind", task.kind.name
    yield "value of a language", value_text(task)
    yield "value of the task", "unweighted mean over its languages"
    yield "averaged in", ", ".join(_groups(task)) or "no average: it is a diagnostic"
    yield "checkpoint", _checkpoint(task)
    yield "longest sequence", f"{task.max_length} tokens"
    if task.kind.head == "embedding":
        yield "pooling", code(task.pooling)
    if task.labels:
        yield "labels", codes(task.labels)
    if task.tuned_on:
        yield "tuned on", f"{task.tuned_on}, never on test"
    yield "version", f"{task.version}; records of another version are not reused"


def _groups(task: Task) -> list[str]:
    return [
        f"{group} of {suite.title}"
        for suite in benchmarks_of(task)
        for group, keys in suite.groups.items()
        if task.key in keys
    ]


def _checkpoint(task: Task) -> str:
    if task.training == "encoder":
        return "the encoder itself, without a head"
    shared = [other.title for other in TASKS.values() if other.training == task.training and other is not task]
    return f"{code(task.training)} of a system" + (f", which also serves {' and '.join(shared)}" if shared else "")


def _metrics(task: Task) -> str:
    rows = [
        (code(metric.name), code(_formula(metric)), "lower" if metric.less_is_better else "higher")
        for metric in task.kind.metrics
    ]
    reading = "In percent, from counts that are stored with every example and summed over the examples of a language."
    return f"{reading}\n\n{table(('metric', '100 times', 'is better if'), rows)}"


def _formula(metric: Metric) -> str:
    below = _sum(metric.denominator)
    return f"{_sum(metric.numerator)} / " + (f"({below})" if "+" in below else below)


def _sum(weights: Mapping[str, float]) -> str:
    return " + ".join(name if weight == 1 else f"{weight:g} * {name}" for name, weight in weights.items())


def _departures(task: Task) -> str:
    switches = departures_of(task)
    if not switches:
        return "`--protocol` has no choice for this task."
    rows = [
        (code(switch.key), code(switch.values[0]), codes(switch.values[1:]), plain(switch.meaning))
        for switch in switches
    ]
    headers = ("`--protocol`", "the reference's way, the default", "the other", "what differs")
    named = "A choice that is not the reference's is named in every record, and never shares a column unmarked."
    return f"{table(headers, rows)}\n\n{named}"


def _files(task: Task) -> str:
    rows = [
        (split, "<br>or ".join(_form(form) for form in task.splits[split])) for split in _SPLITS if split in task.splits
    ]
    return "Below the data directory; the first form that is complete is read.\n\n" + table(("split", "files"), rows)


def _form(form: Form) -> str:
    paths = ", ".join(map(code, form.paths))
    if not form.pool:
        return paths
    pool = code(form.pool[0]) if len(form.pool) == 1 else f"the files of all {len(form.pool)} languages"
    return f"{paths}, with candidates from {pool}"


def _hub(task: Task) -> str:
    if task.key in UNAVAILABLE:
        return f"Not read from the Hugging Face hub: {plain(UNAVAILABLE[task.key])}."
    places = [place for (key, _), found in PLACES.items() if key == task.key for place in found]
    if not places:
        return "Not read from the Hugging Face hub."
    paths = dict.fromkeys(REPOSITORIES[place.repository].path for place in places)
    notice = f" {plain(NOTICES[task.key])}" if task.key in NOTICES else ""
    return f"Without `--data-dir`: {', '.join(map(code, paths))} of the Hugging Face hub, at pinned commits.{notice}"


def _languages(task: Task) -> Iterator[str]:
    suites = benchmarks_of(task)
    sizes = {
        split: [official_sizes(OFFICIAL, task.key, split, language) for language in task.languages]
        for split in ("dev", "test")
        if split in task.splits
    }
    counts = ", ".join(f"{len(suite.languages[task.key])} in {suite.title}" for suite in suites)
    counted = _COUNTED.get(task.kind.name, "examples")
    yield f"{len(task.languages)} languages{': ' if counts else ''}{counts}."
    yield f"Sizes are those of the official sets ({counted}); blank where not known."
    rows = [
        (
            *language_row(language),
            *("yes" if language in suite.languages[task.key] else "" for suite in suites),
            *(" or ".join(map(_size, found[number])) for found in sizes.values()),
        )
        for number, language in enumerate(task.languages)
    ]
    yield table(("code", "language", "family", "script", *(suite.title for suite in suites), *sizes), rows)
    yield from _remarks(size for found in sizes.values() for versions in found for size in versions)


def _size(size: Size) -> str:
    against = "" if size.candidates is None else f" against {count(size.candidates)}"
    pairs = "" if size.pairs is None else f", {count(size.pairs)} pairs"
    return count(size.examples) + against + pairs + (" (?)" if size.doubt else "")


def _remarks(sizes: Iterable[Size]) -> Iterator[str]:
    kept = list(sizes)
    if doubts := dict.fromkeys(size.doubt for size in kept if size.doubt):
        yield f"(?): {plain('; '.join(doubts))}."
    if versions := [f"{count(size.examples)} {size.version}" for size in kept if size.version]:
        yield f"Where two sizes stand: {plain('; '.join(versions))}."
