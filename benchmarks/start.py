"""How soon does `xbench run` compute, and with how much memory? A model of XLM-R-base's shape, random weights.

The checkpoint (12 x 768, 250,002 words, 1.1 GB) is made once in `--work`, exported by a first run, and then the command
is started several times with its export cached: seconds from the start of the process to the beginning of its first
batch (as the run itself records it), wall time, and peak resident memory of the process.

    python benchmarks/start.py --data-dir DIR --work DIR
"""

import argparse
import collections
import itertools
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

VOCABULARY = 250_002


def make_checkpoint(directory: Path, data: Path) -> None:
    import transformers

    directory.mkdir(parents=True, exist_ok=True)
    files = [*data.glob("*/*.tsv"), *data.glob("tatoeba/*-en.??"), *data.glob("bucc2018/*")]
    texts = [line for path in sorted(files) for line in path.open(encoding="utf-8")]
    make_tokenizer(texts).save(str(directory / "tokenizer.json"))
    transformers.set_seed(0)
    config = transformers.XLMRobertaConfig(
        vocab_size=VOCABULARY, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
        max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    transformers.XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(directory)


def make_tokenizer(texts: list[str]):
    """XLM-R's layout and size: letters and the most frequent pieces of up to six letters, five on average."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    counts = collections.Counter()
    for text in texts:
        for word in text.split():
            counts.update(f"▁{word}"[start : start + 6] for start in range(0, len(word) + 1, 6))
    letters = dict.fromkeys(letter for text in texts for letter in text)
    found = dict.fromkeys(["▁", *letters, *(piece for piece, _ in counts.most_common())])
    fillers = (f"▁{number}" for number in range(10_000_000) if f"▁{number}" not in found)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *itertools.islice(itertools.chain(found, fillers), VOCABULARY - 5)]
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
        # In a process of its own: what a child inherits from a large parent would count as its peak.
        maker = multiprocessing.get_context("spawn").Process(target=make_checkpoint, args=(model, arguments.data_dir))
        maker.start()
        maker.join()
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
