"""Multiple choice, CCG and SQuAD v2.0 by hand, and what is said of files that are none of them."""

import json

import pytest
from xbench.errors import InputError
from xbench.tasks.examples import MultipleChoice, Question, TaggedSentence
from xbench.tasks.intermediate import load_training


def lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


# -- HellaSwag ----------------------------------------------------------------------------------------------------

SWAG = {
    "ind": 4,
    "ctx_a": "A man sits.",
    "ctx_b": "he",
    "ctx": "A man sits. he",
    "endings": ["runs.", "sits."],
    "label": 1,
}
HELLASWAG = "hellaswag/hellaswag_train.jsonl"


def test_hellaswag(write, tmp_path):
    # A WikiHow article has no second part.
    write(HELLASWAG, lines(SWAG, {**SWAG, "ctx_a": "How to sit", "ctx_b": "", "label": 0}))
    assert load_training(tmp_path, "hellaswag").examples == (
        MultipleChoice("0", "A man sits.", ("he runs.", "he sits."), 1),
        MultipleChoice("1", "How to sit", ("runs.", "sits."), 0),
    )


def test_hellaswag_that_lost_its_parts(write, tmp_path):
    whole = {name: SWAG[name] for name in ("ctx", "endings", "label")}
    write(HELLASWAG, lines(whole, {**whole, "label": 0}))
    examples = load_training(tmp_path, "hellaswag").examples
    assert examples[0] == MultipleChoice("0", "A man sits. he", ("runs.", "sits."), 1)


# -- CommonsenseQA ------------------------------------------------------------------------------------------------

CSQA = "commonsenseqa/train_rand_split.jsonl"


def stem(key, *texts):
    choices = [{"label": label, "text": text} for label, text in zip("ABCDE", texts, strict=False)]
    record = {"id": "x", "question": {"question_concept": "c", "stem": "Where?", "choices": choices}}
    return record if key is None else {**record, "answerKey": key}


def test_commonsense_qa(write, tmp_path):
    write(CSQA, lines(stem("E", *"abcde"), stem("A", *"abcde")))
    assert load_training(tmp_path, "csqa").examples == (
        MultipleChoice("0", "Where?", tuple("abcde"), 4),
        MultipleChoice("1", "Where?", tuple("abcde"), 0),
    )


def test_a_test_set_is_nothing_to_learn_from(write, tmp_path):
    write(CSQA, lines(stem(None, *"abcde"), stem(None, *"abcde")))
    with pytest.raises(InputError, match=r"the train data of csqa in 'en' .* has no gold labels"):
        load_training(tmp_path, "csqa")


# -- Cosmos QA ----------------------------------------------------------------------------------------------------

COSMOS_HEADER = "id,context,question,answer0,answer1,answer2,answer3,label\n"


def test_cosmos_qa(write, tmp_path):
    rows = '1,"He said ""a, b"" .",Why ?,a,b,"c, d",e,2\r\n2,"two\nlines",Why ?,a,b,c,None of the above,3\r\n'
    write("cosmosqa/train.csv", COSMOS_HEADER + rows)
    assert load_training(tmp_path, "cosmosqa").examples == (
        MultipleChoice("0", 'He said "a, b" . Why ?', ("a", "b", "c, d", "e"), 2),
        MultipleChoice("1", "two\nlines Why ?", ("a", "b", "c", "None of the above"), 3),
    )


# -- SocialIQA ----------------------------------------------------------------------------------------------------

SIQA = {"context": "Al ran.", "question": "Why?", "answerA": "a", "answerB": "b", "answerC": "c"}


def test_social_iqa_with_labels_beside_or_inside(write, tmp_path):
    expected = tuple(MultipleChoice(str(n), "Al ran. Why?", ("a", "b", "c"), gold) for n, gold in enumerate((2, 0, 1)))
    write("siqa/socialIQa_v1.4_trn.jsonl", lines(*({**SIQA, "correct": key} for key in "CAB")))
    assert load_training(tmp_path, "siqa").examples == expected
    write("siqa/socialiqa-train-dev/dev.jsonl", lines(SIQA, SIQA, SIQA))
    write("siqa/socialiqa-train-dev/dev-labels.lst", "3\n1\n2\n")
    assert load_training(tmp_path, "siqa", "dev").examples == expected


