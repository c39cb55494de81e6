"""One unit of work from data to a stored record, in three steps that can overlap with other units' steps."""

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..results.record import ComparabilityKey, Record, Timing
from ..results.store import Store
from ..tasks.examples import Dataset
from ..tasks.features import Features
from ..tasks.sources import Source, load_labelled
from .batching import padded_tokens, plan_batches
from .collect import OutputCollector
from .graphs import Graph
from .plan import SPLIT, Unit, graph_of
from .progress import Progress
from .settings import RunSettings

PRECISION = "fp32"
# The graph in use and the one that is loaded for the units behind it.
_GRAPHS_KEPT = 2


@dataclass(frozen=True)
class Prepared:
    """A unit whose data is read and tokenised."""

    unit: Unit
    graph: Graph
    dataset: Dataset[Any]
    features: Features[Any]
    key: ComparabilityKey
    batches: list[NDArray[np.int64]]
    seconds: float


@dataclass
class Running:
    """A unit whose batches are being computed."""

    prepared: Prepared
    collector: OutputCollector
    futures: list[Future[None]]
    started: float
    finished: list[float] = field(default_factory=list)


@dataclass
class Evaluator:
    """Evaluates units of one system in this process."""

    settings: RunSettings
    system: str
    source: Source
    store: Store
    run: str
    device: str
    progress: Progress
    first_batch: float | None = None
    """`time.perf_counter()` when the first batch was begun."""
    parity: dict[str, Mapping[str, float]] = field(default_factory=dict)
    """For each export used, how far it is from PyTorch."""
    graphs: dict[Any, Graph] = field(default_factory=dict)

    def prepare(self, unit: Unit) -> Prepared | Record:
        """Read and tokenise; or the stored record, if it is of this very measurement."""
        started = perf_counter()
        dataset = load_labelled(self.source, unit.task, SPLIT, unit.language, self.settings.limit)
        graph = self._graph(unit)
        key = self._key(unit, dataset, graph)
        stored = None if self.settings.force else self.store.find(self.system, unit.task.key, unit.language)
        if stored is not None and stored.key == key and stored.limit == self.settings.limit:
            return stored
        if graph.export is not None:
            self.parity[f"{unit.checkpoint.reference} {unit.options.head}"] = graph.export.parity
        graph.start_loading()
        features = unit.task.kind.encode(unit.task, dataset, graph.encoder)
        batches = plan_batches(features.sequences.lengths, graph.batch_tokens)
        return Prepared(unit, graph, dataset, features, key, batches, perf_counter() - started)

    def start(self, prepared: Prepared) -> Running:
        """Hand the batches to the backend's threads."""
        sequences = prepared.features.sequences
        collector = OutputCollector(prepared.unit.task.kind.outputs, sequences.lengths)
        running = Running(prepared, collector, [], perf_counter())
        running.futures = [prepared.graph.pool.submit(self._infer, running, rows) for rows in prepared.batches]
        return running

    def finish(self, running: Running) -> Record:
        """Wait for the batches, decode, score, store."""
        self._await(running.futures)
        prepared, kind = running.prepared, running.prepared.unit.task.kind
        task, dataset = prepared.unit.task, prepared.dataset
        started = perf_counter()
        labels = prepared.unit.checkpoint.task_labels(task)
        language, outputs = prepared.unit.language, running.collector.outputs()
        predictions = kind.decode(task, language, dataset, prepared.features, outputs, labels)
        columns = kind.score(task, language, dataset, predictions)
        scores = {metric.name: metric.value(columns) for metric in kind.metrics}
        record = self._record(running, scores, perf_counter() - started)
        self.store.save(record, self._rows(prepared, predictions, columns))
        return record

    def all_prepared(self) -> None:
        """Nothing more will be prepared: free what only that needs."""
        for graph in self.graphs.values():
            graph.forget_tokenizer()

    def close(self) -> None:
        """Drop what is still queued and let go of the graphs."""
        for graph in self.graphs.values():
            graph.close()
        self.graphs.clear()

    def _graph(self, unit: Unit) -> Graph:
        identity = graph_of(unit)
        if identity not in self.graphs:
            while len(self.graphs) >= _GRAPHS_KEPT:
                self.graphs.pop(next(iter(self.graphs)))
            self.graphs[identity] = Graph(unit, self.settings, self.device, self.progress)
        return self.graphs[identity]

    def _key(self, unit: Unit, dataset: Dataset[Any], graph: Graph) -> ComparabilityKey:
        return ComparabilityKey(
            task_version=unit.task.version,
            data=dataset.fingerprint(),
            precision=PRECISION,
            checkpoint=unit.checkpoint.fingerprint(self.settings.cache_directory),
            tokenizer=graph.tokenizer_fingerprint,
            backend=self.settings.backend,
            layer=unit.options.layer,
            pooling=unit.options.pooling,
        )

    def _infer(self, running: Running, rows: NDArray[np.int64]) -> None:
        prepared = running.prepared
        if self.first_batch is None:
            self.first_batch = perf_counter()
        sequences = prepared.features.sequences
        batch = sequences.padded(rows, prepared.unit.checkpoint.pad_id)
        running.collector.put(rows, prepared.graph.backend.run(batch))
        running.finished.append(perf_counter())
        self.progress.advance(int(sequences.lengths[rows].sum()))

    @staticmethod
    def _await(futures: Sequence[Future[None]]) -> None:
        """Wait for all; after a failure, for none that has not begun."""
        done, pending = wait(futures, return_when=FIRST_EXCEPTION)
        for future in pending:
            future.cancel()
        for future in done:
            future.result()

    def _record(self, running: Running, scores: dict[str, float], decode_seconds: float) -> Record:
        prepared, unit = running.prepared, running.prepared.unit
        lengths = prepared.features.sequences.lengths
        return Record(
            system=self.system,
            task=unit.task.key,
            language=unit.language,
            split=SPLIT,
            suite=self.settings.suite,
            scores=scores,
            examples=len(prepared.dataset.examples),
            key=prepared.key,
            limit=self.settings.limit,
            provider_requested=self.settings.device,
            provider=prepared.graph.backend.provider,
            notice=self.source.notice,
            timing=Timing(
                tokenise=prepared.seconds,
                infer=max(running.finished, default=running.started) - running.started,
                decode=decode_seconds,
                sequences=len(lengths),
                tokens=int(lengths.sum()),
                padded_tokens=padded_tokens(lengths, prepared.batches),
                batches=len(prepared.batches),
            ),
            run=self.run,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    @staticmethod
    def _rows(
        prepared: Prepared, predictions: Sequence[Any], columns: Mapping[str, NDArray[np.float64]]
    ) -> dict[str, Sequence[Any]]:
        """Columns of the predictions file: what was asked, what was answered, and the counts behind the score."""
        kind, examples = prepared.unit.task.kind, prepared.dataset.examples
        return {
            "id": [example.id for example in examples],
            "input": [list(kind.texts(example)) for example in examples],
            "gold": [list(e.gold) if isinstance(e.gold, tuple) else e.gold for e in examples],
            "prediction": list(predictions),
            **{f"count_{name}": column.tolist() for name, column in columns.items()},
        }
