"""What the plugin's fixtures are: the benchmark of a model with a check of its scores, and base against head."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from ..errors import InputError, XbenchError
from ..harness.run import RunResult, run
from ..harness.settings import RunSettings
from ..leaderboard.comparison.compare import compare
from ..leaderboard.comparison.comparison import Missing, Request
from ..leaderboard.comparison.stored import open_system
from ..results.store import TEST
from .account import run_account
from .baseline import baseline_system, reference_changes, update
from .interleave import Side, play, run_arguments
from .memory import peak_bytes, reset_peak
from .plugin import SUMMARY
from .scores import complaints, paired_changes, summary
from .speed import SLOWDOWN, SpeedVerdict, check_rounds, speed_verdict

ROUNDS = 5


@dataclass(frozen=True)
class ModelBenchmark:
    """The fixture `xbench_benchmark`."""

    config: pytest.Config
    benchmark: Any
    directory: Path

    def __call__(
        self,
        model: str | Path,
        *,
        tasks: Sequence[str] = (),
        languages: Sequence[str] = (),
        baseline: str | Path | None = None,
        max_drop: float = 0.0,
        rounds: int = ROUNDS,
        **options: Any,
    ) -> RunResult:
        """Time runs of a model, note what they measured in `extra_info`, and fail if a score dropped.

        Args:
            model: a checkpoint directory, a system directory or `system.toml`, or a hub id.
            tasks: keys of tasks; all by default.
            languages: codes of languages; all by default.
            baseline: what scores are held against; by default that of `--xbench-baseline`, without it nothing.
            max_drop: points that a score may lose. Against a stored run a drop counts only if a paired test of the
                predictions says that it is no chance; against reference scores the points alone decide.
            rounds: times that the run is timed, after one that is not; with `--benchmark-disable` it is run once.
            options: any other field of `harness.settings.RunSettings`: `suite`, `data_dir`, `split`, `limit`, ...

        Returns:
            The last of the runs.
        """
        with _one_line_failures():
            settings = RunSettings(
                str(model), tasks=tuple(tasks), languages=tuple(languages), output=self.directory, force=True, **options
            )
            place = self._place(baseline)
            result = self._timed(settings, rounds)
            if place is not None and self.config.getoption("xbench_update_baseline"):
                update(place, result)
            elif place is not None:
                self._check(place, settings, result, max_drop)
        return result

    def _place(self, baseline: str | Path | None) -> Path | None:
        given = baseline or self.config.getoption("xbench_baseline")
        if given is None and self.config.getoption("xbench_update_baseline"):
            raise InputError("--xbench-update-baseline needs a directory: --xbench-baseline DIR")
        return None if given is None else self.config.invocation_params.dir / given

    def _timed(self, settings: RunSettings, rounds: int) -> RunResult:
        results: list[RunResult] = []

        def target() -> None:
            results.append(run(settings))
            if results[-1].errors:
                raise results[-1].errors[0]

        reset = reset_peak()
        self.benchmark.pedantic(target, rounds=rounds, warmup_rounds=1)
        self.benchmark.extra_info |= {
            "model": settings.model,
            **run_account(results[-rounds:]),
            "peak_memory_bytes": peak_bytes() if reset else None,
        }
        return results[-1]

    def _check(self, place: Path, settings: RunSettings, result: RunResult, max_drop: float) -> None:
        missing: tuple[Missing, ...] = ()
        if place.is_dir():
            before = baseline_system(place, result.system, settings.split)
            after = baseline_system(result.store.root, result.system, settings.split)
            request = Request(settings.tasks, settings.languages, settings.split, settings.suite)
            comparison = compare(before, after, request)
            changes, missing = list(paired_changes(comparison)), comparison.missing
            if new := [str(one.place) for one in missing if one.side == "base"]:
                raise InputError(f"the baseline {place} lacks {', '.join(new)}: store it with --xbench-update-baseline")
        else:
            changes = list(reference_changes(place, result.records))
        _report(self.config, f"{self.benchmark.name}: {summary(changes, max_drop)}, against {place}")
        if found := complaints(changes, missing, max_drop):
            pytest.fail("\n".join([f"worse than the baseline {place}:", *found]), pytrace=False)


@dataclass(frozen=True)
class BaseHeadBenchmark:
    """The fixture `xbench_base_head`."""

    config: pytest.Config
    benchmark: Any
    directory: Path
    exports: Path

    def __call__(
        self,
        model: str | Path,
        *,
        tasks: Sequence[str] = (),
        languages: Sequence[str] = (),
        max_drop: float = 0.0,
        slowdown: float = SLOWDOWN,
        **options: Any,
    ) -> SpeedVerdict | None:
        """Run base and head in turns and fail if head is slower, or if one of its scores is lower.

        Base differs from head by its interpreter (`--xbench-base-python`: another xbench), its model
        (`--xbench-base-model`), or both; without either the test is skipped. Each run is a process of its own. What
        counts is the time of the run itself, without the start of the process; a first round, in which both export
        the model, does not count.

        Args:
            model: head's model, and base's where it is not given another.
            tasks: keys of tasks; all by default.
            languages: codes of languages; all by default.
            max_drop: points that a score may lose; a drop counts only if a paired test says that it is no chance.
            slowdown: ratio of median times from which on head is slower, if a Mann-Whitney test agrees.
            options: any other field of `harness.settings.RunSettings` that is an option of `xbench run`.

        Returns:
            The verdict on speed; None with `--benchmark-disable`, which leaves the scores to be compared.
        """
        with _one_line_failures():
            base, head = self._sides(str(model))
            arguments = run_arguments({"tasks": tuple(tasks), "languages": tuple(languages), **options})
            self.benchmark.extra_info |= {"base": base.installation(), "head": head.installation()}
            verdict = self._timed(base, head, arguments, slowdown)
            self._check(base, head, str(options.get("split", TEST)), verdict, max_drop)
        return verdict

    def _sides(self, model: str) -> tuple[Side, Side]:
        python = self.config.getoption("xbench_base_python")
        base_model = self.config.getoption("xbench_base_model")
        if not python and not base_model:
            pytest.skip("no base to compare with: give --xbench-base-python or --xbench-base-model")
        base, head = ((self.directory / name, self.exports / name) for name in ("base", "head"))
        return Side("base", python or sys.executable, base_model or model, *base), Side(
            "head", sys.executable, model, *head
        )

    def _timed(self, base: Side, head: Side, arguments: list[str], slowdown: float) -> SpeedVerdict | None:
        played: list[tuple[float, float]] = []

        def target() -> None:
            played.append(play(base, head, arguments, len(played)))

        rounds = self.config.getoption("xbench_rounds")
        if self.benchmark.enabled:
            check_rounds(rounds)
            play(base, head, arguments, 0)  # exports, and brings files into memory
        self.benchmark.pedantic(target, rounds=rounds)
        if not self.benchmark.enabled:
            return None
        base_seconds, head_seconds = zip(*played, strict=True)
        verdict = speed_verdict(base_seconds, head_seconds, slowdown)
        self.benchmark.extra_info |= {
            "base_seconds": base_seconds,
            "head_seconds": head_seconds,
            "speed": {**asdict(verdict), "ratio": verdict.ratio},
        }
        return verdict

    def _check(self, base: Side, head: Side, split: str, verdict: SpeedVerdict | None, max_drop: float) -> None:
        comparison = compare(open_system(base.results, split), open_system(head.results, split), Request(split=split))
        changes = list(paired_changes(comparison))
        self.benchmark.extra_info["score_changes"] = [asdict(change) for change in changes if change.drop]
        told = [*([str(verdict)] if verdict else []), summary(changes, max_drop)]
        _report(self.config, f"{self.benchmark.name}: {'; '.join(told)}")
        found = complaints(changes, comparison.missing, max_drop)
        if verdict and verdict.slower:
            found.insert(0, f"slower: {verdict}")
        if found:
            pytest.fail("\n".join(["head is worse than base:", *found]), pytrace=False)


@contextmanager
def _one_line_failures() -> Iterator[None]:
    """A test fails with the line that a user of the command would read, not with a traceback of xbench."""
    try:
        yield
    except XbenchError as error:
        pytest.fail(f"xbench: {error}", pytrace=False)


def _report(config: pytest.Config, line: str) -> None:
    config.stash[SUMMARY].append(line)
