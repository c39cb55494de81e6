"""Pages of stored predictions: which examples stand on them, and how they are laid out."""

import json

import pytest
from stored_examples import stored
from xbench.errors import InputError
from xbench.leaderboard.forms.show_text import page_json, page_text
from xbench.leaderboard.showing import Request, show
from xbench.results.record import SystemDescription
from xbench.results.store import Store


@pytest.fixture
def put(record, tmp_path):
    """Store the hand-worked predictions of a task; the system's folder."""

    def put(task, system="one", **changes):
        one = stored(record, tmp_path, task, system, **changes)
        Store(tmp_path).save_system(SystemDescription(name=system, checkpoints={}))
        return one.path.parent.parent

    return put


def ids(page):
    return [shown.example.id for shown in page.shown]


def text(page, *, full=False, width=80):
    return page_text(page, full=full, width=width)


def test_pages(put):
    folder = put("xnli")
    pages = [show(Request(folder, "xnli", "de", "test", size=3, page=number)) for number in (1, 2)]
    assert [ids(page) for page in pages] == [["0", "1", "2"], ["3"]]
    assert [(page.number, page.pages, page.selected) for page in pages] == [(1, 2, 4), (2, 2, 4)]
    assert "4 of 4 examples, page 1 of 2; --page 2 shows the next" in text(pages[0])
    assert text(pages[1]).splitlines()[1] == "4 of 4 examples, page 2 of 2"
    with pytest.raises(InputError, match="no page 3: there are 2"):
        show(Request(folder, "xnli", "de", "test", size=3, page=3))


def test_errors_alone(put):
    assert ids(show(Request(put("xnli"), "xnli", "de", "test", errors=True))) == ["1", "3"]
    assert ids(show(Request(put("panx"), "panx", "de", "test", errors=True))) == ["1"]
    assert ids(show(Request(put("xquad"), "xquad", "de", "test", errors=True))) == ["q1", "q3"]
    assert ids(show(Request(put("bucc2018"), "bucc2018", "de", "test", errors=True))) == ["de-3"]
    right = put("xnli", "right", scores={"accuracy": 100.0}, count_correct=[1.0] * 4)
    page = show(Request(right, "xnli", "de", "test", errors=True))
    assert (ids(page), page.pages) == ([], 1)
    assert text(page).splitlines()[1:] == ["0 of 4 examples, page 1 of 1"]


def test_against_another_system(put):
    base, head = put("xnli", "base"), put("xnli", "head", prediction=["neutral", "entailment", "entailment", "neutral"],
                                          count_correct=[1.0, 1.0, 0.0, 0.0])  # fmt: skip
    page = show(Request(head, "xnli", "de", "test", against=base))
    assert [(shown.example.id, shown.verdict) for shown in page.shown] == [("1", "fixed"), ("2", "broken")]
    assert page.counts == {"fixed": 1, "broken": 1, "changed": 0}
    wrong = show(Request(head, "xnli", "de", "test", errors=True, against=base))
    assert ids(wrong) == ["2"]
    assert wrong.counts == page.counts
    assert text(wrong) == (
        "head: XNLI in German: accuracy 50.0\n"
        "against base: accuracy 50.0: 1 fixed, 1 broken, 0 changed of 4 examples\n"
        "1 of 4 examples, page 1 of 1\n"
        "\n"
        "[2] broken\n"
        "  first   c\n"
        "  second  d\n"
        "  gold    neutral\n"
        "  base    neutral\n"
        "  head    entailment"
    )


def test_choices_answers_and_candidates_are_told_apart(put):
    assert text(show(Request(put("xcopa"), "xcopa", "de", "test", errors=True))).split("\n\n")[1] == (
        "[b] wrong\n  prompt     Cause?\n  1          one\n  2          two\n  gold       2. two\n  predicted  1. one"
    )
    assert text(show(Request(put("xquad"), "xquad", "de", "test"))).split("\n\n")[1] == (
        "[q1] wrong, worth 33%\n"
        "  question   Who?\n"
        "  context    Ada Lovelace wrote it.\n"
        "  gold       Ada Lovelace | Lovelace\n"
        "  predicted  Ada"
    )
    blocks = text(show(Request(put("bucc2018"), "bucc2018", "de", "test"))).split("\n\n")[1:]
    assert [block.splitlines()[0] for block in blocks] == ["[de-1] right", "[de-2] not counted", "[de-3] wrong"]


def test_tags_stand_below_their_words_and_wrong_ones_are_marked(put):
    assert text(show(Request(put("panx"), "panx", "de", "test", errors=True))).split("\n\n")[1] == (
        "[1] wrong\n  words      Ada    Lovelace  wrote\n  gold       B-PER  I-PER     O\n  predicted         O"
    )


def test_long_sentences_are_broken_to_the_width(put):
    folder = put(
        "panx", id=["0"], input=[["東京", "ist", "groß"]], gold=[["B-LOC", "O", "O"]], prediction=[["O", "O", "B-LOC"]],
        count_correct=[0.0], count_predicted=[1.0], count_gold=[1.0], count_correct_tokens=[1.0], count_tokens=[3.0],
    )  # fmt: skip
    page = show(Request(folder, "panx", "de", "test"))
    assert text(page, width=25).split("\n\n")[1] == (
        "[0] wrong\n"
        "  words      東京   ist\n"
        "  gold       B-LOC  O\n"
        "  predicted  O\n"
        "  words      groß\n"
        "  gold       O\n"
        "  predicted  B-LOC"
    )
    assert len(text(page, width=1).splitlines()) == 4 + 3 * 3
    assert "東京   ist  groß" in text(page, width=200)