def test_copa_in_xtremes_place_and_in_superglues(write, tmp_path):
    row = {"premise": "It rained.", "choice1": "a", "choice2": "b", "question": "effect", "label": 1, "idx": 0}
    for path in ("copa/COPA/train.jsonl", "xcopa/train-en.jsonl"):
        file = write(path, lines(row, {**row, "label": 0}))
        examples = load_training(tmp_path, "copa").examples
        assert examples[0] == MultipleChoice("0", "It rained. What was the effect?", ("a", "b"), 1)
        file.unlink()


# -- CCG ----------------------------------------------------------------------------------------------------------

AUTO = (
    "ID=wsj_0001.1 PARSER=GOLD NUMPARSE=1\n"
    r"(<T S[dcl] 0 2> (<T NP 0 1> (<L N NNP NNP Vinken N>) ) (<T S[dcl]\NP 0 2> (<L (S[dcl]\NP)/NP VBZ VBZ is"
    r" (S[dcl]\NP_87)/NP_88>) (<T NP 0 1> (<L N NN NN chairman N {chair.01:rel} [ARG0]>) ) ) )"
    "\n"
)
SENTENCE = TaggedSentence("0", ("Vinken", "is", "chairman"), ("N", r"(S[dcl]\NP)/NP", "N"))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("ccg/wsj02-21.auto", AUTO),
        (
            "ccg/wsj02-21.stagged",
            "# this file was generated by the following command(s):\n#   extract | sort\n\n"
            "Vinken|NNP|N is|VBZ|(S[dcl]\\NP)/NP chairman|NN|N\n",
        ),
        ("ccg/ccg.train", "Vinken is chairman\tN (S[dcl]\\NP)/NP N\n"),
    ],
)
def test_ccg(write, tmp_path, path, content):
    write(path, content)
    assert load_training(tmp_path, "ccg").examples == (SENTENCE,)


def test_a_word_may_hold_what_splits_words_from_tags(write, tmp_path):
    write("ccg/wsj02-21.stagged", "a|b|NN|N #|#|N/N[num]\n")
    assert load_training(tmp_path, "ccg").examples[0].words == ("a|b", "#")


# -- SQuAD v2.0 ---------------------------------------------------------------------------------------------------


def squad2(*items, context="The cat sat."):
    return json.dumps({"version": "v2.0", "data": [{"title": "t", "paragraphs": [{"context": context, "qas": items}]}]})


def asked(identity, answers, *, impossible):
    found = [{"text": text, "answer_start": start} for text, start in answers]
    plausible = {"plausible_answers": [{"text": "cat", "answer_start": 4}]} if impossible else {}
    return {"id": identity, "question": "Who?", "answers": found, "is_impossible": impossible, **plausible}


def test_a_question_without_an_answer_is_labelled(write, tmp_path):
    write("squad/train-v2.0.json", squad2(asked("a", [("cat", 4)], impossible=False), asked("b", [], impossible=True)))
    dataset = load_training(tmp_path, "squad2")
    assert dataset.examples == (
        Question("a", "Who?", "The cat sat.", ("cat",), (4,)),
        Question("b", "Who?", "The cat sat.", (), ()),
    )
    assert dataset.labelled


def test_blanked_answers_are_not_impossible_ones(write, tmp_path):
    blank = {"id": "a", "question": "Who?", "answers": [{"text": "", "answer_start": 0}]}
    write("squad/train-v2.0.json", squad2(blank))
    with pytest.raises(InputError, match=r"the train data of squad2 .* has no gold labels"):
        load_training(tmp_path, "squad2")


# -- malformed ----------------------------------------------------------------------------------------------------

LABELS = ("siqa/socialiqa-train-dev/train.jsonl", lines(SIQA, SIQA))


