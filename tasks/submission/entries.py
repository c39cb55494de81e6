"""What a file of a submission says of each example, and whether that is of the examples it should be of."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..readers import malformed


@dataclass(frozen=True, slots=True)
class Entries:
    """A file's values in its order.

    They are by the example's id, or by its row from 0 where the file has no ids. `lines` are then where the rows
    begin, from 1; None for a file with ids.
    """

    path: Path
    values: Mapping[str, Any]
    lines: tuple[int, ...] | None = None

    def require_same(self, sizes: Mapping[str, int | None], other: str) -> None:
        """Refuse a file that is not of exactly the examples of `other`.

        Args:
            sizes: of each example by its id; the number of its words if it is a sentence, else None.
            other: what to call the place of the examples in a message.

        Raises:
            InputError: an example is missing or unknown, or a sentence has another number of tags.
        """
        if self.lines is None:
            self.require_known(self.values, sizes, other)
            missing = [name for name in sizes if name not in self.values]
            if missing:
                raise InputError(f"{self.path}: no entry for {_named(missing)} of {other}")
        else:
            self._require_rows(self.lines, tuple(sizes.values()), other)

    def require_known(self, names: Iterable[Any], known: Container[Any], other: str) -> None:
        """Refuse names that `other` does not have.

        Raises:
            InputError: there is one.
        """
        unknown = [name for name in names if name not in known]
        if unknown:
            raise InputError(f"{self.path}: unknown id {_named(unknown)}, not in {other}")

    def _require_rows(self, lines: Sequence[int], sizes: Sequence[int | None], other: str) -> None:
        what = "rows" if None in sizes else "sentences"
        if len(lines) < len(sizes):
            last = lines[-1] if lines else 1
            raise malformed(self.path, last, f"ends after {len(lines)} of the {len(sizes)} {what} of {other}")
        if len(lines) > len(sizes):
            raise malformed(self.path, lines[len(sizes)], f"more {what} than the {len(sizes)} of {other}")
        for number, (line, value, size) in enumerate(zip(lines, self.values.values(), sizes, strict=True), start=1):
            if size is not None and len(value) != size:
                raise malformed(self.path, line, f"sentence {number} has {len(value)} tags, but {size} in {other}")


def _named(names: Sequence[Any]) -> str:
    return f"{names[0]!r}" + (f" (and {len(names) - 1} more)" if len(names) > 1 else "")
