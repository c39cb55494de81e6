"""An analysis as text and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tabulate import tabulate

from ...results.store import TEST
from .analysis import Analysis, MeanBucket, Portion, PortionAnalysis
from .attributes import Attribute
from .buckets import Bucket

_TOKENS = (
    "Tokens are words between blanks; in languages written without blanks, characters. A bucket is a quantile of the"
    " language's own examples, with equal values kept together."
)
_NO_SCORE = "-"


def analysis_text(analysis: Analysis) -> str:
    """A table for each system and task: a row a language and bucket, then the means over languages."""
    parts = [_portion_text(part, analysis.attribute) for part in analysis.portions]
    return "\n\n".join([*parts, "\n".join([_TOKENS, *analysis.notes])])


def analysis_json(analysis: Analysis) -> str:
    """Everything as one JSON object; a score that is not defined is null."""
    attribute = analysis.attribute
    content = {
        "attribute": attribute.name,
        "unit": attribute.unit,
        "analyses": [_portion_json(part) for part in analysis.portions],
        "notes": analysis.notes,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _portion_json(part: PortionAnalysis) -> dict[str, Any]:
    languages = {code: [asdict(bucket) for bucket in buckets] for code, buckets in part.languages.items()}
    return {**asdict(part.portion), "languages": languages, "means": [asdict(mean) for mean in part.means]}


def _title(portion: Portion) -> str:
    split = [] if portion.split == TEST else [f"{portion.split} split"]
    limit = [] if portion.limit is None else [f"only the first {portion.limit} examples"]
    return ", ".join([f"{portion.system}: {portion.task}", *split, *limit])


def _portion_text(part: PortionAnalysis, attribute: Attribute) -> str:
    headers = (
        "language",
        "bucket",
        f"{attribute.name} ({attribute.unit})",
        "gold entities" if attribute.entities else "examples",
        *(metric.replace("_", " ") for metric in part.metrics),
    )
    rows = [
        [code, *_row(bucket, attribute, part.metrics)] for code, buckets in part.languages.items() for bucket in buckets
    ]
    table = tabulate([*rows, *_mean_rows(part)], headers, disable_numparse=True, stralign="right")
    return "\n".join([_title(part.portion), table])


def _row(bucket: Bucket, attribute: Attribute, metrics: tuple[str, ...]) -> Iterator[str]:
    low, high = (f"{bound:.2f}" if attribute.unit == "share" else f"{bound:.0f}" for bound in (bucket.low, bucket.high))
    yield str(bucket.number)
    yield low if low == high else f"{low}-{high}"
    yield str(bucket.units)
    yield from (_score_text(bucket.scores[metric]) for metric in metrics)


def _mean_rows(part: PortionAnalysis) -> Iterator[list[str]]:
    for mean in part.means:
        scores = [_score_text(mean.scores[metric]) for metric in part.metrics]
        yield ["mean", str(mean.number), _coverage(mean), "", *scores]


def _coverage(mean: MeanBucket) -> str:
    return f"{mean.there} languages" if mean.there == mean.wanted else f"only {mean.there} of {mean.wanted} languages"


def _score_text(score: float | None) -> str:
    return _NO_SCORE if score is None else f"{score:.1f}"
