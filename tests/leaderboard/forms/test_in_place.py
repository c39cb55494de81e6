"""A leaderboard in a page that somebody else wrote."""

from pathlib import Path

import pytest
from xbench.errors import InputError
from xbench.leaderboard.forms.in_place import BEGIN, END, lowered, placed, write_in_place

BOARD = "# XTREME leaderboard\n\n| rank |\n|------|\n| \\# 1 |\n\n## Tasks\n\nText.\n"
PATH = Path("README.md")


def page(*lines: str, end: str = "\n") -> str:
    return "".join(line + end for line in lines)


def test_a_new_file_is_the_leaderboard_between_markers():
    text = placed(None, BOARD, PATH)
    assert text == f"{BEGIN}\n\n{BOARD}\n{END}\n"
    assert placed(text, BOARD, PATH) == text
    assert placed(" \n", BOARD, PATH) == text


def test_only_what_stands_between_the_markers_is_replaced():
    before = (
        page("# My project", "", "Text.  ", "## Results", BEGIN, "old", "older", END, "", "## License", "MIT") + "end"
    )
    text = placed(before, BOARD, PATH)
    assert text.startswith(page("# My project", "", "Text.  ", "## Results", BEGIN))
    assert text.endswith(page(END, "", "## License", "MIT") + "end")
    assert "old" not in text
    inside = text.split(BEGIN)[1].split(END)[0]
    # Below a heading of level 2.
    assert inside == "\n\n### XTREME leaderboard\n\n| rank |\n|------|\n| \\# 1 |\n\n#### Tasks\n\nText.\n\n"
    assert placed(text, BOARD, PATH) == text


def test_line_ends_are_kept():
    text = placed(page("# A", BEGIN, END, "b", end="\r\n"), BOARD, PATH)
    assert text.count("\r\n") == text.count("\n")
    assert text.endswith(f"{END}\r\nb\r\n")
    mixed = placed(f"# A\n{BEGIN}\r\n{END}", BOARD, PATH)
    assert mixed.startswith(f"# A\n{BEGIN}\r\n\r\n## XTREME")
    assert mixed.endswith(f"\r\n{END}")


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ([], 0),
        (["### C"], 3),
        (["# A", "## B", "# C"], 1),
        (["Title", "====="], 1),
        (["Title", "---"], 2),
        (["", "---"], 0),
        (["# A", "```sh", "## a comment", "```"], 1),
        (["# A", "~~~~", "```", "## no", "~~~", "~~~~", "text"], 1),
        (['<h2 align="center">A</h2>'], 2),
        (["---", "title: x", "---", "text"], 0),
        (["---", "title: x", "---", "# A"], 1),
        (["#hashtag"], 0),
        (["##### E"], 5),
    ],
)
def test_headings_fit_below_the_one_before(lines, level):
    text = placed(page(*lines, BEGIN, END), BOARD, PATH)
    inside = text.split(BEGIN)[1]
    assert f"\n{'#' * min(6, 1 + level)} XTREME leaderboard\n" in inside
    assert f"\n{'#' * min(6, 2 + level)} Tasks\n" in inside


def test_only_headings_are_lowered():
    assert lowered("# A\n\n| # |\n#x\n \\# y\n## B\n", 2) == "### A\n\n| # |\n#x\n \\# y\n#### B\n"


def test_markers_that_are_only_shown_are_none():
    shown = page("# A", f"Put `{BEGIN}` there:", "```", BEGIN, END, "```")
    text = placed(shown + page(BEGIN, END), BOARD, PATH)
    assert text.startswith(shown + BEGIN)
    with pytest.raises(InputError, match="was not written by xbench"):
        placed(shown, BOARD, PATH)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["a", BEGIN], f"README.md:2: {BEGIN} without {END}: add that line, or remove this one"),
        (["a", "b", END], f"README.md:3: {END} without {BEGIN}"),
        ([END, "", BEGIN], f"README.md:1: {END} stands above {BEGIN} in line 3: swap them"),
        ([BEGIN, END, "", BEGIN], f"README.md:4: a second {BEGIN}, the first is in line 1: leave one of them"),
        ([BEGIN, END, END], f"README.md:3: a second {END}, the first is in line 2"),
    ],
)
def test_wrong_markers_are_named_with_their_line(lines, complaint):
    with pytest.raises(InputError) as error:
        placed(page(*lines), BOARD, PATH)
    assert str(error.value).startswith(complaint)


def test_a_page_of_somebody_else_is_left_as_it_is(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("# My project\n\nMine.\n")
    with pytest.raises(InputError, match=r"README\.md was not written by xbench and is left as it is: .*begin.*end"):
        write_in_place(path, BOARD)
    assert path.read_text() == "# My project\n\nMine.\n"


def test_what_an_earlier_version_wrote_is_replaced():
    assert placed("# XTREME leaderboard\n\nold\n", BOARD, PATH) == placed(None, BOARD, PATH)
    assert placed("\ufeff# XTREME leaderboard\r\n\r\nold\r\n", BOARD, PATH) == placed(None, BOARD, PATH)
    for other in ("# XTREME-R leaderboard\n", "## XTREME leaderboard\n", "\n# XTREME leaderboard\n"):
        with pytest.raises(InputError, match="was not written by xbench"):
            placed(other, BOARD, PATH)


def test_files(tmp_path):
    path = tmp_path / "new" / "LEADERBOARD.md"
    write_in_place(path, BOARD)
    assert path.read_text() == placed(None, BOARD, PATH)
    write_in_place(path, BOARD.replace("Text", "Anderes"))
    assert "Anderes" in path.read_text()
    crlf = tmp_path / "crlf.md"
    crlf.write_bytes(f"# Ä\r\n{BEGIN}\r\n{END}\r\n".encode())
    write_in_place(crlf, BOARD)
    assert crlf.read_bytes().startswith(f"# Ä\r\n{BEGIN}\r\n\r\n## XTREME".encode())
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"\xe4")
    with pytest.raises(InputError, match=r"latin\.md is not UTF-8"):
        write_in_place(latin, BOARD)
    with pytest.raises(InputError, match="cannot read"):
        write_in_place(tmp_path, BOARD)
