"""UD-POS: Universal Dependencies' treebanks with fused tokens as single words.

The rules are those of the converter that XTREME calls (third_party/ud-conversion-tools, with
`--replace_subtokens_with_fused_forms`) and of its utils_preprocess.py.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...errors import InputError
from ..suites import find_task
from .conllu import Fused, Sentence, read_conllu
from .converter import Converted, Converter
from .layout import TaggedWords, tags_text
from .originals import Original

SPLITS = ("train", "dev", "test")
_HIDDEN = "_"
_ZERO_WIDTH_NON_JOINER = "\u200c"

# Which part of a fused token gives the tag, where several stand equally high in the tree. A tag that is not listed
# comes after all that are; the reference stops with an error there.
_DEFAULT_PRECEDENCE = tuple("VERB NOUN PROPN PRON ADJ NUM ADV INTJ AUX ADP DET PART CCONJ SCONJ X PUNCT".split())
_PRECEDENCE = {
    "es": tuple("VERB AUX PRON ADP DET".split()),
    "fr": tuple("VERB AUX PRON NOUN ADJ ADV ADP DET PART SCONJ CONJ".split()),
    "it": tuple("VERB AUX ADV PRON ADP DET INTJ".split()),
}


def ancestors(sentence: Sentence, number: int) -> int:
    """How many nodes, the root included, lie above word `number`, along the basic and the enhanced graph together."""
    above: set[int] = set()
    waiting = [number]
    while waiting:
        node = waiting.pop()
        heads = sentence.words[node - 1].heads if 0 < node <= len(sentence.words) else frozenset()
        waiting.extend(heads - above)
        above |= heads
    return len(above - {number})


def fused_tag(sentence: Sentence, token: Fused, language: str) -> str:
    """The tag of the part with the fewest ancestors; among equals by the language's precedence, then the leftmost."""
    precedence = _PRECEDENCE.get(language, _DEFAULT_PRECEDENCE)

    def order(number: int) -> tuple[int, int]:
        upos = sentence.words[number - 1].upos
        return ancestors(sentence, number), precedence.index(upos) if upos in precedence else len(precedence)

    return sentence.words[min(range(token.first, token.last + 1), key=order) - 1].upos


def tagged_words(sentence: Sentence, language: str) -> list[tuple[str, str]]:
    """Tokens as they are written, each with one tag."""
    tagged: list[tuple[str, str]] = []
    number = 1
    while number <= len(sentence.words):
        if token := sentence.fused.get(number):
            tagged.append((token.form, fused_tag(sentence, token, language)))
            number = token.last + 1
        else:
            word = sentence.words[number - 1]
            tagged.append((word.form, word.upos))
            number += 1
    return tagged


def has_text(tagged: TaggedWords) -> bool:
    """Whether the sentence is kept: where the text is not free, treebanks write `_` for all words, or all but one."""
    hidden = sum(form == _HIDDEN for form, _ in tagged)
    return hidden == 0 or hidden < len(tagged) - 1


def _cleaned(form: str) -> str:
    return form.replace(_ZERO_WIDTH_NON_JOINER, "").replace(" ", "")


def _sentences(original: Original) -> Iterator[list[tuple[str, str]]]:
    task, language = find_task("udpos"), original.parts["language"]
    for sentence in read_conllu(original, frozenset({*task.labels, *task.extra_labels})):
        tagged = tagged_words(sentence, language)
        if has_text(tagged):
            yield [(_cleaned(form), tag) for form, tag in tagged]


def _split(original: Original) -> str:
    for split in SPLITS:
        if split in original.name:
            return split
    raise InputError(f"{original.shown}: the name holds none of {', '.join(SPLITS)}")


def _convert(originals: Sequence[Original], languages: Sequence[str]) -> Iterator[Converted]:
    files: defaultdict[tuple[str, str], list[Original]] = defaultdict(list)
    for original in originals:
        files[original.parts["language"], _split(original)].append(original)
    for (language, split), treebanks in files.items():
        sentences = [sentence for treebank in treebanks for sentence in _sentences(treebank)]
        # A treebank without text leaves nothing, and XTREME writes no empty split.
        if sentences:
            yield Converted(f"udpos/{split}-{language}.tsv", language, tags_text(sentences), len(sentences))


UDPOS = Converter(
    # The code stands before the first underscore: `gsw_` (Swiss German), `grc_` (Ancient Greek) and `lzh_` (Classical
    # Chinese) are languages of their own.
    files=r"(?P<file>(?P<language>{language})_[^/]*)\.conllu",
    archives=r"ud-treebanks.*|UD_.*",
    looked_for="UD_*/<language>_*-ud-{train,dev,test}.conllu (ud-treebanks-v2.5.tgz)",
    convert=_convert,
)
"""All treebanks of a language, in the order of their file names."""
