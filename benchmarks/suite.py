"""The races of the peer comparison: of each encoder on Tatoeba against three peers, on labelled tasks against one."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import XbenchError
from ..exporters.checkpoint import Checkpoint
from ..exporters.system import resolve
from ..files import make_directory
from ..harness.evaluator import Prepared
from ..harness.settings import RunSettings
from ..tasks.features import Outputs
from ..tasks.sources import DirectorySource, open_directory
from ..tasks.suites import find_task
from ..tasks.task import Task
from .agreement import Agreement, compare_decisions, compare_embeddings, own_decisions, peer_decisions
from .checkpoints import ensure_head
from .command import run_xbench
from .flops import EncoderShape, useful_flops
from .own_outputs import computed_lengths, own_outputs
from .peers.jobs import peer_job
from .peers.process import PeerFailed, PeerProcess
from .races import PROCESS, RUN, Race, Seconds, take_turns
from .subsets import write_subset
from .workloads import CUT, INT8, OURS, RETRIEVAL_PEERS, TASK_PEERS, TATOEBA, Subject

# The reference fills its batches of 100 from one file, so that a file must have as many.
_PAIRS_A_FILE = 100
Arrays = Mapping[str, NDArray[Any]]
Computed = Sequence[tuple[Prepared, Outputs]]


@dataclass(frozen=True)
class Encoder:
    """A model to race on; `scale` times as many examples as of the slowest, heads from `system` where it has them."""

    name: str
    directory: Path
    scale: int = 1
    system: Path | None = None


@dataclass(frozen=True)
class Conditions:
    """How races are run.

    Attributes:
        data: the whole data, in XTREME's layout.
        work: where checkpoints and peers' exports are kept.
        python: the peers' interpreter.
        kinds: letters of the comparisons that are wanted.
        sentences: of Tatoeba, both sides counted, for an encoder of scale 1.
        examples: of XNLI likewise.
        rounds: turns of everybody.
        product: measures the best matrix product, in GFLOP/s.
        note: told what goes on.
    """

    data: Path
    work: Path
    python: Path
    kinds: str
    sentences: int
    examples: int
    rounds: int
    product: Callable[[], float]
    note: Callable[[str], None]


def subjects(kinds: str, labelled: Sequence[Subject]) -> list[Subject]:
    """The tasks that the wanted comparisons need."""
    return [*([TATOEBA] if set(kinds) & set("abde") else []), *(labelled if set(kinds) & set("cde") else [])]


def hold_race(conditions: Conditions, encoder: Encoder, subject: Subject) -> Race:
    """Race on one task.

    Raises:
        InputError: the data lack it.
        XbenchError: xbench or a peer failed in the middle.
    """
    task = find_task(subject.task)
    with tempfile.TemporaryDirectory(prefix="xbench-race-") as temporary, ExitStack() as stack:
        track = _Track(conditions, encoder, subject, task, Path(temporary))
        track.prepare()
        peers = track.enter_peers(stack)
        contestants = {**track.ways(), **{name: peer.run for name, peer in peers.items()}}
        product = conditions.product if "e" in conditions.kinds else None
        rounds = take_turns(contestants, conditions.rounds, product, conditions.note)
        outputs = {name: peer.outputs() for name, peer in peers.items()}
        computed = {name: list(own_outputs(track.settings(name))) for name in (OURS, CUT) if name in contestants}
        agreements = {name: track.agreements(name, units, outputs) for name, units in computed.items()}
        found = track.content[OURS]
        return Race(
            model=encoder.name,
            task=task.key,
            split=subject.split,
            languages=track.languages,
            sequences=found["sequences"],
            tokens=found["tokens"],
            flops=track.flops(computed[OURS]),
            rounds=rounds,
            agreements=agreements,
            absent=track.absent,
            scores={name: _scores(content) for name, content in track.content.items()},
            peer_versions=next((peer.versions for peer in peers.values()), {}),
        )


def _scores(content: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    return {f"{record['task']}/{record['language']}": record["scores"] for record in content["records"]}


class _Track:
    """One task with its subset, its checkpoint and everybody who runs on it."""

    def __init__(self, conditions: Conditions, encoder: Encoder, subject: Subject, task: Task, directory: Path) -> None:
        self._conditions = conditions
        self._encoder = encoder
        self._subject = subject
        self._task = task
        self._directory = directory
        self._data = directory / "data"
        self._checkpoint = self._served()
        self.languages: list[str] = []
        self.absent: dict[str, str] = {}
        self.content: dict[str, dict[str, Any]] = {}
        """What the last run of each of xbench's ways printed."""

    @property
    def _retrieval(self) -> bool:
        return self._subject == TATOEBA

    @property
    def _cut(self) -> int:
        return round(self._checkpoint.layers * 2 / 3)

    def _served(self) -> Checkpoint:
        """The checkpoint that is raced on."""
        encoder, task = self._encoder, self._task
        if self._retrieval:
            return Checkpoint(encoder.directory, encoder.name)
        if encoder.system is not None:
            serving = resolve(str(encoder.system)).serving(task)
            if isinstance(serving, Checkpoint):
                return serving
        place = self._conditions.work / "models" / f"{encoder.name}-{task.training}"
        return Checkpoint(ensure_head(place, encoder.directory, task.kind.head, task.labels), encoder.name)

    def prepare(self) -> None:
        """Draw the subset, and run each way of xbench once, so that exports are cached and budgets known."""
        given, scale = self._conditions, self._encoder.scale
        count = given.sentences // 2 if self._retrieval else max(1, round(given.examples * self._subject.weight))
        source = open_directory(given.data)
        least = min(_PAIRS_A_FILE, count) if self._retrieval else 1
        self.languages = write_subset(source, self._task, self._subject.split, count * scale, self._data, least)
        given.note(f"{self._encoder.name}, {self._task.title}: {', '.join(self.languages)}")
        for name in self._wanted():
            try:
                self._run(name)
            except XbenchError as error:
                if name == OURS:
                    raise
                self.absent[name] = str(error)

    def _wanted(self) -> dict[str, list[str]]:
        """Each way to run xbench, with its options."""
        kinds = self._conditions.kinds
        ways = {OURS: list[str]()}
        if "b" in kinds and self._retrieval:
            ways[CUT] = ["--layer", str(self._cut)]
        if "d" in kinds:
            ways[INT8] = ["--precision", "int8"]
        return ways

    def ways(self) -> dict[str, Callable[[], Seconds]]:
        """Those that work."""
        return {name: partial(self._run, name) for name in self._wanted() if name not in self.absent}

    def _run(self, name: str) -> Seconds:
        task, checkpoint = self._task.key, self._checkpoint.directory
        finished = run_xbench(
            "-m", checkpoint, "-t", task, "-l", ",".join(self.languages), "--split", self._subject.split,
            "--data-dir", self._data, "-o", self._directory / "results", *self._wanted()[name],
        )  # fmt: skip
        self.content[name] = finished.content
        return {PROCESS: finished.seconds, RUN: finished.content["seconds"]}

    def enter_peers(self, stack: ExitStack) -> dict[str, PeerProcess]:
        """Start the peers that are wanted; those that do not start are absent."""
        wanted = RETRIEVAL_PEERS if self._retrieval else TASK_PEERS
        if not set(self._conditions.kinds) & set("ab" if self._retrieval else "c"):
            return {}
        source = DirectorySource(self._data)
        datasets = [source.load(self._task, self._subject.split, language) for language in self.languages]
        layers = [self._cut, self._checkpoint.layers]
        export = self._conditions.work / "peer-exports" / self._encoder.name
        make_directory(export.parent)
        peers: dict[str, PeerProcess] = {}
        for name in wanted:
            job = peer_job(name, self._checkpoint, self._task, datasets, layers=layers, export=str(export))
            try:
                peers[name] = stack.enter_context(PeerProcess(self._conditions.python, job, self._directory))
            except PeerFailed as error:
                self.absent[name] = str(error)
        return peers

    def settings(self, way: str) -> RunSettings:
        """One of xbench's ways as a run in this process."""
        return RunSettings(
            model=str(self._checkpoint.directory), tasks=(self._task.key,), languages=tuple(self.languages),
            data_dir=self._data, split=self._subject.split, device="cpu", layer=self._cut if way == CUT else None,
        )  # fmt: skip

    def flops(self, computed: Computed) -> float:
        """Useful operations of a run over all layers."""
        total = np.concatenate([computed_lengths(prepared) for prepared, _ in computed])
        if int(total.sum()) != self.content[OURS]["tokens"]:
            raise XbenchError(f"{total.sum()} tokens were counted, but xbench computed {self.content[OURS]['tokens']}")
        return useful_flops(total, EncoderShape.of(self._checkpoint.config))

    def agreements(self, way: str, computed: Computed, outputs: Mapping[str, Arrays]) -> dict[str, Agreement]:
        """How far each peer agrees with a way of xbench to run; peers that lack its layer are left out."""
        if not self._retrieval:
            return {name: self._same_decisions(computed, arrays) for name, arrays in outputs.items()}
        wanted = f"layer {self._cut if way == CUT else self._checkpoint.layers}"
        there = {name: arrays[wanted] for name, arrays in outputs.items() if wanted in arrays}
        return {name: self._same_vectors(computed, vectors) for name, vectors in there.items()}

    def _same_decisions(self, computed: Computed, arrays: Arrays) -> Agreement:
        ours, places = [], []
        for prepared, outputs in computed:
            found = own_decisions(self._task.kind.head, outputs, prepared.features.alignment)
            for row, (decisions, place) in enumerate(found):
                ours.append((prepared.features.sequences[row], decisions))
                places.append(place)
        return compare_decisions(ours, places, peer_decisions(self._task.kind.head, arrays))

    def _same_vectors(self, computed: Computed, theirs: NDArray[np.float32]) -> Agreement:
        nearest, mine, start = [], [], 0
        for prepared, outputs in computed:
            vectors = np.asarray(outputs["embedding"])
            other = theirs[start : start + len(vectors)]
            start += len(vectors)
            mine.append(vectors)
            nearest.append((self._nearest(prepared, vectors), self._nearest(prepared, other)))
        return compare_embeddings(np.concatenate(mine), theirs, nearest)

    def _nearest(self, prepared: Prepared, vectors: NDArray[np.float32]) -> list[int]:
        """The nearest candidate of each query, as the first sequence of its token ids.

        Texts of a script that a tokenizer does not know often come to the same tokens; which of those is nearest is
        decided by rounding, since a peer computes them in different batches, and says nothing.
        """
        features = prepared.features
        rows = self._task.kind.decode(
            self._task, prepared.unit.language, prepared.dataset, features, {"embedding": vectors}, ()
        )
        firsts = features.sequences.first_occurrences()
        return [int(firsts[features.alignment + row]) for row in rows]
