"""Tiny checkpoints with random weights, for tests that need a model but not a good one."""

from pathlib import Path

from xbench.tasks.mini import sample_texts
from xbench.tasks.suites import TASKS

LANGUAGES = ("en", "de", "th")


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


def make_checkpoint(
    directory: Path, head: str = "embedding", family: str = "xlm-roberta", seed: int = 0, spread: float = 0.5
) -> Path:
    """A checkpoint with random weights: 3 blocks of 32 dimensions, and the head of a graph (see exporters.heads).

    Weights are spread far wider than one would to train, so that decisions are no matter of rounding.
    """
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
        initializer_range=spread,
        **padding,
        **names,
    )
    transformers.set_seed(seed)
    model = getattr(transformers, HEADS[head].auto_class).from_config(config)
    model.save_pretrained(directory)
    return directory
