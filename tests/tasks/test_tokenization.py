"""Layouts of token ids: against the `tokenizers` library's own, and truncation against the loop it stands for."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from xbench.errors import InputError
from xbench.tasks.tokenization import TextEncoder, longest_first

texts = st.one_of(
    st.text(),
    st.text(alphabet="abc A,.'\u00a0\u200b\u3000สอك中नि\U0001f642\u0301", max_size=30),
    st.lists(st.sampled_from(["the", "cat", "houses", "unable", "北京", "[SEP]", "</s>", " "])).map(" ".join),
)


def rows(sequences):
    return [
        (sequences[i].tolist(), sequences.type_ids[a:b].tolist()) for i, (a, b) in enumerate(pairwise(sequences.starts))
    ]


@given(pairs=st.lists(st.tuples(texts, texts), max_size=4))
@example(pairs=[("", ""), ("", "cat"), ("cat", "")])
def test_pairs_are_the_tokenizers_own(tokenizer, encoder, pairs):
    expected = [tokenizer.encode(first, second) for first, second in pairs]
    # Texts are short: nothing is cut.
    assert rows(encoder.encode_pairs(pairs, 512)) == [(e.ids, e.type_ids) for e in expected]


@given(singles=st.lists(texts, max_size=4))
@example(singles=["", "cat", "cat"])
def test_singles_are_the_tokenizers_own(tokenizer, encoder, singles):
    expected = [tokenizer.encode(text) for text in singles]
    assert rows(encoder.encode_singles(singles, 512)) == [(e.ids, e.type_ids) for e in expected]


def test_singles_are_cut_at_the_end(tokenizer, encoder):
    # Budget 6: four tokens of text between two special ones.
    whole = tokenizer.encode("the cat sat on the mat").ids
    assert len(whole) == 8
    assert rows(encoder.encode_singles(["the cat sat on the mat"], 6)) == [([*whole[:5], whole[-1]], [0] * 6)]


def test_one_separator_at_the_end_of_a_single_two_between_an_xlmr_pair(xlmr):
    # Written out by hand: <s> is 0, </s> is 2, and the single of XLM-R has one </s> only (section 2.1).
    the, cat = (xlmr.ids([word])[word] for word in ("the", "cat"))
    assert rows(xlmr.encode_singles(["cat"], 9)) == [([0, *cat, 2], [0, 0, 0])]
    assert rows(xlmr.encode_pairs([("cat", "the")], 9)) == [([0, *cat, 2, 2, *the, 2], [0] * 6)]


def test_a_bert_pair_has_type_ids(bert):
    # [CLS] is 2, [SEP] is 3; the second text and its [SEP] are of type 1.
    the, cat = (bert.ids([word])[word] for word in ("the", "cat"))
    assert rows(bert.encode_pairs([("cat", "the")], 9)) == [([2, *cat, 3, *the, 3], [0, 0, 0, 1, 1])]


def test_a_window_of_words_closes_with_one_separator_for_bert_and_two_for_xlmr(bert, xlmr):
    assert bert.join_words([7, 8]) == ([2, 7, 8, 3], [0, 0, 0, 0])
    assert xlmr.join_words([7, 8]) == ([0, 7, 8, 2, 2], [0, 0, 0, 0, 0])
    # "Window budget = 128 - 3 (XLM-R tokenizer) or - 2 (others) subwords."
    assert (bert.word_budget(128), xlmr.word_budget(128)) == (126, 125)


def test_a_model_with_few_positions_lowers_every_budget(bert_tokenizer):
    short = TextEncoder(Tokenizer.from_str(bert_tokenizer.to_str()), 10)
    assert (short.word_budget(128), short.pair_budget(384)) == (8, 7)
    assert (short.word_budget(6), short.pair_budget(6)) == (4, 3)
    long = "cat " * 30
    assert short.encode_singles([long], 512).lengths.tolist() == [10]
    assert short.encode_pairs([(long, long)], 512).lengths.tolist() == [10]


def one_at_a_time(first, second, budget):
    """Transformers' rule at the reference's commit: the longer text loses its last token, at a tie the second."""
    while first + second > budget:
        if first > second:
            first -= 1
        else:
            second -= 1
    return first, second


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
@example(5, 5, 9)
@example(6, 3, 6)
def test_longest_first_is_the_loop(first, second, budget):
    assert longest_first(first, second, budget) == one_at_a_time(first, second, budget)


def test_longest_first_by_hand():
    assert longest_first(3, 4, 7) == (3, 4)
    assert longest_first(9, 2, 6) == (4, 2)  # only the longer one is cut
    assert longest_first(2, 9, 6) == (2, 4)
    assert longest_first(4, 4, 7) == (4, 3)  # a tie drops from the second
    assert longest_first(10, 10, 7) == (4, 3)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([6, 7, 12, 13]))
def test_pairs_are_cut_from_their_ends(tokenizer, encoder, first, second, max_length):
    a, b = " ".join(["cat"] * first), " ".join(["dog"] * second)
    cat, dog = (encoder.ids([word])[word][0] for word in ("cat", "dog"))
    ((ids, types),) = rows(encoder.encode_pairs([(a, b)], max_length))
    special = tokenizer.num_special_tokens_to_add(True)
    kept = one_at_a_time(first, second, max_length - special)
    assert (ids.count(cat), ids.count(dog)) == kept
    assert len(types) == len(ids) == sum(kept) + special


@given(first=st.text("abc", max_size=30), second=st.text("abc", max_size=30))
def test_the_librarys_longest_first_agrees_where_the_budget_is_even(family, tokenizer, encoder, first, second):
    # Where the budget is odd the library gives the odd token to the other side than the reference did.
    max_length = {"bert": 13, "xlmr": 14}[family]
    cutting = Tokenizer.from_str(tokenizer.to_str())
    cutting.enable_truncation(max_length, strategy="longest_first")
    assert rows(encoder.encode_pairs([(first, second)], max_length))[0][0] == cutting.encode(first, second).ids


@given(some=st.lists(texts, max_size=4))
def test_pieces_and_ids_are_the_text_without_special_tokens(tokenizer, encoder, some):
    pieces, ids = encoder.pieces(some), encoder.ids(some)
    assert set(pieces) == set(ids) == set(some)
    for text in some:
        alone = tokenizer.encode(text, add_special_tokens=False)
        assert pieces[text] == (alone.ids, alone.offsets)
        assert ids[text] == alone.ids


@given(words=st.lists(st.text(alphabet="abc A,.'\u00a0\u200bสอ中\U0001f642\u0301", max_size=8), max_size=6))
def test_words_are_tokenised_alone(encoder, words):
    assert encoder.word_ids(words) == encoder.ids(words)


def bytes_tokenizer(add_prefix_space: bool) -> Tokenizer:
    """RoBERTa's shape: a vocabulary of bytes, and "cat" behind a blank."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*alphabet, "ca", "cat", "Ġcat"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [("c", "a"), ("ca", "t"), ("Ġ", "cat")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