@pytest.mark.parametrize(
    ("reference", "path", "content", "complaint"),
    [
        (
            "hellaswag",
            HELLASWAG,
            lines(SWAG, {**SWAG, "label": 2}),
            r":2: not a line of HellaSwag: label 2 is not the numb",
        ),
        ("hellaswag", HELLASWAG, lines({**SWAG, "label": "1"}), r":1: .*label '1' is not"),
        ("hellaswag", HELLASWAG, lines({**SWAG, "label": True}), r":1: .*label True is not"),
        ("hellaswag", HELLASWAG, lines({**SWAG, "endings": "ab"}), r":1: .*expected a list of two texts or more"),
        ("hellaswag", HELLASWAG, lines({**SWAG, "endings": ["a", 1]}), r":1: .*expected a list of two texts"),
        ("hellaswag", HELLASWAG, lines(SWAG, {"endings": ["a", "b"]}), r":2: .*no field 'ctx'"),
        ("hellaswag", HELLASWAG, lines({"ctx_a": "a", "endings": ["a", "b"]}), r":1: .*no field 'ctx_b'"),
        ("hellaswag", HELLASWAG, lines(SWAG, {**SWAG, "endings": ["a", "b", "c"]}), r":2: 3 choices, but 2 in line 1"),
        ("csqa", CSQA, lines(stem("A", *"abcde"), stem("B", *"abc")), r":2: 3 choices, but 5 in line 1"),
        ("csqa", CSQA, lines(stem("D", *"abc")), r":1: .*answerKey 'D' is none of A, B, C"),
        ("csqa", CSQA, lines({"question": {"stem": "?"}}), r":1: .*no field 'choices'"),
        ("csqa", CSQA, lines({"question": "?"}), r":1: not a line of CommonsenseQA"),
        ("cosmosqa", "cosmosqa/train.csv", "id,context\n", r":1: no column question, answer0, .*label in the header"),
        ("cosmosqa", "cosmosqa/train.csv", COSMOS_HEADER + "1,c,q,a,b,c,d,4\n", r":2: label '4' is not"),
        ("cosmosqa", "cosmosqa/train.csv", COSMOS_HEADER + "1,c,q,a,b,c,d\n", r":2: 7 fields where the header has 8"),
        (
            "cosmosqa",
            "cosmosqa/train.csv",
            COSMOS_HEADER + '1,"c" x,q,a,b,c,d,1\n',
            r":2: not what a CSV writer writes",
        ),
        (
            "siqa",
            "siqa/socialIQa_v1.4_trn.jsonl",
            lines({**SIQA, "correct": "D"}),
            r":1: .*correct 'D' is none of A, B",
        ),
        ("siqa", "siqa/socialIQa_v1.4_trn.jsonl", lines({"context": "a"}), r":1: .*no field 'question'"),
        ("siqa", "siqa/socialiqa-train-dev/train-labels.lst", "1\n", r"labels\.lst:1: 1 labels for the 2 examples of "),
        ("siqa", "siqa/socialiqa-train-dev/train-labels.lst", "1\n0\n", r"labels\.lst:2: label '0' is none of 1, 2, 3"),
        ("ccg", "ccg/wsj02-21.auto", AUTO + "ID=2\n(NP a)\n", r":4: expected a derivation .*, found '\(NP a\)'"),
        ("ccg", "ccg/wsj02-21.auto", AUTO + "(<L N NNP Vinken N>) (<L N A A b N>)\n", r":3: expected a derivation"),
        ("ccg", "ccg/wsj02-21.stagged", "a|NN|N\nb|N\n", r":2: expected words of the form word\|tag\|supertag"),
        ("ccg", "ccg/wsj02-21.stagged", "a||N\n", r":1: expected words of the form"),
        ("ccg", "ccg/ccg.train", "a b\tN\n", r":1: expected words, a tab, and as many supertags"),
        ("ccg", "ccg/ccg.train", "a b\n", r":1: expected words, a tab"),
        (
            "squad2",
            "squad/train-v2.0.json",
            squad2({**asked("q7", [("cat", 4)], impossible=False), "is_impossible": True}),
            r"train-v2\.0\.json: question 'q7' is marked is_impossible, but has an answer",
        ),
        ("squad2", "squad/train-v2.0.json", "{}", r"no list of articles under 'data'"),
    ],
)
def test_a_malformed_line_is_named_in_one_line(write, tmp_path, reference, path, content, complaint):
    write(*LABELS)
    write(path, content)
    with pytest.raises(InputError, match=complaint) as caught:
        load_training(tmp_path, reference)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
