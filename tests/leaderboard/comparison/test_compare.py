import json

import pytest
from xbench.errors import InputError
from xbench.leaderboard.board import make_board
from xbench.leaderboard.comparison.compare import compare
from xbench.leaderboard.comparison.compare_report import comparison_json, comparison_text
from xbench.leaderboard.comparison.comparison import Comparison, Missing, Request
from xbench.leaderboard.comparison.gates import regressions
from xbench.leaderboard.comparison.stored import Place, open_system
from xbench.leaderboard.statistics.significance import Resampling
from xbench.results.store import Store
from xbench.tasks.suites import SUITES

FEW = Resampling(replicates=999)


def hits(right: int, of: int = 100) -> list[int]:
    return [1] * right + [0] * (of - right)


@pytest.fixture
def sides(tmp_path, write_system):
    """Compare two systems, each made of which examples it gets right; `base` and `head` are changes to records."""

    def compared(base_hits, head_hits, base=None, head=None, **request) -> Comparison:
        folders = [
            write_system(tmp_path / name, correct, **changes or {})
            for name, correct, changes in (("base", base_hits, base), ("head", head_hits, head))
        ]
        return compare(*(open_system(folder, "test") for folder in folders), Request(**request, resampling=FEW))

    return compared


def test_a_task_is_the_mean_over_languages_that_both_have(sides):
    found = sides(
        {("xnli", "de"): hits(50), ("xnli", "sw"): hits(40), ("xnli", "fr"): hits(9)},
        {("xnli", "de"): hits(70), ("xnli", "sw"): hits(40), ("xnli", "zh"): hits(9)},
    )
    (task,) = found.tasks
    assert (task.line.base, task.line.head, task.line.estimate.difference) == pytest.approx((45, 55, 10))
    assert (task.mean.there, task.mean.wanted, task.mean.complete) == (2, 15, False)
    assert {code: line.verdict for code, line in task.languages.items()} == {"de": "better", "sw": "same"}
    assert task.line.verdict == "better"
    assert set(found.missing) == {
        Missing(Place("xnli", "fr"), "head", "no record"),
        Missing(Place("xnli", "zh"), "base", "no record"),
    }
    assert found.averages == ()


def test_numbers_are_those_of_the_leaderboard(sides, tmp_path):
    places = [("xnli", "de"), ("xnli", "sw"), ("tatoeba", "de"), ("tatoeba", "sw"), ("pawsx", "de")]
    found = sides(
        {place: hits(40 + 5 * number) for number, place in enumerate(places)},
        {place: hits(60 - 3 * number) for number, place in enumerate(places)},
    )
    (gain,) = make_board(list(Store(tmp_path).records()), suite="xtreme", baseline="base").improvements
    for task in found.tasks:
        assert task.line.estimate.difference == pytest.approx(gain.tasks[task.key].mean.partial)
        theirs = gain.tasks[task.key].mean
        assert (task.mean.there, task.mean.wanted) == (theirs.there, theirs.wanted)
    both, speaking = found.averages
    for average, theirs in ((both, gain.average), (speaking, gain.without_retrieval)):
        assert average.line.estimate.difference == pytest.approx(theirs.mean.partial)
        assert (average.mean.tasks, average.mean.languages) == (theirs.mean.tasks, theirs.mean.languages)
    assert [average.title for average in found.averages] == ["average", "without retrieval"]


def test_a_complete_suite_is_not_partial(sides):
    tasks = {"xnli": SUITES["mini"].languages["xnli"], "tatoeba": SUITES["mini"].languages["tatoeba"]}
    places = [(task, language) for task, languages in tasks.items() for language in languages]
    found = sides(dict.fromkeys(places, hits(5, 9)), dict.fromkeys(places, hits(6, 9)), suite="mini")
    assert all(task.mean.complete for task in found.tasks)
    assert not found.averages[0].mean.complete  # three tasks of mini are not there
    assert "(2/5 tasks" in comparison_text(found)


def test_tasks_and_languages_outside_the_suite_are_compared_but_not_averaged(sides):
    found = sides(
        {("xcopa", "ta"): hits(50), ("tatoeba", "de"): hits(50), ("tatoeba", "uk"): hits(90), ("xnli", "de"): hits(5)},
        {("xcopa", "ta"): hits(90), ("tatoeba", "de"): hits(51), ("tatoeba", "uk"): hits(10), ("xnli", "de"): hits(5)},
        suite="xtreme",
    )
    tasks = {task.key: task for task in found.tasks}
    assert tasks["tatoeba"].line.estimate.difference == pytest.approx(1)
    assert tasks["tatoeba"].languages["uk"].verdict == "worse"
    assert "tatoeba: uk not in XTREME, so in no mean." in found.notes
    assert (tasks["xcopa"].averaged, tasks["xcopa"].mean.wanted) == (False, 12)
    assert found.averages[0].mean.tasks == 2


