"""SQuAD's form: questions whose answer is a piece of a short context."""

import json
from typing import Any

from .grammar import Grammar, Slot
from .sentences import Proposition, Sentence, ask_where, ask_who, say
from .splits import Split, placed_propositions, sizes

_SIZES = sizes(train=400)
_STATEMENTS = 3


def squad_json(grammar: Grammar, split: Split) -> str:
    """Write one split as SQuAD v1.1: contexts of three statements, a "who" and a "where" question about each."""
    paragraphs = [
        _paragraph(grammar, statements, f"mini-{split}-{number}", number % _STATEMENTS)
        for number, statements in enumerate(_contexts(split, _SIZES[split] // 2))
    ]
    document = {"data": [{"title": "mini", "paragraphs": paragraphs}], "version": "1.1"}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _contexts(split: Split, count: int) -> list[list[Proposition]]:
    """Group propositions by threes that share no person, activity or place, so that every answer is the only one."""
    left = [proposition for proposition, _ in placed_propositions(split)]
    contexts = []
    for _ in range(count):
        context: list[Proposition] = []
        for candidate in left:
            if len(context) < _STATEMENTS and all(_differ(candidate, chosen) for chosen in context):
                context.append(candidate)
        left = [candidate for candidate in left if candidate not in context]
        contexts.append(context)
    return contexts


def _differ(one: Proposition, other: Proposition) -> bool:
    return one.subject != other.subject and one.predicate != other.predicate and one.place != other.place


def _paragraph(grammar: Grammar, statements: list[Proposition], key: str, asked: int) -> dict[str, Any]:
    sentences = [say(grammar, statement) for statement in statements]
    other = (asked + 1) % _STATEMENTS
    return {
        "context": grammar.sentence_joiner.join(sentence.text for sentence in sentences),
        "qas": [
            {
                "id": f"{key}-who",
                "question": ask_who(grammar, statements[asked]),
                "answers": [_answer(grammar, sentences, asked, Slot.SUBJECT)],
            },
            {
                "id": f"{key}-where",
                "question": ask_where(grammar, statements[other]),
                "answers": [_answer(grammar, sentences, other, Slot.PLACE)],
            },
        ],
    }


def _answer(grammar: Grammar, sentences: list[Sentence], position: int, slot: Slot) -> dict[str, str | int]:
    before = sum(len(sentence.text) + len(grammar.sentence_joiner) for sentence in sentences[:position])
    start, end = sentences[position].spans[slot]
    return {"text": sentences[position].text[start:end], "answer_start": before + start}
