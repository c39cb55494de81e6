"""A Ray cluster: one worker on each device, units dealt to them from here, results stored here as they come.

Nothing is taken for granted to be on every node but xbench itself. Exports are made in this process; a node that does
not see them at their path gets them through the object store into its own cache. Data are read by the node where the
data directory is visible, else here. A worker or a node may be lost at any time: what is finished is stored, and what
was with it is computed by another.
"""

from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

from ...errors import EnvironmentFault, XbenchError
from ...exporters.export import Export
from ...exporters.session import choose_device
from ...tasks.sources import needed_splits
from ..evaluator import Evaluator
from ..graphs import Graph
from ..plan import Unit, graph_of
from . import ray_cluster
from .dealing import ATTEMPTS, Deal
from .engine import Outcome
from .local import as_known
from .parcels import NodeSource, Parcel, Reply, pack
from .ray_crew import Answer, Crew, Post

# Exports that lie in the object store for nodes which do not see them.
_FILES_KEPT = 2


class RayEngine:
    """Runs units on a Ray cluster; connects when it is first asked for anything."""

    def __init__(self, address: str | None = None) -> None:
        """Use the cluster at `address` (see `ray_cluster.join`)."""
        self._address = address
        self._joined: bool | None = None
        self._effort: _Effort | None = None

    def device(self, wanted: str) -> str:
        """On a cluster, `auto` is CUDA where any node has a GPU.

        Raises:
            EnvironmentFault: the cluster cannot be joined.
        """
        if self._joined is None:
            self._joined = ray_cluster.join(self._address)
        if wanted == "auto":
            return "cuda" if ray_cluster.gpus() else "cpu"
        return choose_device(wanted)

    def account(self) -> dict[str, Any]:
        """The engine, where it was asked to run, and the workers."""
        posts = self._effort.crew.posts.values() if self._effort else ()
        return {"name": "ray", "address": self._address, "workers": [post.account() for post in posts]}

    def close(self) -> None:
        """End the workers, and leave the cluster if this engine joined it."""
        if self._effort:
            self._effort.end()
        if self._joined:
            ray_cluster.leave()
        self._joined = None

    def run(self, evaluator: Evaluator, units: Sequence[Unit]) -> Iterator[Outcome]:
        """Yield what came of each unit, in the order in which they end.

        Raises:
            EnvironmentFault: a worker's machine cannot go on, or none is left; finished units are stored.
        """
        self.device(evaluator.device)
        self._effort = _Effort(evaluator, units)
        try:
            yield from self._effort.outcomes()
        finally:
            self._effort.end()


