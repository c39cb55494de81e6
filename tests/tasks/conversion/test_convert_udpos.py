"""UD-POS: hand-worked CoNLL-U, and the rule for fused tokens against networkx."""

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xbench.errors import InputError
from xbench.tasks.conversion import convert
from xbench.tasks.conversion.conllu import Fused, Sentence, Word
from xbench.tasks.conversion.udpos import ancestors, fused_tag, tagged_words


def row(name, form, upos="X", head=0, enhanced="_"):
    return "\t".join([name, form, "lemma", upos, "_", "_", str(head), "dep", enhanced, "_"]) + "\n"


def fused(name, form):
    return "\t".join([name, form, *"________"]) + "\n"


HELLO = row("1", "Hallo", "INTJ") + row("2", ".", "PUNCT", 1) + "\n"


def converted_text(converted, write, tmp_path, content, language="de"):
    write(f"raw/UD/{language}_x-ud-test.conllu", content)
    found = converted("udpos", tmp_path / "raw")
    return found[f"udpos/test-{language}.tsv"]


def test_fused_tokens_empty_nodes_and_comments(converted, write, tmp_path, loaded):
    # "Zum Haus gehts": zu-dem is a sister pair below Haus (ADP before DET), geht-es is headed by the verb.
    content = (
        "# sent_id = 1\n# text = Zum Haus gehts.\n"
        + fused("1-2", "Zum")
        + row("1", "zu", "ADP", 3)
        + row("2", "dem", "DET", 3)
        + row("3", "Haus", "NOUN", 4)
        + row("3.1", "leer", "VERB", "_", "0:root")
        + fused("4-5", "gehts")
        + row("4", "geht", "VERB", 0)
        + row("5", "es", "PRON", 4)
        + row("6", ".", "PUNCT", 4)
        + "\n"
    )
    text = "Zum\tADP\nHaus\tNOUN\ngehts\tVERB\n.\tPUNCT\n"
    assert converted_text(converted, write, tmp_path, content + HELLO) == (2, text + "\nHallo\tINTJ\n.\tPUNCT\n")
    assert [(e.words, e.gold) for e in loaded("udpos", "test", "de")] == [
        (("Zum", "Haus", "gehts", "."), ("ADP", "NOUN", "VERB", "PUNCT")),
        (("Hallo", "."), ("INTJ", "PUNCT")),
    ]


def test_words_without_form_are_hidden_in_their_fused_token(converted, write, tmp_path):
    # As UD_Marathi-UFAL writes it: the parts have no form of their own.
    content = fused("1-2", "घरात") + row("1", "_", "NOUN", 0) + row("2", "_", "ADP", 1) + row("3", ".", "PUNCT", 1)
    assert converted_text(converted, write, tmp_path, content, "mr") == (1, "घरात\tNOUN\n.\tPUNCT\n")


@pytest.mark.parametrize(
    ("forms", "kept"),
    [
        (["_"], False),
        (["_", "_"], False),
        (["_", "a"], False),
        (["_", "_", "a"], False),
        (["_", "a", "b"], True),
        (["_", "_", "a", "b"], True),
        (["a"], True),
    ],
)
def test_a_sentence_of_which_hardly_a_word_is_there_is_dropped(converted, write, tmp_path, forms, kept):
    content = "".join(row(str(i), form) for i, form in enumerate(forms, start=1)) + "\n"
    count, text = converted_text(converted, write, tmp_path, content + HELLO)
    hello = "Hallo\tINTJ\n.\tPUNCT\n"
    words = "".join(f"{form}\tX\n" for form in forms)
    assert (count, text) == ((2, f"{words}\n{hello}") if kept else (1, hello))


def test_forms_are_cleaned(converted, write, tmp_path):
    content = (
        row("1", "می\u200cخواهم", "VERB")
        + row("2", " 10 000 ", "NUM", 1)
        + row("3", "a\u00a0b\u200d", "X", 1)  # other blanks and joiners stay
        + row("4", "\u200c", "PUNCT", 1)
    )
    text = "میخواهم\tVERB\n10000\tNUM\na\u00a0b\u200d\tX\n\tPUNCT\n"
    assert converted_text(converted, write, tmp_path, content, "fa") == (1, text)


def test_treebanks_of_a_language_in_the_order_of_their_file_names(converted, write, tmp_path):
    for name in ("UD_A/de_pud-ud-test", "UD_B/de_gsd-ud-test", "UD_B/de_gsd-ud-dev", "UD_C/de_hdt-ud-train-b-1",
                 "UD_C/de_hdt-ud-train-a-2", "UD_C/de_hdt-ud-train-a-1", "UD_C/de_hdt-ud-train-a"):  # fmt: skip
        write(f"raw/{name}.conllu", row("1", name.split("/")[1]) + "\n")
    # Of other languages: Swiss German, Ancient Greek, Classical Chinese; Hindi mixed with English.
    for name in ("gsw_uzh", "grc_proiel", "lzh_kyoto", "qhe_hiencs", "hsb_ufal"):
        write(f"raw/UD_D/{name}-ud-test.conllu", "never read\n")
    write("raw/UD_B/de_gsd-ud-test.txt", "never read")
    found = converted("udpos", tmp_path / "raw")
    words = {path: [line.split("\t")[0] for line in text.split("\n\n")] for path, (_, text) in found.items()}
    assert words == {
        "udpos/dev-de.tsv": ["de_gsd-ud-dev"],
        "udpos/test-de.tsv": ["de_gsd-ud-test", "de_pud-ud-test"],
        "udpos/train-de.tsv": [f"de_hdt-ud-train-{part}" for part in ("a-1", "a-2", "a", "b-1")],
    }


