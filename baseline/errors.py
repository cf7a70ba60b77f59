"""Errors that end a command with one line on stderr."""


class BaselineError(Exception):
    """The release, the trained model or the machine cannot be used; the command ends with exit code 1."""

    exit_code = 1


class UsageError(BaselineError):
    """The command was called with wrong arguments; it ends with exit code 2."""

    exit_code = 2
