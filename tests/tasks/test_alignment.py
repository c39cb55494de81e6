"""Words, tokens and answers: against transformers' copy of the original SQuAD code, and by hand.

Transformers' copy has changed in one point since XTREME: `BasicTokenizer` now composes characters (NFC) first. The
oracles here are put back to what XTREME ran; `test_characters_are_not_composed_first` shows the point.
"""

import unicodedata
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from xbench.tasks.alignment import ALIGNMENTS, align_back, basic_tokens, split_words
from xbench.tasks.tokenization import TextEncoder

# Letters, marks, digits and punctuation of XTREME's scripts, with capitals, accents both composed and not, controls,
# and blanks of every kind.
SCRIPTS = (
    "aZéÅñßİıÇğ'’-–.,;:!?()[]«»„“\"%$€£&/@#+=<>|~^`_*"
    "ДжйЁщ ΆλφΩ العَرَبِيّة،؟؛ـ۱ ﷺ עִבְרִית־ हिन्दीक्षि़।॥ ক্ষ৷ தமிழ் తెలుగు മലയാളം "
    "ภาษาไทยน้ำๆ ျမန်မာ၊။ ქართული 한국어각 日本語ひらガー、。・「」 北京是中国（）：《》 0９½²№"
    "\U0001f642\U00020000\u0301\u0308\u00a0\u3000\u2003\u200b\u200d\u200f\u00ad\u202f\ufeff\t\r\n\u2028\x00\x07\ufffd"
)
texts = st.text(alphabet=SCRIPTS, max_size=25)


