"""The pages of the command line, from the commands themselves."""

import inspect
import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

import click
from xbench.cli.main import cli

from .markdown import code, codes, plain, table

_STATED_DEFAULT = re.compile(r"\s*\[default: (?P<default>.+)\]$")


def commands() -> dict[str, click.Command]:
    """All commands by name, in the order of `xbench --help`."""
    context = click.Context(cli, info_name="xbench")
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def command_table() -> str:
    """All commands with a line each and a link to their pages, which lie in the same folder."""
    rows = [
        (f"[`xbench {name}`]({name}.md)", plain(command.get_short_help_str(200)))
        for name, command in commands().items()
    ]
    return table(("command", "does"), rows)


def command_page(name: str, command: click.Command) -> str:
    """The page of one command; a group's commands are its sections."""
    parent = click.Context(cli, info_name="xbench")
    context = click.Context(command, info_name=name, parent=parent)
    sections = [f"# xbench {name}", *_described(command, context)]
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            if inner is not None:
                sections.append(f"## xbench {name} {part}")
                sections += _described(inner, click.Context(inner, info_name=part, parent=context))
    return "\n\n".join(sections) + "\n"


def _described(command: click.Command, context: click.Context) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield _fenced(" ".join((context.command_path, *command.collect_usage_pieces(context))))
    yield from _prose(inspect.cleandoc(command.help or ""))
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        yield table(("option and variable", "meaning", "default"), [_row(option, context) for option in options])


def _prose(text: str) -> Iterator[str]:
    """Paragraphs as text, indented ones as code."""
    for paragraph in text.split("\n\n"):
        indented = all(line.startswith("    ") for line in paragraph.splitlines())
        yield _fenced(dedent(paragraph)) if indented and paragraph else plain(" ".join(paragraph.split()))


def _fenced(text: str) -> str:
    return f"```sh\n{text}\n```"


def _row(option: click.Option, context: click.Context) -> Sequence[str]:
    stated = _STATED_DEFAULT.search(option.help or "")
    meaning = _STATED_DEFAULT.sub("", option.help or "")
    default = plain(stated["default"]) if stated else _default(option, context)
    variable = f"<br>{code(option.envvar)}" if isinstance(option.envvar, str) else ""
    return _names(option, context) + variable, plain(meaning), default


def _names(option: click.Option, context: click.Context) -> str:
    names = codes((*option.opts, *option.secondary_opts))
    return names if option.is_flag else f"{names} {code(option.make_metavar(context).removesuffix(' RANGE'))}"


def _default(option: click.Option, context: click.Context) -> str:
    if option.required:
        return "required"
    value = option.get_default(context)
    shown = isinstance(value, str | int | float) and not isinstance(value, bool)
    return code(str(value)) if shown else ""
