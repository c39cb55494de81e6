import json
from dataclasses import replace

import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.composite import BEST, Composite
from xbench.leaderboard.disagreements import ExampleChange
from xbench.leaderboard.forms.page.data import places_of
from xbench.leaderboard.forms.page.examples import alternating, as_json, excerpt, page_examples, size


def change(identity: str, verdict: str) -> ExampleChange:
    return ExampleChange(identity, ("text",), "gold", "base", "head", verdict)


def cell_of(filed, found, task, language):
    places = places_of(filed.board)
    (cell,) = [
        one
        for one in found["cells"]
        if (one["task"], one["language"]) == (places.tasks[task], places.languages[language])
    ]
    (shared,) = [
        one["items"] for one in found["shared"] if (one["task"], one["language"]) == (cell["task"], cell["language"])
    ]
    return cell, [shared[one["item"]] for one in cell["shown"]]


@pytest.fixture(scope="module")
def found(filed):
    return page_examples(filed.board, filed.results, places_of(filed.board), 1_000_000)


def test_what_was_fixed_and_broken(filed, found):
    cell, items = cell_of(filed, found, "xnli", "ar")
    assert cell["examples"] == 4
    assert cell["counts"] == {"fixed": 1, "broken": 0, "changed": 0}
    assert [one["verdict"] for one in cell["shown"]] == ["fixed"]
    assert cell["shown"][0]["head"] == "entailment"
    assert items[0]["gold"] == "entailment"
    assert items[0]["base"] == "contradiction"
    assert items[0]["id"] == "ar-2"
    cell, _ = cell_of(filed, found, "xnli", "de")
    assert cell["counts"] == {"fixed": 0, "broken": 3, "changed": 0}


def test_tags_are_named_word_by_word(filed, found):
    cell, items = cell_of(filed, found, "udpos", "he")
    assert cell["counts"] == {"fixed": 1, "broken": 1, "changed": 0}
    assert [one["words"] for one in cell["shown"]] == [
        [["רץ", "VERB", "NOUN", "VERB"]],
        [["הכלב", "NOUN", "NOUN", "VERB"]],
    ]
    assert items[0]["texts"] == ["הכלב רץ"]


def test_a_long_context_is_cut_around_its_answer(filed, found):
    _, items = cell_of(filed, found, "xquad", "en")
    question, context = items[0]["texts"]
    assert question == "Who wrote it?"
    assert len(context) == 602
    assert context.startswith("…")
    assert context.endswith("…")
    assert "It was Ada who wrote it." in context


def test_systems_share_what_does_not_depend_on_them(tmp_path, file_results):
    texts = ["A long text." * 20, "Another."]
    rows = {
        name: [(str(n), texts, "entailment", answer) for n in range(5)]
        for name, answer in {"a": "neutral", "b": "entailment", "c": "entailment"}.items()
    }
    results = file_results(tmp_path, {name: {("xnli", "de"): one} for name, one in rows.items()})
    board = make_board(results.records, suite=None, baseline="a")
    found = page_examples(board, results, places_of(board), 1_000_000)
    assert len(found["shared"]) == 1
    assert len(found["shared"][0]["items"]) == 5
    assert [len(one["shown"]) for one in found["cells"]] == [5, 5]


@pytest.mark.parametrize("budget", [0, 500, 700, 1000, 2000, 3000])
def test_a_budget_is_kept_and_shared_in_turns(tmp_path, file_results, budget):
    texts = ["A text of some length.", "And another one."]

    def rows(answer):
        return [(f"{n:02}", texts, "entailment", answer) for n in range(30)]

    languages = ("de", "en", "fr")
    systems = {
        name: {("xnli", code): rows(answer) for code in languages}
        for name, answer in {"a": "neutral", "b": "entailment"}.items()
    }
    results = file_results(tmp_path, systems)
    board = make_board(results.records, suite=None, baseline="a")
    found = page_examples(board, results, places_of(board), budget)
    numbers = [len(one["shown"]) for one in found["cells"]]
    assert len(numbers) == 3
    assert max(numbers) - min(numbers) <= 1
    if budget > 500:
        assert len(json.dumps(found, separators=(",", ":"))) <= budget
    assert max(numbers) < 30
    assert (max(numbers) > 0) == (budget > 500)


