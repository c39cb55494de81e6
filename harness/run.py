"""A run: plan, compute, store, and an account of it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from ..errors import InputError, XbenchError
from ..exporters.precision import settle_precision
from ..exporters.system import System, resolve
from ..files import make_directory
from ..results.record import Record, SystemDescription
from ..results.store import Store
from ..tasks.hub import HubSource
from ..tasks.mini import MINI_VERSION, write_mini
from ..tasks.sources import DirectorySource, Source, open_source
from .engines.engine import Engine, Outcome
from .engines.local import LocalEngine
from .evaluator import Evaluator
from .plan import Plan, Skipped, Unit, make_plan
from .progress import Progress, Silence
from .provenance import command_line, git_state, hardware, seconds_since_start, versions
from .settings import RunSettings
from .shards import units_of_shard


@dataclass(frozen=True)
class Throughput:
    """Work done by a run and the seconds it took, from the start of the first unit to the end of the last."""

    seconds: float
    sequences: int
    tokens: int
    padded_tokens: int

    @property
    def padding_efficiency(self) -> float:
        """Share of computed tokens that were not padding."""
        return self.tokens / self.padded_tokens if self.padded_tokens else 1.0


@dataclass(frozen=True)
class RunResult:
    """All that came of a run."""

    system: str
    records: tuple[Record, ...]
    reused: int
    errors: tuple[XbenchError, ...]
    skipped: tuple[Skipped, ...]
    throughput: Throughput
    first_batch: float | None
    """Seconds from the start of the process to the beginning of the first batch; None if none was computed in it."""
    parity: Mapping[str, Mapping[str, float]]
    """For each export that was used, how far it is from PyTorch (see `exporters.parity.Parity`)."""
    store: Store

    @property
    def exit_code(self) -> int:
        """0 if every unit was scored; 2 if all that failed was bad input, else 1."""
        if not self.errors:
            return 0
        return 2 if all(isinstance(error, InputError) for error in self.errors) else 1


def data_source(settings: RunSettings) -> Source:
    """The data of a run; where none are named, the suite `mini` is made, and all else comes from the hub.

    Raises:
        InputError: what was named cannot be opened.
    """
    if settings.data_dir is not None:
        return open_source(settings.data_dir, settings.offline)
    if settings.suite == "mini":
        return mini_source(settings)
    return HubSource(settings.offline, settings.cache_directory)


def mini_source(settings: RunSettings) -> DirectorySource:
    """The generated mini suite, from the cache."""
    from filelock import FileLock

    directory = settings.cache_directory / f"mini-{MINI_VERSION}"
    make_directory(directory)
    with FileLock(str(directory) + ".lock"):
        if not (directory / "DATASET.json").is_file():  # written last
            write_mini(directory)
    return DirectorySource(directory)


def run(settings: RunSettings, progress: Progress | None = None, engine: Engine | None = None) -> RunResult:
    """Evaluate a system; everything finished is stored, whatever happens to the rest.

    `engine` takes the place of the one that the settings name.

    Raises:
        InputError: the settings, the model or the data cannot be used at all.
        EnvironmentFault: the machine lacks what was asked for.
    """
    with closing(engine or _engine(settings)) as place:
        return _run(settings, progress or Silence(), place)


def _engine(settings: RunSettings) -> Engine:
    if settings.engine == "local":
        return LocalEngine()
    from .engines.ray import RayEngine

    return RayEngine(settings.address)


def _run(settings: RunSettings, progress: Progress, engine: Engine) -> RunResult:
    system = resolve(settings.model, name=settings.name, allow_pickle=settings.allow_pickle, offline=settings.offline)
    source = data_source(settings)
    device = engine.device(settings.device)
    precision = settle_precision(settings.precision, settings.backend, device)
    plan = make_plan(settings, system, source, precision)
    store = Store(settings.output)
    store.prepare()
    # Of the whole plan, so that those who share it agree on what the system is.
    store.save_system(_describe(system, plan, settings))
    units = units_of_shard(plan.units, settings.shard, source, settings.split)
    name = store.new_run(system.name)
    evaluator = Evaluator(settings, system.name, source, store, name, device, progress)
    account = _account(settings, device, plan, units)
    store.save_run(system.name, name, {**account, "engine": engine.account(), "status": "running"})
    progress.begin(len(units))
    started = perf_counter()
    outcomes: list[Outcome] = []
    try:
        for outcome in engine.run(evaluator, units):
            outcomes.append(outcome)
            progress.finish(str(outcome.unit))
    except BaseException:
        with suppress(XbenchError):  # should the disk be full, the first complaint is the one to hear
            store.save_run(system.name, name, {**account, "engine": engine.account(), "status": "interrupted"})
        raise
    order = {str(unit): number for number, unit in enumerate(units)}
    outcomes.sort(key=lambda outcome: order[str(outcome.unit)])
    result = _result(system.name, plan, outcomes, evaluator, store, started)
    account |= {"engine": engine.account(), "status": "completed", **_outcome_account(result)}
    store.save_run(system.name, name, account)
    return result


def _result(
    system: str, plan: Plan, outcomes: Sequence[Outcome], evaluator: Evaluator, store: Store, started: float
) -> RunResult:
    now = perf_counter()
    fresh = [outcome.record for outcome in outcomes if outcome.record is not None and not outcome.reused]
    errors = {str(outcome.error): outcome.error for outcome in outcomes if outcome.error is not None}
    first = evaluator.first_batch
    return RunResult(
        system=system,
        records=tuple(outcome.record for outcome in outcomes if outcome.record is not None),
        reused=sum(outcome.reused for outcome in outcomes),
        errors=tuple(errors.values()),
        skipped=plan.skipped,
        throughput=Throughput(
            seconds=now - started,
            sequences=sum(record.timing.sequences for record in fresh),
            tokens=sum(record.timing.tokens for record in fresh),
            padded_tokens=sum(record.timing.padded_tokens for record in fresh),
        ),
        first_batch=None if first is None else seconds_since_start() - (now - first),
        parity=dict(evaluator.parity),
        store=store,
    )


def _describe(system: System, plan: Plan, settings: RunSettings) -> SystemDescription:
    cache = settings.cache_directory
    used = {unit.checkpoint.directory for unit in plan.units}
    return SystemDescription(
        name=system.name,
        checkpoints={
            key: {
                "reference": _without_credentials(checkpoint.reference),
                "fingerprint": checkpoint.fingerprint(cache),
                "parameters": checkpoint.parameters(),
                "model_type": str(checkpoint.config["model_type"]),
            }
            for key, checkpoint in system.checkpoints.items()
            if checkpoint.directory in used
        },
    )


def _without_credentials(reference: str) -> str:
    return re.sub(r"//[^/@]+@", "//", reference)


def _account(settings: RunSettings, device: str, plan: Plan, units: Sequence[Unit]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "command": command_line(),
        "settings": {name: _plain(value) for name, value in asdict(settings).items()},
        "device": device,
        "versions": versions(),
        "hardware": hardware(),
        "git": git_state(),
        "units": [str(unit) for unit in units],
        "skipped": [asdict(skipped) for skipped in plan.skipped],
    }


def _outcome_account(result: RunResult) -> dict[str, Any]:
    return {
        "reused": result.reused,
        "errors": [str(error) for error in result.errors],
        "throughput": {**asdict(result.throughput), "padding_efficiency": result.throughput.padding_efficiency},
        "first_batch_seconds": result.first_batch,
        "parity": result.parity,
    }


def _plain(value: object) -> Any:
    """A setting as JSON has it: paths become text."""
    return str(value) if isinstance(value, Path) else value
