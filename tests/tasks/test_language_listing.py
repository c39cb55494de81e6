"""`xbench languages` against the language table of section 5 of the protocol, copied by hand."""

import json
import re

import pytest
from xbench.cli.main import main
from xbench.tasks.language_listing import covered_languages, language_json, language_text, tasks_of
from xbench.tasks.languages import Language, known_languages
from xbench.tasks.suites import SUITES

# Code: number of tasks in XTREME, in XTREME-R.
COUNTS = {
    "af": (3, 3), "ar": (7, 9), "az": (0, 2), "bg": (4, 4), "bn": (3, 3), "de": (8, 8), "el": (5, 6), "en": (7, 8),
    "es": (7, 8), "et": (3, 4), "eu": (3, 3), "fa": (3, 4), "fi": (4, 4), "fr": (6, 4), "gu": (0, 1), "he": (3, 3),
    "hi": (6, 7), "ht": (0, 1), "hu": (3, 3), "id": (4, 5), "it": (3, 4), "ja": (4, 4), "jv": (2, 2), "ka": (2, 2),
    "kk": (3, 3), "ko": (5, 4), "lt": (0, 3), "ml": (2, 2), "mr": (3, 3), "ms": (1, 1), "my": (1, 1), "nl": (3, 3),
    "pa": (0, 1), "pl": (0, 4), "pt": (3, 3), "qu": (0, 2), "ro": (0, 5), "ru": (7, 7), "sw": (4, 5), "ta": (3, 5),
    "te": (4, 4), "th": (5, 7), "tl": (3, 3), "tr": (5, 8), "uk": (0, 4), "ur": (4, 4), "vi": (6, 8), "wo": (0, 1),
    "yo": (2, 2), "zh": (8, 8),
}  # fmt: skip
# "low = under 0.1 M Wikipedia articles by the MEM column (af bn jv ml mr my sw te tl yo; new: gu ht pa qu wo)"
LOW = set("af bn jv ml mr my sw te tl yo gu ht pa qu wo".split())
BOTH = (SUITES["xtreme"], SUITES["xtreme-r"])


def test_numbers_of_tasks_of_all_fifty():
    listed = json.loads(language_json(BOTH, known_languages()))
    assert len(COUNTS) == 50
    assert {
        code: (len(row["tasks"]["xtreme"]), len(row["tasks"]["xtreme-r"])) for code, row in listed.items()
    } == COUNTS
    assert sum(xtreme for xtreme, _ in COUNTS.values()) == 15 + 7 + 33 + 40 + 11 + 7 + 9 + 4 + 36
    assert sum(xtreme_r for _, xtreme_r in COUNTS.values()) == 15 + 11 + 38 + 48 + 12 + 7 + 9 + 41 + 11 + 11


def test_entries():
    listed = json.loads(language_json(BOTH, known_languages()))
    assert {code for code, row in listed.items() if row["resources"] == "low"} == LOW
    assert {row["resources"] for row in listed.values()} == {"low", "high"}
    assert listed["zh"] == {
        "code": "zh",
        "name": "Chinese",
        "family": "Sino-Tibetan",
        "script": "Han",
        "articles": 1.09,
        "resources": "high",
        "tasks": {
            "xtreme": "xnli pawsx udpos panx xquad mlqa bucc2018 tatoeba".split(),
            "xtreme-r": "xnli xcopa udpos panx xquad mlqa tatoeba lareqa".split(),
        },
    }


def test_only_the_languages_of_the_suites_that_were_named():
    assert len(covered_languages(BOTH[:1])) == 40
    assert len(covered_languages(BOTH)) == 50
    assert set(covered_languages([SUITES["mini"]])) == {x for xs in SUITES["mini"].languages.values() for x in xs}
    assert tasks_of(BOTH, "xx") == {"xtreme": [], "xtreme-r": []}


def test_text():
    irish = Language("ga", "gle", "Irish", "IE: Celtic", "Latin", 0.06)
    text = language_text(BOTH, {"ga": irish, "wo": known_languages()["wo"]})
    header, _, first, second, last = text.splitlines()
    assert re.split(r"  +", header) == "code,name,family,script,articles (M),resources,xtreme,xtreme-r".split(",")
    assert re.split(r"  +", first.strip()) == ["ga", "Irish", "IE: Celtic", "Latin", "0.06", "low"]
    assert re.split(r"  +", second) == ["wo", "Wolof", "Niger-Congo", "Latin", "0.002", "low", "1: udpos"]
    assert last == "2 languages"


@pytest.mark.parametrize(("arguments", "number"), [((), 50), (("-s", "xtreme"), 40), (("-s", "xtreme,mini"), 40)])
def test_the_command(capsys, arguments, number):
    for form in ((), ("--json",)):
        with pytest.raises(SystemExit) as end:
            main(["languages", *arguments, *form])
        assert end.value.code == 0
        printed = capsys.readouterr().out
        shown = len(json.loads(printed)) if form else int(printed.splitlines()[-1].removesuffix(" languages"))
        assert shown == number


def test_an_unknown_suite(capsys):
    with pytest.raises(SystemExit) as end:
        main(["languages", "-s", "xtrem"])
    assert end.value.code == 2
    assert "did you mean 'xtreme'?" in capsys.readouterr().err
