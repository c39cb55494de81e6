"""Are xbench's metrics the official ones? The same predictions, scored by xbench and by what its authors did not write.

Gold labels are real; predictions are gold labels that were perturbed, and embeddings random with planted pairs, always
by the same seed. What is not installed or not given is named in its row.

    git clone https://github.com/google-research/xtreme REFERENCE
    pip install scikit-learn seqeval faiss-cpu
    pip install --no-deps --target SEQEVAL seqeval==0.0.12
    python -m xbench.benchmarks.metrics_agree --data-dir DIR [--reference REFERENCE] [--seqeval SEQEVAL]

DIR is laid out as XTREME's scripts lay out `download/`, with gold labels. Takes a few minutes of one core.
"""

import argparse
import contextlib
import functools
import io
import json
import random
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
from tabulate import tabulate

from ..leaderboard.submissions.reference_report import report_json
from ..leaderboard.submissions.submission_scores import score_submission
from ..tasks.alignment import align_back, split_words
from ..tasks.examples import Dataset, Query, Question
from ..tasks.features import Features, Sequences
from ..tasks.mining import mine
from ..tasks.protocol import with_protocol
from ..tasks.readers import read_lines
from ..tasks.sources import open_directory
from ..tasks.submission.layout import read_submission
from ..tasks.suites import SUITES, TASKS
from ..tasks.task import Task
from .official_rules import NEW, OLD, OLD_SEQEVAL, Found, Missing, Setup, load, version
from .perturbed_gold import (
    NOISE,
    RATES,
    Gold,
    Vectors,
    other_pairs,
    perturbed,
    planted,
    stretch,
    vectors,
    write_submission,
)

# transformers composes characters before it splits them, the version that XTREME pins did not.
NOT_COMPOSING = SimpleNamespace(
    normalize=lambda form, text: text if form == "NFC" else unicodedata.normalize(form, text),
    category=unicodedata.category,
)


def scores(task: Task, language: str, dataset: Dataset[Any], predictions: Sequence[Any]) -> dict[str, float]:
    columns = task.kind.score(task, language, dataset, predictions)
    return {metric.name: metric.value(columns) for metric in task.kind.metrics}


def chunk_scores(setup: Setup, key: str, rule: str, judge: str) -> Found:
    official = load("seqeval.metrics", *setup.seqeval(judge))
    task, _ = with_protocol(TASKS[key], {"chunks": rule})
    found, draw = Found("sentences"), random.Random(0)
    for language, dataset in setup.gold.datasets(key).items():
        golds = [list(example.gold) for example in dataset.examples]
        for rate in RATES:
            given = perturbed(task, dataset, rate, draw)
            ours = scores(task, language, dataset, given)
            for name in ("f1", "precision", "recall"):
                found.scores(0, [ours[name]], [100 * getattr(official, f"{name}_score")(golds, given)])
            found.cases += len(golds)
    return found


def golds_of(dataset: Dataset[Any]) -> list[Any]:
    return [e.gold[0] if e.gold and isinstance(e, Query) else e.gold for e in dataset.examples]


def accuracies(setup: Setup, keys: Sequence[str], metric: str) -> Found:
    rule = load("sklearn.metrics").accuracy_score
    found, draw = Found("tags" if metric == "token_accuracy" else "examples"), random.Random(0)
    for key in keys:
        for language, dataset in setup.gold.datasets(key).items():
            for rate in RATES:
                given = perturbed(TASKS[key], dataset, rate, draw)
                ours = scores(TASKS[key], language, dataset, given)[metric]
                sides = [golds_of(dataset), given]
                if metric == "token_accuracy":
                    sides = [[tag for tags in side for tag in tags] for side in sides]
                found.scores(len(sides[0]), [ours], [100 * rule(*sides)])
    return found


def answer_scores(setup: Setup, keys: Sequence[str], official: Callable[..., Sequence[float]]) -> Found:
    """`official` gives exact match and F1 of one answer in percent, or nothing where it follows another rule."""
    found, draw, left_out = Found("answers"), random.Random(0), 0
    for key in keys:
        for language, dataset in setup.gold.datasets(key).items():
            for _ in RATES:
                given = perturbed(TASKS[key], dataset, 1, draw)
                columns = TASKS[key].kind.score(TASKS[key], language, dataset, given)
                ours = 100 * np.column_stack([columns["exact"], columns["overlap"]])
                for question, answer, pair in zip(dataset.examples, given, ours, strict=True):
                    theirs = official(setup, question, answer, language)
                    found.scores(bool(theirs), pair if theirs else (), theirs)
                    left_out += not theirs
    found.remark = f"; {left_out:,} empty on both sides left out" if left_out else ""
    return found


