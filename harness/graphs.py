"""A graph made ready to run: exported if need be, its tokenizer and its session loaded side by side."""

import ctypes
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from functools import cached_property
from threading import Lock

from ..exporters.export import Export, ensure_export, ensure_tokenizer
from ..tasks.tokenization import TextEncoder
from .backends.backend import Backend
from .budget import DEFAULT, BudgetMemory
from .cpus import usable_cpus
from .plan import Unit
from .progress import Progress
from .provenance import hardware, versions
from .settings import RunSettings

# What of a model's configuration decides how much a batch computes and how much room that takes.
_SHAPE = ("model_type", "num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size")
# One sequence is a batch of its own under any smaller budget.
_ALONE = 1


def _return_freed_memory() -> None:
    """Hand freed memory back to the system; glibc keeps what lies between small blocks in use."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Graph:
    """What the units of one (checkpoint, head) share. Everything is loaded when it is first needed."""

    def __init__(
        self, unit: Unit, settings: RunSettings, device: str, progress: Progress, export: Export | None = None
    ) -> None:
        """Serve `unit` and those like it on `device` (`cpu` or `cuda`), with `export` if that is at hand."""
        self._unit = unit
        self._settings = settings
        self.device = device
        self._progress = progress
        self._loading = ThreadPoolExecutor(1, thread_name_prefix="xbench-load")
        self._lock = Lock()
        self._given = export
        self._export: Future[Export | None] | None = None
        self._backend: Future[Backend] | None = None
        self._limit: int | None = None

    @property
    def export(self) -> Export | None:
        """The export, made if the cache has none; None for the PyTorch backend.

        It is tried once: what keeps a checkpoint from being exported is raised again for each unit that asks.
        """
        with self._lock:
            if self._export is None:
                self._export = self._loading.submit(self._ensure_export)
        return self._export.result()

    @cached_property
    def encoder(self) -> TextEncoder:
        """The tokenizer."""
        checkpoint = self._unit.checkpoint
        path = (
            self.export.tokenizer_path if self.export else ensure_tokenizer(checkpoint, self._settings.cache_directory)
        )
        return TextEncoder.from_file(path, checkpoint.position_limit)

    @cached_property
    def checkpoint_fingerprint(self) -> str:
        """Hash of weights and configuration; from the export's description where there is one."""
        if self.export:
            return self.export.checkpoint
        return self._unit.checkpoint.fingerprint(self._settings.cache_directory)

    @cached_property
    def tokenizer_fingerprint(self) -> str:
        """Hash of the tokenizer's behaviour; from the export's description where there is one, without loading."""
        return self.export.tokenizer if self.export else self.encoder.fingerprint()

    @property
    def tries_budgets(self) -> bool:
        """Whether the best budget is still to be found."""
        settings = self._settings
        if settings.deterministic or settings.batch_tokens is not None or self._limit is not None:
            return False
        return self._memory.read() is None

    @property
    def batch_tokens(self) -> int:
        """Padded tokens a batch: as asked for, as measured, or the device's default; never more than fitted before."""
        settings = self._settings
        if settings.deterministic:
            return _ALONE
        budget = settings.batch_tokens or self._memory.read() or DEFAULT[self.device]
        return min(budget, self._limit or budget)

    def found(self, budget: int) -> None:
        """Keep the budget that was measured to be best."""
        self._memory.write(budget)
        self._progress.note(f"{budget:,} tokens a batch were fastest here, and will be taken from now on")

    def halve(self, failed: int) -> None:
        """Stay below half of a batch of `failed` padded tokens, for which memory did not suffice."""
        with self._lock:
            if self._limit is None or failed // 2 < self._limit:
                self._limit = max(1, failed // 2)
                self._progress.note(f"out of memory with {failed:,} tokens a batch: going on with {self._limit:,}")

    def fits(self, padded: int) -> bool:
        """Whether a batch of so many padded tokens may be tried."""
        return self._limit is None or padded <= self._limit

    @cached_property
    def _memory(self) -> BudgetMemory:
        settings, config = self._settings, self._unit.checkpoint.config
        facts = {
            "model": {name: config.get(name) for name in _SHAPE},
            "graph": asdict(self._unit.options),
            "backend": settings.backend,
            "device": self.device,
            "threads": settings.threads or usable_cpus(),
            "processor": hardware()["processor"],
            "runtime": versions()["onnxruntime-gpu" if settings.backend == "onnx" else "torch"],
        }
        return BudgetMemory(settings.cache_directory, facts)

    @property
    def backend(self) -> Backend:
        """The loaded model; waits for it."""
        return self.start_loading().result()

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """Threads that call the backend, as many as it wants."""
        return ThreadPoolExecutor(self.backend.callers, thread_name_prefix="xbench-infer")

    def forget_tokenizer(self) -> None:
        """Free the tokenizer, hundreds of megabytes for a large vocabulary, when nothing is left to tokenise."""
        if self.__dict__.pop("encoder", None) is not None:
            _return_freed_memory()

    def close(self) -> None:
        """Stop the threads; batches that have not begun are dropped."""
        self._loading.shutdown(wait=False, cancel_futures=True)
        if "pool" in self.__dict__:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _ensure_export(self) -> Export | None:
        if self._given is not None:
            return self._given
        if self._settings.backend != "onnx":
            return None
        return ensure_export(
            self._unit.checkpoint, self._unit.options, self._settings.cache_directory, self._progress.note
        )

    def start_loading(self) -> Future[Backend]:
        """Begin to load the model, if that has not begun; what comes next need not wait for it."""
        if self._backend is None:
            self._backend = self._loading.submit(self._loader())
        return self._backend

    def _loader(self) -> Callable[[], Backend]:
        threads = self._settings.threads or usable_cpus()
        export = self.export
        if export is not None:
            from .backends.onnx import OnnxBackend

            return lambda: OnnxBackend(export, self.device, threads)
        from .backends.torch import TorchBackend

        return lambda: TorchBackend(self._unit.checkpoint, self._unit.options, self.device, threads)
