"""Tiny real tokenizers of the two families that matter."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from xbench.tasks.tokenization import TextEncoder

# Every letter is known to both tokenizers: Latin, Cyrillic, Arabic, Thai, Han, digits, some punctuation.
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?!-'"
    "абвгдежзиклмнопрстуфхя"
    "العربيةمنكتوهلوسدينقبغم"
    "ฉันอยู่ที่กรุงเทพมหานคร"
    "北京是中国的首都上海大学"
)
WORDS = ("the", "cat", "sat", "on", "mat", "dog", "in", "house", "un", "river", "old", "what", "who", "where")
CONTINUATIONS = ("able", "ing", "ed", "house", "s")


def wordpiece() -> Tokenizer:
    """BERT's shape: WordPiece, `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]` with type ids 0 and 1."""
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(LETTERS), *WORDS]
    tokens += [f"##{piece}" for piece in (*dict.fromkeys(LETTERS), *CONTINUATIONS)]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    return tokenizer


def unigram() -> Tokenizer:
    """XLM-R's shape: Unigram behind Metaspace, `<s> A </s>` and `<s> A </s></s> B </s>`, all type ids 0."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]
    pieces += [(letter, -8.0) for letter in dict.fromkeys(LETTERS)]
    pieces += [(f"▁{word}", -4.0) for word in WORDS] + [(piece, -5.0) for piece in CONTINUATIONS if len(piece) > 1]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    return tokenizer


FAMILIES: dict[str, Callable[[], Tokenizer]] = {"bert": wordpiece, "xlmr": unigram}


@pytest.fixture(scope="session", params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    """`bert`, then `xlmr`."""
    return request.param


@pytest.fixture(scope="session")
def tokenizer(family: str) -> Tokenizer:
    """The library's own object, untouched by xbench."""
    return FAMILIES[family]()


@pytest.fixture(scope="session")
def encoder(family: str) -> TextEncoder:
    """xbench's encoder over an equal tokenizer; 512 positions."""
    return TextEncoder(FAMILIES[family](), 512)


@pytest.fixture(scope="session")
def bert_tokenizer() -> Tokenizer:
    """The BERT-like tokenizer alone."""
    return wordpiece()


@pytest.fixture(scope="session")
def bert() -> TextEncoder:
    """The encoder over the BERT-like tokenizer alone."""
    return TextEncoder(wordpiece(), 512)


@pytest.fixture(scope="session")
def xlmr_tokenizer() -> Tokenizer:
    """The XLM-R-like tokenizer alone."""
    return unigram()


@pytest.fixture(scope="session")
def xlmr() -> TextEncoder:
    """The encoder over the XLM-R-like tokenizer alone."""
    return TextEncoder(unigram(), 512)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file under `tmp_path`, byte for byte."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write_file
