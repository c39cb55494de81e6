"""The formats of BUCC, LAReQA and Mewsli-X by hand, and what is said of files that do not have them."""

import json

import pytest
from retrieval_data import entity, mention, paragraph
from xbench.errors import InputError
from xbench.tasks.examples import Candidates, Dataset, Query
from xbench.tasks.retrieval_readers import (
    read_bitext,
    read_bitext_to_english,
    read_lareqa_pool,
    read_mewslix_pool,
    read_mining,
    read_sorted_bitext,
    read_sorted_bitext_to_english,
)
from xbench.tasks.sources import load_labelled, open_directory
from xbench.tasks.suites import TASKS

BUCC, LAREQA, MEWSLIX, TATOEBA = (TASKS[key] for key in ("bucc2018", "lareqa", "mewslix", "tatoeba"))


# -- Tatoeba ------------------------------------------------------------------------------------------------------


def test_without_labels_there_is_no_gold(write):
    found = read_sorted_bitext([write("de", "zwei\neins\n"), write("en", "one\ntwo\n")], TATOEBA)
    assert [query.gold for query in found.examples] == [None, None]
    turned = read_sorted_bitext_to_english([write("a", "zwei\neins\n"), write("b", "one\ntwo\n")], TATOEBA)
    assert [(query.text, query.gold) for query in turned.examples] == [("zwei", None), ("eins", None)]


def test_turned_round_the_foreign_lines_search_among_the_english(write):
    wanted = Dataset((Query("0", "zwei", (1,)), Query("1", "eins", (0,))), Candidates(("one", "two")))
    foreign = write("de", "zwei\neins\n")
    assert read_bitext_to_english([foreign, write("en", "two\none\n")], TATOEBA) == wanted
    assert read_sorted_bitext_to_english([foreign, write("s", "one\ntwo\n"), write("l", "1\n0\n")], TATOEBA) == wanted
    assert read_bitext([foreign, write("en", "two\none\n")], TATOEBA) != wanted


# -- BUCC ---------------------------------------------------------------------------------------------------------

ZH, EN = "zh-1\t一\nzh-2\t二\nzh-3\t三\t!\n", "en-1\tone\nen-2\ttwo\n"


def test_mining(write):
    gold = write("gold", "zh-3\ten-1\nzh-1\ten-2\nzh-1\ten-1\nzh-1\ten-2\n")
    found = read_mining([write("zh", ZH), write("en", EN), gold], BUCC)
    assert found == Dataset(
        # A pair given twice is one pair; a second tab belongs to the sentence.
        (Query("zh-1", "一", (1, 0)), Query("zh-2", "二", ()), Query("zh-3", "三\t!", (0,))),
        Candidates(("one", "two"), ("en-1", "en-2")),
    )
    assert found.labelled
    unlabelled = read_mining([write("zh", ZH), write("en", EN)], BUCC)
    assert [query.gold for query in unlabelled.examples] == [None] * 3
    assert not unlabelled.labelled


@pytest.mark.parametrize(
    ("contents", "complaint"),
    [
        (["zh-1 one\n", EN, ""], r"f0:1: expected an id, a tab and a sentence, found 'zh-1 one'"),
        (["zh-1\ta\nzh-1\tb\n", EN, ""], r"f0:2: the id 'zh-1' occurs twice"),
        ([ZH, "\tone\n", ""], r"f1:1: expected an id"),
        ([ZH, EN, "zh-1\ten-1\nzh-1\n"], r"f2:2: expected two ids and a tab between them"),
        ([ZH, EN, "zh-9\ten-1\n"], r"f2:1: the id 'zh-9' is not in the file of sentences"),
        ([ZH, EN, "zh-1\tzh-2\n"], r"f2:1: the id 'zh-2' is not in the file of sentences"),
        ([ZH, b"en-1\tone\nen-2\t\xff\n", ""], r"f1:2: not UTF-8"),
    ],
)
def test_malformed_mining(write, contents, complaint):
    paths = [write(f"f{number}", content) for number, content in enumerate(contents)]
    with pytest.raises(InputError, match=complaint):
        read_mining(paths, BUCC)


def test_the_test_split_is_tuned_on_dev(write, tmp_path):
    for split in ("dev", "test"):
        write(f"bucc2018/zh-en.{split}.zh", ZH if split == "dev" else "zh-7\t七\nzh-8\t八\n")
        write(f"bucc2018/zh-en.{split}.en", EN)
    write("bucc2018/zh-en.test.gold", "zh-8\ten-1\n")
    source = open_directory(tmp_path)
    with pytest.raises(InputError, match=r"the dev data of bucc2018 in 'zh' .* has no gold labels"):
        load_labelled(source, BUCC, "test", "zh")
    write("bucc2018/zh-en.dev.gold", "zh-1\ten-1\n")
    found = load_labelled(source, BUCC, "test", "zh")
    assert [query.id for query in found.examples] == ["zh-7", "zh-8"]
    assert [query.id for query in found.tuning.examples] == ["zh-1", "zh-2", "zh-3"]
    assert load_labelled(source, BUCC, "dev", "zh").tuning is None
    assert len(found.limited(1).tuning.examples) == 1
    write("bucc2018/zh-en.dev.gold", "zh-2\ten-1\n")
    assert load_labelled(source, BUCC, "test", "zh").fingerprint() != found.fingerprint()


# -- LAReQA -------------------------------------------------------------------------------------------------------


