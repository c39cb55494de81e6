"""The report on an experiment as GitHub markdown. The same records and accounts give the same bytes."""

from collections.abc import Iterator, Mapping, Sequence

from ..leaderboard.forms.escape import escape
from ..leaderboard.forms.formats import Footnotes
from ..results.record import Record
from .account import Accounts, CellAccount
from .choices import choose
from .gains import Results, results_of
from .grid import Cell
from .sections import choice_lines, correlation_section, intermediate_table, missing_section
from .tables import gain_table

_READING = (
    "The row of the baseline has scores in percent, all others points gained over it, each seed's system held against"
    " the baseline of the same seed. A task is the unweighted mean over its languages, with the mean of F1 and exact"
    " match for question answering; an average is the unweighted mean over the tasks of this table, complete unless it"
    " is marked. Of several seeds: their mean, in square brackets the smallest and the largest. In round brackets: what"
    " is missing, as the languages, scores or seeds that are there of those that should be. Retrieval moves by tens of"
    " points where other tasks move by one, hence the average without it."
)
_CONTRAST = "A row with a minus sign is the difference of two conditions, seed by seed."


def render(accounts: Accounts) -> str:
    """Write the report of an experiment from its accounts and records, whatever there is of them.

    Returns:
        Markdown that ends in a line end.

    Raises:
        InputError: a record lacks a score.
    """
    grid, footnotes, found = accounts.grid, Footnotes(), accounts.all()
    records = _records(accounts, found)
    dev = accounts.on("dev")
    dev_records = _records(dev, dev.all()) if grid.split != "dev" else []
    sections = [f"# {escape(grid.title)}", *([escape(grid.question)] if grid.question else [])]
    sections += [f"> **Note:** {escape(notice)}" for notice in sorted({one.notice for one in records if one.notice})]
    sections += ["\n".join(f"- {line}" for line in _facts(accounts, found, records))]
    for base in grid.bases:
        results = results_of(grid, base, records)
        results_on_dev = results_of(grid, base, dev_records) if dev_records else None
        sections += _base_sections(results, results_on_dev, found, footnotes)
    sections += missing_section(accounts, found)
    if items := footnotes.items():
        sections += ["## Footnotes", "\n".join(f"- {number} {escape(sentence)}" for number, sentence in items)]
    return "\n\n".join(sections) + "\n"


def _records(accounts: Accounts, found: Mapping[Cell, CellAccount | None]) -> list[Record]:
    """The records that the accounts name: others in the same place may be of another experiment.

    One that is gone or damaged is one that a resumed experiment computes anew; here it is a score that is missing.
    """
    store, split = accounts.store, accounts.grid.split
    records = (
        store.find(cell.name, task, language, split)
        for cell, account in found.items()
        if account is not None
        for task, _, language in (score.partition("/") for score in account.scores)
    )
    return [record for record in records if record is not None]


def _facts(accounts: Accounts, found: Mapping[Cell, CellAccount | None], records: Sequence[Record]) -> Iterator[str]:
    grid, kept = accounts.grid, [account for account in found.values() if account is not None]
    done = sum(account.status == "done" for account in kept)
    selected = grid.selected()
    scores = sum(len(languages) for languages in selected.values())
    yield f"{escape(grid.suite)}, {grid.split} split: {len(selected)} tasks, {scores} pairs of task and language"
    yield f"base: {', '.join(map(escape, grid.bases))}"
    yield f"seeds: {', '.join(map(str, grid.seeds))}"
    changes = "".join(f", {escape(name)} = {escape(repr(value))}" for name, value in sorted(grid.changes.items()))
    yield f"recipes: {escape(grid.recipes)}{changes}"
    trainings = sum(part.steps > 0 for account in kept for part in account.parts.values())
    yield (
        f"done: {done} of {len(found)} cells, {trainings} trainings, {len(records)} of {scores * len(found)} scores;"
        f" failed: {len(kept) - done} cells; not run: {len(found) - len(kept)}"
    )
    if accounts.limit is not None:
        yield f"**only the first {accounts.limit} examples of each language were evaluated**"


def _base_sections(
    results: Results, dev: Results | None, accounts: Mapping[Cell, CellAccount | None], footnotes: Footnotes
) -> Iterator[str]:
    grid, choices = results.grid, choose(results, dev, accounts)
    yield f"## {escape(results.base)}"
    yield gain_table(results, footnotes, choices)
    yield _READING + (f" {_CONTRAST}" if grid.contrasts else "")
    yield from choice_lines(results, choices)
    for name in grid.slices:
        languages = grid.languages_of(name)
        yield f"### {escape(name)}"
        yield gain_table(results.narrowed(languages), footnotes)
        yield _extent(languages)
    if grid.correlation is not None:
        part = results.narrowed(grid.languages_of(grid.correlation.slice))
        yield from correlation_section(part, grid.correlation, accounts)
    yield "### Intermediate tasks"
    yield from intermediate_table(results, accounts)


def _extent(languages: Mapping[str, tuple[str, ...]]) -> str:
    codes = sorted({code for task in languages.values() for code in task})
    return f"Languages: {' '.join(map(escape, codes))}."