@pytest.mark.parametrize("add_prefix_space", [True, False])
def test_words_stand_behind_a_blank_where_a_tokenizer_marks_it(add_prefix_space):
    encoder = TextEncoder(bytes_tokenizer(add_prefix_space), 512)
    (behind,) = encoder.word_ids(["cat"]).values()
    assert len(behind) == 1
    assert encoder.ids(["cat cat"])["cat cat"] == ([*behind, *behind] if add_prefix_space else [behind[0] - 1, *behind])


@given(data=st.data())
def test_wordpieces_are_joined_as_by_the_slow_tokenizer(bert_tokenizer, bert, data):
    from transformers import BertTokenizer

    ids = data.draw(st.lists(st.sampled_from(sorted(bert_tokenizer.get_vocab().values())), max_size=8))
    expected = BertTokenizer.convert_tokens_to_string(None, [bert_tokenizer.id_to_token(token) for token in ids])
    assert bert.joined(ids) == expected


@given(data=st.data())
@example(data=None)
def test_sentence_pieces_are_joined_and_their_marks_are_blanks(xlmr_tokenizer, xlmr, data):
    known = sorted(xlmr_tokenizer.get_vocab().values())
    mark = xlmr_tokenizer.token_to_id("▁")
    ids = [mark, mark, 5, mark] if data is None else data.draw(st.lists(st.sampled_from(known), max_size=8))
    # The rule of transformers' XLMRobertaTokenizer, then what the SQuAD code does to blanks.
    expected = "".join(xlmr_tokenizer.id_to_token(token) for token in ids).replace("▁", " ").strip()
    assert xlmr.joined(ids) == " ".join(expected.split())
    # Nor does it matter whether the tokenizer has a decoder, as XLM-R's has.
    decoding = Tokenizer.from_str(xlmr_tokenizer.to_str())
    decoding.decoder = decoders.Metaspace()
    assert TextEncoder(decoding, 512).joined(ids) == xlmr.joined(ids)


