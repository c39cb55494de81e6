"""`xbench leaderboard`: forms, places, and what is refused."""

import json
from pathlib import Path

import pytest
from xbench.cli.main import main
from xbench.leaderboard.forms.in_place import BEGIN, END
from xbench.results.record import Record, SystemDescription
from xbench.results.store import Store

KEY = {"task_version": 1, "data": "d", "precision": "fp32", "tokenizer": "t", "backend": "onnx"}
TIMING = dict.fromkeys(("tokenise", "infer", "decode", "sequences", "tokens", "padded_tokens", "batches"), 1)


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


def save(root: Path, system: str, right: list[int], split: str = "test") -> None:
    record = Record.model_validate({
        "system": system, "task": "xnli", "language": "de", "split": split, "suite": "xtreme",
        "scores": {"accuracy": 100 * sum(right) / len(right)}, "examples": len(right), "limit": None,
        "key": KEY | {"checkpoint": system, "data": split}, "provider_requested": "auto", "provider": "CPU", "run": "r",
        "created": "2026-01-01T00:00:00+00:00", "timing": TIMING,
    })  # fmt: skip
    counts = {"count_correct": [float(one) for one in right], "count_examples": [1.0] * len(right)}
    store = Store(root)
    store.save(record, {"id": [str(row) for row in range(len(right))], **counts})
    store.save_system(SystemDescription(name=system, checkpoints={"xnli": {"parameters": 278_000_000}}))


@pytest.fixture
def results(tmp_path) -> Path:
    for system, right in (("base", [1, 0, 0, 0] * 5), ("good", [1, 1, 1, 0] * 5), ("poor", [0, 0, 0, 1] * 5)):
        save(tmp_path / "results", system, right)
    return tmp_path / "results"


def complaint(capsys) -> str:
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


def test_standard_output_is_markdown(results, capsys):
    assert xbench("leaderboard", results, "--baseline", "base") == 0
    text = capsys.readouterr().out
    assert text.startswith("# XTREME leaderboard\n")
    assert BEGIN not in text
    assert "278 M" in text
    assert "+50.0 [" in text


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("board.md", BEGIN),
        ("board.csv", "level,system,task"),
        ("board.json", "{"),
        ("board.tex", "% XTREME leaderboard"),
        ("BOARD.CSV", "level,system,task"),
        ("board.html", "<!"),
    ],
)
def test_the_suffix_says_the_form(results, tmp_path, capsys, name, start):
    assert xbench("leaderboard", results, "-o", tmp_path / name) == 0
    assert (tmp_path / name).read_text().startswith(start)
    assert capsys.readouterr().out == f"leaderboard of 3 systems written to {tmp_path / name}\n"


def test_the_format_goes_before_the_suffix(results, tmp_path):
    assert xbench("leaderboard", results, "-o", tmp_path / "board.txt", "--format", "json") == 0
    assert json.loads((tmp_path / "board.txt").read_text())["schema_version"] == 1
    assert xbench("leaderboard", results, "-o", tmp_path / "board", "--format", "csv", "--partial") == 0
    assert (tmp_path / "board").read_text().startswith("level,")


def test_a_form_that_cannot_be_told_is_refused(results, tmp_path, capsys):
    assert xbench("leaderboard", results, "-o", tmp_path / "board.txt") == 2
    assert "does not end in one of .md, .html, .csv, .json, .tex: name the form with --format" in complaint(capsys)
    for form in ("hub", "every-eval-ever"):
        assert xbench("leaderboard", results, "--format", form) == 2
        assert f"--format {form} writes several files: name a directory for them with -o" in complaint(capsys)
    assert xbench("leaderboard", results, "--format", "pdf") == 2


@pytest.mark.parametrize("form", ["hub", "every-eval-ever"])
def test_forms_of_several_files(results, tmp_path, form):
    if form == "hub":
        pytest.importorskip("yaml")
    assert xbench("leaderboard", results, "--format", form, "-o", tmp_path / "out") == 0
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_a_readme_is_updated_in_place(results, tmp_path, capsys):
    readme = tmp_path / "README.md"
    readme.write_text("# Mine\n\nText.\n")
    assert xbench("leaderboard", results, "-o", readme) == 2
    assert "was not written by xbench and is left as it is" in complaint(capsys)
    assert readme.read_text() == "# Mine\n\nText.\n"
    readme.write_text(f"# Mine\n\n{BEGIN}\n{END}\n\nText.\n")
    assert xbench("leaderboard", results, "-o", readme) == 0
    first = readme.read_text()
    assert first.startswith(f"# Mine\n\n{BEGIN}\n\n## XTREME leaderboard\n")
    assert first.endswith(f"{END}\n\nText.\n")
    assert xbench("leaderboard", results, "-o", readme) == 0
    assert readme.read_text() == first


def test_published_rows(results, capsys):
    assert xbench("leaderboard", results, "--published") == 0
    assert "## Published by others" in capsys.readouterr().out


def test_resampled_languages_need_a_baseline(results, capsys):
    assert xbench("leaderboard", results, "--resample-languages") == 2
    assert "name a --baseline" in capsys.readouterr().err
    assert xbench("leaderboard", results, "--resample-languages", "--baseline", "base") == 0
    assert "resamplings of examples and languages" in capsys.readouterr().out


def test_the_best_per_task_is_chosen_on_dev(results, capsys):
    save(results, "good", [1, 0] * 5, "dev")
    save(results, "poor", [1, 1] * 5, "dev")
    assert xbench("leaderboard", results, "--baseline", "base") == 0
    text = capsys.readouterr().out
    assert "| best per task" in text
    assert "best at it on dev: XNLI of poor." in text
    assert xbench("leaderboard", results) == 0
    assert "best per task" not in capsys.readouterr().out
    assert xbench("leaderboard", results, "--split", "dev", "--baseline", "good") == 0
    assert "best per task" not in capsys.readouterr().out


def test_foreign_files_are_noted(results, capsys):
    (results / "good" / "xnli" / "fr.json").write_text("{")
    assert xbench("leaderboard", results) == 0
    assert "> **Note:** Passed over: " in capsys.readouterr().out


def test_plots(results, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    assert xbench("leaderboard", results, "--baseline", "base", "--plots", tmp_path / "plots") == 0
    assert list((tmp_path / "plots").glob("*.png"))
    assert list((tmp_path / "plots").glob("*.svg"))
    assert "pictures written to" in capsys.readouterr().err
