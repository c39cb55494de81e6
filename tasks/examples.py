"""What a test set is made of: one frozen class an example of each shape, and the data set that holds them."""

import hashlib
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True)
class SentencePair:
    """Two sentences and the class of their relation; `gold` is None where labels are withheld."""

    id: str
    first: str
    second: str
    gold: str | None


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """A prompt with its possible continuations; `gold` is the index of the right one."""

    id: str
    prompt: str
    choices: tuple[str, ...]
    gold: int | None


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """The words of a sentence and one tag a word; `gold` is None where labels are withheld."""

    id: str
    words: tuple[str, ...]
    gold: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a context; `gold` holds the accepted answers, `starts` where each begins in the context."""

    id: str
    question: str
    context: str
    gold: tuple[str, ...] | None
    starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A text to search with; `gold` holds the rows of the candidates that answer it."""

    id: str
    text: str
    gold: tuple[int, ...] | None


Example = SentencePair | MultipleChoice | TaggedSentence | Question | Query
E = TypeVar("E", bound=Example)

_PLACEHOLDER_SIZE = 20


@dataclass(frozen=True)
class Candidates:
    """What a retrieval task searches: texts, and the names by which files refer to them where they have some."""

    texts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of texts and names; computed once, as a pool of a million serves many languages."""
        digest = hashlib.sha256()
        for value in (*self.texts, *self.ids):
            digest.update(repr(value).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Dataset(Generic[E]):
    """The examples of one (task, language, split) in file order.

    `candidates` is what a retrieval task searches; `tuning` is the labelled split on which a kind tunes what must not
    be tuned on this one.
    """

    examples: tuple[E, ...]
    candidates: Candidates = Candidates()
    tuning: "Dataset[E] | None" = None

    def limited(self, limit: int | None) -> "Dataset[E]":
        """Keep the first `limit` examples; the candidates stay whole, as they decide how hard a search is."""
        if limit is None:
            return self
        tuning = self.tuning.limited(limit) if self.tuning else None
        return replace(self, examples=self.examples[:limit], tuning=tuning)

    @property
    def labelled(self) -> bool:
        """Whether there are gold labels, and not one placeholder repeated over the whole split."""
        golds = [example.gold for example in self.examples]
        if any(gold is None for gold in golds):
            return False
        values = {value for gold in golds for value in (gold if isinstance(gold, tuple) else (gold,))}
        return len(values) > 1 or (bool(values) and len(golds) < _PLACEHOLDER_SIZE)

    def fingerprint(self) -> str:
        """Hash of all content, the same from whichever file format it was read."""
        digest = hashlib.sha256()
        for example in self.examples:
            digest.update(repr(astuple(example)).encode())
        if self.candidates.texts:
            digest.update(self.candidates.fingerprint.encode())
        if self.tuning:
            digest.update(self.tuning.fingerprint().encode())
        return digest.hexdigest()[:16]
