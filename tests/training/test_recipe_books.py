"""Recipes: the shipped books against the specification, tables over tables, what is refused."""

import pytest
from xbench.errors import InputError
from xbench.training.recipe import Recipe, RecipeBook, parse_changes, shipped_books


def recipe(book: str, key: str, intermediate=False, layers=12, **changes) -> Recipe:
    return RecipeBook.load(book).recipe(key, intermediate=intermediate, layers=layers, changes=changes)


# protocol.md, sections 7.7 and 8: learning rate, epochs, effective batch, length, warm-up, weight decay, seed.
@pytest.mark.parametrize(
    ("book", "key", "layers", "expected"),
    [
        ("xtreme", "xnli", 12, (2e-5, 5, 8 * 4, 128, 0, 0, 42)),
        ("xtreme", "xnli", 24, (3e-5, 5, 2 * 16, 128, 0, 0, 42)),
        ("xtreme", "pawsx", 24, (2e-5, 5, 2 * 16, 128, 0, 0, 42)),
        ("xtreme", "panx", 12, (2e-5, 10, 32, 128, 0, 0, 1)),
        ("xtreme", "udpos", 12, (2e-5, 10, 32, 128, 0, 0, 1)),
        ("xtreme", "squad", 12, (3e-5, 3, 4 * 8, 384, 500, 1e-4, 42)),
        ("xtreme", "tydiqa", 24, (3e-5, 3, 4 * 8, 384, 500, 1e-4, 42)),
        ("xtreme", "siqa", 24, (3e-5, 5, 32, 128, 0, 0, 42)),
        ("xtreme", "lareqa", 12, (2e-5, 3, 4 * 4, 256, 0, 0, 42)),
        ("xtreme", "mewslix", 12, (2e-5, 2, 64 * 4, 64, 0, 0, 42)),
        ("jiant", "xnli", 24, (1e-5, 2, 32, 256, 0.1, 0.01, 42)),
        ("jiant", "pawsx", 24, (1e-5, 5, 32, 256, 0.1, 0.01, 42)),
        ("jiant", "panx", 24, (1e-5, 10, 32, 256, 0.1, 0.01, 42)),
        ("jiant", "squad", 24, (1e-5, 2, 16, 384, 0.1, 0.01, 42)),
        ("jiant", "tydiqa", 24, (1e-5, 2, 16, 384, 0.1, 0.01, 42)),
    ],
)
def test_target_recipes_are_those_of_the_specification(book, key, layers, expected):
    found = recipe(book, key, layers=layers)
    batch = found.batch_size * found.accumulation
    values = (found.learning_rate, found.epochs, batch, found.max_length, found.warmup, found.weight_decay, found.seed)
    assert values == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("anli+", (24, 2)),
        ("mnli", (24, 2)),
        ("ccg", (24, 15)),
        ("csqa", (4, 10)),
        ("cosmosqa", (4, 15)),
        ("hellaswag", (24, 7)),
        ("qqp", (24, 3)),
        ("squad", (8, 3)),
        ("squad2", (8, 3)),
    ],
)
def test_intermediate_recipes_are_from_memory_and_say_so(key, expected):
    found = recipe("jiant", key, intermediate=True)
    assert (found.batch_size * found.accumulation, found.epochs) == expected
    assert found.learning_rate == 1e-5
    book = RecipeBook.load("jiant")
    unverified = book.unverified(key, intermediate=True, layers=24, changes={"epochs": 1})
    assert unverified == ("accumulation", "batch_size", "learning_rate")
    assert book.unverified("xnli", intermediate=False, layers=24, changes={}) == ()


def test_all_that_xtreme_says_of_intermediate_tasks_is_unverified():
    book = RecipeBook.load("xtreme")
    given = {name for table in ("default", "squad") for name in book.tables[table]} - {"large"}
    for key in ("mnli", "squad", "squad2", "multitask"):
        assert given <= {*book.unverified(key, intermediate=True, layers=24, changes={})}
    assert book.unverified("xnli", intermediate=False, layers=24, changes={}) == ()


