"""One unit of work from data to a stored record, in three steps that can overlap with other units' steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..exporters.export import Export
from ..results.record import ComparabilityKey, Record, Timing
from ..tasks.examples import Dataset
from ..tasks.features import SHARED, Features, Outputs
from ..tasks.kinds.kind import Kind
from ..tasks.sources import Source, load_labelled, load_split
from .graphs import Graph
from .inference import Inference
from .plan import Unit, graph_of
from .progress import Progress
from .settings import RunSettings

# The graph in use and the one that is loaded for the units behind it; the pools of candidates likewise.
_GRAPHS_KEPT = 2
_POOLS_KEPT = 2


class Records(Protocol):
    """Where records are looked up and left: `results.store.Store`, or what carries them to one."""

    def find(self, system: str, task: str, language: str, split: str, *, sweep: bool) -> Record | None:
        """The stored record, None if there is none."""

    def save(self, record: Record, predictions: Mapping[str, Sequence[Any]]) -> None:
        """Store a record and its predictions, columns of equal length."""


@dataclass(frozen=True)
class Prepared:
    """A unit whose data is read and tokenised."""

    unit: Unit
    graph: Graph
    dataset: Dataset[Any]
    features: Features[Any]
    key: ComparabilityKey
    inference: Inference
    pool: Inference | None
    started: float
    seconds: float


@dataclass
class Evaluator:
    """Evaluates units of one system in this process."""

    settings: RunSettings
    system: str
    source: Source
    store: Records
    run: str
    device: str
    progress: Progress
    began: float = field(default_factory=perf_counter)
    first_batch: float | None = None
    """`time.perf_counter()` when the first batch was begun."""
    parity: dict[str, Mapping[str, float]] = field(default_factory=dict)
    """For each export used, how far it is from PyTorch."""
    exports: dict[Any, Export] = field(default_factory=dict)
    """Exports that are there already, by `graph_of`; others are made."""
    graphs: dict[Any, Graph] = field(default_factory=dict)
    pools: dict[Any, Inference] = field(default_factory=dict)
    """Candidates that several units search, by graph and content."""

    def prepare(self, unit: Unit) -> Prepared | Record:
        """Read and tokenise; or the stored record, if it is of this very measurement."""
        started = perf_counter()
        settings = self.settings
        load = load_split if settings.unlabelled else load_labelled
        dataset = load(self.source, unit.task, settings.split, unit.language, settings.limit)
        graph = self._graph(unit)
        key = self._key(unit, dataset, graph)
        stored = self._stored(unit, key)
        if stored is not None:
            return stored
        if graph.export is not None:
            self.parity[f"{unit.checkpoint.reference} {unit.options.head}"] = graph.export.parity
        graph.start_loading()
        features = unit.task.kind.encode(unit.task, dataset, graph.encoder)
        inference = Inference(unit, graph, features.sequences)
        return Prepared(
            unit,
            graph,
            dataset,
            features,
            key,
            inference,
            pool=self._pool(unit, graph, features),
            started=started,
            seconds=perf_counter() - started,
        )

    def start(self, prepared: Prepared) -> Prepared:
        """Hand the batches to the backend's threads."""
        for inference in (prepared.pool, prepared.inference):
            if inference is not None:
                inference.start(self.progress.advance)
                self.first_batch = self.first_batch or inference.started
        return prepared

    def finish(self, prepared: Prepared) -> Record:
        """Wait for the batches, decode, score, store."""
        outputs = dict(prepared.inference.outputs())
        if prepared.pool is not None:
            outputs |= {f"{SHARED}{name}": array for name, array in prepared.pool.outputs().items()}
        started = perf_counter()
        result = (_sweep if prepared.unit.options.head == "layers" else _decode)(prepared, outputs)
        record = self._record(prepared, result, started)
        self.store.save(record, _rows(prepared, result))
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
            self.graphs[identity] = Graph(unit, self.settings, self.device, self.progress, self.exports.get(identity))
        return self.graphs[identity]

    def _pool(self, unit: Unit, graph: Graph, features: Features[Any]) -> Inference | None:
        """The candidates that the unit shares with others, tokenised by the first of them."""
        shared = features.shared
        if shared is None:
            return None
        identity = (graph_of(unit), shared.key)
        if identity not in self.pools:
            while len(self.pools) >= _POOLS_KEPT:
                self.pools.pop(next(iter(self.pools)))
            self.pools[identity] = Inference(unit, graph, shared.encode())
        return self.pools[identity]

    def _stored(self, unit: Unit, key: ComparabilityKey) -> Record | None:
        """The stored record of this very measurement, if there is one and it is wanted."""
        if self.settings.force:
            return None
        sweep = unit.options.head == "layers"
        stored = self.store.find(self.system, unit.task.key, unit.language, self.settings.split, sweep=sweep)
        if stored is None or stored.limit != self.settings.limit:
            return None
        # The layer of a sweep is its outcome.
        same = stored.key.model_copy(update={"layer": None}) == key if sweep else stored.key == key
        return stored if same else None

    def _key(self, unit: Unit, dataset: Dataset[Any], graph: Graph) -> ComparabilityKey:
        return ComparabilityKey(
            task_version=unit.task.version,
            data=dataset.fingerprint(),
            precision=unit.options.precision,
            protocol=unit.protocol,
            checkpoint=graph.checkpoint_fingerprint,
            tokenizer=graph.tokenizer_fingerprint,
            backend=self.settings.backend,
            layer=unit.options.layer,
            pooling=unit.options.pooling,
        )

    def _record(self, prepared: Prepared, result: "_Result", decode_started: float) -> Record:
        unit = prepared.unit
        # The candidates' work is counted where it was done: with the unit that came first.
        parts = [prepared.inference, *([prepared.pool] if prepared.pool and prepared.pool.unit is unit else [])]
        return Record(
            system=self.system,
            task=unit.task.key,
            language=unit.language,
            split=self.settings.split,
            suite=self.settings.suite,
            scores=result.scores,
            layers=result.layers,
            examples=len(prepared.dataset.examples),
            key=prepared.key if result.layer is None else prepared.key.model_copy(update={"layer": result.layer}),
            limit=self.settings.limit,
            provider_requested=self.settings.device,
            provider=prepared.graph.backend.provider,
            notice=self.source.notice(unit.task),
            timing=Timing(
                tokenise=prepared.seconds,
                infer=sum(part.seconds for part in parts),
                decode=perf_counter() - decode_started,
                sequences=sum(len(part.sequences) for part in parts),
                tokens=sum(part.tokens for part in parts),
                padded_tokens=sum(part.padded_tokens for part in parts),
                batches=sum(len(part.batches) for part in parts),
                batch_tokens=prepared.inference.batch_tokens,
                tokenise_start=prepared.started - self.began,
                infer_start=prepared.inference.started - self.began,
                decode_start=decode_started - self.began,
            ),
            run=self.run,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )


