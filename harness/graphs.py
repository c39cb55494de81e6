"""A graph made ready to run: exported if need be, its tokenizer and its session loaded side by side."""

import ctypes
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from threading import Lock

from ..exporters.export import Export, ensure_export, ensure_tokenizer
from ..tasks.tokenization import TextEncoder
from .backends.backend import Backend
from .cpus import usable_cpus
from .plan import Unit
from .progress import Progress
from .settings import RunSettings

# Padded tokens a batch. On a CPU a batch has to stay in the cache: with an encoder of 12 x 768 on two cores, 512 was
# 1.27 times as fast as 2,048. A GPU wants enough work to fill it.
_BATCH_TOKENS = {"cpu": 512, "cuda": 16384}


def _return_freed_memory() -> None:
    """Hand freed memory back to the system; glibc keeps what lies between small blocks in use."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Graph:
    """What the units of one (checkpoint, head) share. Everything is loaded when it is first needed."""

    def __init__(self, unit: Unit, settings: RunSettings, device: str, progress: Progress) -> None:
        """Serve `unit` and those like it on `device` (`cpu` or `cuda`)."""
        self._unit = unit
        self._settings = settings
        self._device = device
        self._progress = progress
        self._loading = ThreadPoolExecutor(1, thread_name_prefix="xbench-load")
        self._lock = Lock()
        self._export: Future[Export | None] | None = None
        self._backend: Future[Backend] | None = None

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
    def tokenizer_fingerprint(self) -> str:
        """Hash of the tokenizer's behaviour; from the export's description where there is one, without loading."""
        return self.export.tokenizer if self.export else self.encoder.fingerprint()

    @property
    def batch_tokens(self) -> int:
        """Padded tokens a batch."""
        return self._settings.batch_tokens or _BATCH_TOKENS[self._device]

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

            return lambda: OnnxBackend(export, self._device, threads)
        from .backends.torch import TorchBackend

        return lambda: TorchBackend(self._unit.checkpoint, self._unit.options, self._device, threads)
