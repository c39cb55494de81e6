"""A checkpoint becomes a folder that runs without PyTorch: graph, weights, tokenizer, description; cached by content.

The folder holds `model.onnx`, `model.onnx.data`, `tokenizer.json` and `export.json`.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, InputError
from ..files import atomic_directory, atomic_path, make_directory, write_text
from .checkpoint import Checkpoint
from .fingerprints import file_fingerprint
from .layers import POOLINGS, retrieval_layer
from .precision import REDUCED

# Raised whenever the graphs that this code writes change.
EXPORTER_VERSION = 3
_PACKAGES = ("torch", "transformers", "optimum", "optimum-onnx", "onnx")


@dataclass(frozen=True)
class ExportOptions:
    """Which graph of a checkpoint: the head, and for embeddings the layer and pooling (None: the model's default).

    `precision` is as `precision.settle_precision` gives it.
    """

    head: str
    layer: int | None = None
    pooling: str | None = None
    precision: str = "fp32"

    def settled(self, checkpoint: Checkpoint) -> "ExportOptions":
        """Fill in the defaults; other heads have neither layer nor pooling.

        Raises:
            InputError: the model has no such layer, or there is no such pooling.
        """
        if self.head not in ("embedding", "layers"):
            return replace(self, layer=None, pooling=None)
        pooling = self.pooling or "mean"
        if pooling not in POOLINGS:
            raise InputError(f"unknown pooling {pooling!r}: one of {', '.join(POOLINGS)}")
        if self.head == "layers":
            if pooling == "pooler":
                raise InputError("the pooler stands on the last layer alone: name another --pooling to compare layers")
            return replace(self, layer=None, pooling=pooling)
        layers = checkpoint.layers
        default = layers if pooling == "pooler" else retrieval_layer(checkpoint.config, layers)
        layer = default if self.layer is None else self.layer
        if not 0 <= layer <= layers:
            raise InputError(f"{checkpoint.reference} has layers 0 (embeddings) to {layers}, not {layer}")
        if pooling == "pooler" and layer != layers:
            raise InputError(f"the pooler stands on the last layer, {layers}, not on {layer}")
        return replace(self, layer=layer, pooling=pooling)


@dataclass(frozen=True)
class Export:
    """An export on disk with its description."""

    directory: Path
    key: str
    options: ExportOptions
    checkpoint: str
    tokenizer: str
    pad_id: int
    position_limit: int
    versions: Mapping[str, str | None]
    parity: Mapping[str, float]

    @property
    def graph(self) -> Path:
        """The .onnx file."""
        return self.directory / "model.onnx"

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer.json."""
        return self.directory / "tokenizer.json"

    @classmethod
    def load(cls, directory: Path) -> "Export":
        """Read the description of an export.

        Raises:
            InputError: there is none, or it is broken.
        """
        path = directory / "export.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            options = ExportOptions(**content.pop("options"))
            return cls(directory=directory, options=options, **content)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(f"{path} does not describe an export: {error!r}; delete {directory}") from error

    def save(self) -> None:
        """Write the description into the folder."""
        content = {name: value for name, value in asdict(self).items() if name != "directory"}
        write_text(self.directory / "export.json", json.dumps(content, indent=2) + "\n")


def installed_versions(packages: Iterable[str]) -> dict[str, str | None]:
    """Versions of packages, None where one is not installed; nothing is imported."""
    found: dict[str, str | None] = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def export_key(checkpoint: Checkpoint, options: ExportOptions, cache: Path) -> str:
    """Hash of all that decides what the export contains."""
    content = {
        "exporter": EXPORTER_VERSION,
        "checkpoint": checkpoint.fingerprint(cache),
        "tokenizer": file_fingerprint(checkpoint.tokenizer_file(), cache),
        "options": asdict(options),
        "versions": installed_versions(_PACKAGES),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def ensure_export(
    checkpoint: Checkpoint, options: ExportOptions, cache: Path, note: Callable[[str], None] = lambda _: None
) -> Export:
    """The export of a checkpoint from the cache, made first if it is not there; `note` is told if it takes time.

    Raises:
        InputError: the checkpoint cannot be exported (no tokenizer, no weights, unfit head or layer).
        EnvironmentFault: the graph disagrees with PyTorch beyond tolerance and is refused; or the disk is full.
    """
    from filelock import FileLock

    settled = options.settled(checkpoint)
    key = export_key(checkpoint, settled, cache)
    directory = cache / "onnx" / key
    if (directory / "export.json").is_file():
        return Export.load(directory)
    make_directory(directory.parent)
    with FileLock(str(directory) + ".lock"):
        if not (directory / "export.json").is_file():
            note(f"exporting {checkpoint.reference} ({settled.head}, {settled.precision}) to ONNX")
            with atomic_directory(directory) as temporary:
                _build(checkpoint, settled, cache, temporary, key)
    return Export.load(directory)


def export_to(directory: Path, checkpoint: Checkpoint, options: ExportOptions, cache: Path) -> Export:
    """Put the export of a checkpoint into `directory`, which must be new or empty.

    Raises:
        InputError: the directory holds something, or the checkpoint cannot be exported.
        EnvironmentFault: the graph disagrees with PyTorch, or the disk is full.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise InputError(f"{directory} is not empty; choose a new directory")
    export = ensure_export(checkpoint, options, cache)
    with atomic_directory(directory) as temporary:
        shutil.copytree(export.directory, temporary, dirs_exist_ok=True)
    return Export.load(directory)


def ensure_tokenizer(checkpoint: Checkpoint, cache: Path) -> Path:
    """The checkpoint's tokenizer as one `tokenizer.json` in the cache, converted first if need be.

    Raises:
        InputError: there is none, or it cannot be read or converted.
    """
    from .loading import save_tokenizer

    source = checkpoint.tokenizer_file()
    path = cache / "tokenizers" / f"{file_fingerprint(source, cache)[:24]}.json"
    if not path.is_file():
        with atomic_path(path) as temporary:
            save_tokenizer(checkpoint, temporary)
    return path


def build_head(checkpoint: Checkpoint, options: ExportOptions, **loading: Any) -> Any:
    """The PyTorch module of `heads` for a checkpoint; `loading` goes to transformers' from_pretrained."""
    from .heads import HEADS
    from .loading import load_model

    spec = HEADS[options.head]
    model = load_model(checkpoint, spec.auto_class, with_pooler=options.pooling == "pooler", **loading)
    arguments = (options.layer, options.pooling) if options.pooling else ()
    return spec.build(model, *arguments).eval()


def _build(checkpoint: Checkpoint, options: ExportOptions, cache: Path, directory: Path, key: str) -> None:
    from ..tasks.tokenization import TextEncoder
    from .parity import compare, probe
    from .session import open_session

    tokenizer = directory / "tokenizer.json"
    shutil.copyfile(ensure_tokenizer(checkpoint, cache), tokenizer)
    encoder = TextEncoder.from_file(tokenizer, checkpoint.position_limit)
    module = build_head(checkpoint, options, attn_implementation="eager")
    _write_graph(module, checkpoint, options, cache, directory / "model.onnx")
    session = open_session(directory / "model.onnx")
    parity = compare(options.head, module, session, probe(encoder), checkpoint.pad_id)
    if not parity.holds(options.precision):
        raise EnvironmentFault(
            f"the {options.precision} graph of {checkpoint.reference} disagrees with PyTorch and is refused: largest"
            f" difference {parity.difference:.2g} at a scale of {parity.scale:.2g}, {parity.changed:.2%} of decisions"
            f" changed; use {'--backend torch' if options.precision == 'fp32' else '--precision fp32'}"
        )
    Export(
        directory=directory,
        key=key,
        options=options,
        checkpoint=checkpoint.fingerprint(cache),
        tokenizer=encoder.fingerprint(),
        pad_id=checkpoint.pad_id,
        position_limit=checkpoint.position_limit,
        versions=installed_versions(_PACKAGES),
        parity=asdict(parity),
    ).save()


def _write_graph(module: Any, checkpoint: Checkpoint, options: ExportOptions, cache: Path, path: Path) -> None:
    """Export `module`, or for another arithmetic than fp32 convert what was exported of it."""
    from .cuda import write_cuda_graph
    from .graph import write_graph
    from .heads import HEADS
    from .quantization import quantise

    if options.precision == "fp32":
        write_graph(module, HEADS[options.head].outputs, path)
        return
    graph = ensure_export(checkpoint, replace(options, precision="fp32"), cache).graph
    if options.precision == "fp16":
        write_cuda_graph(graph, path, checkpoint.attention_heads, checkpoint.hidden_size)
    else:
        quantise(graph, path, reduced=options.precision == REDUCED)
