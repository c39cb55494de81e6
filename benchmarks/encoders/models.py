"""XLM-R's architecture in its two sizes, with random weights, as PyTorch modules and as graphs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...files import atomic_directory
from ..checkpoints import BASE, Size
from ..flops import EncoderShape

LARGE = Size(24, 1024, 16, 4096, 250_002)
TINY = Size(3, 64, 2, 128, 1_000)
SIZES = {"base": BASE, "large": LARGE, "tiny": TINY}
# The layer that XTREME's retrieval tasks use (exporters.layers): blocks above it are not computed.
RETRIEVAL_LAYERS = {"base": 12, "large": 14, "tiny": 2}
POSITIONS = 514
PAD = 1
# So that embeddings differ: as narrow as one trains from, they would all point the same way.
_SPREAD = 0.05
_SEED = 0


def shape_of(name: str, layers: int) -> EncoderShape:
    """What decides the work of size `name` with so many blocks."""
    size = SIZES[name]
    return EncoderShape(layers, size.hidden, size.intermediate)


def make_model(name: str, layers: int, attention: str = "sdpa", spread: float = _SPREAD) -> Any:
    """A `transformers.XLMRobertaModel` in fp32 with the first `layers` blocks; the same weights at every call."""
    import transformers

    return transformers.XLMRobertaModel(_seeded_config(name, layers, attention, spread), add_pooling_layer=False).eval()


def make_classifier(name: str, labels: int) -> Any:
    """A `transformers.XLMRobertaForSequenceClassification` to train, its weights spread as XLM-R's are at first."""
    import transformers

    config = _seeded_config(name, SIZES[name].layers, "sdpa", 0.02)
    config.num_labels = labels
    return transformers.XLMRobertaForSequenceClassification(config)


def _seeded_config(name: str, layers: int, attention: str, spread: float) -> Any:
    import transformers

    size = SIZES[name]
    transformers.set_seed(_SEED)
    config = transformers.XLMRobertaConfig(
        vocab_size=size.vocabulary, hidden_size=size.hidden, num_hidden_layers=layers,
        num_attention_heads=size.heads, intermediate_size=size.intermediate, max_position_embeddings=POSITIONS,
        type_vocab_size=1, pad_token_id=PAD, bos_token_id=0, eos_token_id=2, initializer_range=spread,
        layer_norm_eps=1e-5,
    )  # fmt: skip
    config._attn_implementation = attention
    return config


def _plain(name: str, layers: int, path: Path, work: Path) -> None:
    from ...exporters.graph import write_graph
    from ...exporters.heads import HEADS

    spec = HEADS["embedding"]
    write_graph(spec.build(make_model(name, layers, "eager"), layers, "mean").eval(), spec.outputs, path)


def _fused(name: str, layers: int, path: Path, work: Path) -> None:
    from ...exporters.fusion import fuse

    fuse(ensure_graph(name, layers, "plain", work), path, SIZES[name].heads, SIZES[name].hidden)


def _half(name: str, layers: int, path: Path, work: Path, packed: bool = False) -> None:
    from ...exporters.cuda import write_cuda_graph

    plain = ensure_graph(name, layers, "plain", work)
    write_cuda_graph(plain, path, SIZES[name].heads, SIZES[name].hidden, packed=packed)


def _packed(name: str, layers: int, path: Path, work: Path) -> None:
    _half(name, layers, path, work, packed=True)


_MAKERS: dict[str, Callable[[str, int, Path, Path], None]] = {
    "plain": _plain,
    "fused": _fused,
    "half": _half,
    "packed": _packed,
}


def ensure_graph(name: str, layers: int, form: str, work: Path) -> Path:
    """The graph of mean-pooled embeddings in one of the forms of `_MAKERS`, made below `work` if it is not there."""
    directory = work / f"{name}-{layers}-{form}"
    if not (directory / "model.onnx").is_file():
        with atomic_directory(directory) as temporary:
            _MAKERS[form](name, layers, temporary / "model.onnx", work)
    return directory / "model.onnx"
