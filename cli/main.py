"""The command `xbench`: a group whose commands are imported when they are called, so that `--help` answers at once."""

import sys
from importlib import import_module

import click

from ..errors import XbenchError

# Command -> what it does, in a line. The command lives in the module of its name.
_COMMANDS = {
    "train": "Train an intermediate task, then target tasks on its encoder.",
    "run": "Evaluate a model and store its scores.",
    "experiment": "Train, evaluate and compare a grid of systems from a file.",
    "leaderboard": "Write the markdown leaderboard of a results directory.",
    "report": "Write a leaderboard in all its forms into a folder.",
    "compare": "Compare two stored systems; fail where one got worse.",
    "show": "Page through stored predictions, or through what two systems differ in.",
    "score": "Score the files of a submission without a model.",
    "submit": "Write stored predictions as a submission to XTREME.",
    "analyze": "Show scores by buckets of an attribute of the examples.",
    "export": "Export one checkpoint to ONNX for one task.",
    "tasks": "List suites, tasks, languages and metrics.",
    "languages": "List languages with family, script, resources and tasks.",
    "data": "Convert and check data sets; make test data.",
    "env": "Show the environment and try each execution provider.",
    "demo": "Train, export, evaluate and rank a tiny model on the mini suite.",
}
_INTERRUPTED = 130


class _LazyGroup(click.Group):
    """A group that knows its commands' names and first imports a command when it is used."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f".{name}", __package__).command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from ..tasks.languages import nearest

        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            raise click.UsageError(f"no command {name!r}: {nearest(name, _COMMANDS)}")
        return super().resolve_command(context, args)


@click.group(
    cls=_LazyGroup,
    context_settings={
        "auto_envvar_prefix": "XBENCH",
        "help_option_names": ["-h", "--help"],
        # --data_dir is what users of other harnesses type.
        "token_normalize_func": lambda name: name.replace("_", "-"),
    },
)
@click.version_option(package_name="xbench")
def cli() -> None:
    """Evaluate multilingual encoders on XTREME and XTREME-R, fast, and tell what a training step gained.

    Every option can also be given as an environment variable: XBENCH_DATA_DIR for --data-dir, and so on.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code.

    0 ok, 1 a task failed, 2 usage or bad input, 3 a regression, 4 environment, 130 interrupted.
    """
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    try:
        code = cli.main(args=arguments, prog_name="xbench", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except XbenchError as error:
        click.echo(f"xbench: {error}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("xbench: interrupted; what was finished is stored, run the same command again to go on", err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        return 0  # the reader of our output has seen enough
    return code if isinstance(code, int) else 0
