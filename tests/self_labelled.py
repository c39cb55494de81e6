"""The mini suite with the answers of a tiny model as gold labels: so that random weights are perfect, until spoiled."""

from pathlib import Path

from tiny_models import LANGUAGES
from xbench.harness.run import run
from xbench.harness.settings import RunSettings
from xbench.results.store import read_predictions
from xbench.tasks.mini import write_mini

TASK = "udpos"


def write_self_labelled(data: Path, model: Path, work: Path, cache: Path) -> None:
    """Write the mini suite to `data`, its tags replaced by those that `model` gives."""
    write_mini(data, LANGUAGES)
    result = run(RunSettings(str(model), tasks=(TASK,), languages=LANGUAGES, data_dir=data, output=work, cache=cache))
    for record in result.records:
        path = result.store.record_path(record.system, record.task, record.language).with_suffix(".parquet")
        rows = read_predictions(path)
        sentences = zip(rows["input"], rows["prediction"], strict=True)
        blocks = ("".join(f"{word}\t{tag}\n" for word, tag in zip(*pair, strict=True)) for pair in sentences)
        (data / TASK / f"test-{record.language}.tsv").write_text("\n".join(blocks), encoding="utf-8")
