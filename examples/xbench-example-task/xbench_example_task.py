"""A task of one's own for xbench: find the English words of a proverb, in Irish and German.

    python -m xbench_example_task DIRECTORY

writes the data in this package's own format. Nothing here is a benchmark: there are six proverbs a language.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xbench.errors import InputError
from xbench.tasks.examples import Candidates, Dataset, Query
from xbench.tasks.kinds.retrieval import Retrieval
from xbench.tasks.languages import Language
from xbench.tasks.readers import malformed, read_lines
from xbench.tasks.sources import SourceScheme
from xbench.tasks.task import Form, Suite, Task

_PROVERBS = {
    "ga": """\
Níl aon tinteán mar do thinteán féin = There is no hearth like your own hearth
Is fearr Gaeilge bhriste ná Béarla cliste = Broken Irish is better than clever English
Ar scáth a chéile a mhaireann na daoine = People live in each other's shelter
Is maith an t-anlann an t-ocras = Hunger is a good sauce
Tús maith leath na hoibre = A good start is half the work
Is binn béal ina thost = A silent mouth is sweet
""",
    "de": """\
Aller Anfang ist schwer = Every beginning is hard
Reden ist Silber, Schweigen ist Gold = Speech is silver, silence is gold
Hunger ist der beste Koch = Hunger is the best cook
Übung macht den Meister = Practice makes the master
Morgenstund hat Gold im Mund = The morning hour has gold in its mouth
Wer rastet, der rostet = Who rests will rust
""",
}


def _dataset(pairs: Iterable[tuple[str, str]]) -> Dataset[Query]:
    """Proverbs as queries, English as candidates; proverb i means line i."""
    foreign, english = zip(*pairs, strict=True)
    queries = tuple(Query(str(row), text, (row,)) for row, text in enumerate(foreign))
    return Dataset(queries, Candidates(tuple(english)))


def read_proverbs(paths: Sequence[Path], task: Task) -> Dataset[Query]:
    """Lines `proverb = meaning`; blank lines and those that begin with # are passed over.

    Raises:
        InputError: a malformed line, which is named, or none at all.
    """
    (path,) = paths
    pairs = []
    for number, line in enumerate(read_lines(path), start=1):
        proverb, equals, meaning = line.partition(" = ")
        if line.strip() and not line.startswith("#"):
            if not equals:
                raise malformed(path, number, f"expected 'proverb = meaning', found {line!r}")
            pairs.append((proverb.strip(), meaning.strip()))
    if not pairs:
        raise InputError(f"{path}: no proverb")
    return _dataset(pairs)


IRISH = Language(code="ga", iso3="gle", name="Irish", family="IE: Celtic", script="Latin", articles=0.06)

PROVERBS = Task(
    key="proverbs",
    title="Proverbs",
    kind=Retrieval(),
    languages=("ga", "de"),
    training="encoder",
    main_metrics=("accuracy",),
    max_length=64,
    splits={"test": (Form(read_proverbs, ("proverbs/{language}.txt",)),)},
)

EXAMPLE = Suite(
    key="example",
    title="Example",
    languages={"proverbs": PROVERBS.languages},
    groups={"retrieval": ("proverbs",)},
    notice="Six proverbs a language: an example, not a benchmark.",
)


@dataclass(frozen=True)
class BuiltIn:
    """The first proverbs of this module, without a file: what `--data-dir example:NUMBER` opens."""

    number: int | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the proverbs of xbench-example-task"

    def notice(self, task: Task) -> str | None:
        """Shown wherever scores on this data are shown."""
        return EXAMPLE.notice

    def has(self, task: Task, split: str, language: str) -> bool:
        """Whether it is there; false for other packages' tasks."""
        return task.key == PROVERBS.key and split in task.splits and language in _PROVERBS

    def load(self, task: Task, split: str, language: str) -> Dataset[Query]:
        """Make the data set.

        Raises:
            InputError: it is not there.
        """
        if not self.has(task, split, language):
            raise InputError(f"no {split} data of {task.key} in {language!r} in {self.name}")
        lines = _PROVERBS[language].splitlines()[: self.number]
        return _dataset((line.partition(" = ")[0], line.partition(" = ")[2]) for line in lines)


def _open(location: str, offline: bool) -> BuiltIn:
    """`example:` for all proverbs, `example:4` for four of each language; it never needs a network."""
    if location and not location.isdecimal():
        raise InputError(f"example:{location}: expected a number of proverbs after the colon, or nothing")
    return BuiltIn(int(location) if location else None)


CONTRIBUTIONS = (IRISH, PROVERBS, EXAMPLE, SourceScheme("example", _open))


def write_data(directory: Path) -> None:
    """Write `proverbs/<language>.txt` under `directory`."""
    folder = directory / "proverbs"
    folder.mkdir(parents=True, exist_ok=True)
    for language, lines in _PROVERBS.items():
        (folder / f"{language}.txt").write_text(f"# proverb = meaning\n{lines}", encoding="utf-8")


if __name__ == "__main__":
    write_data(Path(sys.argv[1]))
