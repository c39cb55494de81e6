import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.formats import Footnotes, delta_text
from xbench.leaderboard.forms.markdown import render
from xbench.tasks.suites import SUITES


def text_of(records, suite=None, baseline=None, *, partial=False) -> str:
    return render(make_board(records, suite=suite, baseline=baseline), partial=partial)


def table_under(text: str, first_header: str, *, number: int = 0) -> list[list[str]]:
    """The cells of the table whose first header is given, headers first."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith(f"| {first_header} ")]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in blocks[number]]
    return [rows[0], *rows[2:]]


def test_a_complete_board(system, xlmr):
    headers, row = table_under(text_of(system("XLM-R Large", xlmr)), "rank")
    shown = dict(zip(headers, row, strict=True))
    assert shown["rank"] == "1"
    assert shown["average"] == "68.1"
    assert shown["without retrieval"] == "70.0"
    assert shown["XQuAD"] == "76.6 / 60.8"
    assert shown["BUCC 2018"] == "66.0"
    assert "Blank" not in text_of(system("XLM-R Large", xlmr))


def test_phangs_improvement(system, xlmr, intermediate_mnli):
    zero = {task: {"f1": 0.0, "exact_match": 0.0} if isinstance(v, dict) else 0.0 for task, v in xlmr.items()}
    text = text_of([*system("base", zero), *system("mnli", intermediate_mnli)], "xtreme", "base")
    assert "## Improvement over base" in text
    headers, row = table_under(text.split("## Improvement")[1], "system")
    shown = dict(zip(headers, row, strict=True))
    assert shown["average"] == "+7.5 (9 tasks)"
    assert shown["without retrieval"] == "-0.2 (7 tasks)"
    assert shown["TyDiQA-GoldP"] == "-1.3"
    assert "base (baseline)" in text


@pytest.mark.usefixtures("unmeasured")
def test_what_is_incomplete_is_blank_and_named(system):
    text = text_of(
        [*system("a", {"tatoeba": 50.0, "xquad": 40.0}, languages=("ar", "de", "th")), *system("b", {"xnli": 1})]
    )
    headers, a, b = table_under(text, "rank")
    assert headers == ["rank", "system", "average", "without retrieval", "XNLI", "XQuAD", "Tatoeba"]
    assert a == ["", "a", "", "", "", "", ""]
    assert b[4] == "1.0"
    assert "- **a:** XQuAD 3 of 11 languages; Tatoeba 3 of 36 languages; no scores of XNLI" in text
    assert "No system has scores of PAWS-X, UD-POS, PAN-X, MLQA, TyDiQA-GoldP." in text
    assert "`xbench leaderboard --partial`" in text
    assert "- **a:** no record of el en es hi ru tr vi zh" in text


def test_partial_means_are_marked_with_their_coverage(system):
    text = text_of(system("a", {"tatoeba": 50.0, "xquad": 40.0}, languages=("ar", "de", "th")), partial=True)
    _, row = table_under(text, "rank")
    # (50 + 40) / 2; XTREME has 7 + 15 + 40 + 33 + 4 + 36 + 11 + 7 + 9 = 162 pairs of task and language
    assert row == ["", "a", "45.0 (6/162)", "40.0 (3/122)", "40.0 / 40.0 (3/11)", "50.0 (3/36)"]
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


def test_gains_and_losses_are_named(record):
    base = [record("base", "xnli", code, 50.0) for code in ("ar", "de", "en", "es", "fr", "zh")]
    deltas = {"ar": 4, "de": 3, "en": 2, "es": 1, "fr": -1, "zh": 0.04}
    text = text_of([*base, *(record("a", "xnli", code, 50 + d) for code, d in deltas.items())], baseline="base")
    assert (
        "- **a:** gain most: ar +4.0 (1 task), de +3.0 (1 task), en +2.0 (1 task); lose most: fr -1.0 (1 task)" in text
    )


def test_the_notice_of_a_fixture_stands_at_the_top(system):
    suite = SUITES["mini"]
    text = text_of(system("a", dict.fromkeys(suite.tasks, 50.0), "mini", notice=suite.notice))
    assert text.splitlines()[0] == "# mini leaderboard"
    assert text.splitlines()[2].startswith("> **Note:** xbench's own fixture")


def test_hostile_names_stay_text(record):
    name = "a|b\n# <script>`[x](y)"
    text = text_of([record(name, "xnli", "en", 50.0), record("base", "xnli", "en", 49.0)], baseline="base")
    assert "<script>" not in text
    assert r"a\|b \# &lt;script&gt;\`\[x\](y)" in text
    assert name not in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in lines)


def test_the_same_records_give_the_same_bytes(system):
    records = [*system("a", {"xnli": 50.0, "tatoeba": 3.0}), *system("b", {"xnli": 51.0}, precision="int8")]
    assert text_of(records, baseline="a") == text_of(records[::-1], baseline="a")
    assert text_of(records).endswith("\n")


def test_one_system_without_baseline(record):
    text = text_of([record("a", "xnli", "en", 50.0)])
    assert "Improvement" not in text
    assert "## XNLI, accuracy" in text
    assert "## Systems" in text
    assert "Footnotes" not in text


def test_systems_say_how_they_were_measured(record):
    records = [
        record("a", "xnli", "en", 1.0, checkpoint="c1"),
        record("a", "tatoeba", "de", 1.0, checkpoint="c2", layer=14, pooling="mean"),
    ]
    text = text_of(records).split("## Systems")[1]
    _, row = table_under(text, "system")
    assert row == ["a", "c2 (encoder), c1 (xnli)", "onnx", "CPUExecutionProvider", "fp32", "14, mean", "2020-05-26"]


@pytest.mark.parametrize(
    ("value", "text"), [(1.26, "+1.3"), (-0.2, "-0.2"), (0.0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (-12.0, "-12.0")]
)
def test_deltas_have_a_sign_unless_they_round_to_zero(value: float, text: str):
    assert delta_text(value) == text


def test_footnotes_are_numbered_by_first_use():
    notes = Footnotes()
    assert notes.attach("1.0", ["x", "y"]) == "1.0 ¹ ²"
    assert notes.attach("2.0", ["z", "x"]) == "2.0 ¹ ³"
    assert notes.attach("3.0", []) == "3.0"
    assert notes.items() == [("¹", "x"), ("²", "y"), ("³", "z")]