def test_long_texts_are_cut_around_the_answer_unless_asked(put):
    context = "x " * 400 + "Ada Lovelace " + "y " * 400
    folder = put("xquad", input=[["Who?", context], ["When?", "In 1843."], ["Where?", "In London."]])
    page = show(Request(folder, "xquad", "de", "test"))
    line = next(line for line in text(page).splitlines() if line.startswith("  context"))
    assert line.count("…") == 2
    assert "x Ada Lovelace y" in line
    assert len(line) <= len("  context    ") + 300 + 2
    assert context.strip() in text(page, full=True)


def test_a_terminal_gets_no_commands(put):
    page = show(Request(put("xnli", "evil\x1b[2Jname"), "xnli", "de", "test"))
    for written in (text(page), page_json(page)):
        assert "\x1b" not in written
    assert "a [31m" in text(page)
    assert json.loads(page_json(page))["shown"][1]["texts"] == ["a\x1b[31m", "b"]


def test_text_from_right_to_left_is_isolated(put):
    folder = put("xnli", input=[["مرحبا", "b"], ["c", "d"], ["e", "f"], ["g", "h"]])
    assert "  first      \u2068مرحبا\u2069" in text(show(Request(folder, "xnli", "de", "test"))).splitlines()


def test_json_has_everything(put):
    base, head = put("xquad", "base"), put("xquad", "head", prediction=["Ada Lovelace", "1843", ""],
                                           count_exact=[1.0, 1.0, 0.0], count_overlap=[1.0, 1.0, 0.0])  # fmt: skip
    content = json.loads(page_json(show(Request(head, "xquad", "de", "test", against=base))))
    assert content["against"] == {
        "system": "base", "scores": {"exact_match": pytest.approx(100 / 3), "f1": pytest.approx(500 / 9)},
        "fixed": 1, "broken": 0, "changed": 0,
    }  # fmt: skip
    assert content["shown"] == [
        {
            "id": "q1",
            "texts": ["Who?", "Ada Lovelace wrote it."],
            "gold": ["Ada Lovelace", "Ada Lovelace", "Lovelace"],
            "gold_text": "Ada Lovelace | Lovelace",
            "prediction": "Ada Lovelace",
            "prediction_text": "Ada Lovelace",
            "worth": 1.0,
            "verdict": "fixed",
            "against": {"prediction": "Ada", "prediction_text": "Ada", "worth": pytest.approx(1 / 3)},
        }
    ]
    alone = json.loads(page_json(show(Request(head, "xquad", "de", "test", size=1))))
    assert alone["against"] is None
    assert (alone["selected"], alone["pages"], "verdict" in alone["shown"][0]) == (3, 3, False)


def test_predictions_without_gold_labels(put):
    folder = put("xnli", scores={}, gold=[None] * 4)
    page = show(Request(folder, "xnli", "de", "test"))
    assert text(page).splitlines()[0] == "one: XNLI in German: no gold labels"
    assert text(page).split("\n\n")[1].splitlines()[0] == "[0]"
    with pytest.raises(InputError, match=r"de\.json was predicted without gold labels: nothing tells what is wrong"):
        show(Request(folder, "xnli", "de", "test", errors=True))


def test_dev_and_a_cut_are_named(put):
    folder = put("xnli", split="dev", limit=4)
    page = show(Request(folder, "xnli", "de", "dev"))
    assert text(page).splitlines()[0] == "one: XNLI in German, dev split, only the first 4 examples: accuracy 50.0"


@pytest.mark.parametrize(
    ("task", "language", "split", "complaint"),
    [
        ("xnil", "de", "test", "no records of task 'xnil' in .*one: did you mean 'xnli'"),
        ("runs", "de", "test", "no records of task 'runs'"),
        ("../two/xnli", "de", "test", "no records of task"),
        ("xnli", "dee", "test", "no record of language 'dee' in .*one/xnli: did you mean 'de'"),
        ("xnli", "../../two/xnli/de", "test", "no record of language"),
        ("xnli", "de", "dev", "no records of split dev in .*one/xnli: choose another --split"),
    ],
)
def test_what_is_not_there_is_named(put, task, language, split, complaint):
    folder = put("xnli")
    put("xnli", "two")
    Store(folder.parent).save_run("one", "now", {})
    with pytest.raises(InputError, match=complaint):
        show(Request(folder, task, language, split))


def test_other_files_of_the_system_may_be_broken(put):
    folder = put("xnli")
    (folder / "xnli" / "fr.json").write_text("{")
    (folder / "system.json").write_text("{")
    assert ids(show(Request(folder, "xnli", "de", "test"))) == ["0", "1", "2", "3"]
    assert ids(show(Request(folder.parent, "xnli", "de", "test"))) == ["0", "1", "2", "3"]
