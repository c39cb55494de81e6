"""UDPOS, SQuAD, Tatoeba and the parallel text: counts, disjoint splits, gold that points at the right thing."""

import json
from collections import Counter

import pytest
from xbench.tasks.mini import MINI_LANGUAGES
from xbench.tasks.mini.grammar import UPOS, load_grammar

every_language = pytest.mark.parametrize("language", MINI_LANGUAGES)
every_foreign_language = pytest.mark.parametrize("language", MINI_LANGUAGES[1:])


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def udpos(suite, name):
    blocks = (suite / "udpos" / f"{name}.tsv").read_text(encoding="utf-8").removesuffix("\n\n").split("\n\n")
    return [tuple(tuple(line.split("\t")) for line in block.split("\n")) for block in blocks]


def questions(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["version"] == "1.1"
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                yield paragraph["context"], question


@every_language
def test_udpos_has_its_sentences_words_and_tags(suite, language):
    for split, count in (("dev", 24), ("test", 48)):
        sentences = udpos(suite, f"{split}-{language}")
        assert len(sentences) == count
        assert {tag for sentence in sentences for _, tag in sentence} <= UPOS
        assert all(word and not word.isspace() for sentence in sentences for word, _ in sentence)


@every_language
def test_udpos_words_spell_the_sentences_of_tatoeba(suite, language):
    # Both take the same propositions, so the tokens must add up to the text that the other task shows.
    path = suite / "tatoeba" / (f"de-en.{language}" if language == "en" else f"{language}-en.{language}")
    spelled = ["".join(word for word, _ in sentence) for sentence in udpos(suite, f"test-{language}")]
    assert sorted(spelled) == sorted(line.replace(" ", "") for line in lines(path))


def test_udpos_splits_are_disjoint_and_tests_show_states(suite):
    train, dev, test = (udpos(suite, f"{split}-en") for split in ("train", "dev", "test"))
    assert len(train) == 400
    assert len({*train, *dev, *test}) == 472
    assert Counter(tag for sentence in test for _, tag in sentence)["AUX"] == 16


@every_language
def test_xquad_answers_stand_where_they_say(suite, language):
    items = list(questions(suite / "xquad" / f"xquad.{language}.json"))
    assert len(items) == len({question["id"] for _, question in items}) == 48
    for context, question in items:
        (answer,) = question["answers"]
        start, text = answer["answer_start"], answer["text"]
        assert text
        assert context[start : start + len(text)] == text
        assert context.count(text) == 1


@every_language
def test_xquad_asks_for_persons_and_places_by_turns(suite, language):
    grammar = load_grammar(language)
    places = {grammar.joiner.join(word.form for word in phrase) for phrase in grammar.places}
    answers = [question["answers"][0]["text"] for _, question in questions(suite / "xquad" / f"xquad.{language}.json")]
    assert not set(answers[::2]) & places
    assert set(answers[1::2]) <= places


@every_language
def test_xquad_questions_have_the_same_ids_in_every_language(suite, language):
    ids = [question["id"] for _, question in questions(suite / "xquad" / f"xquad.{language}.json")]
    assert ids == [question["id"] for _, question in questions(suite / "xquad" / "xquad.en.json")]


def test_squad_contexts_are_of_one_split_and_never_share_a_statement(suite):
    paths = [suite / "squad" / "train-v1.1.json", suite / "squad" / "dev-v1.1.json", suite / "xquad" / "xquad.en.json"]
    splits = [list(questions(path)) for path in paths]
    assert [len(split) for split in splits] == [400, 24, 48]
    contexts = {context for split in splits for context, _ in split}
    statements = [statement for context in contexts for statement in context.removesuffix(".").split(". ")]
    assert len(contexts) == 236
    assert len(set(statements)) == len(statements) == 3 * 236


@every_foreign_language
def test_tatoeba_english_is_sorted_and_labels_find_the_translation(suite, language):
    english = lines(suite / "tatoeba" / f"{language}-en.en")
    foreign = lines(suite / "tatoeba" / f"{language}-en.{language}")
    labels = [int(line) for line in lines(suite / "labels" / "tatoeba" / f"test-{language}.tsv")]
    assert english == sorted(english)
    assert len(set(english)) == len(set(foreign)) == 48
    assert sorted(labels) == list(range(48))
    translations = dict(zip(sentence_texts(suite, "en"), sentence_texts(suite, language), strict=True))
    assert [foreign[row].replace(" ", "") for row in labels] == [
        translations[line.replace(" ", "")] for line in english
    ]


def sentence_texts(suite, language):
    return ["".join(word for word, _ in sentence) for sentence in udpos(suite, f"test-{language}")]


@every_language
def test_parallel_text_has_no_tested_sentence(suite, language):
    train = lines(suite / "parallel" / f"train.{language}")
    assert len(set(train)) == len(train) == 800
    pair = "de" if language == "en" else language
    assert not set(train) & set(lines(suite / "tatoeba" / f"{pair}-en.{language}"))


def test_parallel_text_is_parallel(suite):
    swahili = dict(zip(*(lines(suite / "parallel" / f"train.{language}") for language in ("en", "sw")), strict=True))
    river = {english for english, other in swahili.items() if other.endswith("kando ya mto.")}
    assert river == {english for english in swahili if english.endswith("by the river.")}
