"""A compact letter display: two that share a letter cannot be told apart, two that share none can.

By insert and absorb (Piepho 2004, "An algorithm for a letter-based representation of all-pairwise comparisons",
Journal of Computational and Graphical Statistics 13): all begin with one letter; each pair that differs splits every
letter that both have into two, one without each; a letter whose owners all have another in common is absorbed. Last,
letters that say nothing which the others do not are swept out.
"""

from collections.abc import Collection, Sequence
from itertools import combinations
from string import ascii_letters
from typing import TypeAlias

Group: TypeAlias = frozenset[str]

# The number of letters can double with each pair that differs; a display of so many would help nobody.
_MOST_GROUPS = 500


def letter_display(names: Sequence[str], different: Collection[Group]) -> dict[str, str] | None:
    """Letters for each name.

    Args:
        names: in the order in which letters are to begin, the best first.
        different: the pairs that can be told apart.

    Returns:
        By name; None if it would take more letters than there are.
    """
    rank = {name: number for number, name in enumerate(names)}

    def order(group: Group) -> list[int]:
        return sorted(rank[name] for name in group)

    groups = {frozenset(names)}
    for pair in sorted(different, key=order):
        groups = _split(groups, pair)
        if len(groups) > _MOST_GROUPS:
            return None
    needed = _swept(sorted(groups, key=order))
    if len(needed) > len(ascii_letters):
        return None
    return {
        name: "".join(letter for letter, group in zip(ascii_letters, needed, strict=False) if name in group)
        for name in names
    }


def _split(groups: set[Group], pair: Group) -> set[Group]:
    """Every group that holds both of a pair becomes two; what lies within another is absorbed."""
    kept = {group for group in groups if not pair <= group}
    parts = {group - {one} for group in groups - kept for one in pair}
    for part in sorted(parts, key=len, reverse=True):
        if not any(part <= other for other in kept):
            kept.add(part)
    return kept


def _swept(groups: Sequence[Group]) -> list[Group]:
    """Those that are needed for every pair that shares one to share one still, and for every name to have one."""
    needed = list(groups)
    for group in reversed(groups):
        others = [other for other in needed if other != group]
        pairs = [frozenset(pair) for pair in combinations(group, 2)] or [group]
        if all(any(pair <= other for other in others) for pair in pairs):
            needed = others
    return needed
