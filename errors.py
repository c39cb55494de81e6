"""The errors a user can cause, each with the exit code that the command line ends with.

Every message is one line: what is wrong, where (file, line, field), what to do.
"""


class XbenchError(Exception):
    """Base of all errors that are shown as one line; subclasses fix the exit code."""

    exit_code = 1


class InputError(XbenchError):
    """Bad usage or bad input: an unknown name, a missing or malformed file (exit 2)."""

    exit_code = 2


class EnvironmentFault(XbenchError):
    """The machine lacks what was asked for: a provider, a library, disk space (exit 4)."""

    exit_code = 4
