"""Experiments from TOML: what they say, and what they must not."""

from itertools import pairwise
from pathlib import Path

import pytest
from xbench.errors import InputError
from xbench.experiments.checks import checked
from xbench.experiments.grid import Cell, base_name, parse_grid, read_grid, shipped_grids
from xbench.tasks.intermediate import parse_training_reference
from xbench.tasks.languages import LANGUAGES
from xbench.tasks.suites import SUITES

SHIPPED = ["complexity", "growth", "low-resource", "multilingual", "typology"]


def read(text):
    return checked(parse_grid(text, "toy.toml"), "toy.toml")


def test_cells_are_the_product_with_the_baseline_first(toy):
    text = toy.replace('["org/base"]', '["org/base", "./models/mine"]').replace("none = []", "").replace(
        "recipes", "seeds = [1, 2]\nrecipes") + "none = []\n"  # fmt: skip
    grid = read(text)
    assert list(grid.intermediate) == ["mnli", "squad", "none"]
    assert [cell.name for cell in grid.cells()] == [
        f"{base}.{name}.seed{seed}"
        for base in ("org__base", "mine")
        for name in ("none", "mnli", "squad")
        for seed in (1, 2)
    ]


def test_targets_are_what_the_tasks_need(grid):
    assert grid.targets() == ("xnli", "squad")
    assert grid.selected() == {"xnli": ("en", "de", "sw"), "xquad": ("en", "de"), "tatoeba": ("de", "sw")}


def test_a_name_does_not_depend_on_the_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert base_name("./base") == base_name(str(tmp_path / "base")) == "base"
    assert base_name("org/base") == "org__base"


def test_the_first_cell_with_the_same_phase_one_lends_its_encoder(toy):
    more = '[intermediate.own]\ntasks = ["mnli"]\ntarget_data = { xnli = ["sw"] }\n'
    more += '[intermediate.base-own]\ntarget_data = { xnli = ["sw"] }\n'
    more += '[intermediate.text]\ntasks = ["mnli"]\nmlm = ["sw"]\n'
    grid = parse_grid(toy.replace("recipes", "seeds = [1, 2]\nrecipes") + more, "toy.toml")
    lenders = {cell.name: getattr(grid.lender(cell), "name", None) for cell in grid.cells()}
    assert {name: lender for name, lender in lenders.items() if lender} == {
        "org__base.own.seed1": "org__base.mnli.seed1",
        "org__base.own.seed2": "org__base.mnli.seed2",
    }


def test_slices(toy):
    grid = read(
        toy
        + '[slices]\nlow = { languages = "low-resource" }\nboth = { tasks = ["retrieval", "xnli"], languages = ["de"] }'
    )
    assert grid.languages_of("low") == {"xnli": ("sw",), "tatoeba": ("sw",)}
    assert grid.languages_of("both") == {"xnli": ("de",), "tatoeba": ("de",)}


def test_changes_of_the_command_line_go_over_those_of_the_file(toy):
    grid = parse_grid(toy.replace("[intermediate]", "[set]\nsteps = 5\nepochs = 2\n[intermediate]"), "toy.toml")
    assert grid.changed("dev", {"steps": 7}).changes == {"steps": 7, "epochs": 2}
    assert grid.changed("dev", {}).split == "dev"
    assert grid.changed(None, {}).split == "test"