def test_where_less_is_better_a_rise_is_worse(sides, monkeypatch):
    from dataclasses import replace

    from xbench.leaderboard.comparison import compare as module
    from xbench.tasks.metrics import ACCURACY
    from xbench.tasks.suites import TASKS

    class Reversed(type(TASKS["xnli"].kind)):
        metrics = (replace(ACCURACY, less_is_better=True),)

    monkeypatch.setattr(module, "known_tasks", lambda: {**TASKS, "xnli": replace(TASKS["xnli"], kind=Reversed())})
    found = sides({("xnli", "de"): hits(20)}, {("xnli", "de"): hits(60)})
    assert found.tasks[0].line.verdict == "worse"
    assert len(regressions(found, 5, None)) == 1
    assert "less is better" in comparison_text(found)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"data": "another"}, r"other examples \(xnli de\)"),
        ({"data": "another", "limit": 9}, r"the first 9 examples instead of all \(xnli de\)"),
        ({"task_version": 2}, "version 2 of the task instead of 1"),
        ({"protocol": ("quotes=parsed",)}, "protocol quotes=parsed instead of the reference's"),
        ({"precision": "int8"}, "precision int8 instead of fp32 .*--across precision compares all the same"),
        ({"backend": "torch"}, "backend torch instead of onnx .*--across backend compares all the same"),
    ],
)
def test_what_is_not_comparable_is_refused(sides, change, reason):
    with pytest.raises(InputError, match=f"cannot compare .*: {reason}") as error:
        sides({("xnli", "de"): hits(5)}, {("xnli", "de"): hits(5)}, head=change)
    assert "\n" not in str(error.value)


def test_a_precision_is_compared_if_asked_for(sides):
    found = sides(
        {("xnli", "de"): hits(5)}, {("xnli", "de"): hits(4)}, head={"precision": "int8"}, across=("precision",)
    )
    assert "precision int8 instead of fp32" in found.changes
    with pytest.raises(InputError, match="cannot compare across 'data': one of precision, backend"):
        Request(across=("data",))


def test_what_differs_is_told(sides):
    found = sides({("tatoeba", "de"): hits(5)}, {("tatoeba", "de"): hits(5)}, {"layer": 12}, {"layer": 8})
    assert found.changes == ("weights", "layer 8 instead of 12")
    assert "head differs in: weights; layer 8 instead of 12" in comparison_text(found)


def test_only_what_is_asked_for_is_compared(sides):
    both = {("xnli", "de"): hits(5), ("xnli", "sw"): hits(5), ("pawsx", "de"): hits(5)}
    found = sides(both, both | {("pawsx", "fr"): hits(5)}, tasks=("xnli",), languages=("sw",))
    assert [(task.key, list(task.languages)) for task in found.tasks] == [("xnli", ["sw"])]
    assert found.missing == ()
    for request, complaint in (
        ({"tasks": ("xnlj",)}, "of task 'xnlj': .*xnli"),
        ({"languages": ("ja",)}, "of language 'ja'"),
        ({"tasks": ("pawsx",), "languages": ("sw",)}, "neither system"),
    ):
        with pytest.raises(InputError, match=complaint):
            sides(both, both, **request)


def test_systems_that_share_nothing_are_refused(sides):
    with pytest.raises(InputError, match="share no score of the same task and language"):
        sides({("xnli", "de"): hits(5)}, {("xnli", "sw"): hits(5), ("pawsx", "de"): hits(5)})


def test_scores_that_are_not_there_are_named(sides):
    base = {("xnli", "de"): hits(5), ("xnli", "sw"): hits(5), ("xnli", "th"): []}
    found = sides(base, {("xnli", "de"): hits(5), ("xnli", "sw"): [], ("xnli", "th"): []})
    assert found.missing == (Missing(Place("xnli", "sw"), "head", "predicted without gold labels"),)
    assert "Left out, predicted without gold labels: xnli th." in found.notes
    assert "Missing in head: xnli sw (predicted without gold labels)." in comparison_text(found)


def test_a_drop_fails_if_it_is_large_and_real(sides):
    found = sides(
        {("xnli", "de"): hits(60), ("pawsx", "de"): hits(60), ("xcopa", "ta"): hits(60)},
        {("xnli", "de"): hits(40), ("pawsx", "de"): hits(58), ("xcopa", "ta"): hits(60)},
    )
    task, average = regressions(found, 5, None)
    assert task.startswith("XNLI: 60.00 -> 40.00, -20.00 points")
    assert average.startswith("average: 60.00 -> 49.00, -11.00 points")
    assert len(regressions(found, 15, None)) == 1
    assert regressions(found, 20.1, None) == ()
    assert regressions(found, None, None) == ()
    assert not any("PAWS" in sentence for sentence in regressions(found, 0, None))  # two of 100 may be chance


def test_a_gain_is_no_regression(sides):
    found = sides({("xnli", "de"): hits(40)}, {("xnli", "de"): hits(60)})
    assert found.tasks[0].line.verdict == "better"
    assert regressions(found, 0, None) == ()


