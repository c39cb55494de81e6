"""Scores of submissions against other implementations of the reference's rules, and the averages of its report."""

import json
import random
from collections import Counter
from itertools import groupby

import hypothesis
import pytest
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.leaderboard.board import make_board
from xbench.leaderboard.submissions.reference_report import left_out_lines, report, report_json, report_text
from xbench.leaderboard.submissions.submission_scores import SubmissionScores, score_submission
from xbench.tasks.suites import SUITES, TASKS
from xbench.tasks.task import Suite

EXACT = {"rel": 0, "abs": 1e-9}
LANGUAGES = ("en", "de")


def suite_of(*tasks, languages=LANGUAGES):
    return Suite("tiny", "Tiny", dict.fromkeys(tasks, languages), {"one": tasks[:1], "all": tasks})


@pytest.fixture
def scored(tmp_path):
    """Score one task in both languages, of its predictions and labels as texts by language."""

    def score(key, predictions, labels, choices=(), languages=LANGUAGES):
        extension = {"xcopa": "jsonl", "xnli": "tsv", "panx": "tsv", "udpos": "tsv", "bucc2018": "tsv"}.get(key, "json")
        extension = "tsv" if key == "tatoeba" else extension
        for side, texts in (("predictions", predictions), ("labels", labels)):
            (tmp_path / side / key).mkdir(parents=True, exist_ok=True)
            for language, text in zip(languages, texts, strict=True):
                (tmp_path / side / key / f"test-{language}.{extension}").write_text(text, encoding="utf-8")
        suite = suite_of(key, languages=languages)
        return score_submission(tmp_path / "predictions", tmp_path / "labels", suite, choices).tasks[key]

    return score


def drawn_tags(labels, seed):
    draw = random.Random(seed)
    golds = [[draw.choice(labels) for _ in range(draw.randint(0, 9))] for _ in range(60)]
    given_tags = [[tag if draw.random() < 0.7 else draw.choice(labels) for tag in tags] for tags in golds]
    return given_tags, golds


def blocks(sentences):
    return "".join("".join(f"{tag}\n" for tag in tags) + "\n" for tags in sentences)


def test_panx_is_seqeval(scored):
    from seqeval.metrics import f1_score, precision_score, recall_score

    sides = [drawn_tags(TASKS["panx"].labels, seed) for seed in (1, 2)]
    found = scored("panx", [blocks(given) for given, _ in sides], [blocks(gold) for _, gold in sides])
    for language, (given, gold) in zip(LANGUAGES, sides, strict=True):
        for name, rule in (("f1", f1_score), ("precision", precision_score), ("recall", recall_score)):
            assert found[language][name] == pytest.approx(100 * rule(gold, given), **EXACT)
        assert 20 < found[language]["f1"] < 95


def runs(sentences):
    """(sentence, tag, first, length) of maximal runs; tags that begin with S stand alone (protocol 1.4)."""
    chunks = set()
    for number, tags in enumerate(sentences):
        position = 0
        for tag, group in groupby(tags):
            length = len(list(group))
            step = 1 if tag.startswith("S") else length
            chunks |= {(number, tag, position + start, step) for start in range(0, length, step)}
            position += length
    return chunks


def test_udpos_is_f1_over_runs_of_equal_tags(scored):
    sides = [drawn_tags(("NOUN", "VERB", "SCONJ", "SYM", "X", "INTJ"), seed) for seed in (3, 4)]
    texts = [blocks(given) for given, _ in sides], [blocks(gold) for _, gold in sides]
    found = scored("udpos", *texts)
    for language, (given, gold) in zip(LANGUAGES, sides, strict=True):
        right = len(runs(given) & runs(gold))
        precision, recall = right / len(runs(given)), right / len(runs(gold))
        harmonic = 2 * precision * recall / (precision + recall)
        hits = [a == b for one, other in zip(given, gold, strict=True) for a, b in zip(one, other, strict=True)]
        expected = {"f1": harmonic, "precision": precision, "recall": recall, "token_accuracy": sum(hits) / len(hits)}
        assert found[language] == pytest.approx({name: 100 * value for name, value in expected.items()}, **EXACT)
    assert scored("udpos", *texts, choices=("chunks=seqeval-1",))["en"]["f1"] != found["en"]["f1"]


