"""Pages of the command line, held against what click says of the commands."""

import click
import pytest
from sitegen.commands import command_page, command_table, commands
from sitegen.site import command_pages, menu
from xbench.cli.main import cli


def options_of(command: click.Command) -> list[click.Option]:
    """All options, those of a group's commands too."""
    inner = list(command.commands.values()) if isinstance(command, click.Group) else []
    return [p for one in [command, *inner] for p in one.params if isinstance(p, click.Option)]


@pytest.mark.parametrize("name", cli.list_commands(click.Context(cli)))
def test_every_option_has_a_row(name):
    command = commands()[name]
    lines = command_page(name, command).splitlines()
    for option in options_of(command):
        names = " ".join(f"`{text}`" for text in (*option.opts, *option.secondary_opts))
        (row, *_) = [line for line in lines if line.startswith((f"| {names} ", f"| {names}<br>"))]
        assert f"<br>`{option.envvar}` |" in row


@click.command("sample")
@click.argument("place", metavar="PLACE...", nargs=-1)
@click.option(
    "-n", "--number", default=3, show_default=True, envvar="X_NUMBER", metavar="N|all", help="How_many | of *them*."
)
@click.option("--where", envvar="X_WHERE", help="A place, as in `a|b`. [default: the hub's own]")
@click.option("--must", required=True, help="Needed.")
@click.option("--flag", is_flag=True, envvar="X_FLAG", help="On.")
def sample(**_: object) -> None:
    """Do PLACE/<task> to
    the world.

    For example:

        xbench sample a
        xbench sample b
    """


def test_a_page():
    assert command_page("sample", sample) == (
        "# xbench sample\n\n"
        "```sh\nxbench sample [OPTIONS] PLACE...\n```\n\n"
        "Do PLACE/&lt;task> to the world.\n\n"
        "For example:\n\n"
        "```sh\nxbench sample a\nxbench sample b\n```\n\n"
        "| option and variable | meaning | default |\n"
        "| --- | --- | --- |\n"
        r"| `-n` `--number` `N|all`<br>`X_NUMBER` | How\_many &#124; of \*them\*. | `3` |" "\n"
        "| `--where` `TEXT`<br>`X_WHERE` | A place, as in `a|b`. | the hub's own |\n"
        "| `--must` `TEXT` | Needed. | required |\n"
        "| `--flag`<br>`X_FLAG` | On. |  |\n"
    )  # fmt: skip


def test_commands_of_a_group_are_sections():
    page = command_pages()["reference/cli/data.md"]
    assert [line for line in page.splitlines() if line.startswith("#")][:3] == [
        "# xbench data", "## xbench data check", "## xbench data checklist",
    ]  # fmt: skip
    assert "xbench data convert [OPTIONS] TASK RAW" in page


def test_all_commands_are_listed_and_in_the_menu():
    names = cli.list_commands(click.Context(cli))
    assert [line.split("`")[1] for line in command_table().splitlines()[2:]] == [f"xbench {name}" for name in names]
    made = menu([{"Home": "index.md"}, {"CLI": ["cli.md", "@commands"]}])
    assert made == [{"Home": "index.md"}, {"CLI": ["cli.md", *({name: f"reference/cli/{name}.md"} for name in names)]}]
    assert set(command_pages()) == {f"reference/cli/{name}.md" for name in names}
