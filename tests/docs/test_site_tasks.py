"""Pages of tasks: one for each, and on it what the tables say."""

from dataclasses import replace
from pathlib import Path

import pytest
from sitegen.site import PARTS, UnknownPart, complaints, filled
from sitegen.task_facts import benchmarks_of, data, departures_of, rules, value_text
from sitegen.task_tables import intermediate_table, suite_table, task_table
from xbench.tasks.intermediate.catalogue import INTERMEDIATE
from xbench.tasks.suites import SUITES, TASKS
from xbench.tasks.task import Task

TASK_PAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "tasks"


def rows(markdown: str) -> list[list[str]]:
    """Cells of the lines of all tables."""
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def whole(task: Task) -> str:
    """All that is generated on the task's page."""
    return f"{rules(task)}\n\n{data(task)}"


@pytest.mark.parametrize("key", TASKS)
def test_each_task_has_a_page_with_what_people_wrote(key):
    text = (TASK_PAGES / f"{key}.md").read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [f"# {TASKS[key].title}", "## Traps", "## Source"]
    assert list(complaints({f"tasks/{key}.md": text}, [key])) == []
    assert filled(text).count("\n## ") == 7


def test_no_page_is_of_a_task_that_is_gone():
    assert {path.stem for path in TASK_PAGES.glob("*.md")} == {*TASKS, "index", "intermediate"}


def test_a_task_without_a_page_is_complained_of():
    (complaint,) = complaints({}, ["proverbs"])
    assert complaint.startswith("the task 'proverbs' of tasks/suites.py has no page: write docs/tasks/proverbs.md")


def test_a_page_without_a_place_for_its_facts_is_complained_of():
    text = "# XNLI\n\n<!-- generated: rules of xnli -->\n\n<!-- generated: data of pawsx -->\n"
    (complaint,) = complaints({"tasks/xnli.md": text}, ["xnli"])
    assert complaint == (
        "docs/tasks/xnli.md lacks the line <!-- generated: data of xnli -->, where facts of the task tables go"
    )


def test_a_marker_is_replaced_where_it_stands_alone():
    text = "before\n<!-- generated: data of xnli -->\nafter `<!-- generated: data of xnli -->`\n"
    before, made = filled(text).split("\n", maxsplit=1)
    assert before == "before"
    assert made == f"{data(TASKS['xnli'])}\nafter `<!-- generated: data of xnli -->`\n"


def test_an_unknown_marker_is_named():
    with pytest.raises(
        UnknownPart, match="nothing is generated under the name 'data of xnly': did you mean 'data of xnli'"
    ):
        filled("<!-- generated: data of xnly -->")


@pytest.mark.parametrize("name", PARTS)
def test_tables_are_of_one_width(name):
    """A stray bar in a cell would break its row."""
    table: list[list[str]] = []
    for line in [*PARTS[name]().splitlines(), ""]:
        if line.startswith("| "):
            table.append(line.replace("\\|", "").split(" | "))
        else:
            assert len({len(row) for row in table}) <= 1
            table = []


def test_facts_of_a_tagging_task():
    text = whole(TASKS["panx"])
    assert ["value of a language", "`f1`"] in rows(text)
    assert ["averaged in", "tagging of XTREME, tagging of XTREME-R"] in rows(text)
    assert ["labels", "`B-LOC` `B-ORG` `B-PER` `I-LOC` `I-ORG` `I-PER` `O`"] in rows(text)
    assert ["`f1`", "`2 * correct / (predicted + gold)`", "higher"] in rows(text)
    assert ["test", "`panx/test-{language}.tsv`"] in rows(text)
    # The languages that XTREME-R added are not XTREME's.
    assert ["`gu`", "Gujarati", "IE: Indo-Aryan", "Gujarati", "", "yes", "100", "100"] in rows(text)
    assert ["`de`", "German", "IE: Germanic", "Latin", "yes", "yes", "10,000", "10,000"] in rows(text)
    assert "48 languages: 40 in XTREME, 48 in XTREME-R." in text
    assert [row[0] for row in rows(text) if row[0] in {"`chunks`", "`answers`", "`quotes`"}] == ["`chunks`"]


def test_facts_of_question_answering():
    text = whole(TASKS["xquad"])
    assert ["value of a language", "(`exact_match` + `f1`) / 2"] in rows(text)
    assert ["checkpoint", "`squad` of a system, which also serves MLQA and MultiCheckList"] in rows(text)
    assert "`squad/train-v1.1.json`<br>or `squad/train-v1.1.part.json`" in text


def test_facts_of_searches():
    mining, ranking = whole(TASKS["bucc2018"]), whole(TASKS["lareqa"])
    assert ["tuned on", "dev, never on test"] in rows(mining)
    assert "94,637 against 88,860, 1,899 pairs (?)" in mining
    assert "(?): the official numbers of sentences are from memory" in mining
    assert "Not read from the Hugging Face hub: google/xtreme holds its gold pairs alone" in mining
    assert ["pooling", "`pooler`"] in rows(ranking)
    assert "`lareqa/xquad-r/{language}.json`, with candidates from the files of all 11 languages" in ranking
    assert "1,190 against 13,014" in ranking


def test_a_notice_of_the_hub_stands_on_the_page():
    assert "UD-POS of the Hugging Face hub is not XTREME's" in whole(TASKS["udpos"])


def test_a_diagnostic_is_in_no_average():
    task = TASKS["multichecklist"]
    assert benchmarks_of(task) == []
    assert ["averaged in", "no average: it is a diagnostic"] in rows(whole(task))
    assert any(row[0] == "`error_rate`" and row[2] == "lower" for row in rows(whole(task)))


def test_departures_are_those_that_change_the_task():
    found = {key: [switch.key for switch in departures_of(task)] for key, task in TASKS.items()}
    assert {key: keys for key, keys in found.items() if keys} == {
        "xnli": ["quotes"],
        "pawsx": ["quotes"],
        "udpos": ["chunks"],
        "panx": ["chunks"],
        "xquad": ["answers"],
        "mlqa": ["answers"],
        "tydiqa": ["answers"],
        "tatoeba": ["direction"],
        "bucc2018": ["duplicates"],
    }


def test_a_value_of_three_metrics():
    assert value_text(replace(TASKS["xquad"], main_metrics=("a", "b", "c"))) == "(`a` + `b` + `c`) / 3"


def test_tables_over_all_tasks():
    assert [row[0] for row in rows(task_table())[2:]] == [f"[{task.title}]({key}.md)" for key, task in TASKS.items()]
    udpos = next(row for row in rows(task_table()) if row[0].startswith("[UD-POS]"))
    assert udpos == ["[UD-POS](udpos.md)", "tagging", "`f1`", "33", "38", "`chunks`"]
    assert ["`-s xtreme`", "qa", "XQuAD, MLQA, TyDiQA-GoldP"] in rows(suite_table())
    assert len(rows(suite_table())) == 2 + sum(len(suite.groups) for suite in SUITES.values())
    trained = rows(intermediate_table())[2:]
    assert [row[0] for row in trained] == [f"`{key}`" for key in INTERMEDIATE]
    assert (
        next(row for row in trained if row[0] == "`anli`")[4] == "`anli-r1`, `anli-r2`, `anli-r3`, one behind the other"
    )
