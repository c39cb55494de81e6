"""run -> submit -> data labels -> score gives the scores that were stored, for every task of both suites."""

import json
import shutil
from pathlib import Path

import pytest
from retrieval_data import write_bucc, write_lareqa, write_mewslix
from tiny_models import LANGUAGES, make_checkpoint
from xbench.exporters.heads import HEADS
from xbench.harness.run import run
from xbench.harness.settings import RunSettings
from xbench.leaderboard.submissions.reference_report import report
from xbench.leaderboard.submissions.submission_scores import score_submission
from xbench.leaderboard.submissions.submit import write_submission
from xbench.results.store import Store
from xbench.tasks.sources import open_directory
from xbench.tasks.submission.labels import build_labels
from xbench.tasks.suites import SUITES, TASKS
from xbench.tasks.task import Suite

SUITE = Suite(
    "round",
    "Round trip",
    {
        **dict.fromkeys(("xnli", "xcopa", "udpos", "xquad", "panx"), LANGUAGES),
        "pawsx": ("en", "de"),
        "mlqa": ("en", "de"),
        "tydiqa": ("en", "ko"),
        "tatoeba": ("de", "th"),
        "bucc2018": ("de", "zh"),
        "mewslix": ("en", "de"),
        "lareqa": ("en", "de", "th"),
    },
)
_ENTITIES = {"PROPN": "B-PER", "NOUN": "B-LOC", "ADJ": "I-LOC"}


def copied(source: Path, target: Path, change=lambda line: line) -> None:
    """A file of the mini suite as one of another task."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(map(change, lines)), encoding="utf-8")


def as_pawsx(line: str) -> str:
    first, second, label = line.strip().split("\t")
    return f"{first}\t{second}\t{int(label == 'entailment')}\n"


def as_panx(line: str) -> str:
    word, _, tag = line.strip().partition("\t")
    return f"{word}\t{_ENTITIES.get(tag, 'O')}\n" if word else "\n"


@pytest.fixture(scope="module")
def data(mini_data, tmp_path_factory):
    """A little of every task."""
    root = tmp_path_factory.mktemp("every") / "data"
    shutil.copytree(mini_data, root)
    for language in LANGUAGES:
        copied(root / f"udpos/test-{language}.tsv", root / f"panx/test-{language}.tsv", as_panx)
    for language in ("en", "de"):
        copied(root / f"xnli/test-{language}.tsv", root / f"pawsx/test-{language}.tsv", as_pawsx)
        name = f"test-context-{language}-question-{language}.json"
        copied(root / f"xquad/xquad.{language}.json", root / "mlqa" / "MLQA_V1" / "test" / name)
    for language, other in (("en", "en"), ("th", "ko")):
        name = f"tydiqa.goldp.{other}.dev.json"
        copied(root / f"xquad/xquad.{language}.json", root / "tydiqa" / "tydiqa-goldp-v1.1-dev" / name)
    for language in SUITE.languages["bucc2018"]:
        write_bucc(root, language)
        repeat_english(root, language, "dev")
        repeat_english(root, language, "test")
    for language in SUITE.languages["tatoeba"]:
        translate_into_english(root, language)
    write_lareqa(root)
    write_mewslix(root, size=20)  # as many as are ranked
    return root


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def repeat_english(root: Path, language: str, split: str) -> None:
    """Give BUCC's first foreign sentences the English texts, so that random weights pair some, and rightly."""
    foreign, english = (root / "bucc2018" / f"{language}-en.{split}.{side}" for side in (language, "en"))
    lines, others = read_lines(foreign), read_lines(english)
    for row in range(3):
        lines[row] = lines[row].split("\t")[0] + "\t" + others[row].split("\t")[1]
    foreign.write_text("\n".join(lines) + "\n", encoding="utf-8")


def translate_into_english(root: Path, language: str) -> None:
    """Give three of Tatoeba's foreign sentences the English texts, so that random weights find them."""
    foreign, english = (root / "tatoeba" / f"{language}-en.{side}" for side in (language, "en"))
    rows = read_lines(root / "labels" / "tatoeba" / f"test-{language}.tsv")
    lines = read_lines(foreign)
    for row, text in list(zip(rows, read_lines(english), strict=True))[:3]:
        lines[int(row)] = text
    foreign.write_text("\n".join(lines) + "\n", encoding="utf-8")


