"""One test case from a template: fillers drawn, wordings chosen, texts filled.

What the reference does (google-research/xtreme, multichecklist/generate_test_utils.py): fillers are drawn with
replacement, draws with equal fillers are dropped, every context meets every question. Where a language has several
wordings it has code for each language and test; here one rule reads the table: a wording is used if, for every field of
which its restriction names fillers, it names one that the text is about. The first that may be used is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import TypeVar

from .templates import Row, Template, Wording

T = TypeVar("T")
Draw = Mapping[str, Row]
"""Placeholder, without index -> the row that stands for it; `p1`, `p2` are properties, `v1`, `v2` what has them."""
Facts = Mapping[str, Sequence[Row]]
"""Field -> the rows of it that a text is about."""

# An option before the name (`{a:animal}`) asks the framework for an English article, in Burmese: it is left out.
_PLACEHOLDER = re.compile(r"\{\s*(?:\w+:)?([^\W\d]+)(\d*)(?:\[(\d+)\]|\.([pv]\d))?\s*\}")
_ASKED = re.compile(r"\{p\.[pv](\d)\}")
_CONTEXT, _NAME, _PROPERTY, _OBJECT = "Context", "first_name", "property", "obj"
_FIELDS = {"s": "state"}
_COMMAS = re.compile(r"(?:\s*[,،，၊]\s*)+")
# Thai writes the parts of a cell with a blank between them.
_BORDERS = {"th": re.compile(r"\s+")}


@dataclass(frozen=True)
class Filling:
    """A template in one language with the fillers and the names that it may be filled with."""

    template: Template
    fillers: Mapping[str, Sequence[Row]]
    names: Sequence[str]
    language: str
    _named: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def case(self, random: Random) -> list[dict[str, str]] | None:
        """Context, question and answer of each question of a new case; None if the draw is of no use."""
        draw = self._draw(random)
        if draw is None:
            return None
        rows = []
        for context in self._worded(self.template.contexts):
            for question, answer in self._questions():
                row = self._row(draw, context, question, answer)
                if row is None:
                    return None
                rows.append(row)
        return rows

    def _questions(self) -> Iterator[tuple[Row, Row]]:
        pairs = zip(self.template.questions, self.template.answers, strict=True)
        return (pair for pair in pairs if all(self.language in row.wordings for row in pair))

    def _worded(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if self.language in row.wordings]

    def _draw(self, random: Random) -> Draw | None:
        drawn: dict[str, Row] = {}
        for name, number in self._placeholders():
            if name == "p":
                drawn |= self._draw_properties(random)
            elif name == _NAME:
                drawn[name + number] = Row("", {self.language: (Wording(_pick(self.names, random), ""),)})
            else:
                rows = self._worded(self.fillers.get(_FIELDS.get(name, name), ()))
                if not rows:
                    return None
                drawn[name + number] = _pick(rows, random)
        return None if any(one == other for one, other in combinations(drawn.values(), 2)) else drawn

    def _draw_properties(self, random: Random) -> dict[str, Row]:
        """Two properties, and for each a value: its rows bear the property's English name."""
        drawn: dict[str, Row] = {}
        for number in "12":
            for key, of in ((f"p{number}", None), (f"v{number}", f"p{number}")):
                rows = self._worded(self.fillers.get(drawn[of].english if of else _PROPERTY, ()))
                if not rows:
                    return {}
                drawn[key] = _pick(rows, random)
        return drawn

    def _placeholders(self) -> dict[tuple[str, str], None]:
        """(name, number) of all that any text of the template holds, in order."""
        rows = [*self.template.contexts, *self.template.questions, *self.template.answers]
        texts = [wording.text for row in rows for wording in row.wordings.get(self.language, ())]
        return dict.fromkeys((match[1], match[2]) for text in texts for match in _PLACEHOLDER.finditer(text))

    def _row(self, draw: Draw, context: Row, question: Row, answer: Row) -> dict[str, str] | None:
        facts = self._facts(draw, context, "12")
        asked = self._facts(draw, context, _ASKED.findall(question.english + answer.english))
        texts = {
            "context": self._text(context, facts, facts, draw, capital=True),
            "question": self._text(question, asked, facts, draw),
            "answer": self._text(answer, asked, facts, draw),
        }
        filled = {name: text for name, text in texts.items() if text is not None}
        return filled if len(filled) == len(texts) else None

    def _facts(self, draw: Draw, context: Row, properties: Sequence[str]) -> Facts:
        facts: dict[str, list[Row]] = {_CONTEXT: [context]}
        for key, row in draw.items():
            if key[0] == "p" and key[1:].isdecimal():
                if key[1:] in properties:
                    facts.setdefault(_PROPERTY, []).append(row)
            else:
                facts.setdefault(_FIELDS.get(key, key.rstrip("0123456789")), []).append(row)
        return facts

    def _text(self, row: Row, facts: Facts, filler_facts: Facts, draw: Draw, *, capital: bool = False) -> str | None:
        """The row's text with its placeholders filled; None if a wording or a part of one is missing."""
        wording = self._wording(row, facts)
        if wording is None:
            return None
        text, last = "", 0
        for match in _PLACEHOLDER.finditer(wording.text):
            filler = self._filler(match, filler_facts, draw)
            if filler is None:
                return None
            # The reference writes objects in contexts with a capital, as they begin a sentence.
            if capital and match[1] == _OBJECT and match[3] == "1":
                filler = filler[:1].upper() + filler[1:]
            text, last = text + wording.text[last : match.start()] + filler, match.end()
        return text + wording.text[last:]

    def _filler(self, match: re.Match[str], facts: Facts, draw: Draw) -> str | None:
        row = draw.get(match[4] or match[1] + match[2])
        wording = self._wording(row, facts) if row else None
        if wording is None:
            return None
        if match[3] is None:
            return wording.text
        parts = _BORDERS.get(self.language, _COMMAS).split(wording.text)
        return parts[int(match[3])] if int(match[3]) < len(parts) else None

    def _wording(self, row: Row, facts: Facts) -> Wording | None:
        return next((w for w in row.wordings.get(self.language, ()) if self._may_be_used(w, facts)), None)

    def _may_be_used(self, wording: Wording, facts: Facts) -> bool:
        if not wording.only_for:
            return True
        if wording.only_for not in self._named:
            fields = {**self.fillers, _CONTEXT: self.template.contexts}
            self._named[wording.only_for] = frozenset(
                name for name, rows in fields.items() if _names_any(wording.only_for, rows)
            )
        named = self._named[wording.only_for]
        return bool(named) and all(_names_any(wording.only_for, facts.get(name, ())) for name in named)


def _names_any(only_for: str, rows: Sequence[Row]) -> bool:
    return any(f", {name}, " in f", {only_for}, " for row in rows for name in row.names())


def _pick(items: Sequence[T], random: Random) -> T:
    # Of the module `random` only this method gives the same numbers in every version of Python.
    return items[int(random.random() * len(items))]
