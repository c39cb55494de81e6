import pytest
from xbench.leaderboard.naming import members, split_seed


@pytest.mark.parametrize(
    ("system", "parts"),
    [
        ("a.seed1", ("a", 1)),
        ("a.b.seed10", ("a.b", 10)),
        ("a.seed0", ("a", 0)),
        ("a", ("a", None)),
        ("a.seedling", ("a.seedling", None)),
        (".seed3", (".seed3", None)),
    ],
)
def test_seeds_are_named_alike(system, parts):
    assert split_seed(system) == parts


def test_members_are_in_the_order_of_their_seeds():
    systems = ["a.seed10", "a.seed2", "a.seed0", "ab.seed1", "b"]
    assert members("a", systems) == ("a.seed0", "a.seed2", "a.seed10")
    assert members("a.seed2", systems) == ("a.seed2",)
    assert members("b", systems) == ("b",)
    assert members("c", systems) == ()
    assert members("a", [*systems, "a"]) == ("a",)
