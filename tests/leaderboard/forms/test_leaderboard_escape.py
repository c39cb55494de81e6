import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.leaderboard.forms.escape import escape


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("org/all_MiniLM-L6-v2", "org/all_MiniLM-L6-v2"),
        ("a|b", r"a\|b"),
        ("one\ntwo\r\n three\t", "one two three"),
        ("`rm`", r"\`rm\`"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("A & B &lt;", "A &amp; B &amp;lt;"),
        ("[click](http://x)", r"\[click\](http://x)"),
        ("![i](x)", r"\!\[i\](x)"),
        (r"\|", r"\\\|"),
        ("**bold** _it_ ~~no~~", r"\*\*bold\*\* \_it\_ \~\~no\~\~"),
        ("# $x$", r"\# \$x\$"),
        ("abc\u202edef", "abc def"),
        ("\x00\u2028", ""),
        ("मॉडल 模型", "मॉडल 模型"),
    ],
)
def test_escape(text: str, escaped: str):
    assert escape(text) == escaped


@given(st.text())
def test_any_text_becomes_one_literal_line_in_a_cell(text: str):
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(f"| x {escape(text)} x | y |\n|---|---|\n| x {escape(text)} x | y |\n")
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 4
    for cell in (cells[0], cells[2]):
        assert {child.type for child in cell.children} <= {"text", "text_special"}
