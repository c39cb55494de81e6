"""Fine-tune heads on an encoder with the Python interface, and leave a system that `xbench run -m OUT` takes.

    python examples/fine_tune_heads.py --model ENCODER --data-dir DIR -o OUT --task udpos --task xquad --steps 60

The training files are those of XTREME's layout: `udpos/train-en.tsv`, `squad/train-v1.1.json`, `xnli/train-en.tsv`, ...
Scores will be as modest as the training.
"""

from pathlib import Path

import click
from xbench.exporters.checkpoint import Checkpoint
from xbench.harness.progress import Steps
from xbench.harness.settings import default_cache
from xbench.tasks.sources import open_directory
from xbench.tasks.suites import find_task
from xbench.training.fine_tune import fine_tune
from xbench.training.recipe import Recipe


@click.command()
@click.option("--model", type=click.Path(path_type=Path), required=True)
@click.option("--data-dir", type=click.Path(path_type=Path), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--task", "tasks", multiple=True, required=True)
@click.option("--steps", default=200)
@click.option("--batch-size", default=16)
@click.option("--learning-rate", default=1e-4)
def main(
    model: Path, data_dir: Path, output: Path, tasks: tuple[str, ...], steps: int, batch_size: int, learning_rate: float
) -> None:
    """Train one head a task."""
    recipe = Recipe(steps=steps, learning_rate=learning_rate, batch_size=batch_size)
    for key in tasks:
        task = find_task(key)
        with Steps(f"training {task.title}", steps) as bar:
            base, source = Checkpoint(model, str(model)), open_directory(data_dir)
            fine_tune(base, task, source, output / task.training, recipe, default_cache(), bar.advance)


if __name__ == "__main__":
    main()
