"""`xbench report`: all forms of a leaderboard in one folder, from the command line."""

import csv
import json
import re
from urllib.parse import unquote

import pytest
from xbench.cli.main import main
from xbench.leaderboard import report as module

HITS = {("xnli", "en"): [1, 1, 1, 0], ("xnli", "de"): [1, 0, 1, 0], ("pawsx", "de"): [0, 0, 1, 1]}
BETTER = {place: [1, *hits[1:]] for place, hits in HITS.items()}


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


@pytest.fixture
def results(write_system, tmp_path):
    for name, hits in (("base", HITS), ("head", BETTER)):
        write_system(tmp_path / "results" / name, hits, suite="xtreme")
    return tmp_path / "results"


@pytest.fixture
def without_figures(monkeypatch):
    """As if matplotlib were not there, which the tests of figures are for."""
    monkeypatch.setattr(module, "find_spec", lambda name: None)


def contents(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def links(text):
    return [unquote(link) for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]


def test_everything_is_in_one_folder(results, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    output = tmp_path / "report"
    assert xbench("report", results, "-o", output, "--baseline", "base", "--partial") == 0
    printed = capsys.readouterr().out
    files = contents(output)
    assert printed == f"{len(files)} files written to {output}: begin with {output / 'README.md'}\n"
    assert {str(path.parts[0]) for path in files} == {
        "README.md", "index.html", "leaderboard.csv", "leaderboard.json", "leaderboard.tex", "plots", "hub",
        "every-eval-ever",
    }  # fmt: skip
    readme = (output / "README.md").read_text()
    assert "# XTREME leaderboard" in readme
    assert "![improvement](plots/improvement.png)" in readme
    linked = links(readme)
    assert len(linked) >= 7
    assert [link for link in linked if not (output / link).exists()] == []
    assert {"base", "head"} <= set(re.findall(r"\w+", (output / "index.html").read_text()))
    json.loads((output / "leaderboard.json").read_text())
    with (output / "leaderboard.csv").open(newline="") as file:
        assert any("head" in row for row in csv.reader(file))


def test_a_second_report_is_the_same_and_leaves_other_files_alone(results, tmp_path, without_figures):
    output = tmp_path / "report"
    assert xbench("report", results, "-o", output) == 0
    (output / "mine.txt").write_text("mine")
    (output / "hub" / "mine.txt").write_text("mine")
    readme = output / "README.md"
    readme.write_text(f"# My page\n\n{readme.read_text()}\nMy last words.\n")
    assert xbench("report", results, "-o", output) == 0
    first = contents(output)
    assert xbench("report", results, "-o", output) == 0
    assert contents(output) == first
    assert (output / "hub" / "mine.txt").read_text() == "mine"
    assert readme.read_text().startswith("# My page\n")
    assert readme.read_text().endswith("My last words.\n")
    assert readme.read_text().count("XTREME leaderboard") == 1


def test_what_changed_is_replaced(results, write_system, tmp_path, without_figures):
    output = tmp_path / "report"
    xbench("report", results, "-o", output)
    write_system(results / "third", HITS, suite="xtreme")
    xbench("report", results, "-o", output)
    for name in ("README.md", "index.html", "leaderboard.csv", "leaderboard.json", "leaderboard.tex"):
        assert "third" in (output / name).read_text()


def test_without_matplotlib_the_rest_is_written(results, tmp_path, without_figures, capsys):
    output = tmp_path / "report"
    assert xbench("report", results, "-o", output) == 0
    assert "note: plots left out: matplotlib is missing, pip install 'xbench[plots]'." in capsys.readouterr().err
    assert not (output / "plots").exists()
    assert "plots" not in (output / "README.md").read_text()


def test_a_failure_is_not_taken_for_a_missing_package(results, tmp_path, monkeypatch, capsys):
    from xbench.errors import EnvironmentFault

    def full(*_):
        raise EnvironmentFault("cannot write: No space left on device")

    monkeypatch.setattr(module, "_figures", full)
    assert xbench("report", results, "-o", tmp_path / "report") == 4
    assert "No space left" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--baseline", "bsae"], "did you mean 'base'"),
        (["--suite", "xtrem"], "did you mean 'xtreme'"),
        (["--split", "dev"], "no records"),
    ],
)
def test_bad_input_is_one_line(results, tmp_path, capsys, arguments, complaint):
    assert xbench("report", results, "-o", tmp_path / "report", *arguments) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "report").exists()


