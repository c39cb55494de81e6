from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.leaderboard.statistics import letters
from xbench.leaderboard.statistics.letters import letter_display


def pairs(*names: str) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in names}


def test_nobody_differs():
    assert letter_display("xyz", set()) == {"x": "a", "y": "a", "z": "a"}


def test_all_differ():
    assert letter_display("xyz", pairs("xy", "xz", "yz")) == {"x": "a", "y": "b", "z": "c"}


def test_a_chain():
    """The first and the last differ, the one between them from neither."""
    assert letter_display("xyz", pairs("xz")) == {"x": "a", "y": "ab", "z": "b"}


def test_letters_that_say_nothing_more_are_swept_out():
    """Of three pairs that differ, one of each can be taken in eight ways; four of these have all other pairs."""
    display = letter_display("uvwxyz", pairs("ux", "vy", "wz"))
    assert len(set("".join(display.values()))) < 2**3


def test_one_alone_has_a_letter():
    assert letter_display("x", set()) == {"x": "a"}


def test_too_many_letters_are_none(monkeypatch):
    names = [str(number) for number in range(53)]
    assert letter_display(names, {frozenset(pair) for pair in combinations(names, 2)}) is None
    monkeypatch.setattr(letters, "_MOST_GROUPS", 7)
    assert letter_display("uvwxyz", pairs("ux", "vy", "wz")) is None


graphs = st.integers(1, 9).flatmap(
    lambda size: st.tuples(
        st.just([chr(ord("p") + number) for number in range(size)]),
        st.sets(st.sampled_from([*combinations(range(size), 2)] or [(0, 0)])),
    )
)


@given(graphs)
def test_two_share_a_letter_if_and_only_if_they_do_not_differ(graph):
    names, edges = graph
    different = {frozenset((names[one], names[other])) for one, other in edges if one != other}
    display = letter_display(names, different)
    assert set(display) == set(names)
    assert all(display.values())
    for one, other in combinations(names, 2):
        assert bool({*display[one]} & {*display[other]}) == ({one, other} not in different)


@given(graphs)
def test_no_letter_can_be_spared(graph):
    names, edges = graph
    different = {frozenset((names[one], names[other])) for one, other in edges if one != other}
    display = letter_display(names, different)
    used = set("".join(display.values()))
    for letter in used:
        rest = {name: {*own} - {letter} for name, own in display.items()}
        lost = [
            pair for pair in combinations(names, 2) if {*pair} not in different and not rest[pair[0]] & rest[pair[1]]
        ]
        assert lost or not all(rest.values())


@pytest.mark.parametrize("order", ["xyz", "zyx"])
def test_the_first_name_has_the_first_letter(order):
    assert letter_display(order, pairs("xz"))[order[0]] == "a"
