import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.latex import latex, render
from xbench.leaderboard.published import published_rows


@pytest.fixture
def board(system, xlmr):
    better = {task: {m: s + 4 for m, s in v.items()} if isinstance(v, dict) else v + 4 for task, v in xlmr.items()}
    records = [*system("base", xlmr), *system("[100%] a_b & {c}*", better), *system("part", {"xnli": 90.0}, limit=1000)]
    return make_board(records, suite="xtreme", baseline="base")


def rows_of(text: str) -> list[list[str]]:
    return [line.strip().removesuffix(r" \\").split(" & ") for line in text.splitlines() if line.endswith(r"\\")]


def test_scores_with_the_best_in_bold(board):
    text = render(board)
    headers, best, base, part = rows_of(text)[:4]
    assert headers[:4] == ["system", "average", "without retrieval", "XNLI"]
    assert best[0] == r"{[}100\%] a\_b \& \{c\}{*}".replace(r" \& ", r" \& ")
    assert base[0] == "base (baseline)"
    assert best[1] == r"\textbf{72.1}"
    assert base[1] == "68.1"
    # The highest value of a task may be that of a system without an average.
    assert part[3].startswith(r"\textbf{90.0}")
    assert best[headers.index("XQuAD")] == r"\textbf{80.6 / 64.8}"
    assert part[1] == ""


def test_nothing_incomplete_is_the_best(record):
    board = make_board([record("a", "xnli", "de", 50.0)], suite="xtreme", baseline=None)
    assert r"\textbf" not in render(board, partial=True)
    assert "50.0 (1/15)" in render(board, partial=True)


def test_footnotes_stand_with_their_table(board):
    text = render(board)
    assert r"\textbf{90.0} $^{1}$" in text
    assert r"$^{1}$ Only the first 1000 examples of each language.\par" in text


def test_gains_over_the_baseline(board, tested):
    plain = render(board).split(r"\end{table*}")[1]
    assert "$+4.0$" in plain
    assert "intervals" not in plain
    text = render(tested(board)).split(r"\end{table*}")[1]
    assert "$+4.0$ [$+3.0$, $+6.0$]$^{***}$" in text
    assert r"95\,\% intervals" in text
    # 90 - 79.2, one of nine tasks
    assert "$+10.8$ [$+9.8$, $+12.8$]$^{***}$ (1/9 tasks)" in text


def test_published_rows_are_never_the_best(board):
    rows = rows_of(render(replace(board, published=published_rows("xtreme"))))
    theirs = next(row for row in rows if row[0].startswith("VECO, translate-train on all"))
    assert theirs[1] == "81.0"
    assert theirs[rows[0].index("MLQA")] == "77.5 / 59.3"
    assert all("textbf" not in row[1] for row in rows if "$^{" in row[0])


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("50 % & $x_1^2$ #~", r"50 \% \& \$x\_1\textasciicircum{}2\$ \#\textasciitilde{}"),
        ("a--b---c", "a-{}-b-{}-{}-c"),
        ("[x]*", "{[}x]{*}"),
        ("a\nb\x00\u202e", "a b"),
        ("<a|b>", r"\textless{}a\textbar{}b\textgreater{}"),
    ],
)
def test_escapes(text, escaped):
    assert latex(text) == escaped


@given(st.text())
def test_any_text_keeps_braces_balanced_and_commands_known(text):
    import re

    written = latex(text)
    plain = re.sub(r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar)\{\}", "", written)
    plain = re.sub(r"\\[&%$#_{}]", "", plain)
    assert "\\" not in plain
    assert not set(plain) & set("&%$#_~^<>|\n")
    depth = 0
    for char in plain:
        depth += (char == "{") - (char == "}")
        assert depth in (0, 1)
    assert depth == 0


def test_it_compiles(board, tested, tmp_path):
    program = shutil.which("pdflatex") or shutil.which("tectonic")
    if program is None:
        pytest.skip("neither pdflatex nor tectonic is installed")
    (tmp_path / "board.tex").write_text(
        render(replace(tested(board), published=published_rows("xtreme")), partial=True)
    )
    (tmp_path / "paper.tex").write_text(
        "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n\\input{board}\n\\end{document}\n"
    )
    options = ["-interaction=nonstopmode", "-halt-on-error"] if "pdflatex" in program else []
    done = subprocess.run([program, *options, "paper.tex"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "paper.pdf").is_file()
