"""When each unit of a run was tokenised, inferred and decoded, and how much of that did not hide behind inference.

    python -m xbench.benchmarks.timeline RUN.json [--plot FILE.svg]

RUN.json is what `xbench run --force --json` printed.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

TOKENISE, INFER, DECODE = STAGES = ("tokenise", "infer", "decode")


class Bar(NamedTuple):
    """A stage of a unit, in seconds from the start of the first unit."""

    unit: str
    stage: str
    start: float
    seconds: float


def bars(records: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """All stages of the records of one run, from their timings."""
    return [
        Bar(f"{record['task']}/{record['language']}", stage, timing[f"{stage}_start"], timing[stage])
        for record in records
        for timing in [record["timing"]]
        for stage in STAGES
    ]


def union(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same stretches of time as (start, end) in order, those that touch or overlap made one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def outside(spans: Iterable[tuple[float, float]], cover: Iterable[tuple[float, float]]) -> float:
    """Seconds of `spans` that no span of `cover` overlaps; seconds that several spans share count once."""
    mine, others = union(spans), union(cover)
    shared = sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in mine for b in others)
    return sum(end - start for start, end in mine) - shared


class Summary(NamedTuple):
    """Seconds of one run: all of it, with inference going on, and of the other stages those without any."""

    total: float
    inferring: float
    tokenise: float
    tokenise_exposed: float
    decode: float
    decode_exposed: float


def summarise(found: Sequence[Bar]) -> Summary:
    """How much of tokenising and decoding stood alone."""
    spans = {stage: [(bar.start, bar.start + bar.seconds) for bar in found if bar.stage == stage] for stage in STAGES}
    seconds = {stage: sum(end - start for start, end in spans[stage]) for stage in STAGES}
    return Summary(
        max((end for stage in STAGES for _, end in spans[stage]), default=0.0),
        outside(spans[INFER], ()),
        seconds[TOKENISE],
        outside(spans[TOKENISE], spans[INFER]),
        seconds[DECODE],
        outside(spans[DECODE], spans[INFER]),
    )


def sentence(found: Summary) -> str:
    """The summary in words."""
    return (
        f"{found.total:.1f} s, {100 * found.inferring / (found.total or 1):.0f} % of it with inference going on;"
        f" tokenising took {found.tokenise:.1f} s, {found.tokenise_exposed:.1f} s of them alone (the first unit's, and"
        f" the loading that goes on beside it); decoding {found.decode:.1f} s, {found.decode_exposed:.1f} s alone"
    )


def main() -> None:
    """Print the summary, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--plot", type=Path, help="figure, SVG or PNG by its name")
    given = parser.parse_args()
    found = bars(json.loads(given.run.read_text(encoding="utf-8"))["records"])
    print(sentence(summarise(found)))
    if given.plot:
        from .plots import plot_timeline

        plot_timeline(found, given.plot)


if __name__ == "__main__":
    main()
