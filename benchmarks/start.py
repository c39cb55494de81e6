"""How soon does `xbench run` compute, and with how much memory? A model of XLM-R-base's shape, random weights.

The checkpoint (12 x 768, 250,002 words, 1.1 GB) is made once in `--work`, exported by a first run, and then the command
is started several times with its export cached: seconds from the start of the process to the end of its first batch (as
the run itself records it), wall time, and peak resident memory of the process.

    python benchmarks/start.py --data-dir DIR --work DIR
"""

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

VOCABULARY = 250_002


def make_checkpoint(directory: Path, texts: list[str]) -> None:
    import transformers

    make_tokenizer(texts).save(str(directory / "tokenizer.json"))
    transformers.set_seed(0)
    config = transformers.XLMRobertaConfig(
        vocab_size=VOCABULARY, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
        max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    transformers.XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(directory)


def make_tokenizer(texts: list[str]):
    """XLM-R's layout and size: the words and letters of the texts, filled up with words nobody uses."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = dict.fromkeys(f"▁{word}" for text in texts for word in text.split())
    letters = dict.fromkeys(letter for text in texts for letter in text)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *dict.fromkeys(["▁", *letters, *words])][: VOCABULARY - 1]
    draw = random.Random(0)
    known = set(pieces)
    while len(pieces) < VOCABULARY - 1:
        filler = "▁" + "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=10))
        if filler not in known:
            known.add(filler)
            pieces.append(filler)
    scores = [(piece, -20.0 if len(piece) == 1 else -10.0) for piece in [*pieces, "<mask>"]]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def run(arguments: argparse.Namespace, model: Path) -> dict:
    command = [
        sys.executable,
        "-m",
        "xbench",
        "run",
        "-m",
        str(model),
        "-t",
        "tatoeba",
        "-l",
        "de",
        "--force",
        "--json",
    ]
    command += ["--data-dir", str(arguments.data_dir), "-o", str(arguments.work / "out"), "--device", "cpu"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    content = json.loads(output)
    return {
        "first_batch_s": content["first_batch_seconds"],
        "wall_s": time.perf_counter() - start,
        "peak_mb": usage.ru_maxrss / 1024,
        "tokens_per_s": content["tokens"] / content["seconds"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    model = arguments.work / "xlmr-base-shaped"
    if not (model / "config.json").is_file():
        model.mkdir(parents=True, exist_ok=True)
        texts = [
            line for path in sorted(arguments.data_dir.glob("tatoeba/*-en.??")) for line in path.open(encoding="utf-8")
        ]
        make_checkpoint(model, texts)
    print("export and first run:", run(arguments, model))
    rounds = [run(arguments, model) for _ in range(arguments.rounds)]
    for name in rounds[0]:
        values = sorted(row[name] for row in rounds)
        print(f"{name}: median {values[len(values) // 2]:.2f}, smallest {values[0]:.2f}, largest {values[-1]:.2f}")
    if arguments.json:
        result = {
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "system": platform.platform(),
            "cpus": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "versions": {p: version(p) for p in ("xbench", "onnxruntime-gpu", "tokenizers", "numpy")},
            "rounds": rounds,
        }
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
