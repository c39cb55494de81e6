from dataclasses import replace

import pytest
from xbench.leaderboard.averages import Mean, TaskMean
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.formats import Footnotes, coverage_text, delta_text, parameters_text, stars
from xbench.leaderboard.forms.markdown import render
from xbench.leaderboard.published import PublishedRow
from xbench.results.record import SystemDescription
from xbench.tasks.suites import SUITES


def text_of(records, suite=None, baseline=None, *, partial=False) -> str:
    return render(make_board(records, suite=suite, baseline=baseline), partial=partial)


def table_under(text: str, first_header: str, *, number: int = 0) -> list[list[str]]:
    """The cells of the table whose first header is given, headers first."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith(f"| {first_header} ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in blocks[number]]
    return [rows[0], *rows[2:]]


def shown(text: str, first_header: str, *, row: int = 1, number: int = 0) -> dict[str, str]:
    """One row of that table by its headers."""
    rows = table_under(text, first_header, number=number)
    return dict(zip(rows[0], rows[row], strict=True))


def test_a_complete_board(system, xlmr):
    text = text_of(system("XLM-R Large", xlmr))
    assert shown(text, "rank") == {
        "rank": "1",
        "system": "XLM-R Large",
        "average": "68.1",
        "without retrieval": "70.0",
        "classification": "82.8",
        "tagging": "69.0",
        "QA": "62.0",  # (68.7 + 62.4 + 55.05) / 3
        "retrieval": "61.6",  # (66.0 + 57.3) / 2 = 61.65, whose nearest float is below
        "scores": "162",
        "size": "",
    }
    tasks = shown(text, "system")
    assert tasks["XQuAD"] == "76.6 / 60.8"
    assert tasks["BUCC 2018"] == "66.0"
    assert len(tasks) == 10
    assert "Blank" not in text


def test_what_a_system_is_stands_beside_its_averages(record):
    records = [record("a", "xnli", "en", 50.0), record("a", "xnli", "de", 50.0, backend="torch", precision="fp16")]
    description = SystemDescription(name="a", checkpoints={"xnli": {"parameters": 278_043_648}, "": {"parameters": 5}})
    text = render(make_board(records, suite=None, baseline=None, systems={"a": description}))
    assert shown(text, "rank")["size"] == "278 M"
    assert shown(text, "rank")["scores"] == "2/162"
    assert shown(text.split("## Systems")[1], "system")["backend"] == "onnx, torch"
    assert shown(text.split("## Systems")[1], "system")["precision"] == "fp16, fp32"


def test_phangs_improvement(system, xlmr, intermediate_mnli):
    zero = {task: {"f1": 0.0, "exact_match": 0.0} if isinstance(v, dict) else 0.0 for task, v in xlmr.items()}
    text = text_of([*system("base", zero), *system("mnli", intermediate_mnli)], "xtreme", "base")
    assert "base (baseline)" in text
    improvement = text.split("## Improvement over base\n\n")[1]
    assert shown(improvement, "system") == {"system": "mnli", "average": "+7.5", "without retrieval": "-0.2"}
    tasks = dict(table_under(improvement, "task")[1:])
    assert tasks["TyDiQA-GoldP"] == "-1.3"
    assert tasks["Tatoeba"] == "+48.8"


@pytest.mark.usefixtures("unmeasured")
def test_what_is_incomplete_is_blank_and_named(system):
    text = text_of(
        [*system("a", {"tatoeba": 50.0, "xquad": 40.0}, languages=("ar", "de", "th")), *system("b", {"xnli": 1})]
    )
    headers, a, b = table_under(text, "system")
    assert headers == ["system", "XNLI", "XQuAD", "Tatoeba"]
    assert a == ["a", "", "", ""]
    assert b == ["b", "1.0", "", ""]
    first = shown(text, "rank")
    assert (first["rank"], first["average"], first["without retrieval"], first["scores"]) == ("", "", "", "6/162")
    assert not {"classification", "retrieval"} & {*first}
    assert "- **a:** XQuAD 3 of 11 languages; Tatoeba 3 of 36 languages; no scores of XNLI" in text
    assert "No system has scores of PAWS-X, UD-POS, PAN-X, MLQA, TyDiQA-GoldP." in text
    assert "`xbench leaderboard --partial`" in text
    assert "- **a:** no record of el en es hi ru tr vi zh" in text


def test_partial_means_are_marked_with_their_coverage(system):
    text = text_of(system("a", {"tatoeba": 50.0, "xquad": 40.0}, languages=("ar", "de", "th")), partial=True)
    # (50 + 40) / 2; XTREME has 7 + 15 + 40 + 33 + 4 + 36 + 11 + 7 + 9 = 162 pairs of task and language
    row = shown(text, "rank")
    assert (row["average"], row["without retrieval"]) == ("45.0 (6/162)", "40.0 (3/122)")
    # 11 + 7 + 9 of question answering, 4 + 36 of retrieval
    assert (row["QA"], row["retrieval"]) == ("40.0 (3/27)", "50.0 (3/40)")
    assert table_under(text, "system")[1] == ["a", "40.0 / 40.0 (3/11)", "50.0 (3/36)"]
    assert "**50.0 (3/36)**" in text
    assert "A mean with brackets is partial" in text


@pytest.mark.usefixtures("unmeasured")
def test_unmeasurable_tasks_are_named(system):
    text = text_of(system("a", {"mlqa": 50.0}), "xtreme-r")
    assert "This version of xbench does not measure mewslix, lareqa" in text


def test_languages_stand_english_first_then_by_code_then_those_outside(record):
    records = [record("a", "xquad", code, 50.0) for code in ("zh", "ro", "ar", "en")]
    text = text_of(records, "xtreme")
    languages = [row[0] for row in table_under(text, "language")[1:]]
    assert languages == ["en English", "ar Arabic", "zh Chinese", "**mean of 11**", "ro Romanian"]
    assert "Not in XTREME, so in no mean: ro." in text


def test_many_systems_are_divided_over_tables(record):
    records = [record(f"s{number:02}", "xnli", "en", 50.0) for number in range(10)]
    text = text_of(records, baseline="s00")
    assert [len(table_under(text, "language", number=number)[0]) for number in (0, 1)] == [9, 3]
    assert table_under(text, "language", number=1)[0] == ["language", "s08", "s09"]
    widths = [len(table_under(text, "task", number=number)[0]) for number in (0, 1, 2)]
    assert widths == [4, 4, 4]


def test_marks_become_footnotes(record):
    records = [
        record("a", "xnli", "de", 50.0),
        record("b", "xnli", "de", 51.0, precision="int8"),
        record("b", "xnli", "en", 51.0, limit=9, examples=9),
    ]
    text = text_of(records, baseline="a")
    _, english, german, _ = table_under(text, "language")
    assert english == ["en English", "", "51.0 ¹"]
    assert german == ["de German", "50.0", "51.0 ²"]
    footnotes = text.split("## Footnotes\n\n")[1].splitlines()
    assert footnotes == [
        "- ¹ Only the first 9 examples of each language.",
        "- ² Not comparable with a: precision int8 instead of fp32.",
    ]


def test_an_improvement_without_any_comparable_pair_is_a_note(record):
    records = [record("a", "xnli", "de", 50.0), record("b", "xnli", "de", 51.0, data="x")]
    text = text_of(records, baseline="a")
    assert "> **Note:** No score to compare with the baseline a: b." in text
    assert "## Improvement" not in text


def test_languages_are_ranked_from_gain_to_loss(record):
    base = [record("base", "xnli", code, 50.0) for code in ("ar", "de", "fr", "zh")]
    deltas = {"a": {"ar": 4, "de": 3, "fr": -1, "zh": 0.04}, "b": {"ar": -2}}
    records = [record(name, "xnli", code, 50 + d) for name, gains in deltas.items() for code, d in gains.items()]
    assert table_under(text_of([*base, *records], baseline="base").split("## Improvement")[1], "rank") == [
        ["rank", "a", "b"],
        ["1", "ar Arabic +4.0 (1 task)", "ar Arabic -2.0 (1 task)"],
        ["2", "de German +3.0 (1 task)", ""],
        ["3", "zh Chinese 0.0 (1 task)", ""],
        ["4", "fr French -1.0 (1 task)", ""],
    ]


class TestStatistics:
    @pytest.fixture
    def text(self, record, system, tested):
        records = [*system("base", {"xnli": 50.0, "tatoeba": 20.0}), *system("good", {"xnli": 51.5, "tatoeba": 26.5})]
        records += [record("poor", "xnli", "de", 49.8)]
        return render(tested(make_board(records, suite="xtreme", baseline="base")))

    def test_letters_stand_in_the_main_table(self, text):
        rows = table_under(text, "rank")
        assert [row[rows[0].index("alike")] for row in rows[1:]] == ["a", "b", "ab"]
        assert "Systems that share a letter under *alike* cannot be told apart" in text

    def test_gains_have_intervals_stars_and_coverage(self, text):
        improvement = text.split("## Improvement over base\n\n")[1]
        assert table_under(improvement, "system") == [
            ["system", "alike", "average", "without retrieval"],
            # (1.5 + 6.5) / 2 over two of nine tasks
            ["good", "b", r"+4.0 [+3.0, +6.0] \*\*\* (2/9 tasks)", r"+1.5 [+0.5, +3.5] \* (1/7 tasks)"],
            ["poor", "ab", "-0.2 [-1.2, +1.8] (1/9 tasks)", "-0.2 [-1.2, +1.8] (1/7 tasks)"],
        ]
        assert table_under(improvement, "task")[1:] == [
            ["**classification**", r"+4.0 [+3.0, +6.0] \*\*\* (2/9 tasks)", "-0.2 [-1.2, +1.8] (1/9 tasks)"],
            ["XNLI", r"+1.5 [+0.5, +3.5] \*", "-0.2 [-1.2, +1.8] (1/15)"],
            ["Tatoeba", r"+6.5 [+5.5, +8.5] \*\*\*", ""],
        ]
        assert "95 % intervals from 10,000 paired resamplings of examples." in improvement
        assert "- A statistical note." in improvement

    def test_slices_and_languages_have_them_too(self, text):
        improvement = text.split("## Improvement over base\n\n")[1]
        low = next(row for row in table_under(improvement, "resource level") if row[0].startswith("low"))
        assert low[1] == r"+4.0 [+3.0, +6.0] \*\*\* (2/9 tasks)"
        assert [row[0] for row in table_under(improvement, "script")[1:]] == ["Latin (20)"]
        assert table_under(improvement, "rank")[1][2] == "de German -0.2 [-1.2, +1.8] (1 task)"


def test_published_rows_stand_beneath_with_their_source(system):
    board = make_board(system("mine", {"xnli": 50.0}), suite="xtreme", baseline=None)
    rows = (
        PublishedRow("theirs", "xtreme", {"xnli": {"accuracy": 79.2}, "mlqa": {"f1": 71.6}}, None, "A source.", ""),
        PublishedRow("<other>", "xtreme", {"mlqa": {"f1": 1.0, "exact_match": 2.0}}, 68.1, "B source.", "A remark."),
    )
    text = render(replace(board, published=rows))
    assert [row[1] for row in table_under(text, "rank")[1:]] == ["mine"]
    published = text.split("## Published by others")[1]
    assert table_under(published, "system") == [
        ["system", "average", "XNLI", "MLQA"],
        ["theirs ¹", "", "79.2", "71.6 / –"],
        ["&lt;other&gt; ² ³", "68.1", "", "1.0 / 2.0"],
    ]
    assert text.split("## Footnotes\n\n")[1].splitlines() == ["- ¹ A source.", "- ² B source.", "- ³ A remark."]


def test_slices_are_shown_where_they_are_complete(system, record):
    board = make_board(system("a", dict.fromkeys(SUITES["mini"].tasks, 50.0), "mini"), suite="mini", baseline=None)
    text = render(board)
    kinds = text.split("## Kinds of language")[1]
    low = sum(code in next(one for one in board.slices if one.name == "low").languages for code in ("sw", "te", "yo"))
    assert low
    assert {row[1] for row in table_under(kinds, "resource level")[1:]} == {"50.0"}
    assert [row[0].split(" ")[0] for row in table_under(kinds, "resource level")[1:]] == ["high", "low"]
    assert "| language family" in kinds
    assert "| script" in kinds
    lacking = text_of([record("a", "xnli", "sw", 50.0)], "mini")
    assert "No system has every score of any of these" in lacking
    assert "| script" not in lacking


def test_the_transfer_gap_by_hand(record):
    scores = {"en": 80.0, "de": 70.0, "fr": 65.0}
    records = [record("a", "xnli", code, value) for code, value in scores.items()]
    gap = text_of(records, "xtreme", partial=True).split("## English against the rest")[1]
    # 80 - 67.5; XNLI has 14 other languages, all tasks of XTREME with English 14 + 6 + 32 + 39 + 10 + 6 + 8
    assert table_under(gap, "task") == [
        ["task", "a"],
        ["XNLI", "+12.5 (2/14)"],
        ["**mean over tasks**", "**+12.5 (2/115)**"],
    ]
    assert "## English against the rest" not in text_of(records, "xtreme")


def test_the_notice_of_a_fixture_stands_at_the_top(system):
    suite = SUITES["mini"]
    text = text_of(system("a", dict.fromkeys(suite.tasks, 50.0), "mini", notice=suite.notice))
    assert text.splitlines()[0] == "# mini leaderboard"
    assert text.splitlines()[2].startswith("> **Note:** xbench's own fixture")


def test_hostile_names_stay_text(record, tested):
    name = "a|b\n# <script>`[x](y)"
    records = [record(name, "xnli", "en", 50.0), record("base", "xnli", "en", 49.0)]
    for board in (make_board(records, suite=None, baseline="base"), make_board(records, suite=None, baseline=name)):
        text = render(tested(board), partial=True)
        assert "<script>" not in text
        assert r"a\|b \# &lt;script&gt;\`\[x\](y)" in text
        assert name not in text
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert all(line.endswith("|") for line in lines)


def test_the_same_records_give_the_same_bytes(system):
    records = [*system("a", {"xnli": 50.0, "tatoeba": 3.0}), *system("b", {"xnli": 51.0}, precision="int8")]
    assert text_of(records, baseline="a") == text_of(records[::-1], baseline="a")
    assert text_of(records).endswith("\n")


def test_one_system_in_one_language_without_baseline(record):
    text = text_of([record("a", "xnli", "en", 50.0)])
    assert "Improvement" not in text
    assert "## XNLI, accuracy" in text
    assert "## Systems" in text
    assert "Footnotes" not in text


def test_a_task_outside_the_suite_alone(record):
    text = text_of([record("a", "xcopa", "en", 50.0)], "xtreme")
    assert "## Tasks" not in text
    assert "## XCOPA, accuracy" in text


def test_systems_say_how_they_were_measured(record):
    records = [
        record("a", "xnli", "en", 1.0, checkpoint="c1"),
        record("a", "tatoeba", "de", 1.0, checkpoint="c2", layer=14, pooling="mean"),
    ]
    text = text_of(records)
    _, row = table_under(text.split("## Systems")[1], "system")
    assert row == ["a", "2020-05-26", "onnx", "CPUExecutionProvider", "fp32", "14, mean"]
    assert table_under(text.split("## Checkpoints")[1], "system")[1] == ["a", "c2 (encoder), c1 (xnli)"]


def test_what_concerns_all_scores_is_said_once(record):
    cut = "Only the first 9 examples of each language."
    records = [record("a", "xnli", code, 50.0, limit=9, examples=count) for code, count in (("de", 9), ("en", 5))]
    text = text_of(records)
    assert f"> **Note:** {cut}" in text
    assert "Footnotes" not in text
    mixed = text_of([*records, record("b", "xnli", "de", 50.0)])
    assert f"> **Note:** {cut}" not in mixed
    assert f"¹ {cut}" in mixed


@pytest.mark.parametrize(
    ("value", "text"), [(1.26, "+1.3"), (-0.2, "-0.2"), (0.0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (-12.0, "-12.0")]
)
def test_deltas_have_a_sign_unless_they_round_to_zero(value: float, text: str):
    assert delta_text(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (12, "12"),
        (56_789, "56.8 k"),
        (22_713_728, "22.7 M"),
        (278_043_648, "278 M"),
        (999_700_000, "1 B"),
        (1_070_000_000, "1.07 B"),
    ],
)
def test_parameters_have_three_digits(count, text):
    assert parameters_text(count) == text


@pytest.mark.parametrize(
    ("q", "count"), [(None, 0), (0.051, 0), (0.05, 1), (0.011, 1), (0.01, 2), (0.001, 3), (0.0001, 3)]
)
def test_stars(q, count):
    assert stars(q) == count


@pytest.mark.parametrize(
    ("covers", "text"),
    [
        (Mean(1.0, 3, 3), ""),
        (Mean(1.0, 2, 3), "2/3"),
        (TaskMean(1.0, 2, 2, 9, 9), ""),
        (TaskMean(1.0, 1, 2, 4, 9), "1/2 tasks"),
        (TaskMean(1.0, 2, 2, 8, 9), "8/9 scores"),
    ],
)
def test_coverage(covers, text):
    assert coverage_text(covers) == text


def test_footnotes_are_numbered_by_first_use():
    notes = Footnotes()
    assert notes.attach("1.0", ["x", "y"]) == "1.0 ¹ ²"
    assert notes.attach("2.0", ["z", "x"]) == "2.0 ¹ ³"
    assert notes.attach("3.0", []) == "3.0"
    assert notes.items() == [("¹", "x"), ("²", "y"), ("³", "z")]
    assert Footnotes("[{}]".format).attach("1.0", ["x"]) == "1.0 [1]"
