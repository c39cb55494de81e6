"""A page of stored predictions as text for a terminal and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...results.record import Record
from ...results.store import TEST
from ...tasks.languages import known_languages
from ...tasks.suites import find_task
from ..disagreements import VERDICTS
from ..showing import Page, Shown
from .terminal import columns, harmless_json, padded, shortened, visible

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "classification": ("first", "second"),
    "multiple choice": ("prompt",),
    "span": ("question", "context"),
    "checklist": ("question", "context"),
    "retrieval": ("query",),
    "mining": ("sentence",),
    "ranking": ("query",),
}
"""What the texts of an example are, by kind; further ones have numbers from 1."""
_TAGGING = "tagging"
_SHORT = 300


def page_text(page: Page, *, full: bool, width: int) -> str:
    """Heading, then a block an example, without a line end at the end.

    Args:
        page: what to show.
        full: write long texts out, instead of the stretch around the gold answer.
        width: columns of the terminal, which tagged sentences are broken to. Other texts are lines of their own, as a
            terminal breaks them better.
    """
    return "\n\n".join(["\n".join(_heading(page)), *(_block(page, shown, full, width) for shown in page.shown)])


def page_json(page: Page) -> str:
    """Everything as one JSON object: texts whole, gold and predictions as they are stored, and as text."""
    content = {
        "system": page.record.system,
        "task": page.record.task,
        "language": page.record.language,
        "split": page.record.split,
        "scores": page.record.scores,
        "examples": page.record.examples,
        "against": _against_json(page, page.other) if page.other else None,
        "selected": page.selected,
        "page": page.number,
        "pages": page.pages,
        "shown": [_shown_json(shown) for shown in page.shown],
    }
    return harmless_json(json.dumps(content, indent=2, ensure_ascii=False))


def _against_json(page: Page, other: Record) -> dict[str, Any]:
    counts = {str(verdict): count for verdict, count in page.counts.items()}
    return {"system": other.system, "scores": other.scores} | counts


def _shown_json(shown: Shown) -> dict[str, Any]:
    example, other = shown.example, shown.other
    content = {
        "id": example.id,
        "texts": example.texts,
        "gold": example.gold,
        "gold_text": shown.gold,
        "prediction": example.prediction,
        "prediction_text": shown.answer,
        "worth": example.worth,
    }
    if other is None:
        return content
    against = {"prediction": other.prediction, "prediction_text": shown.other_answer, "worth": other.worth}
    return content | {"verdict": shown.verdict, "against": against}


def _heading(page: Page) -> Iterator[str]:
    record, known = page.record, known_languages()
    language = known[record.language].name if record.language in known else record.language
    split = "" if record.split == TEST else f", {record.split} split"
    limit = "" if record.limit is None else f", only the first {record.limit} examples"
    title = f"{find_task(record.task).title} in {language}{split}{limit}"
    yield f"{visible(record.system)}: {title}: {_scores(record)}"
    if page.other:
        counts = ", ".join(f"{page.counts[verdict]} {verdict}" for verdict in VERDICTS)
        yield f"against {visible(page.other.system)}: {_scores(page.other)}: {counts} of {record.examples} examples"
    more = f"; --page {page.number + 1} shows the next" if page.number < page.pages else ""
    yield f"{page.selected} of {record.examples} examples, page {page.number} of {page.pages}{more}"


def _scores(record: Record) -> str:
    metrics = find_task(record.task).main_metrics
    there = [f"{metric.replace('_', ' ')} {record.scores[metric]:.1f}" for metric in metrics if metric in record.scores]
    return ", ".join(there) or "no gold labels"


def _block(page: Page, shown: Shown, full: bool, width: int) -> str:
    kind = find_task(page.record.task).kind.name
    rows = _tag_rows(page, shown, width) if kind == _TAGGING else _rows(page, shown, kind, full)
    return "\n".join([f"[{visible(shown.example.id)}] {_standing(shown)}".rstrip(), *rows])


def _standing(shown: Shown) -> str:
    """One word for it; of an answer that is right in part, how much."""
    if shown.verdict:
        return shown.verdict
    example = shown.example
    if example.worth is None:
        return ""
    if not example.counted:
        return "not counted"
    if example.wrong:
        return f"wrong, worth {example.worth:.0%}" if example.worth else "wrong"
    return "right"


def _rows(page: Page, shown: Shown, kind: str, full: bool) -> Iterator[str]:
    names = _TEXTS.get(kind, ())
    labels = [*names, *(str(number) for number in range(1, 1 + len(shown.example.texts) - len(names)))]
    gold = shown.gold.split(" | ")[0]
    texts = [text if full else shortened(text, _SHORT, gold) for text in shown.example.texts]
    rows = [*zip(labels, texts, strict=True), ("gold", shown.gold), *_answers(page, shown)]
    return _aligned(rows)


def _answers(page: Page, shown: Shown) -> Iterator[tuple[str, str]]:
    if page.other is None or shown.other_answer is None:
        yield "predicted", shown.answer
    else:
        yield page.other.system, shown.other_answer
        yield page.record.system, shown.answer


def _aligned(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    labels = [visible(label) for label, _ in rows]
    width = max(map(columns, labels))
    return (f"  {padded(label, width)}  {visible(text)}" for label, (_, text) in zip(labels, rows, strict=True))


def _tag_rows(page: Page, shown: Shown, width: int) -> Iterator[str]:
    """Words over their gold tags over those that are not gold, in as many stretches as the width asks for."""
    example, other = shown.example, shown.other
    gold = example.gold or [""] * len(example.texts)
    answers = [("predicted", example.prediction)]
    if page.other and other:
        answers = [(page.other.system, other.prediction), (page.record.system, example.prediction)]
    labels = ["words", *(["gold"] if example.gold else []), *(visible(name) for name, _ in answers)]
    lines = [
        [visible(word) for word in example.texts],
        *([[visible(tag) for tag in gold]] if example.gold else []),
        *([_marked(tag, wanted) for tag, wanted in zip(tags, gold, strict=True)] for _, tags in answers),
    ]
    margin = max(map(columns, labels))
    for first, last, widths in _stretches(lines, width - margin - 4):
        for label, cells in zip(labels, lines, strict=True):
            row = "  ".join(padded(cell, wide) for cell, wide in zip(cells[first:last], widths, strict=True))
            yield f"  {padded(label, margin)}  {row}".rstrip()


def _marked(tag: str, wanted: str) -> str:
    """A tag that is not the wanted one; nothing for one that is."""
    return "" if tag == wanted else visible(tag)


def _stretches(lines: Sequence[Sequence[str]], width: int) -> Iterator[tuple[int, int, list[int]]]:
    """First and last place of each run of columns that fits, with the columns' widths; one that never fits is alone."""
    widths = [max(map(columns, cells)) for cells in zip(*lines, strict=True)]
    first = 0
    while first < len(widths):
        last, used = first + 1, widths[first]
        while last < len(widths) and used + 2 + widths[last] <= width:
            used += 2 + widths[last]
            last += 1
        yield first, last, widths[first:last]
        first = last