def test_a_score_that_head_lacks_fails(sides):
    both = {("xnli", "de"): hits(5)}
    assert regressions(sides(both | {("pawsx", "de"): hits(5)}, both), 50, None) == (
        "pawsx de: no record in head, but base has a score",
    )
    assert regressions(sides(both, both | {("pawsx", "de"): hits(5)}), 50, None)[1:] == ()


def timing(tokens: int, infer: float) -> dict[str, float]:
    return {
        "tokenise": 1,
        "infer": infer,
        "decode": 1,
        "sequences": 9,
        "tokens": tokens,
        "padded_tokens": tokens,
        "batches": 1,
    }


def test_speed_is_tokens_over_seconds_of_all(sides):
    both = {("xnli", "de"): hits(5), ("pawsx", "de"): hits(5)}
    found = sides(both, both, {"timing": timing(600, 2)}, {"timing": timing(600, 3)})
    assert (found.speed.base, found.speed.head, found.speed.ratio) == pytest.approx((300, 200, 2 / 3))
    assert found.tasks[0].speed.ratio == pytest.approx(2 / 3)
    assert regressions(found, 1, 1.6) == ()
    assert regressions(found, None, 1.4) == ("speed: 300 -> 200 tokens/s, 1.50 times as slow, allowed 1.4",)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"processor": "slow"}, "processor slow instead of fast"),
        ({"provider": "CUDAExecutionProvider"}, "provider CUDAExecutionProvider instead of CPUExecutionProvider"),
        ({"tokenizer": "words"}, "other tokenizers, so that a token is not the same work"),
    ],
)
def test_speed_of_unlike_machines_is_not_gated(sides, change, reason):
    found = sides({("xnli", "de"): hits(5)}, {("xnli", "de"): hits(5)}, head=change)
    assert found.obstacles == (reason,)
    assert f"Speeds are not comparable: {reason}." in comparison_text(found)
    assert regressions(found, 0, None) == ()
    with pytest.raises(InputError, match=f"speeds cannot be compared: {reason}"):
        regressions(found, 0, 2)


def test_hardware_that_is_not_told_is_said(sides, tmp_path, write_system):
    both = {("xnli", "de"): hits(5)}
    sides(both, both)
    (path,) = (tmp_path / "head" / "runs").iterdir()
    path.write_text("[]")
    found = compare(*(open_system(tmp_path / name, "test") for name in ("base", "head")), Request(resampling=FEW))
    assert found.obstacles == (f"hardware unknown, as {path} does not tell",)


def test_speed_of_nothing_is_no_speed(sides):
    both = {("xnli", "de"): hits(5)}
    found = sides(both, both, head={"timing": timing(0, 0)})
    assert found.speed is None
    assert "Speed" not in comparison_text(found)
    with pytest.raises(InputError, match="a side has no times"):
        regressions(found, None, 2)


def test_the_text_shows_changed_languages_or_all(sides):
    found = sides(
        {("xnli", "de"): hits(50), ("xnli", "sw"): hits(40)}, {("xnli", "de"): hits(20), ("xnli", "sw"): hits(41)}
    )
    text, whole = comparison_text(found), comparison_text(found, verbose=True)
    assert "XNLI (2/15)" in text
    assert "languages that changed (1 others did not)" in text
    rows = [line.split()[:4] for line in text.splitlines()]
    assert ["de", "50.00", "20.00", "-30.00"] in rows
    assert not any(row[:1] == ["sw"] for row in rows)
    assert ["sw", "40.00", "41.00", "+1.00"] in [line.split()[:4] for line in whole.splitlines()]
    assert "XNLI by language" in whole
    assert max(map(len, text.splitlines())) <= 120


def test_json_holds_everything(sides):
    found = sides(
        {("xnli", "de"): hits(50), ("pawsx", "de"): hits(40), ("pawsx", "fr"): hits(4)},
        {("xnli", "de"): hits(20), ("pawsx", "de"): hits(40)},
    )
    content = json.loads(comparison_json(found, regressions(found, 1, None)))
    xnli = content["tasks"]["xnli"]
    assert (xnli["base"], xnli["head"], xnli["difference"], xnli["verdict"]) == (50, 20, -30, "worse")
    assert xnli["low"] < -30 < xnli["high"] < 0 < xnli["p"] <= xnli["q"] < 0.01
    assert xnli["languages"]["de"]["difference"] == -30
    assert content["averages"]["average"]["covers"] == {"tasks": 2, "of_tasks": 9, "scores": 2, "of": 162}
    assert content["missing"] == [{"task": "pawsx", "language": "fr", "side": "head", "why": "no record"}]
    assert [sentence.split(":")[0] for sentence in content["regressions"]] == ["XNLI", "average", "pawsx fr"]
    assert content["speed"]["ratio"] == 1
