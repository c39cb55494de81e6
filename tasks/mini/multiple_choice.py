"""XCOPA's form: a premise, and which of two statements is its cause or its effect."""

import json
from collections.abc import Sequence
from itertools import product

from .grammar import Grammar
from .sentences import STATES, SUBJECTS, Proposition, say, state
from .splits import Split, share, shuffled, sizes

_SIZES = sizes(train=200)
_TIRED, _ILL = 2, 5


def xcopa_jsonl(grammar: Grammar, split: Split) -> str:
    """Write one split, one JSON object a line: premise, choice1, choice2, question, label (0 or 1), idx."""
    lines = [json.dumps(_item(grammar, split, number), ensure_ascii=False) for number in range(_SIZES[split])]
    return "\n".join(lines) + "\n"


def _item(grammar: Grammar, split: Split, number: int) -> dict[str, str | int]:
    available = _questions(split)
    subject, pair, question = available[number % len(available)]
    distractor = _distractors(subject, pair, question)[number // len(available)]

    def text(predicate: int) -> str:
        return say(grammar, Proposition(subject, predicate)).text

    premise, right, wrong = (
        (pair, state(pair), state(distractor)) if question == "cause" else (state(pair), pair, distractor)
    )
    label = number % 2
    choices = (wrong, right) if label else (right, wrong)
    return {
        "premise": text(premise),
        "choice1": text(choices[0]),
        "choice2": text(choices[1]),
        "question": question,
        "label": label,
        "idx": number,
    }


def _questions(split: Split) -> Sequence[tuple[int, int, str]]:
    """(subject, state-activity pair, question): a premise asked about in test is not asked about in training."""
    mixed = shuffled(product(range(SUBJECTS), range(STATES), ("cause", "effect")), "xcopa")
    return share(mixed, split, test=_SIZES[Split.TEST], dev=_SIZES[Split.DEV])


def _distractors(subject: int, pair: int, question: str) -> list[int]:
    # Who is ill may well rest, so these two are no wrong answers for each other.
    ambiguous = {_TIRED: _ILL, _ILL: _TIRED}.get(pair)
    others = (other for other in range(STATES) if other not in {pair, ambiguous})
    return shuffled(others, f"xcopa distractors:{subject}:{pair}:{question}")
