r"""A board as LaTeX tables for a paper: `\input` the file; it needs the package booktabs and nothing else."""

import re
from collections.abc import Iterator, Sequence

from ..averages import Mean, TaskMean
from ..board import Board, SystemRow
from ..scores import TaskColumn
from .contenders import AVERAGE, GROUP, TASK, WITHOUT_RETRIEVAL, Contender, Place, contenders
from .escape import one_line
from .formats import Footnotes, blocks, coverage_text, delta_text, mean_text, score_text, stars, task_mean_text
from .main_tables import GROUP_TITLES, common_marks, has_retrieval, published_columns, published_text

_ACROSS = 3
"""Contenders side by side, so that intervals fit into two columns of a page."""
# What would command TeX, or, behind the end of a row, be its argument.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "`": "{`}",
    "*": "{*}",
    "[": "{[}",
    **{char: rf"\{char}" for char in "&%$#_{}"},
}
_LIGATURE = re.compile(r"-(?=-)")
_SCORES = (
    "Scores in percent; a task is the unweighted mean over its languages, an average that over all tasks. Two numbers"
    " are F1 / exact match, whose mean counts. The best complete mean of the measured systems is bold."
)
_GAINS = "Points over {baseline}, over the languages that both have; round brackets: what a partial mean covers."
_TESTED = (
    "Square brackets: {confidence:g}\\,\\% intervals; stars: $q \\le 0.05$, $0.01$, $0.001$, q being the p-value of a"
    " paired permutation test corrected for the number of comparisons."
)


def latex(text: str) -> str:
    """Text of unknown origin as literal text in LaTeX; scripts that a font lacks are left to LuaLaTeX or XeLaTeX."""
    return _LIGATURE.sub("-{}", "".join(_SPECIAL.get(char, char) for char in one_line(text)))


def render(board: Board, *, partial: bool = False) -> str:
    """Write a table of scores and, with a baseline, tables of what was gained over it.

    Args:
        board: what to write.
        partial: show means over incomplete languages or tasks too, with their coverage.

    Returns:
        LaTeX that ends in a line end.
    """
    tables = [_score_table(board, partial=partial), *_gain_tables(board)]
    heading = (
        f"% {one_line(board.suite.title)} leaderboard, written by xbench. In the preamble: \\usepackage{{booktabs}}"
    )
    return "\n".join([heading, *tables]) + "\n"


def _mark(number: int) -> str:
    return f"$^{{{number}}}$"


def _score_table(board: Board, *, partial: bool) -> str:
    said, shown = common_marks(board), published_columns(board)
    footnotes = Footnotes(_mark, said)
    averages = ["average", "without retrieval"] if has_retrieval(board) else ["average"]
    best = _best(board, shown)
    rows = [_row(board, system, shown, best, footnotes, partial=partial) for system in board.systems]
    parts = [rows]
    if board.published:
        parts.append(_published_rows(board, shown, len(averages), footnotes))
    return _table(
        ["system", *averages, *(latex(column.title) for column in shown)],
        parts,
        [*map(latex, (*board.notices, *said, *board.notes)), *_notes(footnotes)],
        f"{latex(board.suite.title)}. {_SCORES}",
        "scores",
    )


def _means(system: SystemRow, shown: Sequence[TaskColumn]) -> list[TaskMean | Mean]:
    """What stands in the columns of one system."""
    return [system.average.mean, system.without_retrieval.mean, *(system.tasks[column.key].mean for column in shown)]


def _best(board: Board, shown: Sequence[TaskColumn]) -> list[str]:
    """The highest complete mean of each column, as it is shown; empty where there is none."""
    columns = zip(*(_means(system, shown) for system in board.systems), strict=True)
    values = [[mean.value for mean in column if mean.value is not None] for column in columns]
    return [score_text(max(there)) if there else "" for there in values]


