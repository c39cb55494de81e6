from xml.etree import ElementTree

import pytest
from xbench.errors import EnvironmentFault
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.contenders import contenders
from xbench.leaderboard.forms.plots import draw
from xbench.leaderboard.forms.plots.draw import forests
from xbench.leaderboard.forms.plots.fonts import BASE, Typeface
from xbench.leaderboard.forms.plots.forest import forest
from xbench.leaderboard.forms.plots.grid import delta_grid, score_grid
from xbench.leaderboard.forms.plots.heatmap import SCORES, deltas_up_to, heat_map
from xbench.leaderboard.forms.plots.resources import panels, resources
from xbench.leaderboard.forms.plots.style import drawing, readable_on

matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib, the extra `plots`")

FACE = Typeface((BASE,), frozenset())
NASTY = 'نموذج <b>&"--><script>alert(1)</script> $\\frac{a}{b$ 모델'


@pytest.fixture(autouse=True)
def settings():
    with drawing(FACE):
        yield


def texts(figure) -> list[str]:
    found = figure.findobj(matplotlib.text.Text)
    return [text.get_text() for text in found if text.get_text()]


def stems(paths) -> list[str]:
    assert {path.suffix for path in paths} == {".png", ".svg"}
    for path in paths:
        assert path.read_bytes().startswith(b"\x89PNG" if path.suffix == ".png" else b"<?xml")
    return list(dict.fromkeys(path.stem for path in paths))


def test_the_same_board_gives_the_same_bytes_whatever_the_user_s_settings(pair, tested, as_results, tmp_path):
    board = tested(pair)
    first = draw(board, as_results([]), tmp_path / "first")
    assert stems(first) == ["heatmap-base", "heatmap-head", "improvement", "resources-base", "resources-head"]
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "mine", "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        second = draw(board, as_results([]), tmp_path / "second")
        assert dict(matplotlib.rcParams) == before
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_names_of_any_kind_are_drawn_as_they_are(system, as_results, tmp_path, caplog):
    records = [*system(NASTY, {"xnli": 2}), *system("base", {"xnli": 1})]
    paths = draw(make_board(records, suite="xtreme", baseline="base"), as_results(records), tmp_path)
    for path in paths:
        if path.suffix == ".svg":
            tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(path).iter()}
            assert "script" not in tags
    # Whether Hangul can be drawn depends on the machine; if not, one line says so, and matplotlib is silent.
    assert len(caplog.records) <= 1


def test_names_that_make_one_file_name_make_two_files(system, as_results, tmp_path):
    records = [*system("a b", {"xnli": 1}), *system("a_b", {"xnli": 2})]
    found = stems(draw(make_board(records, suite="xtreme", baseline=None), as_results(records), tmp_path))
    assert sorted(found) == ["heatmap-a_b", "heatmap-a_b-2", "resources-a_b", "resources-a_b-2"]


def test_one_system_in_one_language(system, as_results, tmp_path):
    records = system("a", {"xnli": 1}, languages=("sw",))
    found = stems(draw(make_board(records, suite="xtreme", baseline="a"), as_results(records), tmp_path))
    assert found == ["heatmap-a", "resources-a"]


def test_many_systems_take_several_forest_plots(system):
    records = [one for number in range(8) for one in system(f"s{number}", {"xnli": number}, languages=("de",))]
    found = dict(forests(make_board(records, suite="xtreme", baseline="s0"), FACE))
    assert list(found) == ["improvement", "improvement-2"]
    assert {"s7", "s2"} <= set(texts(found["improvement"]))
    assert "s1" in texts(found["improvement-2"])


def test_speed_is_drawn_of_systems_that_compare(tmp_path, write_system):
    from xbench.results.reading import read_results

    for name in ("a", "b"):
        write_system(tmp_path / name, {("xnli", "de"): [1, 0]})
    results = read_results([tmp_path], "test")
    assert "speed" in stems(draw(make_board(results.records, suite="xtreme", baseline=None), results, tmp_path / "p"))


