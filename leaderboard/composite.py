"""The best system for each task as a row of its own: chosen on dev, reported on test.

Phang et al. (2020) report such a row, the best intermediate model for each target task (`protocol.md` 7.9); by which
dev scores they chose was not found. Here it is the task's value, the mean over the languages of dev and over seeds.
Nothing is chosen on test: a task whose dev set is its test set has no choice. The row consists of the chosen systems'
test records under its own name, so that averages, improvement and statistics treat it like any system.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from ..results.reading import Results
from ..results.store import StoredRecord
from ..tasks.suites import find_task, known_tasks
from .comparability import comparable
from .naming import split_seed
from .scores import CellKey, Cells, make_cells

BEST = "best per task"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which candidate serves a task: the first of the highest `values`, dev scores in percent over `languages`."""

    candidate: str
    languages: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Composite:
    """Rows that take each task from the candidate that is best at it on dev.

    Attributes:
        systems: names of the rows: `BEST`, or `BEST.seedN` for each seed that all candidates have.
        choices: by task.
        unmade: tasks that candidates have test scores of but no choice is made for, and why.
        stored: the rows' records by (system, task, language), with the files that they were taken from.
    """

    systems: tuple[str, ...]
    choices: Mapping[str, Choice]
    unmade: Mapping[str, str]
    stored: Mapping[tuple[str, str, str], StoredRecord]

    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the rows, in a sentence or two."""
        served: defaultdict[str, list[str]] = defaultdict(list)
        for task, choice in self.choices.items():
            served[choice.candidate].append(find_task(task).title)
        parts = [f"{', '.join(titles)} of {candidate}" for candidate, titles in served.items()]
        lacks = [f"{find_task(task).title} ({reason})" for task, reason in self.unmade.items()]
        return (
            f"{BEST} has for each task the scores of the system that is best at it on dev: {'; '.join(parts)}.",
            *([f"{BEST} has no choice for {'; '.join(lacks)}."] if lacks else []),
        )


def dev_is_test(task: str) -> bool:
    """Whether a task's dev set is its test set, so that choosing on it is not blind."""
    splits = find_task(task).splits
    return "dev" in splits and splits["dev"] == splits.get("test")


def mean_value(cells: Cells, systems: Iterable[str], task: str, languages: Sequence[str]) -> float:
    """The mean over systems, such as seeds, and languages of a task's value in percent; every cell must be there."""
    return fmean(cells[CellKey(system, task, code)].value for system in systems for code in languages)