@pytest.fixture(scope="module", autouse=True)
def not_composing() -> Iterator[None]:
    """Transformers' basic tokenisation without NFC, as at the commit that XTREME pins."""
    plain = SimpleNamespace(
        normalize=lambda form, text: text if form == "NFC" else unicodedata.normalize(form, text),
        category=unicodedata.category,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transformers.models.bert.tokenization_bert.unicodedata", plain)
        yield


def test_words_are_those_of_the_original_code():
    from transformers.data.processors.squad import SquadExample

    for text in ("", " ", "the  cat\tsat\r\n on\u202fthe\u00a0mat \u3000 .\n", "\u202fa\u2003b\x0bc\u2028d"):
        made = SquadExample("0", "who", text, None, None, "")
        assert split_words(text) == made.doc_tokens
    assert split_words("a \u202f b\u00a0c") == ["a", "b\u00a0c"]


@given(text=texts, lowercase=st.booleans())
@example("Ångström's naïve café, 12,345.67!", True)
@example("北京是中国的首都。Beijing", False)
def test_basic_tokens_are_those_of_transformers(text, lowercase):
    from transformers.models.bert.tokenization_bert import BasicTokenizer

    expected = BasicTokenizer(do_lower_case=lowercase).tokenize(text)
    # Python writes a Greek word's last sigma as ς, the tokenizers library as σ.
    assert [token.replace("ς", "σ") for token in basic_tokens(text, lowercase)] == [
        token.replace("ς", "σ") for token in expected
    ]


def test_basic_tokens_by_hand():
    assert basic_tokens("Steve Smith's «naïve»\u200b café", False) == [
        *("Steve", "Smith", "'", "s", "«", "naïve", "»", "café")
    ]
    assert basic_tokens("Steve NAÏVE 北京a", True) == ["steve", "naive", "北", "京", "a"]


def test_characters_are_not_composed_first():
    # Decomposed é, and the Hindi letter qa that composition takes apart.
    assert basic_tokens("cafe\u0301 \u0958", False) == ["cafe\u0301", "\u0958"]
    assert align_back("cafe\u0301", "(cafe\u0301)", False) == "cafe\u0301"


@st.composite
def said_and_words(draw):
    """Some words, and what tokens may say of them: mostly a stretch of their basic tokens."""
    words = " ".join(split_words(draw(st.text(alphabet=SCRIPTS, min_size=1, max_size=40))))
    lowercase = draw(st.booleans())
    spread = " ".join(basic_tokens(words, lowercase))
    first = draw(st.integers(0, len(spread)))
    last = draw(st.integers(first, len(spread)))
    stretch = " ".join(spread[first:last].split())
    other = " ".join(draw(st.text(alphabet=SCRIPTS, max_size=4)).split())
    return draw(st.sampled_from([stretch, stretch, other])), words, lowercase


@given(said_and_words())
@example(("steve smith", "Steve Smith's", True))
@example(("", "the cat", False))  # tokens that say nothing
@example(("1895", "(1895-1943)", False))
@example(("ab", "a\u00a0b", False))
@example(("a b", "a\u00a0b", False))  # one more letter in the words than in their tokens
@example(("가", "가", True))  # stripping accents takes syllables apart
def test_answers_are_aligned_back_as_transformers_does(case):
    from transformers.data.metrics.squad_metrics import get_final_text

    assert align_back(*case) == get_final_text(*case)


@given(said_and_words())
def test_what_is_aligned_back_is_part_of_the_words(case):
    said, words, lowercase = case
    found = align_back(said, words, lowercase)
    assert found in words
    if found != words and not lowercase:
        assert found.replace(" ", "") == said.replace(" ", "")


def test_align_back_by_hand():
    assert align_back("steve smith", "Steve Smith's", True) == "Steve Smith"
    assert align_back("smith ' s", "Steve Smith's", True) == "Smith's"
    assert align_back("1895 - 1943", "(1895-1943).", False) == "1895-1943"
    # A SentencePiece model does not put blanks around punctuation, the basic tokens do: nothing is found.
    assert align_back("1895-1943", "(1895-1943).", False) == "(1895-1943)."
    assert align_back("北京", "北京是首都。", False) == "北京是首都。"
    assert align_back("北 京", "北京是首都。", False) == "北京"
    # The soft hyphen is no letter of the basic tokens, so nothing can be counted.
    assert align_back("cat", "the cat\u00ads", False) == "the cat\u00ads"


# -- contexts -----------------------------------------------------------------------------------------------------


def context_of(encoder, text, alignment="reference"):
    return ALIGNMENTS[alignment]([text], encoder)[text]


def answer_of(encoder, text, gold, language="en", alignment="reference"):
    context = context_of(encoder, text, alignment)
    return context.answer(*context.tokens_of(gold, text.index(gold)), language)


@given(text=st.text(alphabet="ab .,'\t\n\u202f\u00a0北京สอ", max_size=40))
def test_a_context_is_the_tokens_of_its_words(tokenizer, encoder, text):
    context = context_of(encoder, text)
    alone = [tokenizer.encode(word, add_special_tokens=False).ids for word in split_words(text)]
    assert context.ids == [piece for word in alone for piece in word]
    assert context.word_of == [number for number, word in enumerate(alone) for _ in word]
    whole = tokenizer.encode(text, add_special_tokens=False)
    assert (context_of(encoder, text, "offsets").ids, context_of(encoder, text, "offsets").offsets) == (
        whole.ids,
        whole.offsets,
    )


@given(text=st.text(alphabet="thecatson .,'\t\n\u202f北京สอ", min_size=1, max_size=40), data=st.data())
def test_answers_are_parts_of_the_words_or_what_chinese_tokens_say(encoder, text, data):
    context = context_of(encoder, text)
    tokens = range(len(context.ids))
    if not tokens:
        return
    first = data.draw(st.sampled_from(tokens))
    last = data.draw(st.sampled_from(tokens[first:]))
    words = " ".join(split_words(text))
    answer = context.answer(first, last, "en")
    assert answer in words
    around = " ".join(split_words(text)[context.word_of[first] : context.word_of[last] + 1])
    said = encoder.joined(context.ids[first : last + 1])
    if answer != around:
        assert answer.replace(" ", "") == said.replace(" ", "")
    assert context.answer(first, last, "zh") == (answer if encoder.parts_chinese else said)


def test_answers_by_hand(bert, xlmr):
    text = "in \n (1895-1943) the\u202fold  cat"
    assert [answer_of(e, text, "1895") for e in (bert, xlmr)] == ["1895", "(1895-1943)"]
    assert answer_of(xlmr, text, "1895", alignment="offsets") == "1895"
    assert [answer_of(e, text, "old  cat") for e in (bert, xlmr)] == ["old cat"] * 2
    assert answer_of(bert, text, "old  cat", alignment="offsets") == "old  cat"


def tokens_saying(encoder, context, text):
    """First and last of the first tokens that say `text`."""
    bounds = range(len(context.ids))
    return next((a, b) for a in bounds for b in bounds[a:] if encoder.joined(context.ids[a : b + 1]) == text)


def test_chinese_answers_are_what_tokens_say_unless_these_put_characters_apart(bert, xlmr):
    text = "北京是中国的首都，上海是大学。"
    context = context_of(xlmr, text)
    tokens = tokens_saying(xlmr, context, "中国")
    assert (context.answer(*tokens, "zh"), context.answer(*tokens, "en")) == ("中国", text)
    context = context_of(bert, text)
    tokens = tokens_saying(bert, context, "中 国")
    assert (context.answer(*tokens, "zh"), context.answer(*tokens, "en")) == ("中国", "中国")


def test_an_answer_is_narrowed_to_the_tokens_it_has_by_itself(bert, xlmr):
    # BERT's tokens of "-cat-" hold "cat"; XLM-R's hold no "▁cat", so the whole word is learnt.
    for encoder, expected in ((bert, "cat"), (xlmr, "-cat-")):
        context = context_of(encoder, "the -cat- sat")
        first, last = context.tokens_of("cat", 5)
        assert encoder.joined(context.ids[first : last + 1]).replace(" ", "") == expected
    context = context_of(xlmr, "the cat's mat")
    assert context.tokens_of("cat", 4) == (1, 1)
    # The same word twice: the one that the answer touches.
    assert context_of(xlmr, "cat the cat").tokens_of("cat", 8) == (2, 2)


def test_an_answer_inside_a_token_takes_the_token(bert):
    context = context_of(bert, "the house mat", "offsets")
    assert context.offsets == [(0, 3), (4, 9), (10, 13)]
    assert context.tokens_of("ou", 5) == (1, 1)
    assert context.tokens_of("e ho", 2) == (0, 1)
    assert context.tokens_of(" ", 3) is None  # a blank between tokens


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize(("text", "answer"), [("", ""), ("   ", " "), ("the  cat", ""), ("the  cat", " ")])
def test_no_tokens_are_no_answer(encoder, alignment, text, answer):
    assert context_of(encoder, text, alignment).tokens_of(answer, min(4, len(text))) is None


def test_a_word_without_tokens_is_no_answer(bert):
    context = context_of(bert, "the \u200b cat")
    assert (context.word_of, context.tokens_of("\u200b", 4)) == ([0, 2], None)
    assert context.tokens_of("\u200b cat", 4) == (1, 1)


def test_words_of_a_tokenizer_that_marks_blanks_are_those_of_running_text():
    """As in RoBERTa's and Gemma's, "cat" at the beginning of a text is another token than behind a blank."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(["the old cat sat on the mat, naïve cat"] * 3, trainer)
    encoder = TextEncoder(tokenizer, 512)
    text = "the naïve\n cat,  sat"
    assert context_of(encoder, text).ids == tokenizer.encode(" the naïve cat, sat").ids
    assert [answer_of(encoder, text, gold) for gold in ("naïve", "cat", "cat,  sat")] == ["naïve", "cat", "cat, sat"]