class _Effort:
    """One run: its units, the exports they need, and the workers."""

    def __init__(self, evaluator: Evaluator, units: Sequence[Unit]) -> None:
        cache = evaluator.settings.cache_directory.absolute()
        self._evaluator = evaluator
        self._settings = replace(evaluator.settings, cache=cache)
        self._units = [_located(unit) for unit in units]
        self._deal = Deal([graph_of(unit) for unit in self._units])
        self._exports: dict[Hashable, Export | None] = {}
        self._files: dict[Hashable, Any] = {}
        self._exporting = ThreadPoolExecutor(1, thread_name_prefix="xbench-export")
        first = {graph_of(unit): unit for unit in reversed(self._units)}
        self._pending: dict[Hashable, Future[Export | None]] = {
            graph: self._exporting.submit(self._export, unit) for graph, unit in reversed(first.items())
        }
        self.crew = Crew(evaluator.device, self._worker_arguments, evaluator.progress.note)

    def outcomes(self) -> Iterator[Outcome]:
        """Deal until every unit has its outcome."""
        while self._deal.unfinished:
            for post in self.crew.recruit():
                self._deal.join(post.name)
            yield from self._made_exports()
            yield from self._hand_out()
            for answer in self.crew.answers():
                yield from self._settle(answer)

    def end(self) -> None:
        """Let go of workers and exports."""
        self.crew.dismiss()
        self._exporting.shutdown(wait=False, cancel_futures=True)

    def _worker_arguments(self, cpus: int) -> tuple[Any, ...]:
        evaluator = self._evaluator
        settings = replace(self._settings, threads=self._settings.threads or cpus)
        return settings, evaluator.system, evaluator.run, evaluator.device, NodeSource(evaluator.source)

    def _export(self, unit: Unit) -> Export | None:
        """What a graph of this process would run, made if the cache has none."""
        graph = Graph(unit, self._settings, self._evaluator.device, self._evaluator.progress)
        try:
            return graph.export
        finally:
            graph.close()

    def _made_exports(self) -> Iterator[Outcome]:
        """Take note of exports that are there by now, or cannot be made; wait for one if all else is done."""
        if not self.crew.busy:
            wait(self._pending.values(), return_when=FIRST_COMPLETED)
        for graph, future in list(self._pending.items()):
            if future.done():
                del self._pending[graph]
                try:
                    self._exports[graph] = future.result()
                except EnvironmentFault:
                    raise
                except Exception as error:  # one graph must not take the others with it
                    for number in self._deal.give_up(graph):
                        yield Outcome(self._units[number], error=as_known(self._units[number], error))

    def _hand_out(self) -> Iterator[Outcome]:
        """Give each worker in turn one unit, until nobody can take another."""
        posts = self.crew.at_work()
        while posts:
            served = []
            for post in posts:
                number = self._deal.next(post.name, self._exports)
                if number is not None:
                    served.append(post)
                    yield from self._send(post, number)
            posts = served

    def _send(self, post: Post, number: int, lacks: Reply | None = None) -> Iterator[Outcome]:
        """Send a unit, the second time with what the worker lacks; an outcome if that cannot be had."""
        unit = self._units[number]
        try:
            parcel = self._parcel(unit)
            if lacks is not None:
                parcel = self._supplied(parcel, lacks)
        except EnvironmentFault:
            raise
        except Exception as error:  # as above
            self._deal.done(post.name, number)
            yield Outcome(unit, error=as_known(unit, error))
            return
        self.crew.send(post, number, parcel)

    def _parcel(self, unit: Unit) -> Parcel:
        evaluator, settings = self._evaluator, self._settings
        sweep = unit.options.head == "layers"
        stored = (
            None
            if settings.force
            else evaluator.store.find(evaluator.system, unit.task.key, unit.language, settings.split, sweep=sweep)
        )
        return Parcel(unit, stored, evaluator.source.notice(unit.task), self._exports[graph_of(unit)])

    def _supplied(self, parcel: Parcel, lacks: Reply) -> Parcel:
        import ray

        unit, split = parcel.unit, self._settings.split
        if lacks.lacks_export and parcel.export is not None:
            graph = graph_of(unit)
            if graph not in self._files:
                while len(self._files) >= _FILES_KEPT:
                    self._files.pop(next(iter(self._files)))
                self._files[graph] = ray.put(pack(parcel.export.directory))
            parcel = replace(parcel, files=self._files[graph])
        if lacks.lacks_data:
            load = self._evaluator.source.load
            splits = {name: load(unit.task, name, unit.language) for name in needed_splits(unit.task, split)}
            parcel = replace(parcel, splits=ray.put(splits))
        return parcel

    def _settle(self, answer: Answer) -> Iterator[Outcome]:
        """Take note of an answer; the outcomes that follow from it."""
        post = answer.post
        if answer.unit is None:
            for number in self._deal.leave(post.name):
                yield Outcome(self._units[number], error=_fatal(self._units[number], post))
            return
        unit, reply = self._units[answer.unit], answer.reply
        if reply is not None and reply.lacking:
            yield from self._send(post, answer.unit, reply)
            return
        self._deal.done(post.name, answer.unit)
        error = answer.error if reply is None else reply.error
        if isinstance(error, EnvironmentFault):
            raise error
        if error is not None:
            yield Outcome(unit, error=as_known(unit, error))
        elif reply is not None:
            post.units += 1
            yield self._stored(unit, reply)

    def _stored(self, unit: Unit, reply: Reply) -> Outcome:
        """Store a new record, as the evaluator would have done on this machine."""
        record, evaluator = reply.record, self._evaluator
        if record is None or reply.predictions is None:
            return Outcome(unit, record=record, reused=True)
        try:
            evaluator.store.save(record, reply.predictions)
        except EnvironmentFault:
            raise
        except XbenchError as error:
            return Outcome(unit, error=error)
        export = self._exports[graph_of(unit)]
        if export is not None:
            evaluator.parity[f"{unit.checkpoint.reference} {unit.options.head}"] = export.parity
        evaluator.progress.advance(record.timing.tokens)
        return Outcome(unit, record=record)


def _located(unit: Unit) -> Unit:
    """The unit with the absolute path of its checkpoint, whose configuration goes with it wherever it is sent."""
    checkpoint = replace(unit.checkpoint, directory=unit.checkpoint.directory.absolute())
    _ = checkpoint.config
    return replace(unit, checkpoint=checkpoint)


def _fatal(unit: Unit, post: Post) -> XbenchError:
    return XbenchError(
        f"{unit} failed: {ATTEMPTS} workers died over it, the last on {post.seat.host}; mostly memory is short:"
        f" run it alone to see, with `-t {unit.task.key} -l {unit.language}` and without --engine ray"
    )
