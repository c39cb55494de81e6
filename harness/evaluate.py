"""The Python interface: `xbench.evaluate`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..results.record import Record
from .progress import Progress
from .run import run
from .settings import DEFAULT_OUTPUT, RunSettings


def evaluate(
    model: str | Path,
    *,
    suite: str | None = None,
    tasks: Sequence[str] = (),
    languages: Sequence[str] = (),
    data_dir: str | Path | None = None,
    output: str | Path = DEFAULT_OUTPUT,
    progress: Progress | None = None,
    **options: Any,
) -> list[Record]:
    """Evaluate a model and return its records, new and reused, in the order of the run.

    Args:
        model: a checkpoint directory, a system directory or `system.toml`, or a hub id.
        suite: `mini`, `xtreme` or `xtreme-r`; without it, all tasks that the data directory holds.
        tasks: keys of tasks, all by default.
        languages: codes of languages, all by default.
        data_dir: a directory in XTREME's layout, or `KEY:LOCATION` of a plug-in's source; by default the hub, for the
            suite `mini` nothing.
        output: results directory, where every record is stored as soon as it exists.
        progress: told of what happens; silent by default.
        options: any other field of `harness.settings.RunSettings`.

    Raises:
        InputError: something named cannot be used. If single units failed, the first of their errors is raised
            after all others were stored.
        EnvironmentFault: the machine lacks what was asked for.
    """
    settings = RunSettings(
        model=str(model),
        suite=suite,
        tasks=tuple(tasks),
        languages=tuple(languages),
        data_dir=data_dir,
        output=Path(output),
        **options,
    )
    result = run(settings, progress)
    if result.errors:
        raise result.errors[0]
    return list(result.records)
