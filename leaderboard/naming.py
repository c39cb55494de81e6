"""Names of systems that differ in the training seed alone: `NAME.seedN`, as training and experiments give them."""

import re
from collections.abc import Iterable

_SEEDED = re.compile(r"(?P<name>.+)\.seed(?P<seed>\d+)")


def split_seed(system: str) -> tuple[str, int | None]:
    """NAME and N of a system named `NAME.seedN`; of another its whole name and None."""
    match = _SEEDED.fullmatch(system)
    return (match["name"], int(match["seed"])) if match else (system, None)


def members(name: str, systems: Iterable[str]) -> tuple[str, ...]:
    """The systems behind a name: the one that is called so, else those that are its seeds, by seed; none if unknown."""
    known = list(systems)
    if name in known:
        return (name,)
    seeds = ((*split_seed(system), system) for system in known)
    named = [(seed, system) for base, seed, system in seeds if base == name and seed is not None]
    return tuple(system for _, system in sorted(named))
