"""Translations: Tatoeba's form (find the foreign sentence of an English one), and parallel text for training."""

from .grammar import Grammar, load_grammar
from .sentences import say
from .splits import Split, propositions, sizes

_PAIRS = sizes(train=0)[Split.TEST]
_PARALLEL_LINES = 800


def tatoeba_files(grammar: Grammar, english: Grammar) -> dict[str, str]:
    """Write one language: foreign lines, English lines sorted by code point, and the row that answers each.

    Returns:
        The text of each file by its path; a label is the 0-based line of the foreign file.
    """
    tested = propositions(Split.TEST)[:_PAIRS]
    foreign = [say(grammar, proposition).text for proposition in tested]
    queries = sorted((say(english, proposition).text, row) for row, proposition in enumerate(tested))
    pair = f"{grammar.language}-en"
    return {
        f"tatoeba/{pair}.{grammar.language}": _lines(foreign),
        f"tatoeba/{pair}.en": _lines([text for text, _ in queries]),
        f"labels/tatoeba/test-{grammar.language}.tsv": _lines([str(row) for _, row in queries]),
    }


def parallel_text(grammar: Grammar) -> str:
    """Write the training propositions, one a line: line i means the same in every language."""
    return _lines([say(grammar, proposition).text for proposition in propositions(Split.TRAIN)[:_PARALLEL_LINES]])


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def sample_texts(language: str, count: int) -> list[str]:
    """The first `count` training sentences of a language: real text for checks that need some."""
    grammar = load_grammar(language)
    return [say(grammar, proposition).text for proposition in propositions(Split.TRAIN)[:count]]