ANSWERS = ["the cat", "a cat", "cat", "The Cat!", "two cats", "cat sat on a mat", "Katze", "an old, old cat"]


def squad(golds):
    questions = [
        {"id": str(n), "question": "?", "answers": [{"text": text, "answer_start": 0} for text in texts]}
        for n, texts in enumerate(golds)
    ]
    return json.dumps({"data": [{"paragraphs": [{"context": "c", "qas": questions}]}]})


def test_xquad_is_squads_official_rule(scored):
    from transformers.data.metrics.squad_metrics import compute_exact, compute_f1

    draw = random.Random(5)
    sides = [
        ([draw.choice(ANSWERS) for _ in range(30)], [draw.sample(ANSWERS, draw.randint(1, 3)) for _ in range(30)])
        for _ in LANGUAGES
    ]
    given = [json.dumps({str(n): text for n, text in enumerate(answers)}) for answers, _ in sides]
    found = scored("xquad", given, [squad(golds) for _, golds in sides])
    for language, (answers, golds) in zip(LANGUAGES, sides, strict=True):
        for name, rule in (("exact_match", compute_exact), ("f1", compute_f1)):
            best = [max(rule(gold, text) for gold in texts) for text, texts in zip(answers, golds, strict=True)]
            assert found[language][name] == pytest.approx(100 * sum(best) / len(best), **EXACT)
        assert found[language]["exact_match"] < found[language]["f1"]


def test_mlqa_by_hand(scored):
    """Articles of the language go; Chinese is compared character by character."""
    found = scored(
        "mlqa",
        ['{"0": "eine Katze", "1": "der Hund"}', '{"0": "北京", "1": "上海市"}'],
        [squad([["die Katze"], ["Hund und Katze"]]), squad([["北 京"], ["上海"]])],
        languages=("de", "zh"),
    )
    assert found["de"] == pytest.approx({"exact_match": 50, "f1": 100 * (1 + 2 / 4) / 2}, **EXACT)
    assert found["zh"] == pytest.approx({"exact_match": 50, "f1": 100 * (1 + 4 / 5) / 2}, **EXACT)


def test_bucc_is_f1_of_sets(scored):
    draw = random.Random(6)
    given = {(f"de-{n}", f"en-{draw.randint(0, 1)}") for n in range(40)}
    gold = {(f"de-{n}", f"en-{n % 2}") for n in range(10, 60)}

    def text(pairs):
        return "".join(f"{a}\t{b}\n" for a, b in sorted(pairs))

    precision, recall = len(given & gold) / len(given), len(given & gold) / len(gold)
    expected = {"f1": 2 * precision * recall / (precision + recall), "precision": precision, "recall": recall}
    found = scored("bucc2018", [text(given), "x\ty\n"], [text(gold), text(gold)])
    assert found["en"] == pytest.approx({name: 100 * value for name, value in expected.items()}, **EXACT)
    assert found["de"] == {"f1": 0, "precision": 0, "recall": 0}


@pytest.mark.parametrize(("key", "right", "wrong"), [
    ("xnli", "neutral\n", "entailment\n"), ("tatoeba", "11\n", "[12]\n"), ("xcopa", '{"label": 1}\n', '{"label": 0}\n')
])  # fmt: skip
def test_accuracy(scored, key, right, wrong):
    found = scored(key, [right + wrong + wrong, wrong * 3], [right * 3, right + wrong + wrong])
    assert found == {"en": {"accuracy": pytest.approx(100 / 3, **EXACT)}, "de": {"accuracy": pytest.approx(200 / 3)}}


