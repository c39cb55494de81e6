"""The cells of an experiment one behind the other: trained, exported, evaluated, accounted for; then the report."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, XbenchError
from ..files import make_directory, write_text
from ..harness.progress import Progress
from ..harness.run import RunResult, data_source, run
from ..harness.settings import RunSettings
from ..tasks.sources import Source, load_split
from ..tasks.suites import find_task
from ..training.progress import TrainingProgress
from .account import Accounts, CellAccount, PartSummary, SkippedUnits
from .grid import Cell, Grid
from .report import render
from .training import train_cell

REPORT = "REPORT.md"


def _ignored(_: str) -> None:
    pass


@dataclass(frozen=True)
class Display:
    """What the user sees: a line for each cell, and a bar for each training and evaluation; by default nothing."""

    tell: Callable[[str], None] = _ignored
    training: Callable[[], AbstractContextManager[TrainingProgress | None]] = nullcontext
    evaluation: Callable[[], AbstractContextManager[Progress | None]] = nullcontext


@dataclass(frozen=True)
class ExperimentSettings:
    """Where an experiment is run, and how much of it.

    Attributes:
        output: directory for everything (see `account`).
        data_dir: as in `RunSettings`.
        limit: only the first examples of each language are evaluated.
        offline: never ask the hub.
        cache: where exports are kept; None for the user's.
    """

    output: Path
    data_dir: str | Path | None = None
    limit: int | None = None
    offline: bool = False
    cache: Path | None = None

    def accounts(self, grid: Grid) -> Accounts:
        """The accounts of the experiment in this place."""
        return Accounts(grid, self.output, str(self.data_dir), self.limit)

    def of(self, grid: Grid, model: str, name: str | None = None) -> RunSettings:
        """The evaluation of the system in the directory `model` under that name."""
        return RunSettings(
            model=model,
            name=name,
            suite=grid.suite,
            tasks=grid.tasks,
            languages=grid.languages,
            data_dir=self.data_dir,
            split=grid.split,
            limit=self.limit,
            output=self.accounts(grid).store.root,
            offline=self.offline,
            cache=self.cache,
        )


@dataclass(frozen=True)
class ExperimentResult:
    """What came of all cells, and where the report lies."""

    accounts: Mapping[Cell, CellAccount | None]
    report: Path

    @property
    def failures(self) -> list[str]:
        """What went wrong, a line each, led by the cell's name."""
        done = ((cell, account) for cell, account in self.accounts.items() if account is not None)
        return [f"{cell.name}: {error}" for cell, account in done for error in account.errors]

    @property
    def exit_code(self) -> int:
        """0 if every cell is done, else 1."""
        return int(any(account is None or account.status != "done" for account in self.accounts.values()))


def run_experiment(
    grid: Grid, text: str, settings: ExperimentSettings, display: Display | None = None
) -> ExperimentResult:
    """Do what is missing of an experiment, and write its report; a cell that fails does not stop the others.

    Args:
        grid: the experiment.
        text: the file it came from, kept beside what came of it.
        settings: where and how much.
        display: told of what goes on.

    Raises:
        InputError: the data cannot be used at all, or another process is at work in the same place.
        EnvironmentFault: the disk is full.
    """
    display = display or Display()
    accounts, source = settings.accounts(grid), data_source(settings.of(grid, ""))
    _check_data(grid, source)
    with _alone(settings.output):
        write_text(settings.output / "experiment.toml", text)
        cells = grid.cells()
        for number, cell in enumerate(cells, start=1):
            place = f"[{number}/{len(cells)}] {cell.name}"
            if accounts.finished(cell):
                display.tell(f"{place}: is there")
                continue
            display.tell(f"{place}: training and evaluation")
            account = _do(accounts, cell, source, settings, display)
            accounts.save(cell, account)
            display.tell(f"{place}: {account.status}, {len(account.scores)} scores")
        report = settings.output / REPORT
        write_text(report, render(accounts))
    return ExperimentResult(accounts.all(), report)


def _check_data(grid: Grid, source: Source) -> None:
    """Complain now, not after days of training, of what `harness.plan` would refuse: named, but not there."""
    for key, languages in grid.selected().items():
        task = find_task(key)
        if grid.split not in task.splits:
            continue  # left out with a reason
        absent = [code for code in languages if not source.has(task, grid.split, code)]
        if grid.tasks and absent and (grid.languages or len(absent) == len(languages)):
            load_split(source, task, grid.split, absent[0])


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(make_directory(output) / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        reason = f"another process runs an experiment in {output}: wait for it, or choose another -o"
        raise InputError(reason) from error
    try:
        yield
    finally:
        lock.release()


def _do(accounts: Accounts, cell: Cell, source: Source, settings: ExperimentSettings, display: Display) -> CellAccount:
    key, parts = accounts.key(cell), dict[str, PartSummary]()
    evaluation = settings.of(accounts.grid, str(accounts.system(cell)), cell.name)
    try:
        with display.training() as steps:
            parts, collapsed = train_cell(accounts, cell, source, evaluation.cache_directory, settings.offline, steps)
        with display.evaluation() as units:
            result = run(evaluation, units)
    except XbenchError as error:
        return CellAccount(key=key, status="failed", errors=(str(error),), parts=parts)
    except Exception as error:  # whatever a library raises must not cost the other cells
        log = accounts.path(cell).with_suffix(".log")
        write_text(log, traceback.format_exc())
        return CellAccount(key=key, status="failed", errors=(f"{_first_line(error)} (see {log})",), parts=parts)
    return _account(key, result, parts, collapsed)


def _account(
    key: str, result: RunResult, parts: Mapping[str, PartSummary], collapsed: Mapping[str, str]
) -> CellAccount:
    errors = (*(f"{part}: {reason}" for part, reason in collapsed.items()), *map(str, result.errors))
    return CellAccount(
        key=key,
        status="failed" if errors else "done",
        errors=errors,
        scores=tuple(f"{record.task}/{record.language}" for record in result.records),
        skipped=tuple(
            SkippedUnits(task=part.task, languages=part.languages, reason=part.reason) for part in result.skipped
        ),
        parts=dict(parts),
    )


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or ['no message'])[0]}"