def test_a_heat_map_says_what_is_there_and_what_is_not(system):
    board = make_board(
        [
            *system("base", {"xnli": 40, "tatoeba": 10}, languages=("de", "en", "sw", "th")),
            *system("head", {"xnli": 42.5}, languages=("de", "en")),
            *system("head", {"xnli": 30}, languages=("sw",), data="other"),
        ],
        suite="xtreme",
        baseline="base",
    )
    figure = heat_map(delta_grid(board, board.improvements[0]), deltas_up_to(2), FACE, "A title")
    found = texts(figure)
    assert found.count("+2.5") == 3  # German, English, their mean
    assert found.count("≠") == 1
    assert "2 of 15" in found
    assert {"Swahili  sw", "XNLI", "Tatoeba", "low resources", "high resources", "A title"} <= set(found)
    assert any("2 scores rise, 0 fall, 0 stay" in text for text in found)
    assert any("Colours end at 2 points" in text for text in found)
    hatched = [one for one in figure.findobj(matplotlib.patches.Rectangle) if one.get_hatch()]
    # XNLI in Swahili and Thai, Tatoeba in German, Swahili and Thai
    assert len(hatched) == 5


def test_bold_is_what_is_more_than_chance(pair, tested):
    board = tested(pair)
    figure = heat_map(delta_grid(board, board.improvements[0]), deltas_up_to(2), FACE, "")
    found = {
        text.get_text(): text.get_fontweight() for text in figure.axes[0].texts if text.get_text() in ("−0.4", "0.0")
    }
    assert found == {"−0.4": "normal", "0.0": "normal"}
    weights = [text.get_fontweight() for text in figure.axes[0].texts if text.get_text() == "+2.0"]
    assert weights == ["bold"] * 6  # five languages, their mean


def test_scores_without_a_baseline(pair):
    found = texts(heat_map(score_grid(pair, "base"), SCORES, FACE, ""))
    assert found.count("40.0") == 5 + 1
    assert any("13 of 13 are there" in text for text in found)


def test_a_forest_plot_has_intervals_in_numbers(pair, tested):
    board = tested(pair)
    found = texts(forest(board, contenders(board), FACE))
    assert "+2.0  [+1.5, +2.5] **" in found
    assert "−0.4  [−0.9, +0.1]" in found
    assert any("95 % intervals" in text and "10,000 resamplings of examples" in text for text in found)
    assert "5/15" in found  # languages of XNLI


def test_a_forest_plot_without_statistics_says_so(pair):
    figure = forest(pair, contenders(pair), FACE)
    found = texts(figure)
    assert "+2.0" in found
    assert any("without intervals" in text for text in found)
    assert not any("[" in text for text in found)


def test_hollow_markers_are_partial_means(system):
    def markers(languages) -> set[str]:
        records = [*system("base", {"xnli": 1}, languages=languages), *system("head", {"xnli": 2}, languages=languages)]
        board = make_board(records, suite="xtreme", baseline="base")
        axes = forest(board, contenders(board), FACE).axes[0]
        # XNLI is the last of the lines.
        return {axes.lines[-1].get_markerfacecolor()}

    assert markers(None) != {"white"}
    assert markers(("de", "en")) == {"white"}


def test_resources_have_a_panel_a_task_and_a_label_a_language(pair):
    shown = panels(pair, "head")
    assert [panel.task.key for panel in shown] == ["xnli", "xquad", "tatoeba"]
    assert shown[0].mean(low=True) == 42
    assert shown[1].mean(low=True) is None  # XQuAD has none of them
    first = {point.language.code: (point.score, point.baseline) for point in shown[0].points}
    assert first["sw"] == (42, 40)
    figure = resources(pair, "head", shown, FACE)
    assert len(figure.axes) == 3
    assert {"ar", "de", "en", "sw", "th", "low 42.0", "high 42.0"} <= set(texts(figure.axes[0]))
    assert any("ar Arabic, de German" in text for text in texts(figure))
    assert any("the baseline, base" in text for text in texts(figure))


def test_resources_of_the_baseline_itself_have_no_lines(pair):
    shown = panels(pair, "base")
    assert all(point.baseline is None for panel in shown for point in panel.points)
    assert not any("the baseline" in text for text in texts(resources(pair, "base", shown, FACE)))


@pytest.mark.parametrize(
    ("background", "colour"), [((1, 1, 1), "#1F2328"), ((0, 0, 0), "white"), ((0, 0.45, 0.70), "white")]
)
def test_type_contrasts_with_its_background(background, colour):
    assert readable_on(background) == colour


def test_without_matplotlib_one_line_says_what_to_install(pair, as_results, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(EnvironmentFault, match=r"pip install 'xbench\[plots\]'"):
        draw(pair, as_results([]), tmp_path)
