"""What installed packages add to xbench, by the entry points of the group `xbench.tasks`.

An entry point names an object or a tuple of objects: `Task`, `Suite`, `Language`, or a `SourceScheme`.
"""

from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeVar

from ..errors import EnvironmentFault, InputError

GROUP = "xbench.tasks"
T = TypeVar("T")


@cache
def _contributions() -> tuple[tuple[str, Any], ...]:
    """(entry point, object) of everything that is installed, sorted, loaded once."""
    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            loaded = point.load()
        except Exception as error:  # anything may go wrong in another's module
            raise EnvironmentFault(
                f"the plug-in {point.name!r} ({point.value}) cannot be loaded: {error}; repair or uninstall it"
            ) from error
        found += [(point.name, part) for part in (loaded if isinstance(loaded, tuple | list) else (loaded,))]
    return tuple(found)


def with_plugins(known: dict[str, T], kind: type[T]) -> dict[str, T]:
    """`known` and what installed packages add of the same `kind`, by its `key`.

    Raises:
        InputError: a plug-in brings a key that is taken.
        EnvironmentFault: a plug-in cannot be loaded.
    """
    merged = dict(known)
    for name, part in _contributions():
        if isinstance(part, kind):
            key = str(part.key)  # type: ignore[attr-defined]
            if key in merged:
                raise InputError(f"the plug-in {name!r} brings {key!r}, which is there already; uninstall it")
            merged[key] = part
    return merged