def compose(results: Results, dev: Results, baselines: Collection[str]) -> Composite | None:
    """Choose a candidate for each task, and copy its test records.

    A choice is made among all that have test scores of the task, and only if all of them have dev scores of it, over
    the same languages and measured alike.

    Args:
        results: of the split that is reported.
        dev: of split dev.
        baselines: systems that are no candidates, nor are other seeds of them.

    Returns:
        None if no choice can be made, or a system already has the row's name.

    Raises:
        InputError: a dev record lacks a score, or two claim the same place.
    """
    candidates = _candidates({one.system for one in results.records}, {split_seed(name)[0] for name in baselines})
    seeds = _shared_seeds(candidates)
    if len(candidates) < 2 or not seeds or BEST in candidates:
        return None
    on_dev = make_cells([one.record for records in _scored(dev).values() for one in records], None)
    contest = _Contest(candidates, seeds, _scored(results), on_dev)
    obstacles = {task: contest.obstacle(task) for task in known_tasks() if contest.entrants(task)}
    choices = {task: contest.choice(task) for task, reason in obstacles.items() if reason is None}
    if not choices:
        return None
    names = {seed: BEST if seed is None else f"{BEST}.seed{seed}" for seed in seeds}
    stored = {
        (name, task, one.record.language): StoredRecord(one.path, one.record.model_copy(update={"system": name}))
        for seed, name in names.items()
        for task, choice in choices.items()
        for one in contest.test.get((candidates[choice.candidate].system(seed), task), ())
    }
    unmade = {task: reason for task, reason in obstacles.items() if reason is not None}
    return Composite(tuple(names.values()), choices, unmade, stored)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Systems that differ in the seed alone; one that is no seed of anything serves for every seed."""

    systems: Mapping[int | None, str]

    def system(self, seed: int | None) -> str:
        return self.systems[seed] if seed in self.systems else self.systems[None]


@dataclass(frozen=True, slots=True)
class _Contest:
    """Who is chosen among, on what: `test` has the scored records by system and task, `dev` every dev score."""

    candidates: Mapping[str, _Candidate]
    seeds: tuple[int | None, ...]
    test: Mapping[tuple[str, str], Sequence[StoredRecord]]
    dev: Cells

    def entrants(self, task: str) -> dict[str, tuple[str, ...]]:
        """The candidates with test scores of a task, each with its systems by seed."""
        return {
            name: tuple(one.system(seed) for seed in self.seeds)
            for name, one in self.candidates.items()
            if any((system, task) in self.test for system in one.systems.values())
        }

    def obstacle(self, task: str) -> str | None:
        """Why no choice can be made for a task; None if one can."""
        if dev_is_test(task):
            return "its dev set is its test set"
        entrants = self.entrants(task)
        spoken = {name: {self._languages(system, task) for system in systems} for name, systems in entrants.items()}
        if missing := [name for name, languages in spoken.items() if () in languages]:
            return f"no dev records of {', '.join(missing)}"
        if len(set().union(*spoken.values())) > 1:
            return "its dev records are not of the same languages for all systems"
        return self._unlike(task, [system for systems in entrants.values() for system in systems])

    def choice(self, task: str) -> Choice:
        """The candidate with the highest dev score; of equals the first by name."""
        entrants = self.entrants(task)
        languages = self._languages(next(iter(entrants.values()))[0], task)
        values = {name: mean_value(self.dev, systems, task, languages) for name, systems in entrants.items()}
        return Choice(max(sorted(values), key=values.__getitem__), languages, values)

    def _languages(self, system: str, task: str) -> tuple[str, ...]:
        codes = (code for code in find_task(task).languages if CellKey(system, task, code) in self.dev)
        return tuple(sorted(codes))

    def _unlike(self, task: str, systems: Sequence[str]) -> str | None:
        """What keeps dev scores from being compared, or from being other than test scores."""
        tested = {one.record.key.data for system in systems for one in self.test.get((system, task), ())}
        for code in self._languages(systems[0], task):
            records = [self.dev[CellKey(system, task, code)].record for system in systems]
            if not all(comparable(one, records[0]) for one in records):
                return "its dev records were not measured alike"
            if records[0].key.data in tested:
                return "its dev examples are its test examples"
        return None


def _candidates(systems: Collection[str], baselines: Collection[str]) -> dict[str, _Candidate]:
    found: defaultdict[str, dict[int | None, str]] = defaultdict(dict)
    for system in sorted(systems):
        name, seed = split_seed(system)
        if name not in baselines:
            found[name][seed] = system
    return {name: _Candidate(seeds) for name, seeds in found.items()}


def _shared_seeds(candidates: Mapping[str, _Candidate]) -> tuple[int | None, ...]:
    """The seeds that all candidates have; None alone if none of them names a seed."""
    named = [{*one.systems} for one in candidates.values() if None not in one.systems]
    return tuple(sorted(set.intersection(*named), key=lambda seed: seed or 0)) if named else (None,)


def _scored(results: Results) -> dict[tuple[str, str], list[StoredRecord]]:
    """The records with scores of known tasks, by system and task."""
    found: defaultdict[tuple[str, str], list[StoredRecord]] = defaultdict(list)
    for one in results.stored.values():
        if one.record.scores and one.record.task in known_tasks():
            found[one.record.system, one.record.task].append(one)
    return found
