"""UDPOS's form: a word and its tag a line, a blank line between sentences."""

from .grammar import Grammar
from .sentences import say
from .splits import Split, propositions, sizes

_SIZES = sizes(train=400)


def udpos_tsv(grammar: Grammar, split: Split) -> str:
    """Write one split: word TAB UPOS, every sentence ended by a blank line."""
    sentences = (say(grammar, proposition).words for proposition in propositions(split)[: _SIZES[split]])
    return "".join("".join(f"{word.form}\t{word.upos}\n" for word in words) + "\n" for words in sentences)