def test_mewslix_is_the_reciprocal_rank_within_twenty(scored):
    names = [f"Q{n}" for n in range(25)]
    given = dict.fromkeys(("first", "fifth", "twentieth", "beyond", "absent"), names)
    gold = {"first": ["Q0"], "fifth": ["Q4"], "twentieth": ["Q19"], "beyond": ["Q20"], "absent": ["Q99"]}
    found = scored("mewslix", [json.dumps(given)] * 2, [json.dumps(gold)] * 2)
    assert found["de"]["map@20"] == pytest.approx(100 * (1 + 1 / 5 + 1 / 20) / 5, **EXACT)


def test_lareqa_is_average_precision_within_twenty(scored):
    """11 right candidates (protocol 2.5): of ranks 1, 3 and 21 the last is too deep."""
    gold = [f"c{n}" for n in range(11)]
    ranked = ["c5", "x", "c0", *(f"y{n}" for n in range(17)), "c1"]
    found = scored("lareqa", [json.dumps({"q": ranked})] * 2, [json.dumps({"q": gold})] * 2)
    assert found["de"]["map@20"] == pytest.approx(100 * (1 + 2 / 3) / 11, **EXACT)


# -- averages -----------------------------------------------------------------------------------------------------


def metric_names(key):
    return [metric.name for metric in TASKS[key].kind.metrics]


def drawn_scores(suite, seed):
    """Scores of all tasks in all languages."""
    draw = random.Random(seed)
    return {
        key: {code: {name: draw.uniform(0, 100) for name in metric_names(key)} for code in languages}
        for key, languages in suite.languages.items()
    }


def plain_mean(values):
    values = list(values)
    return sum(values) / len(values)


def plain_average(key, languages):
    """The reference's formula: metrics over languages first, then the task's value."""
    means = {name: plain_mean(values[name] for values in languages.values()) for name in metric_names(key)}
    if "exact_match" in means:
        return (means["exact_match"] + means["f1"]) / 2
    return next(means[name] for name in ("f1", "accuracy", "map@20") if name in means)


@pytest.mark.parametrize("key", ["xtreme", "xtreme-r"])
def test_averages_are_the_references_and_the_leaderboards(key, record):
    suite = SUITES[key]

    @hypothesis.settings(max_examples=10)
    @hypothesis.given(st.integers())
    def check(seed):
        tasks = drawn_scores(suite, seed)
        found = report(SubmissionScores(suite, tasks, {}))
        plain = {name: plain_average(name, languages) for name, languages in tasks.items()}
        for name, value in plain.items():
            assert found[name]["avg_metric"] == pytest.approx(value, **EXACT)
        assert found["all_task"] == pytest.approx(plain_mean(plain.values()), **EXACT)
        for group, names in suite.groups.items():
            assert found[group] == pytest.approx(plain_mean(plain[name] for name in names), **EXACT)
        board = make_board(
            [
                record("s", name, code, dict(values))
                for name, languages in tasks.items()
                for code, values in languages.items()
            ],
            suite=key,
            baseline=None,
        )
        assert board.systems[0].average.mean.value == found["all_task"]
        assert {group: average.mean.value for group, average in board.systems[0].groups.items()} == {
            group: found[group] for group in suite.groups
        }

    check()


def uniform(suite, *tasks, score=50.0):
    return {key: {code: dict.fromkeys(metric_names(key), score) for code in suite.languages[key]} for key in tasks}


def test_averages_exist_only_if_complete():
    suite = SUITES["xtreme"]
    found = report(SubmissionScores(suite, uniform(suite, "xnli", "pawsx", "xquad", "mlqa"), {}))
    assert list(found) == ["classification", "xnli", "pawsx", "xquad", "mlqa"]
    whole = report(SubmissionScores(suite, uniform(suite, *suite.tasks), {}))
    assert list(whole) == ["all_task", "classification", "tagging", "qa", "retrieval", *suite.tasks]
    # Where the reference has xcopa in a group of its own and lareqa in none.
    suite = SUITES["xtreme-r"]
    whole = report(SubmissionScores(suite, uniform(suite, *suite.tasks), {}))
    assert list(whole) == ["all_task", "classification", "tagging", "qa", "retrieval", *suite.tasks]