def test_seeds_are_held_against_the_baseline_of_their_seed(tmp_path, file_results):
    def rows(answer):
        return {("xnli", "de"): [("0", ["a", "b"], "entailment", answer)]}

    names = {"base.seed1": "neutral", "base.seed2": "contradiction", "m.seed1": "entailment", "m.seed2": "entailment"}
    results = file_results(tmp_path, {name: rows(answer) for name, answer in names.items()})
    board = make_board(results.records, suite=None, baseline="base")
    places = places_of(board)
    found = page_examples(board, results, places, 1_000_000)
    held = {one["system"]: one["baseline"] for one in found["cells"]}
    assert held == {places.systems[f"m.seed{n}"]: places.systems[f"base.seed{n}"] for n in (1, 2)}
    assert sorted(one["items"][0]["base"] for one in found["shared"]) == ["contradiction", "neutral"]


def test_the_best_per_task_has_the_predictions_of_the_system_that_was_chosen(tmp_path, file_results):
    rows = {name: {("xnli", "de"): [("0", ["a", "b"], "neutral", name)]} for name in ("entailment", "neutral")}
    results = file_results(tmp_path, rows)
    chosen = results.stored["neutral", "xnli", "de"]
    best = chosen._replace(record=chosen.record.model_copy(update={"system": BEST}))
    stored = {(BEST, "xnli", "de"): best}
    board = make_board([*results.records, best.record], suite=None, baseline="entailment")
    board = replace(board, composite=Composite((BEST,), {}, {}, stored))
    places = places_of(board)
    cells = page_examples(board, results, places, 1_000_000)["cells"]
    assert {one["system"]: one["shown"][0]["head"] for one in cells} == {
        places.systems[BEST]: "neutral",
        places.systems["neutral"]: "neutral",
    }


def test_lost_predictions_cost_their_examples_alone(tmp_path, file_results):
    rows = {("xnli", code): [("0", ["a", "b"], "neutral", "neutral")] for code in ("de", "en")}
    wrong = {("xnli", code): [("0", ["a", "b"], "neutral", "entailment")] for code in ("de", "en")}
    results = file_results(tmp_path, {"a": rows, "b": wrong})
    results.stored["b", "xnli", "de"].path.with_suffix(".parquet").write_bytes(b"no parquet")
    board = make_board(results.records, suite=None, baseline="a")
    (cell,) = page_examples(board, results, places_of(board), 1_000_000)["cells"]
    assert cell["language"] == places_of(board).languages["en"]


def test_other_data_are_not_held_against_each_other(tmp_path, file_results, record):
    results = file_results(
        tmp_path,
        {name: {("xnli", "de"): [("0", ["a", "b"], "neutral", name)]} for name in ("neutral", "entailment")},
    )
    other = results.stored["entailment", "xnli", "de"]
    changed = other.record.model_copy(update={"key": other.record.key.model_copy(update={"data": "other"})})
    stored = {**results.stored, ("entailment", "xnli", "de"): other._replace(record=changed)}
    board = make_board([one.record for one in stored.values()], suite=None, baseline="neutral")
    assert page_examples(board, replace(results, stored=stored), places_of(board), 1_000_000)["cells"] == []


def test_any_beginning_has_as_many_fixed_as_broken_ones():
    changes = [change(f"{verdict}{n}", verdict) for verdict in ("fixed", "broken", "changed") for n in range(2)]
    changes.insert(2, change("fixed2", "fixed"))
    order = [one.id for one in alternating(changes)]
    assert order == ["fixed0", "broken0", "fixed1", "broken1", "fixed2", "changed0", "changed1"]


def test_excerpts():
    text = "".join(chr(97 + n % 26) for n in range(100))
    assert excerpt("short", 10) == "short"
    assert excerpt(text, 10) == "abcdefghij…"
    assert excerpt(text, 10, ("",)) == "abcdefghij…"
    assert excerpt("." * 50 + "Ada" + "." * 50, 12, ("nowhere", "Ada")) == "…...Ada......…"
    assert excerpt("." * 97 + "Ada", 12, ("Ada",)) == "….........Ada"


def test_the_size_is_that_of_the_written_json():
    value = {"a": ["<é", 1]}
    assert as_json(value) == '{"a":["\\u003cé",1]}'
    assert size(value) == len('{"a":["\\u003cé",1]}'.encode()) + 1
    assert json.loads(as_json(value)) == value
