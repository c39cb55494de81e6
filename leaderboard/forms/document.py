"""The schema of a board as JSON. A change that a reader could trip over raises `SCHEMA_VERSION`."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Final = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeanPart(_Part):
    """A mean over scores; those that are missing leave `value` null."""

    value: Annotated[float | None, Field(description="the mean if it is complete, else null")]
    partial: Annotated[float | None, Field(description="the mean over what is there; null if nothing is")]
    there: Annotated[int, Field(description="how many scores it is over")]
    wanted: Annotated[int, Field(description="how many it should be over")]
    tasks: Annotated[int | None, Field(description="how many tasks have a score; null within one task")] = None
    wanted_tasks: Annotated[int | None, Field(description="how many there are; null within one task")] = None
    notes: Annotated[tuple[str, ...], Field(description="sentences that must stand beside it")] = ()


class TaskPart(_Part):
    """One system on one task."""

    mean: MeanPart
    metrics: dict[str, MeanPart]
    missing: Annotated[tuple[str, ...], Field(description="languages of the suite without a record")]


class OriginPart(_Part):
    """How a system's scores came about."""

    parameters: int | None
    checkpoints: Annotated[dict[str, tuple[str, ...]], Field(description="fingerprints by training task")]
    backends: tuple[str, ...]
    providers: tuple[str, ...]
    precisions: tuple[str, ...]
    retrieval: Annotated[tuple[tuple[int | None, str | None], ...], Field(description="pairs of layer and pooling")]
    newest: Annotated[str, Field(description="day of the newest record, UTC")]


class SystemPart(_Part):
    """One system."""

    name: str
    rank: Annotated[int | None, Field(description="among systems with a complete average; equals share one")]
    alike: Annotated[str, Field(description="letters: systems that share one cannot be told apart")]
    average: MeanPart
    without_retrieval: MeanPart
    groups: dict[str, MeanPart]
    tasks: dict[str, TaskPart]
    slices: dict[str, MeanPart]
    transfer: Annotated[dict[str, MeanPart], Field(description="English minus the other languages, in points, by task")]
    transfer_average: MeanPart
    origin: OriginPart


class ColumnPart(_Part):
    """One task."""

    key: str
    title: str
    metrics: Annotated[tuple[str, ...], Field(description="their mean is the task's value")]
    languages: Annotated[tuple[str, ...], Field(description="those of the suite; none for a task outside it")]
    retrieval: bool


class SlicePart(_Part):
    """Languages that have something in common."""

    key: str
    kind: str
    name: str
    languages: tuple[str, ...]


class ScorePart(_Part):
    """One system on one task in one language."""

    system: str
    task: str
    language: str
    split: str
    value: Annotated[float, Field(description="what averages are of, in percent")]
    scores: Annotated[dict[str, float], Field(description="every metric, in percent")]
    examples: int
    limit: Annotated[int | None, Field(description="set if only the first examples were run")]
    notes: tuple[str, ...]


class GainPart(_Part):
    """Contender minus baseline, in points; without a test no interval and no p-values."""

    difference: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: Annotated[float | None, Field(description="p corrected for the number of comparisons")] = None
    there: int
    wanted: int
    notes: tuple[str, ...] = ()


class LanguageGainPart(_Part):
    """The gain in one language, the mean over the tasks that both systems have in it."""

    language: str
    tasks: int
    gain: GainPart


class ContenderPart(_Part):
    """What one system, or one group of seeds, gained over the baseline."""

    name: str
    systems: tuple[str, ...]
    average: GainPart | None
    without_retrieval: GainPart | None
    tasks: dict[str, GainPart]
    groups: dict[str, GainPart]
    slices: dict[str, GainPart]
    cells: Annotated[dict[str, dict[str, GainPart]], Field(description="by task and language")]
    languages: Annotated[tuple[LanguageGainPart, ...], Field(description="from the largest gain to the largest loss")]


class SignificancePart(_Part):
    """How gains were tested."""

    confidence: float
    replicates: int
    languages_resampled: bool
    notes: tuple[str, ...]


class ChoicePart(_Part):
    """Which system serves a task of the best-per-task row, chosen on dev."""

    system: str
    languages: tuple[str, ...]
    values: Annotated[dict[str, float], Field(description="dev scores of all that it was chosen among")]


class PublishedPart(_Part):
    """A row that others have published."""

    name: str
    tasks: dict[str, dict[str, float]]
    average: float | None
    source: str
    remark: str


class BoardDocument(_Part):
    """A leaderboard. Scores are in percent, differences in points; what is not defined is null."""

    schema_version: Literal[1] = SCHEMA_VERSION
    suite: str
    title: str
    groups: Annotated[dict[str, tuple[str, ...]], Field(description="tasks of each group")]
    columns: tuple[ColumnPart, ...]
    slices: tuple[SlicePart, ...]
    baseline: str | None
    baselines: Annotated[tuple[str, ...], Field(description="the systems behind the baseline, one a seed")]
    systems: tuple[SystemPart, ...]
    scores: tuple[ScorePart, ...]
    gains: tuple[ContenderPart, ...]
    test: Annotated[SignificancePart | None, Field(description="null if gains were not tested")]
    best_per_task: Annotated[dict[str, ChoicePart], Field(description="by task; empty without such a row")]
    published: tuple[PublishedPart, ...]
    notices: tuple[str, ...]
    notes: tuple[str, ...]
