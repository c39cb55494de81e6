"""What the graphs of xbench return for a run's units: more than a run stores, so they are computed here, untimed."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..exporters.session import choose_device
from ..exporters.system import resolve
from ..harness.evaluator import Evaluator, Prepared
from ..harness.plan import make_plan
from ..harness.progress import Silence
from ..harness.run import data_source
from ..harness.settings import RunSettings
from ..results.record import Record
from ..results.store import Store
from ..tasks.features import Outputs


def own_outputs(settings: RunSettings) -> Iterator[tuple[Prepared, Outputs]]:
    """Each unit of a run with the outputs of its graph; nothing is decoded or stored."""
    system = resolve(settings.model)
    source = data_source(settings)
    with tempfile.TemporaryDirectory() as output:
        settings = replace(settings, output=Path(output), force=True)
        store, device = Store(settings.output), choose_device(settings.device)
        evaluator = Evaluator(settings, system.name, source, store, "outputs", device, Silence())
        try:
            for unit in make_plan(settings, system, source).units:
                prepared = evaluator.prepare(unit)
                assert not isinstance(prepared, Record)  # nothing is stored there
                yield prepared, evaluator.start(prepared).inference.outputs()
        finally:
            evaluator.close()


def computed_lengths(prepared: Prepared) -> NDArray[np.int64]:
    """Tokens of each sequence that is computed, shape (distinct sequences,): equal ones are computed once."""
    sequences = prepared.features.sequences
    distinct = sequences.first_occurrences() == np.arange(len(sequences))
    lengths: NDArray[np.int64] = sequences.lengths[distinct]
    return lengths
