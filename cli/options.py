"""Options that commands share: lists may be repeated or split by commas, and all may come from `XBENCH_*`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """A click option that is also read from `XBENCH_` and its long name."""
    long_name = next(name for name in names if name.startswith("--")).split("/")[0].removeprefix("--")
    variable = "XBENCH_" + long_name.upper().replace("-", "_")
    settings.setdefault("show_default", True)
    return click.option(*names, envvar=variable, **settings)


def _split(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    parts = (part.strip() for value in values for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def several(*names: str, **settings: Any) -> Callable[[F], F]:
    """An option that may be repeated, and whose values may hold commas."""
    return option(*names, multiple=True, callback=_split, show_default=False, **settings)


class _CountOrAuto(click.ParamType[Any]):
    """A positive number, or `auto`, which is None."""

    name = "auto|N"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int | None:
        if value is None or value == "auto":
            return None
        if isinstance(value, int):
            return value
        if not str(value).isdecimal() or int(value) < 1:
            self.fail(f"{value!r} is neither 'auto' nor a number from 1")
        return int(value)


class _LayerOrAll(click.ParamType[Any]):
    """A layer's number, or `all`."""

    name = "N|all"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int | str:
        if isinstance(value, int) or value == "all":
            return value  # type: ignore[no-any-return]
        if not str(value).isdecimal():
            self.fail(f"{value!r} is neither 'all' nor a number from 0")
        return int(value)


class _Shard(click.ParamType[Any]):
    """`I/N`, counted from 1."""

    name = "I/N"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        number, _, count = str(value).partition("/")
        if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            self.fail(f"{value!r} is not a part I/N with I from 1 to N")
        return int(number), int(count)


COUNT_OR_AUTO = _CountOrAuto()
LAYER_OR_ALL = _LayerOrAll()
SHARD = _Shard()
DIRECTORY = click.Path(path_type=Path)

model = option("-m", "--model", required=True, help="Checkpoint or system directory, system.toml, or hub id.")
name = option("--name", help="Name of the system. [default: that of the directory or hub id]")
layer = option("--layer", type=int, help="Hidden state for retrieval, 0 = embeddings. [default: the model's own]")
protocol = several(
    "--protocol",
    "protocol",
    metavar="KEY=VALUE",
    help="Depart from the reference: chunks=seqeval-1, answers=offsets, duplicates=expand, quotes=parsed,"
    " direction=to-english. Named in the record.",
)
pooling = option(
    "--pooling",
    type=click.Choice(["mean", "mean-inner", "cls", "pooler"]),
    help="Pooling for retrieval; mean-inner leaves special tokens out. [default: the task's own]",
)
precision = option(
    "--precision",
    default="fp32",
    type=click.Choice(["fp32", "fp16", "bf16", "int8"]),
    help="Arithmetic, part of what makes scores comparable: int8 on CPUs, fp16 on CUDA, bf16 with PyTorch.",
)
no_examples = option(
    "--no-examples", is_flag=True, help="Leave the texts of examples out of the HTML page, so that it may be published."
)
allow_pickle = option("--allow-pickle", is_flag=True, help="Read pickled weights, which can run any code.")
offline = option("--offline", is_flag=True, help="Never ask the Hugging Face hub.")
