import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.page import document, render
from xbench.leaderboard.forms.page.document import SCRIPTS, STYLES
from xbench.leaderboard.forms.page.markup import asset
from xbench.leaderboard.forms.write import TEXTS, Choices
from xbench.results.reading import Results

VOID = {"meta", "link", "wbr"}


class Page(HTMLParser):
    """The elements of a page; refuses ends without a start."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open:
            self.texts.append((self.open[-1], text))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def inside(self, tag):
        return [text for name, text in self.texts if name == tag]


@pytest.fixture(scope="module")
def text(filed):
    return render(filed.board, filed.results)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def data_of(page: Page) -> dict:
    (at,) = [index for index, one in enumerate(page.all("script")) if one.get("type") == "application/json"]
    return json.loads(page.inside("script")[at])


def rows_of(text: str, table: str) -> dict[str, dict[str, str]]:
    """Cells of a table as they stand in the HTML, by the name of the row and the key of the column."""
    part = re.search(rf'<table id="{table}".*?</table>', text, re.DOTALL)[0]
    keys = re.findall(r'<th scope="col"[^>]*data-key="([^"]*)"', part)
    rows = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", part.split("<tbody>")[1], re.DOTALL):
        cells = re.findall(r"(<t[hd].*?</t[hd]>)", row, re.DOTALL)
        rows[re.search(r"<bdi>(.*?)</bdi>", cells[0])[1]] = dict(zip(keys, cells, strict=True))
    return rows


def shown(cell: str) -> str:
    return re.sub(r"<[^>]*>", "", cell).replace("\u00a0", " ")


def test_the_policy_allows_exactly_what_is_in_the_page(page):
    (policy,) = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    allowed = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    assert allowed["default-src"] == ["'none'"]
    running = page.inside("script")[-len(SCRIPTS) :]
    for directive, there in (("script-src", running), ("style-src", page.inside("style"))):
        hashes = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in there]
        assert allowed[directive] == hashes
    assert len(page.all("script")) == len(SCRIPTS) + 1
    assert not [one for _, one in page.elements if {"style", "onclick", "src"} & set(one)]


def test_nothing_is_fetched(page):
    targets = [one[name] for _, one in page.elements for name in ("href", "src", "srcset", "action") if name in one]
    assert targets
    assert {target.partition("#")[0] for target in targets} == {"", "data:,"}
    assert not [style for style in page.inside("style") if "url(" in style or "@import" in style]


def test_every_link_has_its_target_and_every_id_is_unique(page):
    ids = [one["id"] for _, one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    assert {one["href"][1:] for one in page.all("a")} <= set(ids)


@pytest.mark.parametrize("name", [*(f"script/{name}" for name in SCRIPTS), *(f"style/{name}" for name in STYLES)])
def test_assets_can_stand_inside_an_element(name):
    assert not re.search(r"</script|</style|<!--", asset(name), re.IGNORECASE)
    assert "\r" not in asset(name)


def test_the_same_input_gives_the_same_bytes(filed, text):
    stored = dict(reversed(filed.results.stored.items()))
    assert render(filed.board, replace(filed.results, stored=stored)) == text


def test_hostile_text_stays_text(hostile):
    page = Page(render(hostile.board, hostile.results))
    assert len(page.all("script")) == len(SCRIPTS) + 1
    assert page.all("img") == []
    names, (text,) = [system.name for system in hostile.board.systems], hostile.board.notes
    assert data_of(page)["systems"] == names
    assert text in page.inside("bdi")
    shared = [one["items"][0] for one in data_of(page)["examples"]["shared"]]
    assert [text, text] in [one["texts"] for one in shared]
    assert {one["id"] for one in shared} == {text}
    assert "<" not in page.inside("script")[0]


def test_complete_and_partial_means_are_told_apart(text):
    rows = rows_of(text, "leaderboard-table")
    assert shown(rows["complete high"]["average"]) == "60.0"
    assert 'class="number"' in rows["complete high"]["average"]
    # XNLI 3 and 1 of 4, UD-POS 3 of 4, XQuAD all: the mean of 50, 75 and 100, from 4 of XTREME's 162 scores
    assert shown(rows["model"]["average"]) == "75.0 4/162"
    assert 'class="number partial"' in rows["model"]["average"]
    assert shown(rows["model"]["xquad"]) == "100.0 / 100.0 1/11"
    assert shown(rows["model"]["panx"]) == ""
    assert "data-value" not in rows["model"]["panx"]


def test_rank_letters_change_and_origin(text):
    rows = rows_of(text, "leaderboard-table")
    assert [shown(rows[name]["rank"]) for name in ("complete high", "complete low", "base")] == ["1", "2", ""]
    assert shown(rows["base"]["alike"]) == "a"
    assert shown(rows["model"]["alike"]) == "ab"
    # XNLI: (75 - 50 + 25 - 100) / 2 = -25; UD-POS 75 - 75 = 0 points; XQuAD 50
    assert shown(rows["model"]["change"]).startswith("+8.3 [+7.3, +9.3]")
    assert shown(rows["base"]["change"]) == ""
    assert shown(rows["model"]["parameters"]) == "22.7 M"
    assert shown(rows["model"]["precision"]) == "fp32"
    assert shown(rows["model"]["date"]) == "2020-05-26"
    assert shown(rows["complete low"]["scores"]) == "complete"


def test_published_rows_carry_their_source_and_no_rank(text):
    row = rows_of(text, "leaderboard-table")["Published"]
    assert shown(row["average"]) == "68.1"
    assert shown(row["xnli"]) == "79.2"
    assert shown(row["rank"]) == shown(row["change"]) == shown(row["pawsx"]) == ""
    (first, second) = re.findall(r'href="#note-(\d+)"', row["system"])
    assert f'<li id="note-{first}"><bdi>A paper.</bdi></li>' in text
    assert f'<li id="note-{second}"><bdi>Another setting.</bdi></li>' in text


def test_half_a_published_pair_is_shown_but_not_sorted_by(filed):
    half = replace(filed.board.published[0], tasks={"xquad": {"f1": 76.6}})
    row = rows_of(render(replace(filed.board, published=(half,)), filed.results), "leaderboard-table")["Published"]
    assert shown(row["xquad"]) == "76.6 / –"
    assert "data-value" not in row["xquad"]


def test_slices_and_the_transfer_gap(text):
    rows = rows_of(text, "slice-table")
    assert shown(rows["complete high"]["resources: low"]) == "60.0"
    assert shown(rows["complete high"]["gap"]) == "0.0"
    # Arabic alone: 75 in one of its scores
    assert shown(rows["model"]["script: Arabic"]).startswith("75.0 1/")


def test_a_board_without_baseline(filed):
    board = make_board(filed.results.records, suite=None, baseline=None)
    text = render(board, filed.results)
    data = data_of(Page(text))
    assert data["baseline"] is None
    assert data["contenders"] == []
    assert data["examples"] == {"shared": [], "cells": []}
    assert "change" not in rows_of(text, "leaderboard-table")["model"]


def test_a_board_without_statistics(filed):
    board = make_board(filed.results.records, suite=None, baseline="base")
    text = render(board, filed.results)
    (contender,) = data_of(Page(text))["contenders"]
    assert contender["gains"]["average"] == {"text": "+8.3", "difference": 8.333, "covers": "3/9 tasks"}
    assert [one["gain"]["difference"] for one in contender["languages"]] == [50.0, 25.0, 0.0, -75.0]
    assert shown(rows_of(text, "leaderboard-table")["model"]["change"]) == "+8.3 3/9 tasks"


def test_a_board_without_predictions(filed):
    empty = Results(filed.results.records, {}, {}, ("A file was passed over.",))
    text = render(filed.board, empty)
    assert data_of(Page(text))["examples"] == {"shared": [], "cells": []}
    assert "A file was passed over." in text


def test_a_page_to_publish_holds_no_texts_of_examples(filed):
    shown, left_out = (TEXTS["html"](filed.board, filed.results, Choices(examples=one)) for one in (True, False))
    for text in ("Ein Satz.", "It was Ada who wrote it."):
        assert text in shown
        assert text not in left_out


def test_the_examples_take_what_the_rest_leaves(filed, text, monkeypatch):
    whole = data_of(Page(text))["examples"]
    without = len(render(filed.board, replace(filed.results, stored={})).encode())
    for room in (1200, 1500, 2000):
        monkeypatch.setattr(document, "MOST_BYTES", without + room)
        cut = render(filed.board, filed.results)
        assert len(cut.encode()) <= without + room
        part = data_of(Page(cut))["examples"]
        assert [one["counts"] for one in part["cells"]] == [one["counts"] for one in whole["cells"]]
        assert 0 < sum(len(one["shown"]) for one in part["cells"]) < sum(len(one["shown"]) for one in whole["cells"])
