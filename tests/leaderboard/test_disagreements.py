"""Where two systems differ: counted by a loop, and shown from everywhere in the data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_examples import stored
from xbench.errors import InputError
from xbench.leaderboard import disagreements as module
from xbench.leaderboard.disagreements import Disagreements, ExampleChange
from xbench.leaderboard.examples import open_examples

CLASSES = ("neutral", "entailment", "contradiction")


def xnli(record, root, system, golds, predictions, ids=None):
    hits = [float(gold == prediction) for gold, prediction in zip(golds, predictions, strict=True)]
    return stored(
        record,
        root,
        "xnli",
        system,
        scores={"accuracy": 100 * float(np.mean(hits))},
        id=ids or [str(row) for row in range(len(golds))],
        input=[[f"premise {row}", "hypothesis"] for row in range(len(golds))],
        gold=list(golds),
        prediction=list(predictions),
        count_correct=hits,
        count_examples=[1.0] * len(golds),
    )


def disagreements(base, head, limit):
    return module.disagreements(open_examples(base), open_examples(head), limit)


def test_by_hand(record, tmp_path):
    base = xnli(record, tmp_path, "base", CLASSES * 2, ["neutral"] * 6)
    answers = ["neutral", "entailment", "entailment", "entailment", "neutral", "neutral"]
    head = xnli(record, tmp_path, "head", CLASSES * 2, answers)
    assert disagreements(base, head, 10) == Disagreements(
        examples=6,
        fixed=1,
        broken=1,
        changed=1,
        shown=(
            ExampleChange("1", ("premise 1", "hypothesis"), "entailment", "neutral", "entailment", "fixed"),
            ExampleChange("3", ("premise 3", "hypothesis"), "neutral", "neutral", "entailment", "broken"),
            ExampleChange("2", ("premise 2", "hypothesis"), "contradiction", "neutral", "entailment", "changed"),
        ),
    )
    assert disagreements(base, base, 10) == Disagreements(6, 0, 0, 0, ())


@settings(max_examples=25)  # each writes and reads files
@given(st.data())
def test_any_two_systems_against_a_loop(record, tmp_path_factory, data):
    answers = st.lists(st.sampled_from(CLASSES), min_size=12, max_size=12)
    golds, before, after = (data.draw(answers) for _ in range(3))
    limit = data.draw(st.integers(0, 14))
    root = tmp_path_factory.mktemp("results")
    found = disagreements(xnli(record, root, "b", golds, before), xnli(record, root, "h", golds, after), limit)
    verdicts = {}
    for row, (gold, one, other) in enumerate(zip(golds, before, after, strict=True)):
        if one != other:
            verdicts[str(row)] = "fixed" if other == gold else "broken" if one == gold else "changed"
    counts = {name: list(verdicts.values()).count(name) for name in ("fixed", "broken", "changed")}
    assert (found.fixed, found.broken, found.changed) == tuple(counts.values())
    assert len(found.shown) == min(limit, len(verdicts))
    assert len({change.id for change in found.shown}) == len(found.shown)
    assert all(change.verdict == verdicts[change.id] for change in found.shown)
    shown = {name: sum(change.verdict == name for change in found.shown) for name in counts}
    # As many of each as there can be: no changed one takes the place of one that is fixed or broken.
    assert shown["changed"] == max(0, min(counts["changed"], limit - counts["fixed"] - counts["broken"]))
    assert min(shown["fixed"], shown["broken"]) >= min(limit // 2, counts["fixed"], counts["broken"])


def test_those_shown_come_from_everywhere(record, tmp_path):
    golds = ["neutral"] * 1000
    base = xnli(record, tmp_path, "base", golds, ["entailment"] * 1000)
    head = xnli(record, tmp_path, "head", golds, golds)
    assert [int(change.id) for change in disagreements(base, head, 4).shown] == [125, 375, 625, 875]
    assert len(disagreements(base, head, 2000).shown) == 1000


def test_the_examples_of_head_may_be_in_another_order(record, tmp_path):
    base = xnli(record, tmp_path, "base", CLASSES, ["neutral"] * 3)
    head = xnli(record, tmp_path, "head", CLASSES[::-1], ["neutral", "entailment", "neutral"], ids=["2", "1", "0"])
    (change,) = disagreements(base, head, 10).shown
    assert (change.id, change.texts[0], change.head, change.verdict) == ("1", "premise 1", "entailment", "fixed")


def test_other_examples_are_refused(record, tmp_path):
    base = xnli(record, tmp_path, "base", CLASSES, CLASSES)
    head = xnli(record, tmp_path, "head", CLASSES, CLASSES, ids=["0", "1", "7"])
    with pytest.raises(InputError, match=r"base/xnli/de\.json and .*head/xnli/de\.json are of other examples"):
        disagreements(base, head, 10)


def test_an_answer_that_is_nearer_is_fixed_and_one_that_loses_words_broken(record, tmp_path):
    base = stored(record, tmp_path, "xquad", "base")
    answers = ["Ada Lovelace", "In 1843", ""]
    head = stored(record, tmp_path, "xquad", "head", prediction=answers, count_exact=[1.0, 0.0, 0.0],
                  count_overlap=[1.0, 2 / 3, 0.0])  # fmt: skip
    shown = disagreements(base, head, 10).shown
    assert [(change.id, change.base, change.head, change.verdict) for change in shown] == [
        ("q1", "Ada", "Ada Lovelace", "fixed"),
        ("q2", "1843", "In 1843", "broken"),
    ]


def test_a_case_that_fails_by_its_next_question_is_broken(record, tmp_path):
    base = stored(record, tmp_path, "multichecklist", "base", prediction=["A", "B"], count_failed=[0.0, 0.0])
    head = stored(record, tmp_path, "multichecklist", "head")
    found = disagreements(base, head, 10)
    assert [(change.id, change.verdict) for change in found.shown] == [("size/0/0", "broken"), ("size/0/1", "changed")]


def test_without_gold_labels_answers_only_change(record, tmp_path):
    base = stored(record, tmp_path, "xnli", "base", scores={}, gold=[None] * 4)
    head = stored(record, tmp_path, "xnli", "head", scores={}, gold=[None] * 4, prediction=["entailment"] * 4)
    found = disagreements(base, head, 10)
    assert (found.fixed, found.broken, found.changed) == (0, 0, 4)