@pytest.mark.parametrize("layers", [12, 24])
@pytest.mark.parametrize("key", ["siqa", "xcopa", "lareqa", "mewslix"])
def test_where_jiant_has_no_recipe_it_has_xtremes(key, layers):
    """As long as the last weights are kept, what looks at dev changes nothing."""
    looks = {"select": "last", "evaluate_every": None, "dev_limit": None, "patience": None}
    one, other = (recipe(book, key, layers=layers) for book in ("jiant", "xtreme"))
    assert one.select == other.select == "last"
    assert one.changed(looks) == other.changed(looks)


@pytest.mark.parametrize(("key", "select"), [("xnli", "best"), ("udpos", "best"), ("squad", "last"), ("xcopa", "last")])
def test_which_weights_xtreme_keeps(key, select):
    assert recipe("xtreme", key).select == select


def test_dev_costs_less_than_training():
    """The dev sets of the nine tasks hold 110,000 examples."""
    found = recipe("xtreme", "multitask", intermediate=True)
    assert 9 * found.dev_limit < found.evaluate_every * found.batch_size * found.accumulation


@pytest.mark.parametrize("name", shipped_books())
def test_every_table_of_a_shipped_book_is_a_recipe(name):
    book = RecipeBook.load(name)
    for key in [key for key in book.tables if key not in ("default", "intermediate")]:
        assert recipe(name, key)
    for key in [key for key in book.tables.get("intermediate", {}) if key != "default"]:
        assert recipe(name, key, intermediate=True)
    assert book.text.startswith("#")


def test_tables_go_over_tables(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        "[default]\nlearning_rate = 1\nepochs = 1\nbatch_size = 1\nseed = 1\n[default.large]\nbatch_size = 2\n"
        "[a]\nepochs = 2\n[intermediate.default]\nepochs = 3\n[intermediate.a]\nseed = 4\n"
    )
    assert recipe(str(path), "a", layers=24) == Recipe(1, epochs=2, batch_size=2, seed=1)
    assert recipe(str(path), "a") == Recipe(1, epochs=2, batch_size=1, seed=1)
    assert recipe(str(path), "a", intermediate=True) == Recipe(1, epochs=3, batch_size=1, seed=4)
    assert recipe(str(path), "b", batch_size=9) == Recipe(1, epochs=1, batch_size=9, seed=1)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"learningrate": 1}, "learning_rate"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1"),
        ({"batch_size": "8"}, "batch_size must be a whole number"),
        ({"batch_size": None}, "batch_size must be a whole number"),
        ({"learning_rate": 0}, "learning_rate must be a number above 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number"),
        ({"warmup": -1}, "warmup must be a number from 0"),
        ({"select": "first"}, "select must be one of best, last"),
        ({"precision": "int8"}, "precision must be one of fp32, bf16, fp16"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, match):
    with pytest.raises(InputError, match=match):
        recipe("xtreme", "xnli", **changes)


@pytest.mark.parametrize(
    ("text", "match"), [("[default", "not TOML"), ("[a]\nepochs = 1\n", "no learning_rate for a"), ("a = 1\n", "table")]
)
def test_broken_books_are_refused(tmp_path, text, match):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=match):
        recipe(str(path), "a")
    with pytest.raises(InputError, match="xtreme"):
        RecipeBook.load("xtrem")


def test_changes_are_read_as_toml():
    given = ["steps=20", "learning_rate=1e-5", "precision=bf16", 'select="last"', "max_length= 8", "epochs = 2"]
    assert parse_changes(given) == {
        "steps": 20, "learning_rate": 1e-5, "precision": "bf16", "select": "last", "max_length": 8, "epochs": 2
    }  # fmt: skip
    with pytest.raises(InputError, match="give KEY=VALUE"):
        parse_changes(["steps"])