def _row(
    board: Board,
    system: SystemRow,
    shown: Sequence[TaskColumn],
    best: Sequence[str],
    footnotes: Footnotes,
    *,
    partial: bool,
) -> list[str]:
    texts = [task_mean_text(one.mean, partial=partial) for one in (system.average, system.without_retrieval)]
    marks = [system.average.marks, system.without_retrieval.marks]
    for column in shown:
        score = system.tasks[column.key]
        texts.append(mean_text([score.metrics[metric] for metric in column.metrics], partial=partial))
        marks.append(score.marks)
    cells = [
        footnotes.attach(rf"\textbf{{{text}}}" if best_text and best_text == score_text(mean.value) else text, mark)
        if text
        else ""
        for text, mark, mean, best_text in zip(texts, marks, _means(system, shown), best, strict=True)
    ]
    if not has_retrieval(board):
        del cells[1]
    baseline = " (baseline)" if system.name in board.baselines else ""
    return [latex(system.name) + baseline, *cells]


def _published_rows(board: Board, shown: Sequence[TaskColumn], averages: int, footnotes: Footnotes) -> list[list[str]]:
    return [
        [
            footnotes.attach(latex(row.name), [sentence for sentence in (row.source, row.remark) if sentence]),
            *[score_text(row.average), ""][:averages],
            *(published_text(row, column, "--") for column in shown),
        ]
        for row in board.published
    ]


def _gain_tables(board: Board) -> Iterator[str]:
    """A row a place where something was gained, a column a contender; nothing without a baseline."""
    found = contenders(board)
    places = {"average": AVERAGE, **({"without retrieval": WITHOUT_RETRIEVAL} if has_retrieval(board) else {})}
    places |= {latex(GROUP_TITLES.get(group, group)): (GROUP, group) for group in board.suite.groups}
    places |= {latex(column.title): (TASK, column.key) for column in board.columns if column.in_suite}
    for number, some in enumerate(blocks(found, _ACROSS), start=1):
        footnotes = Footnotes(_mark, common_marks(board))
        rows = [
            [title, *(_gain_cell(one, place, footnotes) for one in some)]
            for title, place in places.items()
            if any(place in one.gains for one in some)
        ]
        yield _table(
            ["", *(latex(one.name) for one in some)], [rows], _notes(footnotes), _gain_caption(board), f"gains-{number}"
        )


def _gain_caption(board: Board) -> str:
    caption = _GAINS.format(baseline=latex(board.baseline or ""))
    if board.statistics is None:
        return caption
    return f"{caption} {_TESTED.format(confidence=100 * board.statistics.confidence)}"


def _gain_cell(contender: Contender, place: Place, footnotes: Footnotes) -> str:
    if place not in contender.gains:
        return ""
    gained = contender.gains[place]
    text, star, covered = f"${delta_text(gained.difference)}$", stars(gained.q) * "*", coverage_text(gained.covers)
    if gained.low is not None and gained.high is not None:
        text += f" [${delta_text(gained.low)}$, ${delta_text(gained.high)}$]"
    text += (f"$^{{{star}}}$" if star else "") + (f" ({covered})" if covered else "")
    return footnotes.attach(text, contender.marks[place])


def _notes(footnotes: Footnotes) -> list[str]:
    return [f"{number} {latex(sentence)}" for number, sentence in footnotes.items()]


def _table(
    headers: Sequence[str], parts: Sequence[Sequence[Sequence[str]]], notes: Sequence[str], caption: str, label: str
) -> str:
    """A floating table; `parts` of rows are divided by rules."""
    body = [r"  \midrule"]
    for part in parts:
        body += [rf"  {' & '.join(row)} \\" for row in part] + [r"  \midrule"]
    return "\n".join(
        [
            r"\begin{table*}[t]",
            r"  \centering\small\setlength{\tabcolsep}{4pt}",
            rf"  \begin{{tabular}}{{l{'r' * (len(headers) - 1)}}}",
            r"  \toprule",
            rf"  {' & '.join(headers)} \\",
            *body[:-1],
            r"  \bottomrule",
            r"  \end{tabular}",
            *(
                [r"  \par\smallskip{\footnotesize\raggedright", *(rf"  {note}\par" for note in notes), "  }"]
                if notes
                else []
            ),
            rf"  \caption{{{caption}}}",
            rf"  \label{{tab:xbench-{label}}}",
            r"\end{table*}",
        ]
    )
