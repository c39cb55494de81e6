"""Text of unknown origin cannot command a terminal, nor turn what stands around it."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.leaderboard.forms.terminal import columns, harmless_json, padded, shortened, visible

DIRECTIONS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\x1b\x9b\x7f\r\n\t" + DIRECTIONS)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\x9b31mb\x07", "a 31mb"),
        ("two\r\nlines\u2028three", "two lines three"),
        ("  much\t\tspace ", "much space"),
        ("\u202eabc\u2066d", "abcd"),
        ("مرحبا", "\u2068مرحبا\u2069"),
        ("\u202bשלום\u202c world", "\u2068שלום world\u2069"),
        ("می\u200cخواهم", "\u2068می\u200cخواهم\u2069"),
        ("क्\u200dष", "क्\u200dष"),
        ("\ufeffsoft\u00adhyphen", "softhyphen"),
        ("", ""),
    ],
)
def test_by_hand(text, shown):
    assert visible(text) == shown


@given(ANY)
def test_nothing_that_commands_or_turns_is_left(text):
    shown = visible(text)
    inside = shown[1:-1] if shown.startswith("\u2068") else shown
    assert all(unicodedata.category(char) not in {"Cc", "Zl", "Zp", "Cs"} for char in inside)
    assert not set(inside) & set(DIRECTIONS)
    assert shown.count("\u2068") == shown.count("\u2069")
    assert visible(inside) == shown


@given(ANY)
def test_json_keeps_its_meaning_and_loses_its_teeth(text):
    written = harmless_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(written) == {"text": text}
    assert not any("\x7f" <= char <= "\x9f" or char < " " or char in DIRECTIONS for char in written)


@pytest.mark.parametrize(
    ("text", "limit", "around", "short"),
    [
        ("short", 5, "", "short"),
        ("abcdefghij", 4, "", "abcd…"),
        ("abcdefghij", 4, "j", "…ghij"),
        ("abcdefghij", 4, "f", "…defg…"),
        ("abcdefghij", 4, "absent", "abcd…"),
        ("abcdefghij", 4, "a", "abcd…"),
    ],
)
def test_what_is_long_is_cut_around_what_matters(text, limit, around, short):
    assert shortened(text, limit, around) == short


@pytest.mark.parametrize(
    ("text", "wide"), [("abc", 3), ("東京", 4), ("한국", 4), ("e\u0301", 1), ("\u2068אב\u2069", 2), ("ﾃｽﾄ", 3), ("", 0)]
)
def test_columns_of_a_terminal(text, wide):
    assert columns(text) == wide
    assert padded(text, 6) == text + " " * (6 - wide)