def test_a_treebank_without_text_makes_no_split(converted, write, tmp_path):
    write("UD_French-FTB/fr_ftb-ud-test.conllu", row("1", "_") + row("2", "_") + "\n")
    write("UD_French-GSD/fr_gsd-ud-dev.conllu", HELLO)
    assert list(converted("udpos", tmp_path)) == ["udpos/dev-fr.tsv"]


def words(*tagged):
    """Words from (tag, heads)."""
    return [Word(f"w{i}", tag, frozenset(heads)) for i, (tag, heads) in enumerate(tagged, start=1)]


@pytest.mark.parametrize(
    ("language", "tags", "tag"),
    [
        ("el", ["DET", "ADP"], "ADP"),
        ("fi", ["SCONJ", "AUX"], "AUX"),
        ("fr", ["NOUN", "PRON"], "PRON"),
        ("de", ["PRON", "NOUN"], "NOUN"),
        ("it", ["PRON", "ADV"], "ADV"),
        ("es", ["DET", "ADP"], "ADP"),
        ("es", ["NOUN", "DET"], "DET"),  # what a language's list leaves out comes last
        ("es", ["NOUN", "PROPN"], "NOUN"),  # and among those, as among equals, the leftmost
        ("ar", ["_", "PUNCT"], "PUNCT"),
    ],
)
def test_sisters_are_ranked_by_part_of_speech(language, tags, tag):
    token = Fused("ab", 1, 2)
    sentence = Sentence(words((tags[0], {3}), (tags[1], {3}), ("VERB", {0})), {1: token})
    assert fused_tag(sentence, token, language) == tag


def test_fewer_ancestors_win_over_the_part_of_speech():
    token = Fused("ab", 1, 2)
    assert fused_tag(Sentence(words(("PUNCT", {3}), ("VERB", {1}), ("X", {0}))), token, "de") == "PUNCT"
    # An enhanced head that leads to more nodes above counts: 1 has 3, 4 and the root above it, 2 has 3 and the root.
    tagged = (("VERB", {3, 4}), ("PUNCT", {3}), ("X", {0}), ("X", {0}))
    assert fused_tag(Sentence(words(*tagged)), token, "de") == "PUNCT"


def test_enhanced_heads_are_read(converted, write, tmp_path):
    content = (
        fused("1-2", "ab")
        + row("1", "a", "VERB", 3, "3:x|4:y|5.1:z")
        + row("2", "b", "PUNCT", 3)
        + row("3", "c")
        + row("4", "d")
    )
    assert converted_text(converted, write, tmp_path, content)[1].startswith("ab\tPUNCT\n")


@st.composite
def graphs(draw):
    size = draw(st.integers(1, 8))
    heads = st.frozensets(st.integers(0, size), min_size=1, max_size=3)
    return [Word(str(i), "X", draw(heads)) for i in range(1, size + 1)]


@given(graphs())
def test_ancestors_are_those_of_networkx(found):
    graph = networkx.DiGraph([(head, i) for i, word in enumerate(found, start=1) for head in word.heads])
    for i in range(1, len(found) + 1):
        assert ancestors(Sentence(found), i) == len(networkx.ancestors(graph, i))


@given(graphs(), st.data())
def test_no_word_is_lost_and_none_comes_twice(found, data):
    tokens, number = {}, 1
    while number <= len(found):
        last = data.draw(st.integers(number, len(found)))
        if data.draw(st.booleans()):
            tokens[number] = Fused("+".join(word.form for word in found[number - 1 : last]), number, last)
        number = last + 1
    tagged = tagged_words(Sentence(found, tokens), "de")
    assert "+".join(form for form, _ in tagged) == "+".join(word.form for word in found)
    assert len(tagged) == len(found) - sum(token.last - token.first for token in tokens.values())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("1\ta\tb\n", r":1: not a line of CoNLL-U: 3 columns instead of 10"),
        (row("2", "a"), r":1: not a line of CoNLL-U: id '2' out of order"),
        (row("1", "a") + row("1", "b"), r":2: .*id '1' out of order"),
        (row("x", "a"), r":1: .*id 'x' out of order"),
        ("# c\n" + row("1", "a", "NN"), r":2: .*unknown part of speech 'NN'"),
        (row("1", "a", head="_"), r":1: .*head '_' is no number"),
        (fused("2-3", "a") + row("1", "a"), r":1: .*id 2-3 out of order"),
        (row("1", "a") + fused("2-1", "a"), r":2: .*id 2-1 out of order"),
        (fused("1-3", "a") + row("1", "a") + fused("2-3", "b"), r":3: .*id 2-3 out of order"),
        (fused("1-2", "a") + row("1", "a") + "\n", r":3: the sentence ends within a fused token"),
        (row("1", "a").encode() + b"\xff\n", r":2: not UTF-8"),
    ],
)
def test_malformed_conllu_is_refused(write, tmp_path, output, content, complaint):
    write("raw/UD/de_x-ud-test.conllu", content)
    with pytest.raises(InputError, match=r"de_x-ud-test\.conllu" + complaint) as caught:
        list(convert("udpos", tmp_path / "raw", output))
    assert "\n" not in str(caught.value)


def test_a_file_of_no_split_is_refused(write, tmp_path, output):
    write("raw/UD/de_x-ud.conllu", HELLO)
    with pytest.raises(InputError, match=r"de_x-ud\.conllu: the name holds none of train, dev, test"):
        list(convert("udpos", tmp_path / "raw", output))


def test_the_end_of_the_file_ends_a_sentence(converted, write, tmp_path):
    for content in (HELLO, HELLO.rstrip("\n"), f"\n# nothing\n\n{HELLO}\n\n"):
        assert converted_text(converted, write, tmp_path, content) == (1, "Hallo\tINTJ\n.\tPUNCT\n")
