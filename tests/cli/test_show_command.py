"""`xbench show` from the command line, over what `xbench run` stored."""

import json

import pytest
from xbench.cli.main import main


def xbench(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code


@pytest.fixture(scope="module")
def results(tiny_system, mini_data, tmp_path_factory, cache):
    """The same random weights at two layers; their retrieval differs, their tagging does not."""
    directory = tmp_path_factory.mktemp("shown") / "results"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XBENCH_CACHE", str(cache))
        for name, layer in (("base", 3), ("head", 1)):
            assert xbench("run", "-m", tiny_system, "-s", "mini", "-t", "tatoeba,udpos,xquad", "-l", "de,th",
                          "--data-dir", mini_data, "-o", directory, "--name", name, "--layer", layer) == 0  # fmt: skip
    return directory


def test_runs_are_shown(results, capsys):
    for task in ("tatoeba", "udpos", "xquad"):
        assert xbench("show", results / "base", "-t", task, "-l", "th", "--json", "-n", 1000) == 0
        content = json.loads(capsys.readouterr().out)
        stored = json.loads((results / "base" / task / "th.json").read_text())
        assert content["scores"] == stored["scores"]
        assert len(content["shown"]) == content["selected"] == stored["examples"]
        wrong = [shown["id"] for shown in content["shown"] if shown["worth"] < 1]
        assert xbench("show", results / "base", "-t", task, "-l", "th", "--json", "-n", 1000, "--errors") == 0
        assert [shown["id"] for shown in json.loads(capsys.readouterr().out)["shown"]] == wrong
        assert xbench("show", results / "base", "-t", task, "-l", "th", "-n", 2) == 0
        printed = capsys.readouterr().out
        assert printed.startswith("base: ")
        assert len(printed.split("\n\n")) == 3


def test_two_systems_differ_where_their_layers_do(results, capsys):
    base, head = results / "base", results / "head"
    assert xbench("show", head, "-t", "udpos", "-l", "de", "--against", base) == 0
    assert "0 fixed, 0 broken, 0 changed" in capsys.readouterr().out
    assert xbench("show", head, "-t", "tatoeba", "-l", "de", "--against", base, "--json", "-n", 1000) == 0
    content = json.loads(capsys.readouterr().out)
    gained = content["against"]["fixed"] - content["against"]["broken"]
    assert 100 * gained / content["examples"] == pytest.approx(
        content["scores"]["accuracy"] - content["against"]["scores"]["accuracy"]
    )
    assert content["selected"] == len(content["shown"]) > 0


def test_a_terminal_gets_a_pager(results, monkeypatch):
    from xbench.cli import show as module

    paged = []
    monkeypatch.setattr(module.click, "echo_via_pager", paged.append)
    monkeypatch.setattr(module.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    assert xbench("show", results / "base", "-t", "udpos", "-l", "de") == 0
    (text,) = paged
    tags = [line for line in text.splitlines() if line.startswith("  ")]
    assert max(map(len, tags)) <= 40


def test_bad_input_is_one_line(results, capsys):
    for arguments, complaint in (
        ([results / "base", "-t", "xquadd", "-l", "de"], "did you mean 'xquad'"),
        ([results / "base", "-t", "xquad", "-l", "fr"], "no record of language 'fr'"),
        ([results / "base", "-t", "xquad", "-l", "de", "--page", "99"], "no page 99"),
        ([results / "base", "-t", "xquad", "-l", "de", "--split", "dev"], "no records of split dev"),
        ([results, "-t", "xquad", "-l", "de"], "several systems (base, head)"),
        ([results / "nowhere", "-t", "xquad", "-l", "de"], "no directory"),
    ):
        assert xbench("show", *arguments) == 2
        captured = capsys.readouterr()
        assert complaint in captured.err
        assert len(captured.err.splitlines()) == 1
        assert captured.out == ""