def test_joined_by_hand(bert, xlmr):
    text = "the  unable, cat's 北京"
    assert bert.joined(bert.ids([text])[text]) == "the unable , cat ' s 北 京"
    assert xlmr.joined(xlmr.ids([text])[text]) == "the unable, cat's 北京"
    encoder = TextEncoder(bytes_tokenizer(False), 512)
    assert encoder.joined(encoder.ids([text])[text]) == "the unable, cat's 北京"
    # A token inside a word keeps its mark if nothing stands before it, as in the reference.
    assert bert.joined([bert.ids(["cats"])["cats"][1]]) == "##s"
    assert (bert.joined([]), xlmr.joined([])) == ("", "")


def test_what_tokens_tell_of_case_and_chinese(bert_tokenizer, bert, xlmr):
    lower = Tokenizer.from_str(bert_tokenizer.to_str())
    lower.normalizer = normalizers.BertNormalizer(lowercase=True)
    bare = Tokenizer.from_str(bert_tokenizer.to_str())
    bare.normalizer = None
    encoders = [bert, xlmr, TextEncoder(lower, 512), TextEncoder(bare, 512), TextEncoder(bytes_tokenizer(False), 512)]
    assert [encoder.lowercases for encoder in encoders] == [False, False, True, False, False]
    # Without BERT's normalizer a Chinese word is one word.
    assert [encoder.parts_chinese for encoder in encoders] == [True, False, True, False, False]


def test_a_tokenizer_that_came_with_truncation_and_padding_does_neither(tokenizer):
    own = Tokenizer.from_str(tokenizer.to_str())
    own.enable_truncation(3)
    own.enable_padding(length=100)
    encoder = TextEncoder(own, 512)
    whole = tokenizer.encode("the cat sat on the mat").ids
    assert rows(encoder.encode_singles(["the cat sat on the mat"], 512)) == [(whole, [0] * len(whole))]


def test_unknown_id(bert, xlmr):
    assert (bert.unknown_id, xlmr.unknown_id) == (1, 3)


def test_the_fingerprint_tells_tokenizers_apart(bert_tokenizer, bert, xlmr):
    same = TextEncoder(Tokenizer.from_str(bert_tokenizer.to_str()), 128)
    assert same.fingerprint() == bert.fingerprint() != xlmr.fingerprint()
    # One more word in the vocabulary, which the probe never uses.
    larger = Tokenizer.from_str(bert_tokenizer.to_str())
    larger.add_tokens(["qqqqqq"])
    assert TextEncoder(larger, 128).fingerprint() != bert.fingerprint()


def test_the_fingerprint_sees_lower_casing(bert_tokenizer, bert):
    lower = Tokenizer.from_str(bert_tokenizer.to_str())
    lower.normalizer = normalizers.BertNormalizer(lowercase=True)
    assert TextEncoder(lower, 512).fingerprint() != bert.fingerprint()


def test_from_file(tokenizer, encoder, tmp_path):
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert TextEncoder.from_file(tmp_path / "tokenizer.json", 512).fingerprint() == encoder.fingerprint()


@pytest.mark.parametrize("content", [None, "", "{}", "not json"])
def test_from_file_names_what_cannot_be_read(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=r"cannot read the tokenizer .*tokenizer\.json"):
        TextEncoder.from_file(path, 512)


def test_a_tokenizer_that_knows_no_letter_is_refused():
    mute = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    mute.normalizer = normalizers.Replace("a", "")
    with pytest.raises(InputError, match="it cannot be used"):
        TextEncoder(mute, 512)
