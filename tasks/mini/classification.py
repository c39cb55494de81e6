"""XNLI's form: premise, hypothesis, and whether the second follows from, contradicts, or neither."""

import csv
import io
from dataclasses import replace

from .grammar import Grammar
from .sentences import ACTIVITIES, PLACES, Proposition, say
from .splits import Split, placed_propositions, sizes

_LABELS = ("contradiction", "entailment", "neutral")
_SIZES = sizes(train=600)


def xnli_tsv(grammar: Grammar, split: Split) -> str:
    """Write one split: premise, hypothesis, label, as XTREME writes it (csv, tab, CRLF)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
    for number, (premise, place) in enumerate(placed_propositions(split)[: _SIZES[split]]):
        label = _LABELS[number % 3]
        pair = _pair(premise, place, label, number // 3)
        writer.writerow([*(say(grammar, proposition).text for proposition in pair), label])
    return buffer.getvalue()


def _pair(full: Proposition, place: int, label: str, turn: int) -> tuple[Proposition, Proposition]:
    short = replace(full, place=None)
    if label == "entailment":
        return full, short
    if label == "neutral":
        return short, full
    # By turns another place and another activity, each time another distance away.
    if turn % 2:
        return full, replace(full, predicate=(full.predicate + 1 + turn // 2 % (ACTIVITIES - 1)) % ACTIVITIES)
    return full, replace(full, place=(place + 1 + turn // 2 % (PLACES - 1)) % PLACES)
