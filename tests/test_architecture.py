"""The order of the folders, held by reading every import statement of the package."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest
import xbench

ROOT = Path(xbench.__file__).resolve().parent
# A folder imports itself and those to its right. The modules `errors` and `files` are the ground.
ORDER = (
    "cli", "regression", "benchmarks", "experiments", "leaderboard", "harness", "training", "exporters", "results",
    "tasks",
)  # fmt: skip
GROUND = ("errors", "files")
# The facade and `python -m xbench` stand above everything.
ABOVE = ("__init__", "__main__")
NO_ML = {"torch", "onnx", "onnxruntime", "optimum", "transformers", "datasets", "accelerate", "safetensors", "ray"}


class Import(NamedTuple):
    """One imported module: its dotted name from the package's root if it is one of ours, else as it is written."""

    module: Path
    line: int
    name: str
    own: bool
    typing_only: bool
    at_import: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.name}"


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def statements(node: ast.AST, typing_only=False, at_import=True) -> Iterator[tuple[ast.AST, bool, bool]]:
    """All import statements, with whether they stand under TYPE_CHECKING, and whether importing runs them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, typing_only, at_import
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from statements(child, typing_only or is_type_checking(child), at_import and not function)


def own_name(root: Path, base: tuple[str, ...], name: str) -> str:
    """Dotted name of `name` in the package `base`; a thing that is no module is the package's own."""
    dotted = ".".join((*base, name))
    place = root.joinpath(*dotted.split("."))
    if place.is_dir() or place.with_suffix(".py").is_file() or root != ROOT:
        return dotted
    return ".".join((*base, "__init__", name))


def imports(path: Path, root: Path = ROOT) -> Iterator[Import]:
    module = path.relative_to(root)
    package = module.parent.parts
    for node, typing_only, at_import in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [(alias.name, False) for alias in node.names]
        elif node.level == 0:
            found = [(node.module or "", False)]
        else:
            base = package[: len(package) - (node.level - 1)]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found = [(own_name(root, base, name), True) for name in names]
        for name, own in found:
            yield Import(module, node.lineno, name, own, typing_only, at_import)


def modules() -> list[Path]:
    """The package's modules: those at the root, and all in the folders."""
    found = [ROOT / f"{name}.py" for name in (*ABOVE, *GROUND)]
    return found + [path for folder in ORDER for path in sorted((ROOT / folder).rglob("*.py"))]


ALL = [found for path in modules() for found in imports(path)]


def folder(module: Path) -> str:
    return module.parts[0] if len(module.parts) > 1 else module.stem


def test_there_is_something_to_read():
    assert {folder(found.module) for found in ALL} >= {"harness", "exporters", "results", "tasks", "files", "__init__"}
    assert sum(found.own for found in ALL) > 100
    at_root = {path.stem for path in ROOT.glob("*.py")} - {"setup"}
    assert at_root == {*ABOVE, *GROUND}


def allowed(module: Path, name: str) -> bool:
    """Whether the order lets `module` import the own module `name`."""
    here, there = folder(module), name.split(".", maxsplit=1)[0]
    if here in ABOVE:
        return True
    if here in GROUND:
        return there in GROUND
    if there in GROUND or name == "__init__.__version__":
        return True
    return there in ORDER and ORDER.index(here) <= ORDER.index(there)


def test_a_folder_imports_only_those_below_it():
    assert [str(found) for found in ALL if found.own and not allowed(found.module, found.name)] == []


def test_nobody_needs_the_benchmarks():
    users = {folder(found.module) for found in ALL if found.own and found.name.split(".")[0] == "benchmarks"}
    assert users == {"benchmarks"}


def test_imports_inside_the_package_are_relative():
    wrong = [found for found in ALL if not found.own and found.name.split(".")[0] in {"xbench", *ORDER}]
    # `datasets`, `files` and the like are libraries' names where they are not ours; ours have a dot before them.
    assert [str(found) for found in wrong] == []


def test_tasks_and_results_import_no_machine_learning_library():
    low = [found for found in ALL if folder(found.module) in {"tasks", "results", *GROUND} and not found.own]
    assert low
    # The hub's rows are read by the library `datasets`, but importing the module must not import it.
    hub = [found for found in low if found.module.parts[:2] == ("tasks", "hub") and not found.at_import]
    allowed_there = {found for found in hub if found.name.split(".")[0] == "datasets"}
    assert allowed_there
    assert [str(found) for found in low if found.name.split(".")[0] in NO_ML and found not in allowed_there] == []


def test_results_need_neither_numpy_nor_tasks_to_be_imported():
    # `columns` alone works with arrays, and is imported when predictions are written.
    rows = [found for found in ALL if folder(found.module) == "results" and found.at_import]
    rows = [found for found in rows if found.module.name != "columns.py"]
    assert [str(found) for found in rows if found.name.split(".")[0] in {"numpy", "pyarrow", "tokenizers"}] == []


def test_only_exporters_import_optimum():
    users = {folder(found.module) for found in ALL if not found.own and found.name.split(".")[0] == "optimum"}
    assert users == {"exporters"}


def test_there_are_no_circles():
    graph: dict[str, set[str]] = {}
    known = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules()}
    for found in ALL:
        if found.own and found.at_import and not found.typing_only:
            name = ".".join(found.module.with_suffix("").parts)
            target = found.name if found.name in known else f"{found.name.split('.__init__')[0]}.__init__"
            graph.setdefault(name, set()).add(target)
    assert len(graph) > 20
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_rules_can_fail(tmp_path):
    """The reader above sees an import wherever it stands, and tells the rules' breaches from what is allowed."""
    path = tmp_path / "tasks" / "kinds" / "bad.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "from ..answers import x\n"
        "from ...results import store\n"
        "from . import kind\n"
        "import torch.nn as nn\n"
        "if TYPE_CHECKING:\n    from ..task import Task\n"
        "def f():\n    try:\n        from transformers import A\n    except ImportError:\n        import xbench.files\n"
    )
    found = list(imports(path, tmp_path))
    assert [(i.name, i.own, i.typing_only, i.at_import) for i in found] == [
        ("tasks.answers", True, False, True),
        ("results", True, False, True),
        ("tasks.kinds.kind", True, False, True),
        ("torch.nn", False, False, True),
        ("tasks.task", True, True, True),
        ("transformers", False, False, False),
        ("xbench.files", False, False, False),
    ]
    assert [allowed(i.module, i.name) for i in found if i.own] == [True, False, True, True]


def imported_by(statement: str) -> set[str]:
    """Top-level names in `sys.modules` of a fresh interpreter after `statement`."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted({{n.split('.')[0] for n in sys.modules}})))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


HEAVY = NO_ML | {"sklearn", "scipy", "pandas", "pyarrow", "huggingface_hub", "sentence_transformers", "matplotlib"}


def test_import_xbench_is_instant():
    assert imported_by("import xbench") & (HEAVY | {"numpy", "pydantic", "tokenizers", "rich", "click"}) == set()


@pytest.mark.parametrize(
    "module", ["xbench.tasks.suites", "xbench.tasks.sources", "xbench.tasks.hub", "xbench.results.store"]
)
def test_the_ground_is_light(module):
    found = imported_by(f"import {module}")
    assert "xbench" in found
    assert found & HEAVY == set()
