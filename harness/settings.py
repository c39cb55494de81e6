"""What a user asks of a run."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import InputError
from ..exporters.precision import PRECISIONS
from ..results.store import SPLITS, TEST

BACKENDS = ("onnx", "torch")
ENGINES = ("local", "ray")
DEFAULT_OUTPUT = Path("xbench-results")


def default_cache() -> Path:
    """Where exports and generated data are kept: `XBENCH_CACHE`, or the user's cache directory."""
    import platformdirs

    return Path(os.environ.get("XBENCH_CACHE") or platformdirs.user_cache_dir("xbench"))


@dataclass(frozen=True)
class RunSettings:
    """A run: which model on which tasks and languages, how, and where to.

    Attributes:
        model: a model reference (see `exporters.system.resolve`).
        suite: `mini`, `xtreme`, `xtreme-r`, or None for all tasks the data directory holds.
        tasks: keys; empty for all of the suite.
        languages: codes; empty for all of each task.
        data_dir: a directory in XTREME's layout, or `KEY:LOCATION` of another source (see `tasks.sources`); None for
            the Hugging Face hub, or for the suite `mini`, which is then generated.
        split: `test` or `dev`.
        protocol: choices that differ from the reference's, as `key=value` (see `tasks.protocol`).
        unlabelled: store predictions also where there are no gold labels to score them against.
        backend: `onnx` or `torch`.
        device: `auto`, `cpu` or `cuda`.
        precision: `fp32`, `fp16`, `bf16` or `int8`, where backend and device have it (see `exporters.precision`).
        batch_tokens: padded tokens a batch; None measures a few and keeps the best.
        deterministic: compute each sequence alone, so that no bit of a result depends on what else is in a batch.
        threads: concurrent callers on a CPU; None for all CPUs this process may use.
        limit: only the first examples of each language.
        layer: hidden state for retrieval, None for the model's own, `all` to try each on dev.
        pooling: one of `exporters.layers.POOLINGS` for retrieval, None for the task's own.
        output: results directory.
        name: the system's name; None for the model's own.
        force: compute also what is stored.
        offline: never ask the hub.
        allow_pickle: read pickled weights.
        cache: where exports are kept.
        engine: `local` or `ray`: where units are computed.
        address: of the Ray cluster (see `engines.ray_cluster.join`); None for `RAY_ADDRESS`, else one on this machine.
        shard: (I, N) to run only the I-th of N parts (see `shards`); None for all.
    """

    model: str
    suite: str | None = None
    tasks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    data_dir: str | Path | None = None
    split: str = TEST
    protocol: tuple[str, ...] = ()
    unlabelled: bool = False
    backend: str = "onnx"
    device: str = "auto"
    precision: str = "fp32"
    batch_tokens: int | None = None
    deterministic: bool = False
    threads: int | None = None
    limit: int | None = None
    layer: int | Literal["all"] | None = None
    pooling: str | None = None
    output: Path = DEFAULT_OUTPUT
    name: str | None = None
    force: bool = False
    offline: bool = False
    allow_pickle: bool = False
    cache: Path | None = None
    engine: str = "local"
    address: str | None = None
    shard: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InputError: an unknown backend, precision or split, a number that is not positive, or a sweep on test.
        """
        if self.split not in SPLITS:
            raise InputError(f"unknown split {self.split!r}: one of {', '.join(SPLITS)}")
        if self.layer == "all" and self.unlabelled:
            raise InputError("layers are compared by their scores, which needs gold labels: leave --unlabelled out")
        if self.layer == "all" and self.split != "dev":
            raise InputError(
                "all layers are compared on dev alone (--split dev): a layer chosen on test is tuned on test"
            )
        if self.backend not in BACKENDS:
            raise InputError(f"unknown backend {self.backend!r}: one of {', '.join(BACKENDS)}")
        if self.precision not in PRECISIONS:
            raise InputError(f"unknown precision {self.precision!r}: one of {', '.join(PRECISIONS)}")
        if self.engine not in ENGINES:
            raise InputError(f"unknown engine {self.engine!r}: one of {', '.join(ENGINES)}")
        if self.address is not None and self.engine != "ray":
            raise InputError("an address is that of a Ray cluster: say --engine ray too")
        if self.shard is not None and not 1 <= self.shard[0] <= self.shard[1]:
            raise InputError(f"there is no shard {self.shard[0]} of {self.shard[1]}: count from 1")
        for field in ("batch_tokens", "threads", "limit"):
            value = getattr(self, field)
            if value is not None and value < 1:
                raise InputError(f"{field.replace('_', '-')} must be at least 1, not {value}")

    @property
    def cache_directory(self) -> Path:
        """The cache in use."""
        return self.cache or default_cache()