def by_transformers(setup: Setup, question: Question, answer: str, language: str) -> Sequence[float]:
    """Where both sides are empty the rule is SQuAD 2.0's: F1 is 1. By SQuAD 1.1's script it is 0."""
    rules, golds = load("transformers.data.metrics.squad_metrics"), question.gold or ()
    if "" in {rules.normalize_answer(gold) for gold in golds} and not rules.normalize_answer(answer):
        return ()
    return [100 * max(rule(gold, answer) for gold in golds) for rule in (rules.compute_exact, rules.compute_f1)]


def by_squad_script(setup: Setup, question: Question, answer: str, language: str) -> Sequence[float]:
    return by_script(setup.official("third_party.evaluate_squad"), question, answer)


def by_mlqa_script(setup: Setup, question: Question, answer: str, language: str) -> Sequence[float]:
    return by_script(setup.official("third_party.evaluate_mlqa"), question, answer, language)


def by_script(script: Any, question: Question, answer: str, *language: str) -> Sequence[float]:
    asked = {"id": question.id, "answers": [{"text": text} for text in question.gold or ()]}
    found = script.evaluate([{"paragraphs": [{"qas": [asked]}]}], {question.id: answer}, *language)
    return found["exact_match"], found["f1"]


def aligned_answers(setup: Setup, characters: Any) -> Found:
    """Stretches of contexts, as tokens may say them, put back; `characters` is transformers' module `unicodedata`."""
    official, basic = (load(f"transformers.{name}") for name in ("data.metrics.squad_metrics", "models.bert"))
    found, draw = Found("answers"), random.Random(0)
    datasets = [dataset for key in ("mlqa", "xquad", "tydiqa") for dataset in setup.gold.datasets(key).values()]
    with mock.patch("transformers.models.bert.tokenization_bert.unicodedata", characters):
        for context in dict.fromkeys(question.context for dataset in datasets for question in dataset.examples):
            for lowercase in (False, True):
                words = stretch(split_words(context), draw)
                tokens = basic.BasicTokenizer(do_lower_case=lowercase).tokenize(words)
                first, last = sorted(draw.choices(range(len(words) + 1), k=2))
                for part in (stretch(tokens, draw), stretch(tokens, draw)[draw.randint(1, 3) :], words[first:last]):
                    said = " ".join(part.split())  # as the reference does before it aligns
                    theirs = official.get_final_text(said, words, lowercase)
                    found.predictions(1, align_back(said, words, lowercase) != theirs)
    return found


def no_features(alignment: Any) -> Features[Any]:
    return Features(Sequences.pack([]), alignment)


def nearest(setup: Setup) -> Found:
    """For each English sentence of Tatoeba the nearest of the foreign ones."""
    faiss, task, found = load("faiss"), TASKS["tatoeba"], Found("queries")
    for seed, (language, dataset) in enumerate(setup.gold.datasets("tatoeba").items()):
        foreign = vectors(len(dataset.candidates.texts), seed)
        english = foreign[golds_of(dataset)] + 1.5 * vectors(len(dataset.examples), seed + 999)
        outputs = {"embedding": np.concatenate([english, foreign])}
        ours = task.kind.decode(task, language, dataset, no_features(len(english)), outputs, ())
        for side in (foreign, english):
            faiss.normalize_L2(side)
        index = faiss.IndexFlatL2(foreign.shape[1])
        index.add(foreign)
        theirs = index.search(english, 1)[1][:, 0].tolist()
        found.predictions(len(ours), sum(a != b for a, b in zip(ours, theirs, strict=True)))
    return found


def mined(setup: Setup, chosen: bool) -> Found:
    """BUCC's pairs before a threshold, or if `chosen` those above the one that was tuned on other embeddings."""
    task, found, folder = TASKS["bucc2018"], Found("pairs"), setup.gold.source.directory / "bucc2018"
    steps = setup.official("third_party.utils_retrieve")
    complete = [code for code in task.languages if len(list(folder.glob(f"{code}-en.dev.*"))) == 3]
    for language in complete:
        dataset = setup.gold.source.load(task, "dev", language)
        for noise in NOISE:
            sides = planted(dataset, noise, 1), planted(dataset, 1.0, 5)
            dev = reference_candidates(steps, folder, language, *sides[1])
            test = reference_candidates(steps, folder, language, *sides[0])
            threshold = steps.bucc_optimize(dev, set(setup.gold.pairs()[language])) if chosen else 0
            with contextlib.redirect_stdout(io.StringIO()):
                theirs = set(steps.bucc_extract(test, threshold, None))
            ours = decoded(task, language, dataset, sides) if chosen else candidates(dataset, *sides[0])
            found.predictions(len(ours | theirs), len(ours ^ theirs))
    return found


