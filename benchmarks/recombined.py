"""Any number of distinct sentences from a limited number of real ones: the beginning of one and the end of another."""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

_SEED = 0


def recombined(sentences: Sequence[str], seed: int = _SEED) -> Iterator[str]:
    """Distinct sentences, halves of two real ones each, until hardly a new one is found.

    They are cut at the middle word, or at the middle letter where there is one word. Lengths are
    on average those of the real sentences.

    Raises:
        ValueError: there are fewer than two sentences.
    """
    if len(sentences) < 2:
        raise ValueError("two sentences are needed to make another")
    source = Random(seed)
    seen: set[str] = set()
    misses = 0
    while misses < 1000:  # of a thousand in a row none was new: all are made
        first, second = (halves(sentences[source.randrange(len(sentences))]) for _ in range(2))
        made = first[0] + second[1]
        if made in seen or not made.strip():
            misses += 1
            continue
        misses = 0
        seen.add(made)
        yield made


def halves(sentence: str) -> tuple[str, str]:
    """Both halves of a sentence; together they are the sentence."""
    words = sentence.split(" ")
    if len(words) == 1:
        return sentence[: len(sentence) // 2], sentence[len(sentence) // 2 :]
    middle = len(words) // 2
    return " ".join(words[:middle]) + " ", " ".join(words[middle:])


def take(sentences: Sequence[str], count: int) -> list[str]:
    """The first `count` recombined sentences.

    Raises:
        ValueError: the sentences do not give so many.
    """
    found = list(islice(recombined(sentences), count))
    if len(found) < count:
        raise ValueError(f"{len(sentences)} sentences give no more than {len(found)} others")
    return found