@dataclass(frozen=True)
class _Result:
    """Predictions, the counts behind their scores (none without gold labels), and what a sweep over layers found."""

    predictions: Sequence[Any]
    columns: Mapping[str, NDArray[np.float64]]
    scores: dict[str, float]
    layer: int | None = None
    layers: dict[int, dict[str, float]] | None = None


def _decode(prepared: Prepared, outputs: Outputs) -> _Result:
    unit, dataset = prepared.unit, prepared.dataset
    kind: Kind[Any, Any, Any] = unit.task.kind
    labels = unit.checkpoint.task_labels(unit.task)
    predictions = kind.decode(unit.task, unit.language, dataset, prepared.features, outputs, labels)
    if not dataset.labelled:
        return _Result(predictions, {}, {})
    columns = kind.score(unit.task, unit.language, dataset, predictions)
    return _Result(predictions, columns, {metric.name: metric.value(columns) for metric in kind.metrics})


def _sweep(prepared: Prepared, outputs: Outputs) -> _Result:
    """Decode every layer, each output having shape (sequences, layers, ...); the best by the task's main metrics."""
    layers = np.asarray(next(iter(outputs.values()))).shape[1]
    results = [
        _decode(prepared, {name: np.ascontiguousarray(np.asarray(array)[:, layer]) for name, array in outputs.items()})
        for layer in range(layers)
    ]
    metrics = prepared.unit.task.main_metrics
    best = max(range(layers), key=lambda layer: sum(results[layer].scores[metric] for metric in metrics))
    scores = {layer: result.scores for layer, result in enumerate(results)}
    return replace(results[best], layer=best, layers=scores)


def _rows(prepared: Prepared, result: _Result) -> dict[str, Sequence[Any]]:
    """Columns of the predictions file: what was asked, what was answered, and the counts behind the score."""
    kind, examples = prepared.unit.task.kind, prepared.dataset.examples
    return {
        "id": [example.id for example in examples],
        "input": [list(kind.texts(example)) for example in examples],
        "gold": [list(e.gold) if isinstance(e.gold, tuple) else e.gold for e in examples],
        "prediction": list(result.predictions),
        **{f"count_{name}": column.tolist() for name, column in result.columns.items()},
    }