def test_the_reports_shape():
    suite = suite_of("xquad", "udpos")
    tasks = {
        "xquad": {"en": {"exact_match": 50.0, "f1": 61.0}, "de": {"exact_match": 40.0, "f1": 49.0}},
        "udpos": {code: dict.fromkeys(metric_names("udpos"), score) for code, score in (("en", 80.0), ("de", 70.25))},
    }
    scores = SubmissionScores(suite, tasks, {"panx": "no labels"}, ("chunks=seqeval-1",))
    found = json.loads(report_json(scores))
    assert found == {
        "protocol": ["chunks=seqeval-1"],
        "all_task": 62.5625,
        "one": 50.0,
        "all": 62.5625,
        "xquad": {
            "exact_match": {"en": 50.0, "de": 40.0},
            "f1": {"en": 61.0, "de": 49.0},
            "avg_exact_match": 45.0,
            "avg_f1": 55.0,
            "avg_metric": 50.0,
        },
        "udpos": {
            **{name: {"en": 80.0, "de": 70.25} for name in ("f1", "precision", "recall", "token_accuracy")},
            **dict.fromkeys(("avg_f1", "avg_precision", "avg_recall", "avg_token_accuracy", "avg_metric"), 75.125),
        },
    }
    text = report_text(scores)
    assert text.startswith(
        "====== xquad ======\n\n------ exact_match ------\nen, de\n50.00, 40.00\n\n------ f1 ------\nen, de\n"
        "61.00, 49.00\n\nexact_match: 45.00\nf1: 55.00\nmetric: 50.00\n\n====== udpos ======\n"
    )
    assert text.endswith(
        "====== averages ======\n\nall_task: 62.56\none: 50.00\nall: 62.56\n\n"
        "protocol: chunks=seqeval-1\nnot scored: panx (no labels)"
    )


def test_the_fixture_says_that_it_is_one():
    suite = SUITES["mini"]
    scores = SubmissionScores(suite, uniform(suite, "xnli"), {})
    assert report(scores)["notice"] == suite.notice
    assert "fixture" in report_text(scores)


def test_what_is_left_out_is_named(tmp_path):
    for folder in ("p/xnli", "p/xnil", "p/udpos", "p/.git", "l/xnli", "l/xcopa"):
        (tmp_path / folder).mkdir(parents=True)
    for side in ("p", "l"):
        (tmp_path / side / "xnli" / "test-en.tsv").write_text("neutral\nentailment\n")
    suite = Suite("t", "Tiny", dict.fromkeys(("xnli", "udpos", "xcopa", "panx", "new"), ("en",)))
    scores = score_submission(tmp_path / "p", tmp_path / "l", suite)
    assert left_out_lines(scores) == [
        "not scored: xnil (no task of Tiny)",
        "not scored: udpos (no labels)",
        "not scored: xcopa (no predictions)",
        "not scored: panx (no predictions and no labels)",
        "not scored: new (not measured by this version of xbench)",
    ]
    assert list(report(scores)) == ["xnli"]


def test_choices_that_are_made_before_are_refused(tmp_path):
    with pytest.raises(InputError, match="the choice 'answers' is made when predictions are"):
        score_submission(tmp_path, tmp_path, SUITES["xtreme"], ("answers=offsets",))


def test_tokens_are_counted_over_all_sentences():
    """The oracle of udpos above tells sentences apart: the same run in two of them is two chunks."""
    assert Counter(tag for _, tag, *_ in runs([["X", "X"], ["X"], ["SYM", "SYM"]])) == {"X": 2, "SYM": 2}