def test_lareqa(write):
    english = paragraph(["A b.", "C\nd.", "A b."], [("q1", "Which?", 1), ("q2", "Who?", 0)])
    german = paragraph(["E f.", "G h."], [("q1", "Welche?", 0), ("q2", "Wer?", 1)])
    paths = [write("en.json", json.dumps({"data": [{"paragraphs": [english]}]}))]
    paths.append(write("de.json", json.dumps({"data": [{"paragraphs": [german]}]})))
    reader = read_lareqa_pool(paths)
    found = reader(paths[:1], LAREQA)
    # Sentence and paragraph without a blank between them; no line ends.
    assert found.candidates.texts == (
        "A b.A b. Cd. A b.",
        "Cd.A b. Cd. A b.",
        "A b.A b. Cd. A b.",
        "E f.E f. G h.",
        "G h.E f. G h.",
    )
    assert found.candidates.ids == ("en_1_0", "en_1_1", "en_1_2", "de_1_0", "de_1_1")
    # The sentence that answers q2 stands twice in the English paragraph.
    assert found.examples == (Query("q1", "Which?", (1, 3)), Query("q2", "Who?", (0, 2, 4)))
    assert reader(paths[1:], LAREQA).candidates is found.candidates


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", r"en\.json:1: not JSON"),
        ("[]", r"en\.json: not in SQuAD's format"),
        ('{"data": [{"paragraphs": [{"context": "a"}]}]}', r"paragraph 1 .*: no field 'sentence_breaks'"),
        ('{"data": [{"paragraphs": [{"context": "a", "sentence_breaks": [[0]], "qas": []}]}]}', r"paragraph 1 .*"),
    ],
)
def test_malformed_lareqa(write, content, complaint):
    with pytest.raises(InputError, match=complaint):
        read_lareqa_pool([write("en.json", content)])


def test_real_lareqa_has_the_published_sizes(xtreme):
    source = open_directory(xtreme)
    data = {language: load_labelled(source, LAREQA, "test", language) for language in LAREQA.languages}
    assert {len(found.examples) for found in data.values()} == {1190}
    pools = [found.candidates for found in data.values()]
    assert all(pool is pools[0] for pool in pools)
    assert len(pools[0].texts) == len(set(pools[0].ids)) == 13014
    assert {len(query.gold) for found in data.values() for query in found.examples} == {11}


# -- Mewsli-X -----------------------------------------------------------------------------------------------------

POOL = json.dumps(entity("Q1", "One\nthing.")) + "\n" + json.dumps(entity("Q2", "Two.")) + "\n"
TEXT = "First. The {old} cat  sat\nthere. Last."


def document(**changes):
    context = {"text": TEXT, "sentence_spans": [{"start": 0, "end": 6}, {"start": 7, "end": 32}]}
    return {"context": context, "mentions": [mention("m1", TEXT, "cat", "Q2") | changes]}


def test_mewslix(write):
    reader = read_mewslix_pool([write("pool", POOL)])
    path = write("en", json.dumps(document()) + "\n" + json.dumps(document(example_id="m2", entity_id="")) + "\n")
    found = reader([path], MEWSLIX)
    assert found.candidates == Candidates(("One thing.", "Two."), ("Q1", "Q2"))
    # Braces become brackets, line ends blanks; pairs of blanks become one, so that of three two are left.
    query = "cat: The (old) { cat }  sat there."
    assert found.examples == (Query("m1", query, (1,)), Query("m2", query, None))


def test_only_the_sentences_of_a_description_are_read(write):
    spans = [{"start": 0, "end": 2}, {"start": 5, "end": 7}]
    row = {"entity_id": "Q1", "description": "A.xxxB.", "sentence_spans": spans}
    reader = read_mewslix_pool([write("pool", json.dumps(row))])
    assert reader([write("en", "")], MEWSLIX).candidates.texts == ("A. B.",)


@pytest.mark.parametrize(
    ("pool", "mentions", "complaint"),
    [
        ('{"entity_id": "Q1"}\n', "", r"pool:1: not an entity of Mewsli-X: no field 'description'"),
        (POOL + POOL, "", r"pool: 2 entities have an id that occurs twice"),
        (POOL + "{", "", r"pool:3: not an entity"),
        (POOL, "[]", r"en:1: not a document of Mewsli-X"),
        (POOL, json.dumps(document(entity_id="Q3")), r"en:1: .*the entity 'Q3' of mention m1 is not among the cand"),
        (
            POOL,
            json.dumps(document(mention_span={"text": "x", "start": 4, "end": 9})),
            r"en:1: .*mention m1 does not lie in one sentence",
        ),
    ],
)
def test_malformed_mewslix(write, pool, mentions, complaint):
    with pytest.raises(InputError, match=complaint):
        read_mewslix_pool([write("pool", pool)])([write("en", mentions)], MEWSLIX)


def test_the_published_sample_of_mewslix(xtreme, write):
    lines = (xtreme / "mewslix" / "example_mentions.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = {m["entity_id"] for line in lines for m in json.loads(line)["mentions"]}
    pool = "".join(json.dumps(entity(name, "Something.")) + "\n" for name in sorted(wanted))
    path = write("en", "\n".join(lines) + "\n")
    found = read_mewslix_pool([write("pool", pool)])([path], MEWSLIX)
    assert len(found.examples) >= 2
    first = found.examples[0]
    assert first.text.startswith("Helsinki: In { Helsinki } , the Finnish trade union")
    assert found.candidates.ids[first.gold[0]] == "Q1757"
