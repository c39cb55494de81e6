"""What stood outside of inference, by a case worked out by hand."""

import json
import subprocess
import sys

import pytest
from xbench.benchmarks.timeline import Bar, Summary, bars, outside, summarise, union


def test_union():
    assert union([(5, 6), (0, 2), (1, 3), (3, 4)]) == [(0, 4), (5, 6)]


@pytest.mark.parametrize(
    ("spans", "cover", "seconds"),
    [([(0, 4)], [], 4), ([(0, 4)], [(1, 2), (3, 9)], 2), ([(0, 4), (2, 5)], [(1, 1.5)], 4.5), ([], [(0, 1)], 0)],
)
def test_outside(spans, cover, seconds):
    assert outside(spans, cover) == seconds


RECORDS = [
    {"task": "t", "language": language, "timing": dict(zip(names, values, strict=True))}
    for names in [("tokenise_start", "tokenise", "infer_start", "infer", "decode_start", "decode")]
    for language, values in (("de", (0, 2, 2, 4, 6, 1)), ("th", (2, 1, 6, 3, 9, 2)))
]


def test_the_first_tokenising_and_the_last_decoding_stand_alone():
    found = bars(RECORDS)
    assert found[:2] == [Bar("t/de", "tokenise", 0, 2), Bar("t/de", "infer", 2, 4)]
    assert summarise(found) == Summary(
        total=11, inferring=7, tokenise=3, tokenise_exposed=2, decode=3, decode_exposed=2
    )


def test_the_records_of_a_run_have_what_is_needed(tiny_system, mini_data, cache, tmp_path):
    command = [sys.executable, "-m", "xbench", "run", "-m", tiny_system, "-t", "tatoeba", "-l", "de,th", "--data-dir"]
    command += [mini_data, "-o", tmp_path, "--device", "cpu", "--limit", "5", "--force", "--json"]
    import os

    environment = os.environ | {"XBENCH_CACHE": str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found = bars(json.loads(done.stdout)["records"])
    assert len(found) == 6
    assert all(bar.start >= 0 and bar.seconds >= 0 for bar in found)


def test_figures_are_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib, which draws figures, is not installed")
    from xbench.benchmarks.plots import plot_scaling, plot_timeline

    plot_timeline(bars(RECORDS), tmp_path / "t.svg")
    plot_scaling([1000, 3000], [2.0, 5.0], [300.0, 310.0], tmp_path / "s.png")
    assert "<svg" in (tmp_path / "t.svg").read_text()
    assert (tmp_path / "s.png").read_bytes().startswith(b"\x89PNG")
