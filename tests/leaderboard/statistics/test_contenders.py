import pytest
from xbench.errors import InputError
from xbench.leaderboard.statistics.contenders import Contender, find_contenders, pair

NAMES = ("base", "m.seed10", "m.seed2", "n.seed1", "n.seed2", "lone.seed7")


def test_seeds_are_one_contender_in_the_order_of_their_numbers():
    base, others = find_contenders(NAMES, "base")
    assert base == Contender("base", ("base",))
    assert others == (
        Contender("lone.seed7", ("lone.seed7",)),
        Contender("m", ("m.seed2", "m.seed10")),
        Contender("n", ("n.seed1", "n.seed2")),
    )


@pytest.mark.parametrize(
    ("baseline", "systems", "rest"),
    [
        ("m", ("m.seed2", "m.seed10"), {"base", "n", "lone.seed7"}),
        ("m.seed2", ("m.seed2",), {"base", "m.seed10", "n", "lone.seed7"}),
        ("lone", ("lone.seed7",), {"base", "m", "n"}),
    ],
)
def test_a_baseline_is_a_system_or_all_its_seeds(baseline, systems, rest):
    base, others = find_contenders(NAMES, baseline)
    assert base.systems == systems
    assert base.name == (baseline if len(systems) > 1 else systems[0])
    assert {other.name for other in others} == rest


def test_an_unknown_baseline_is_refused():
    with pytest.raises(InputError, match="unknown baseline 'bass'"):
        find_contenders(NAMES, "bass")


@pytest.mark.parametrize(
    ("head", "base", "matched"),
    [
        (("m.seed1", "m.seed2"), ("n.seed1", "n.seed2"), True),
        (("m.seed1", "m.seed2"), ("n.seed1", "n.seed3"), False),
        (("m.seed1", "m.seed2"), ("n.seed1",), False),
        (("m.seed1",), ("n.seed1",), False),
        (("m",), ("n",), False),
    ],
)
def test_seeds_are_matched_if_they_are_the_same(head, base, matched):
    found = pair(Contender("m", head), Contender("n", base))
    assert (found.head, found.base, found.matched) == (head, base, matched)
