"""A worker: the process of one device of a Ray cluster, which evaluates the units that it is sent."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from ... import __version__
from ...errors import EnvironmentFault
from ...exporters.export import Export
from ...tasks.sources import needed_splits
from ..evaluator import Evaluator, Prepared
from ..plan import Unit, graph_of
from ..progress import Silence
from ..settings import RunSettings, default_cache
from .local import as_known
from .parcels import CarriedRecords, NodeSource, Parcel, Reply, find_export, own_place, unpack


@dataclass(frozen=True)
class Introduction:
    """Who a worker is."""

    host: str
    pid: int
    version: str


class Worker:
    """Evaluates units on one device.

    Several threads call `evaluate` at once, so that units overlap as they do on one machine: one at a time is read,
    tokenised and queued, and one at a time is waited for and decoded.
    """

    def __init__(
        self, settings: RunSettings, system: str, run: str, device: str, source: NodeSource, fetch: Callable[[Any], Any]
    ) -> None:
        """Serve a run; `fetch` gets what a reference of a parcel stands for."""
        # The run's cache if it is on a path that this machine shares, else this machine's own.
        shared = settings.cache_directory.is_dir()
        self._cache = settings.cache_directory if shared else default_cache().absolute()
        self._records = CarriedRecords()
        self._source = source
        self._fetch = fetch
        self._evaluator = Evaluator(
            replace(settings, cache=self._cache), system, source, self._records, run, device, Silence()
        )
        self._preparing = Lock()
        self._finishing = Lock()

    def introduce(self) -> Introduction:
        """Who this is."""
        return Introduction(socket.gethostname(), os.getpid(), __version__)

    def evaluate(self, parcel: Parcel) -> Reply:
        """Evaluate a unit, if everything for it is here."""
        try:
            return self._evaluate(parcel)
        except Exception as error:  # one unit must not take the others with it
            return Reply(error=as_known(parcel.unit, error))
        finally:
            self._source.forget(parcel.unit)

    def _evaluate(self, parcel: Parcel) -> Reply:
        unit, evaluator = parcel.unit, self._evaluator
        with self._preparing:
            lacking = self._received(parcel)
            if lacking.lacking:
                return lacking
            prepared = evaluator.prepare(unit)
            if not isinstance(prepared, Prepared):
                return Reply(record=prepared)
            evaluator.start(prepared)
        with self._finishing:
            record = evaluator.finish(prepared)
        return Reply(record=record, predictions=self._records.taken(record))

    def _received(self, parcel: Parcel) -> Reply:
        """Make what came with the parcel available; what is lacking then."""
        unit = parcel.unit
        if parcel.splits is not None:
            self._source.carry(unit, self._fetch(parcel.splits))
        export = self._export(parcel)
        splits = needed_splits(unit.task, self._evaluator.settings.split)
        lacking = Reply(
            lacks_export=parcel.export is not None and export is None,
            lacks_data=not all(self._source.has(unit.task, split, unit.language) for split in splits),
        )
        if not lacking.lacking:
            self._source.set_notice(unit.task, parcel.notice)
            if parcel.stored is not None:
                self._records.stored[unit.task.key, unit.language] = parcel.stored
            if export is not None:
                self._evaluator.exports[graph_of(unit)] = export
        return lacking

    def _export(self, parcel: Parcel) -> Export | None:
        if parcel.export is None:
            _must_be_here(parcel.unit)
            return None
        if parcel.files is not None:
            unpack(self._fetch(parcel.files), own_place(parcel.export, self._cache))
        return find_export(parcel.export, self._cache)


def _must_be_here(unit: Unit) -> None:
    """PyTorch loads the checkpoint itself, which is not sent."""
    if not unit.checkpoint.directory.is_dir():
        raise EnvironmentFault(
            f"{unit.checkpoint.directory} is not on {socket.gethostname()}: --backend torch needs the checkpoint at the"
            " same path on every node"
        )