def candidates(dataset: Dataset[Query], x: Vectors, y: Vectors) -> set[str]:
    texts = [query.text for query in dataset.examples]
    pairs = mine(texts, x.copy(), dataset.candidates.texts, y.copy()).pairs(0, "drop")
    return {f"{dataset.examples[row].id}\t{dataset.candidates.ids[other]}" for row, other in pairs}


def decoded(task: Task, language: str, dataset: Dataset[Query], sides: Iterable[Iterable[Vectors]]) -> set[str]:
    parts = [part for side in sides for part in side]
    features = no_features(np.cumsum([len(part) for part in parts]).tolist())
    outputs = {"embedding": np.concatenate(parts)}
    named = task.kind.decode(task, language, replace(dataset, tuning=dataset), features, outputs, ())
    return {f"{query.id}\t{other}" for query, others in zip(dataset.examples, named, strict=True) for other in others}


def reference_candidates(steps: Any, folder: Path, language: str, x: Vectors, y: Vectors) -> dict[Any, float]:
    """The reference's candidates with their scores, from files as scripts/run_bucc2018.sh cuts them."""
    with TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()):
        for side in (language, "en"):
            lines = read_lines(folder / f"{language}-en.dev.{side}")
            for field, end in enumerate(("id", "txt")):
                text = "".join(line.split("\t")[field] + "\n" for line in lines)
                Path(name, f"{side}.{end}").write_text(text, encoding="utf-8")
        texts, ids = ([f"{name}/{side}.{end}" for side in (language, "en")] for end in ("txt", "id"))
        steps.mine_bitext(x.copy(), y.copy(), *texts, f"{name}/candidates")
        found: dict[Any, float] = steps.read_candidate2score(f"{name}/candidates", *texts, *ids)
        return found


def pair_scores(setup: Setup) -> Found:
    official, task = setup.official("evaluate"), TASKS["bucc2018"]
    found, draw = Found("gold pairs"), random.Random(0)
    with TemporaryDirectory() as name:
        files = Path(name, "predictions"), Path(name, "labels")
        for language, gold in setup.gold.pairs().items():
            for _ in RATES:
                given = other_pairs(gold, draw)
                for file, lines in zip(files, (given, gold), strict=True):
                    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
                ours, theirs = scores(task, language, *read_submission(task, *files)), official.bucc_f1(gold, given)
                found.scores(len(gold), [ours[metric] for metric in theirs], theirs.values())
    return found


def ranking_scores(setup: Setup, key: str, official: Callable[..., float], full: bool = False) -> Found:
    """`official` is given the ranking and the right names, which are all in the first 20 if `full`."""
    found, draw = Found("rankings"), random.Random(0)
    for language, dataset in setup.gold.datasets(key).items():
        names = dataset.candidates.ids
        right = [[names[row] for row in query.gold] for query in dataset.examples]
        given = perturbed(TASKS[key], dataset, 1, draw)
        if full:
            mixed = [list(dict.fromkeys([*some, *draw.sample(names, 20)]))[:20] for some in right]
            given = [draw.sample(some, len(some)) for some in mixed]
        columns = TASKS[key].kind.score(TASKS[key], language, dataset, given)
        theirs = [100 * official(setup, *pair) for pair in zip(given, right, strict=True)]
        found.scores(len(given), 100 * columns["average_precision"], theirs)
    return found


def by_sklearn(setup: Setup, given: Sequence[str], right: Sequence[str]) -> float:
    rule = load("sklearn.metrics").average_precision_score
    return float(rule([name in right for name in given], -np.arange(len(given))))


def by_lareqa_script(setup: Setup, given: Sequence[str], right: Sequence[str]) -> float:
    return float(setup.official("third_party.utils_lareqa").average_precision_at_k(right, given, 20))


def by_mewslix_script(setup: Setup, given: Sequence[str], right: Sequence[str]) -> float:
    return float(setup.official("third_party.utils_mewslix").mean_reciprocal_rank(right, [given[:20]]))


def reports(setup: Setup, suite: str, rule: str) -> Found:
    """All scores and averages of a submission."""
    official, found = setup.official("evaluate", rule), Found("numbers")
    languages = {key: codes for key, codes in SUITES[suite].languages.items() if key in official.METRIC_FUNCTION}
    with TemporaryDirectory() as name:
        sides = Path(name, "predictions"), Path(name, "labels")
        write_submission(setup.gold, languages, *sides, random.Random(0))
        if not sides[0].is_dir():
            return found
        ours = numbers(json.loads(report_json(score_submission(*sides, SUITES[suite], [f"chunks={rule}"]))))
        overall, detailed = official.evaluate(*map(str, sides), suite)
    theirs = numbers({**overall, **detailed})
    common = [name for name in theirs if name in ours]
    found.scores(len(common), [ours[name] for name in common], [theirs[name] for name in common])
    found.remark = "".join(f"; xbench has no `{name}`" for name in theirs if name not in ours)
    return found


