"""The record of one score: what was measured, on what, with what, and everything needed to compare or repeat it."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Final = 2
"""Of records and descriptions; `upgrade.py` reads older ones."""


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Measurement(_Stored):
    """The part of the comparability key that two systems must share for their scores to stand in one column."""

    task_version: int
    """Raised whenever the protocol of the task changes a number."""
    data: str
    """Hash of the examples, whatever file they came from."""
    precision: str
    """Arithmetic of the model: `fp32`, `fp16`, `bf16`, `int8`, or `int8-reduced` on CPUs without 8-bit dot products."""
    protocol: tuple[str, ...] = ()
    """Choices that differ from the reference's, as `key=value` (see `tasks.protocol`)."""


class ComparabilityKey(Measurement):
    """All that decides a score; a stored record is reused only if this is equal."""

    checkpoint: str
    """Hash of weights and configuration."""
    tokenizer: str
    """Hash of the token ids of a fixed multilingual text."""
    backend: str
    """`onnx` or `torch`."""
    layer: int | None = None
    """Hidden state used for retrieval, counted as in Hugging Face's `hidden_states`; None for other tasks."""
    pooling: str | None = None
    """`mean`, `mean-inner`, `cls` or `pooler` for retrieval, None for other tasks."""

    @property
    def measurement(self) -> Measurement:
        """The part that is independent of the system."""
        return Measurement(**{name: getattr(self, name) for name in Measurement.model_fields})


class Timing(_Stored):
    """Where the time of one unit went, in seconds, and what it processed."""

    tokenise: float
    infer: float
    """From the unit's first batch to its last; units overlap, so these do not add up to the run's time."""
    decode: float
    sequences: int
    tokens: int
    """Computed, without padding; equal sequences are computed once."""
    padded_tokens: int
    """With padding."""
    batches: int
    batch_tokens: int | None = None
    """The budget that its batches were made under, in padded tokens; 1 if each sequence was computed alone."""
    tokenise_start: float | None = None
    """Seconds from the beginning of the run to that of reading and tokenising; the other two likewise."""
    infer_start: float | None = None
    decode_start: float | None = None


class Record(_Stored):
    """Scores of one (system, task, language). Defaults are for its makers: a stored file says everything."""

    schema_version: Literal[2] = SCHEMA_VERSION
    system: str
    task: str
    language: str
    split: str
    suite: str | None
    scores: dict[str, float]
    """Metrics in percent; empty if there were no gold labels to score against."""
    layers: dict[int, dict[str, float]] | None = None
    """Of a sweep over all layers: the metrics of each; `scores` and `key` are then those of the best."""
    examples: int
    key: ComparabilityKey
    limit: int | None
    """Set if only the first examples were run."""
    provider_requested: str
    provider: str
    """What really ran."""
    notice: str | None = None
    """A sentence to show beside the score, such as that the data is a fixture."""
    timing: Timing
    run: str
    """Name of the file under `runs/` that describes the run."""
    created: str = Field(description="UTC, ISO 8601")


class SystemDescription(_Stored):
    """What a system is made of; stored as `system.json`."""

    schema_version: Literal[2] = SCHEMA_VERSION
    name: str
    checkpoints: dict[str, dict[str, str | int | None]]
    """For each training task ("" for a lone checkpoint): reference, fingerprint, parameters, model type."""