def test_a_report_among_the_results_is_refused(results, capsys):
    for output in (results, results / "report", results / "base" / ".." / "report"):
        assert xbench("report", results, "-o", output) == 2
        assert "choose another --output" in capsys.readouterr().err


def test_a_page_of_somebody_else_is_left_alone(results, tmp_path, capsys):
    output = tmp_path / "report"
    output.mkdir()
    (output / "README.md").write_text("# Mine\n")
    assert xbench("report", results, "-o", output) == 2
    assert "README.md" in capsys.readouterr().err
    assert {str(path): content for path, content in contents(output).items()} == {"README.md": b"# Mine\n"}


# -- results in which not everything is right; see tests/results/test_reading.py for all that may be wrong ----------


def half_written(results):
    path = results / "base" / "xnli" / "fr.json"
    path.write_bytes((path.parent / "de.json").read_bytes()[:100])
    return "fr.json is not a record of xbench: invalid JSON"


def of_a_newer_version(results):
    path = results / "base" / "xnli" / "fr.json"
    path.write_text((path.parent / "de.json").read_text().replace('"schema_version": 2', '"schema_version": 99'))
    return "fr.json was written by a newer xbench, in schema version 99"


def foreign(results):
    (results / "base" / "xnli" / "fr.json").write_text('{"mine": true}')
    return "fr.json is not a record of xbench: system: Field required"


@pytest.mark.parametrize("spoil", [half_written, of_a_newer_version, foreign])
@pytest.mark.parametrize("command", ["report", "leaderboard"])
@pytest.mark.usefixtures("without_figures")
def test_a_bad_file_is_named_and_the_rest_of_the_board_stands(results, tmp_path, capsys, spoil, command):
    told = spoil(results)
    place = tmp_path / "report"
    readme = place / "README.md" if command == "report" else place / "board.md"
    assert xbench(command, results, "--partial", "-o", place if command == "report" else readme) == 0
    text = readme.read_text()
    assert told in text.replace("\\_", "_")
    assert "| base" in text
    assert "| head" in text
    if command == "report":
        assert told in capsys.readouterr().err


def test_a_record_of_version_1_counts(results, tmp_path, without_figures):
    plain = tmp_path / "plain"
    xbench("report", results, "-o", plain)
    for path in results.rglob("*.json"):
        if path.parent.name != "runs":
            content = json.loads(path.read_text()) | {"schema_version": 1}
            content.pop("layers", None)
            path.write_text(json.dumps(content))
    xbench("report", results, "-o", tmp_path / "old")
    assert contents(tmp_path / "old") == contents(plain)


def test_a_baseline_that_shares_no_task_leaves_the_scores(results, write_system, tmp_path, without_figures):
    write_system(results / "lone", {("xcopa", "et"): [1, 0]}, suite="xtreme-r")
    output = tmp_path / "report"
    assert xbench("report", results, "-o", output, "--baseline", "lone", "-s", "xtreme", "--partial") == 0
    readme = (output / "README.md").read_text()
    assert "No score to compare with the baseline lone: base, head." in readme
    assert "| base" in readme


def test_one_system_in_one_language(write_system, tmp_path, without_figures):
    write_system(tmp_path / "results" / "one", {("xnli", "de"): [1, 0]}, suite="xtreme")
    output = tmp_path / "report"
    assert xbench("report", tmp_path / "results", "-o", output, "--baseline", "one", "--partial") == 0
    readme = (output / "README.md").read_text()
    assert "No other system to compare with the baseline one." in readme
    assert "50.0" in readme