BAD = {
    "not TOML": ('"Toy"', "Toy"),
    "no title": ('title = "Toy"', ""),
    "unknown key": ('title = "Toy"', 'title = "Toy"\nbase = "x"'),
    "unknown key in a condition": ("none = []", "none = { task = [] }"),
    "no list": ('mnli = ["mnli"]', 'mnli = "mnli"'),
    "no base": ('["org/base"]', "[]"),
    "base twice": ('["org/base"]', '["a/../b", "a/../b"]'),
    "seed as text": ("recipes", 'seeds = ["1"]\nrecipes'),
    "seed as truth": ("recipes", "seeds = [true]\nrecipes"),
    "seed twice": ("recipes", "seeds = [1, 1]\nrecipes"),
    "no seed": ("recipes", "seeds = []\nrecipes"),
    "unknown suite": ('"xtreme"', '"xtrem"'),
    "unknown task": ('"xquad"', '"xqad"'),
    "task of another suite": ('"xquad"', '"xcopa"'),
    "unknown language": ('"sw"', '"swa"'),
    "unknown split": ("recipes", 'split = "train"\nrecipes'),
    "unknown baseline": ('baseline = "none"', 'baseline = "non"'),
    "unknown reference": ('["mnli"]', '["mnly"]'),
    "reference in an unknown language": ('["mnli"]', '["mnli@xx"]'),
    "task without translations": ('["mnli"]', '["ccg@de"]'),
    "reference twice": ('["mnli"]', '["mnli", "mnli@en"]'),
    "bad name": ("none = []", 'none = []\n"a.b" = []'),
    "text alone": ("none = []", 'none = []\ntext = { mlm = ["sw"] }'),
    "share of text": ("none = []", 'none = []\ntext = { tasks = ["mnli"], mlm = ["sw"], mlm_share = 1.0 }'),
    "sampling": ("none = []", 'none = []\nmany = { tasks = ["mnli", "squad"], sampling = "often" }'),
    "target without data": ("none = []", 'none = []\nown = { target_data = { xnli = ["sw"] } }'),
    "recipes": ('"jiant"', '"jant"'),
    "value of a recipe": ("[intermediate]", "[set]\nstep = 3\n[intermediate]"),
    "seed as a value": ("[intermediate]", "[set]\nseed = 3\n[intermediate]"),
    "task of a slice": ("[intermediate]", '[slices]\na = { tasks = ["panx"] }\n[intermediate]'),
    "language of a slice": ("[intermediate]", '[slices]\na = { languages = ["xx"] }\n[intermediate]'),
    "empty slice": ("[intermediate]", '[slices]\na = { languages = ["fr"] }\n[intermediate]'),
    "contrast": ("recipes", 'contrasts = [["mnli", "qqp"]]\nrecipes'),
    "contrast of three": ("recipes", 'contrasts = [["mnli", "squad", "none"]]\nrecipes'),
    "correlation": ("[intermediate]", '[correlation]\nslice = "a"\nof = ["size"]\n[intermediate]'),
    "feature": ("[intermediate]", '[correlation]\nslice = "a"\nof = ["colour"]\n[intermediate]'),
}
COMPLAINTS = {
    "not TOML": "toy.toml: not TOML",
    "no title": "title: Field required",
    "unknown key": r"unknown key 'base' in the top level: did you mean 'bases'\?",
    "unknown key in a condition": r"unknown key 'task' in \[intermediate.none\]: did you mean 'tasks'\?",
    "no list": "intermediate.mnli: ",
    "no base": "bases: ",
    "base twice": "bases: 'a__..__b' is there twice",
    "seed as text": "seeds.0: ",
    "seed as truth": "seeds.0: ",
    "seed twice": "seeds: 1 is there twice",
    "no seed": "seeds: ",
    "unknown suite": r"suite: unknown suite 'xtrem': did you mean 'xtreme'\?",
    "unknown task": r"tasks: unknown task 'xqad': did you mean 'xquad'\?",
    "task of another suite": "tasks: suite 'xtreme' has no task 'xcopa'",
    "unknown language": "tasks: unknown language 'swa'",
    "unknown split": "split: ",
    "unknown baseline": r"baseline: unknown 'non': did you mean 'none'\?",
    "unknown reference": r"intermediate.mnli: unknown intermediate task 'mnly'",
    "reference in an unknown language": "intermediate.mnli: unknown language 'xx'",
    "task without translations": "intermediate.mnli: ccg has no translations",
    "reference twice": "intermediate.mnli: tasks: 'mnli' is there twice",
    "bad name": "intermediate.a.b: a name has",
    "text alone": "intermediate.text: mlm: ",
    "share of text": "intermediate.text: mlm_share: ",
    "sampling": "intermediate.many: unknown sampling 'often'",
    "target without data": "intermediate.own: target_data: unknown 'xnli'",
    "recipes": r"recipes: no recipes and no TOML file 'jant': did you mean 'jiant'\?",
    "value of a recipe": "a recipe has no 'step'",
    "seed as a value": "set.seed: ",
    "task of a slice": "slices.a: tasks: unknown 'panx'",
    "language of a slice": "slices.a: unknown language 'xx'",
    "empty slice": "slices.a: none of these tasks",
    "contrast": "contrasts.0: unknown 'qqp'",
    "contrast of three": "contrasts.0: ",
    "correlation": "correlation.slice: unknown 'a'",
    "feature": "correlation.of.0: ",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_with_its_place(toy, name):
    old, new = BAD[name]
    assert old in toy
    with pytest.raises(InputError, match=COMPLAINTS[name]) as caught:
        read(toy.replace(old, new, 1))
    assert str(caught.value).startswith("toy.toml: ")
    assert "\n" not in str(caught.value)


def test_no_such_file():
    with pytest.raises(InputError, match="did you mean 'growth'"):
        read_grid("grow")


def test_a_file(tmp_path, toy):
    path = tmp_path / "mine.toml"
    path.write_text(toy)
    assert read_grid(str(path)) == toy


def test_shipped_files():
    assert shipped_grids() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_files_name_only_what_there_is(name):
    grid = checked(parse_grid(read_grid(name), name), name)
    assert grid.question.endswith("?")
    assert not grid.intermediate[grid.baseline].phase_one
    assert set(grid.slices)
    for condition in grid.intermediate.values():
        for reference in condition.tasks:
            parse_training_reference(reference)
        assert set(condition.mlm) <= set(LANGUAGES)


def low_resource(grid):
    return {code for codes in grid.languages_of("low-resource").values() for code in codes}


def test_each_question_has_its_grid():
    grids = {name: parse_grid(read_grid(name), name) for name in SHIPPED}
    wanted = {code for code, language in LANGUAGES.items() if language.low_resource}
    own = grids["low-resource"].intermediate["own-data"].target_data
    assert low_resource(grids["low-resource"]) <= wanted
    assert {code for codes in own.values() for code in codes} <= low_resource(grids["low-resource"])
    assert set(grids["typology"].selected()) == {"xnli", "xcopa"}
    assert grids["complexity"].suite == "xtreme"
    assert sorted(one.tasks for one in grids["complexity"].intermediate.values() if one.tasks) == [
        (key,) for key in sorted(["anli+", "mnli", "qqp", "squad", "squad2", "hellaswag", "ccg", "cosmosqa", "csqa"])
    ]
    growing = [set(one.tasks) for one in grids["growth"].intermediate.values()]
    assert [len(tasks) for tasks in growing] == [0, 1, 2, 3, 5, 9]
    assert all(small < large for small, large in pairwise(growing))
    assert set(grids["growth"].selected()) == set(SUITES["xtreme-r"].groups["retrieval"])
    assert set(grids["multilingual"].selected()) == set(SUITES["xtreme-r"].tasks)


def test_seen_and_unseen_languages_of_the_typology_are_apart():
    grid = parse_grid(read_grid("typology"), "typology")
    used = {reference.partition("@")[2] for one in grid.intermediate.values() for reference in one.tasks} - {""}
    unseen = set(grid.slices["unseen-languages"].languages)
    everything = {code for codes in grid.selected().values() for code in codes}
    assert used.isdisjoint(unseen)
    assert used | unseen | {"en"} >= everything


def test_every_file_of_the_folder_is_shipped():
    import xbench.experiments

    folder = Path(xbench.experiments.__file__).parent / "files"
    assert sorted(path.stem for path in folder.iterdir()) == SHIPPED
    assert Cell("a", "b", 1).name == "a.b.seed1"


def test_the_documented_file_is_one():
    page = (Path(__file__).parents[2] / "docs/experiments.md").read_text()
    read(page.partition("```toml\n")[2].partition("```")[0])
    assert all(f"`{name}`" in page for name in SHIPPED)