def numbers(report: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """The numbers of a report by their path in it."""
    found: dict[str, float] = {}
    for name, value in report.items():
        if isinstance(value, Mapping):
            found |= numbers(value, f"{prefix}{name} ")
        elif isinstance(value, int | float):
            found[prefix + name] = value
    return found


def comparisons(setup: Setup) -> Iterator[tuple[str, str, Callable[[Setup], Found]]]:
    """What is compared, with what, and how."""
    sklearn, transformers, faiss = map(version, ("scikit-learn", "transformers", "faiss-cpu"))
    seqeval = {OLD: OLD_SEQEVAL, NEW: version("seqeval")}
    panx = [("panx", rule, judge) for rule in seqeval for judge in seqeval]
    for key, rule, judge in (("udpos", OLD, OLD), ("udpos", NEW, NEW), *panx):
        what = f"{TASKS[key].title} F1, precision, recall; `chunks={rule}`"
        yield what, seqeval[judge], functools.partial(chunk_scores, key=key, rule=rule, judge=judge)
    choices, tags = ("xnli", "pawsx", "xcopa", "tatoeba"), ("udpos", "panx")
    accuracy = f"{sklearn}, `accuracy_score`"
    yield "UD-POS, PAN-X token accuracy", accuracy, functools.partial(accuracies, keys=tags, metric="token_accuracy")
    yield (
        "XNLI, PAWS-X, XCOPA, Tatoeba accuracy",
        accuracy,
        functools.partial(accuracies, keys=choices, metric="accuracy"),
    )
    squad = functools.partial(answer_scores, keys=("xquad", "tydiqa"))
    for judge, official in (
        (f"{transformers}, `squad_metrics`", by_transformers),
        ("`evaluate_squad.py`", by_squad_script),
    ):
        yield "XQuAD, TyDiQA exact match, F1", judge, functools.partial(squad, official=official)
    mlqa = functools.partial(answer_scores, keys=("mlqa",), official=by_mlqa_script)
    yield "MLQA exact match, F1", "`evaluate_mlqa.py`", mlqa
    for characters, remark in ((unicodedata, ""), (NOT_COMPOSING, ", NFC undone")):
        aligned = functools.partial(aligned_answers, characters=characters)
        yield "answers aligned back to words", f"{transformers}, `get_final_text`{remark}", aligned
    yield "Tatoeba, nearest sentences", f"{faiss}, `IndexFlatL2`", nearest
    mining = f"`utils_retrieve.py`, {faiss}"
    yield "BUCC, pairs mined", mining, functools.partial(mined, chosen=False)
    yield "BUCC, pairs above the tuned threshold", mining, functools.partial(mined, chosen=True)
    yield "BUCC F1, precision, recall", "`evaluate.py`", pair_scores
    full = functools.partial(ranking_scores, key="lareqa", official=by_sklearn, full=True)
    yield "LAReQA AP@20, all right ones ranked", f"{sklearn}, `average_precision_score`", full
    lareqa = functools.partial(ranking_scores, key="lareqa", official=by_lareqa_script)
    yield "LAReQA AP@20", "`utils_lareqa.py`", lareqa
    mewslix = functools.partial(ranking_scores, key="mewslix", official=by_mewslix_script)
    yield "Mewsli-X AP@20", "`utils_mewslix.py`", mewslix
    for suite, rule in ((suite, rule) for suite in ("xtreme", "xtreme-r") for rule in seqeval):
        what = f"`xbench score --json -s {suite} --protocol chunks={rule}`"
        yield what, f"`evaluate.py`, {seqeval[rule]}", functools.partial(reports, suite=suite, rule=rule)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--reference", type=Path, help="a clone of google-research/xtreme")
    parser.add_argument("--seqeval", type=Path, help="a folder with seqeval 0.0.12")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # seqeval's, of tags without B- and I-
    setup = Setup(Gold(open_directory(arguments.data_dir)), arguments.reference, arguments.seqeval)
    rows: list[tuple[str, ...]] = []
    for what, official, compare in comparisons(setup):
        try:
            rows.append((what, official, *compare(setup).cells()))
        except Missing as reason:
            rows.append((what, official, "not compared", str(reason)))
        print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    print(tabulate(rows, ("what", "official implementation", "compared", "largest difference"), tablefmt="github"))


if __name__ == "__main__":
    main()
