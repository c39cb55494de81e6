"""Chunks: by hand, against the rule as prose gives it, and against seqeval where both rules coincide."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from xbench.tasks.chunks import Chunk, chunks, chunks_by_sentence
from xbench.tasks.suites import TASKS

IOB = ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-PER", "I-PER")
BARE = (*TASKS["udpos"].labels, "_", "O")


def tag_lists(tags):
    # Few different tags in one list, so that runs and repetitions are common.
    return st.lists(st.sampled_from(tags), min_size=1, max_size=3).flatmap(
        lambda some: st.lists(st.sampled_from(some), max_size=12)
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("", []),
        ("O O", []),
        ("B-PER I-PER O B-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
        # Lenient: an I- after O opens a chunk, also at the start of a sentence.
        ("I-PER I-PER", [("PER", 0, 1)]),
        ("O I-LOC O", [("LOC", 1, 1)]),
        # A change of type closes one and opens the next, whatever the prefix.
        ("B-PER I-LOC I-LOC", [("PER", 0, 0), ("LOC", 1, 2)]),
        ("I-PER I-ORG", [("PER", 0, 0), ("ORG", 1, 1)]),
        # B- always opens.
        ("B-PER B-PER", [("PER", 0, 0), ("PER", 1, 1)]),
        ("I-PER B-PER I-PER", [("PER", 0, 0), ("PER", 1, 2)]),
        # The end of the sentence closes.
        ("O B-ORG I-ORG", [("ORG", 1, 2)]),
    ],
)
def test_named_entities_by_hand(tags, expected):
    assert chunks(tags.split()) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        # A run of one tag is one chunk.
        ("NOUN NOUN VERB NOUN", [("NOUN", 0, 1), ("VERB", 2, 2), ("NOUN", 3, 3)]),
        # Tags that begin with S stand alone, beside each other too.
        ("SCONJ SCONJ SYM SYM", [("SCONJ", 0, 0), ("SCONJ", 1, 1), ("SYM", 2, 2), ("SYM", 3, 3)]),
        # After a single the next run opens as usual; before it the last one closes.
        ("NOUN SYM NOUN NOUN", [("NOUN", 0, 0), ("SYM", 1, 1), ("NOUN", 2, 3)]),
        # CCONJ and SCONJ are two types (seqeval >= 0.0.16 cuts the first letter off and merges them).
        ("CCONJ SCONJ", [("CCONJ", 0, 0), ("SCONJ", 1, 1)]),
        # I of INTJ means nothing on a bare tag.
        ("INTJ INTJ NOUN INTJ", [("INTJ", 0, 1), ("NOUN", 2, 2), ("INTJ", 3, 3)]),
        ("SYM INTJ INTJ", [("SYM", 0, 0), ("INTJ", 1, 2)]),
        # X and _ are ordinary types, at the end of the sentence too (lost by seqeval >= 0.0.16).
        ("NOUN X X", [("NOUN", 0, 0), ("X", 1, 2)]),
        ("_ _ X", [("_", 0, 1), ("X", 2, 2)]),
        # XTREME's models have a needless class O: it is no chunk.
        ("NOUN O NOUN", [("NOUN", 0, 0), ("NOUN", 2, 2)]),
    ],
)
def test_parts_of_speech_by_hand(tags, expected):
    assert chunks(tags.split()) == expected


def by_boundaries(tags):
    """The rule as section 1.4 of the protocol words it, decided boundary by boundary instead of by a running state."""

    def type_of(tag):
        return tag[2:] if tag[:2] in ("B-", "I-") else tag

    def boundary(left, right):
        return (
            left == "O"
            or right == "O"
            or right.startswith("B-")  # "closes before any B-"
            or type_of(left) != type_of(right)  # "or on a type change"
            or (left.startswith("S") or right.startswith("S"))  # "each token is its own chunk"
        )

    groups = []
    for position, tag in enumerate(tags):
        if position == 0 or boundary(tags[position - 1], tag):
            groups.append([position])
        else:
            groups[-1].append(position)
    return [(type_of(tags[g[0]]), g[0], g[-1]) for g in groups if tags[g[0]] != "O"]


@given(st.one_of(tag_lists(IOB), tag_lists(BARE)))
def test_the_rule_of_the_protocol(tags):
    assert chunks(tags) == by_boundaries(tags)


@given(tag_lists(IOB))
def test_seqeval_agrees_on_iob(tags):
    assert [tuple(chunk) for chunk in chunks(tags)] == get_entities(tags)


@given(tag_lists((*IOB, *BARE)))
def test_chunks_are_in_order_and_do_not_overlap(tags):
    found = chunks(tags)
    assert all(isinstance(chunk, Chunk) and chunk.first <= chunk.last < len(tags) for chunk in found)
    assert all(left.last < right.first for left, right in pairwise(found))
    covered = {place for chunk in found for place in range(chunk.first, chunk.last + 1)}
    assert covered == {place for place, tag in enumerate(tags) if tag != "O"}


# -- the newer rule -----------------------------------------------------------------------------------------------

OTHER = "seqeval-1"
BARE_WARNED = pytest.mark.filterwarnings("ignore:.*seems not to be NE tag")


def places(sentences):
    """Positions of the first token of each sentence where sentences are joined by one token."""
    return [sum(len(tags) + 1 for tags in sentences[:number]) for number in range(len(sentences))]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        # CCONJ and SCONJ are one type; the C chunk directly before an S is lost, as no type changes.
        ("CCONJ SCONJ", [("CONJ", 1, 1)]),
        # After a single nothing opens the run of C, which ends as if it had begun where the single did.
        ("SCONJ CCONJ", [("CONJ", 0, 0), ("CONJ", 0, 1)]),
        # X is of the type of O: lost at the end, found where another type follows.
        ("NOUN X", [("OUN", 0, 0)]),
        ("X NOUN", [("_", 0, 0), ("OUN", 1, 1)]),
        ("B-PER I-PER O I-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
    ],
)
def test_the_newer_rule_by_hand(tags, expected):
    assert chunks(tags.split(), OTHER) == expected


@BARE_WARNED
@given(st.lists(st.one_of(tag_lists(IOB), tag_lists(BARE)), min_size=1, max_size=6))
def test_the_newer_rule_is_that_of_the_installed_seqeval(sentences):
    """Joined as seqeval joins them: what one sentence loses may change the next."""
    wanted = {tuple(chunk) for chunk in get_entities(sentences)}
    found = chunks_by_sentence(sentences, OTHER)
    assert {tuple(chunk) for group in found for chunk in group} == wanted
    assert len(found) == len(sentences)


@given(st.lists(st.one_of(tag_lists(IOB), tag_lists(BARE)), min_size=1, max_size=6))
def test_by_the_references_rule_sentences_do_not_touch_each_other(sentences):
    found = chunks_by_sentence(sentences)
    for start, tags, group in zip(places(sentences), sentences, found, strict=True):
        assert group == {Chunk(c.type, c.first + start, c.last + start) for c in chunks(tags)}