def labelled_checkpoint(directory: Path, head: str, task: str) -> None:
    """A tiny checkpoint whose labels are those of the task."""
    import transformers

    make_checkpoint(directory, head)
    config = transformers.AutoConfig.from_pretrained(directory)
    config.id2label = dict(enumerate(TASKS[task].labels))
    config.label2id = {label: number for number, label in enumerate(TASKS[task].labels)}
    transformers.set_seed(1)
    getattr(transformers, HEADS[head].auto_class).from_config(config).save_pretrained(directory)


@pytest.fixture(scope="module")
def system(tiny_system, tmp_path_factory):
    """The tiny system with what it lacks."""
    root = tmp_path_factory.mktemp("system")
    labelled_checkpoint(root / "pawsx", "classification", "pawsx")
    labelled_checkpoint(root / "panx", "tagging", "panx")
    make_checkpoint(root / "pooler", family="bert")
    places = {
        **{path.name: path for path in sorted(tiny_system.iterdir())},
        **{key: root / key for key in ("pawsx", "panx")},
        "tydiqa": tiny_system / "squad",
        **dict.fromkeys(("lareqa", "mewslix"), root / "pooler"),
    }
    lines = ['name = "whole"', "[checkpoints]", *(f"{key} = {json.dumps(str(path))}" for key, path in places.items())]
    (root / "system.toml").write_text("\n".join(lines), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def journey(system, data, cache, tmp_path_factory):
    """The stored records, by task and language, and the scores of the submission that was made of them."""
    root = tmp_path_factory.mktemp("journey")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SUITES, SUITE.key, SUITE)
        settings = RunSettings(
            str(system), suite=SUITE.key, data_dir=data, output=root / "results", cache=cache, backend="torch"
        )
        result = run(settings)
        assert result.exit_code == 0, result.errors
        assert result.skipped == ()
        written = write_submission(root / "results" / "whole", root / "predictions")
    assert (written.suite.key, written.missing, written.outside) == (SUITE.key, {}, ())
    build_labels(open_directory(data), SUITE.languages, root / "labels", required=True)
    records = {(record.task, record.language): record for record in Store(root / "results").records()}
    return records, score_submission(root / "predictions", root / "labels", SUITE)


def test_every_task_makes_the_journey(journey):
    assert set(SUITE.tasks) == {*SUITES["xtreme"].tasks, *SUITES["xtreme-r"].tasks, *SUITES["mini"].tasks}
    records, scores = journey
    assert set(records) == {(task, code) for task, codes in SUITE.languages.items() for code in codes}
    assert (set(scores.tasks), scores.left_out) == (set(SUITE.tasks), {})


@pytest.mark.parametrize("task", SUITE.tasks)
def test_the_scores_are_the_stored_ones(journey, task):
    records, scores = journey
    for language, found in scores.tasks[task].items():
        assert found == pytest.approx(records[task, language].scores, rel=0, abs=1e-9)
    # A tiny system is neither always right nor always wrong, so that a wrong order would be seen.
    assert any(0 < value < 100 for found in scores.tasks[task].values() for value in found.values())


def test_the_averages_are_those_of_the_records(journey):
    records, scores = journey
    found = report(scores)
    values = []
    for task, languages in SUITE.languages.items():
        metrics = TASKS[task].main_metrics
        means = [sum(records[task, code].scores[metric] for code in languages) / len(languages) for metric in metrics]
        values.append(sum(means) / len(means))
        assert found[task]["avg_metric"] == pytest.approx(values[-1], rel=0, abs=1e-9)
    assert found["all_task"] == pytest.approx(sum(values) / len(values), rel=0, abs=1e-9)


def test_predictions_without_labels_make_the_journey_too(system, data, cache, tmp_path, journey):
    """Predicted on data whose labels are withheld; scored later, by whoever has them."""
    bare = tmp_path / "bare"
    (bare / "xnli").mkdir(parents=True)
    copied(data / "xnli/test-de.tsv", bare / "xnli/test-de.tsv", lambda line: "\t".join(line.split("\t")[:2]) + "\n")
    given = {"tasks": ("xnli",), "languages": ("de",), "data_dir": bare, "cache": cache, "backend": "torch"}
    run(RunSettings(str(system), output=tmp_path / "results", unlabelled=True, **given))
    write_submission(tmp_path / "results" / "whole", tmp_path / "predictions", "xtreme")
    build_labels(open_directory(data), {"xnli": ("de",)}, tmp_path / "labels", required=True)
    scores = score_submission(tmp_path / "predictions", tmp_path / "labels", Suite("s", "S", {"xnli": ("de",)}))
    assert scores.tasks["xnli"]["de"] == pytest.approx(journey[0]["xnli", "de"].scores, rel=0, abs=1e-9)
