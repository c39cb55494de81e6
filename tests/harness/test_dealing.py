"""Which worker gets which unit, worked out by hand: no cluster is needed to deal."""

import random

import pytest
from xbench.harness.engines.dealing import ATTEMPTS, DEPTH, Deal


def test_a_worker_stays_with_its_graph_and_another_takes_what_is_largest_for_it():
    deal = Deal(list("aaaabbbbbb"))
    deal.join("one")
    deal.join("two")
    ready = {"a", "b"}
    assert deal.next("one", ready) == 4  # b has more
    assert deal.next("two", ready) == 0  # 5 of b for two, or 4 of a for one
    assert [deal.next("one", ready), deal.next("two", ready)] == [5, 1]
    assert [deal.next("one", ready), deal.next("two", ready)] == [6, 2]
    assert DEPTH == 3
    assert [deal.next("one", ready), deal.next("two", ready)] == [None, None]
    deal.done("two", 0)
    assert deal.next("two", ready) == 3
    deal.done("two", 1)
    assert deal.next("two", ready) == 7  # nothing is left of a


def test_the_last_units_are_left_to_those_who_have_none():
    deal = Deal(["a"] * 3)
    deal.join("one")
    deal.join("two")
    assert [deal.next("one", {"a"}), deal.next("one", {"a"}), deal.next("one", {"a"})] == [0, 1, None]
    assert deal.next("two", {"a"}) == 2


def test_only_graphs_that_are_ready():
    deal = Deal(["a", "b"])
    deal.join("one")
    assert deal.next("one", ()) is None
    assert deal.next("one", {"b"}) == 1
    assert deal.give_up("a") == [0]
    assert deal.unfinished
    deal.done("one", 1)
    assert not deal.unfinished


def test_what_a_dead_worker_held_comes_last_and_alone():
    deal = Deal(["a"] * 5)
    deal.join("one")
    assert [deal.next("one", {"a"}) for _ in range(3)] == [0, 1, 2]
    assert deal.leave("one") == []
    deal.join("two")
    assert [deal.next("two", {"a"}), deal.next("two", {"a"})] == [3, 4]
    assert deal.next("two", {"a"}) is None  # 0 is not dealt beside others
    deal.done("two", 3)
    deal.done("two", 4)
    for unit in (0, 1, 2):
        assert deal.next("two", {"a"}) == unit
        assert deal.next("two", {"a"}) is None
        deal.done("two", unit)
    assert not deal.unfinished


def test_a_graph_is_given_up_with_the_units_that_come_last():
    deal = Deal(["a", "a"])
    deal.join("one")
    deal.next("one", {"a"})
    deal.leave("one")
    assert deal.give_up("a") == [1, 0]
    assert not deal.unfinished


@pytest.mark.parametrize("seed", range(20))
def test_whoever_dies_every_unit_is_done_or_given_up_once(seed):
    """Workers that die by chance, and three units that kill whoever has them: only these are given up."""
    chance = random.Random(seed)
    units = 40
    fatal = set(chance.sample(range(units), 3))
    deal = Deal([chance.choice("abc") for _ in range(units)])
    hands: dict[str, list[int]] = {}
    done: list[int] = []
    given_up: list[int] = []
    starts, deaths_by_chance = 0, 0
    while deal.unfinished:
        while len(hands) < 3:
            starts += 1
            deal.join(f"worker {starts}")
            hands[f"worker {starts}"] = []
        for worker, hand in hands.items():
            if (unit := deal.next(worker, set("abc"))) is not None:
                hand.append(unit)
        busy = [worker for worker, hand in hands.items() if hand]
        worker = chance.choice(busy)
        # Fewer than ATTEMPTS deaths by chance cannot condemn an innocent unit.
        by_chance = deaths_by_chance < ATTEMPTS - 2 and chance.random() < 0.1
        deaths_by_chance += by_chance
        if by_chance or hands[worker][0] in fatal:
            given_up += deal.leave(worker)
            del hands[worker]
        else:
            done.append(hands[worker].pop(0))
            deal.done(worker, done[-1])
    assert sorted(done + given_up) == list(range(units))
    assert set(given_up) == fatal
    assert starts <= 3 + ATTEMPTS * len(fatal) + deaths_by_chance
