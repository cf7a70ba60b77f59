"""What ends a run with one line on stderr."""


class Fault(Exception):  # noqa: N818 -- named by what the user meets
    """The release or the machine will not do; the command ends with 1."""

    exit_code = 1


class BadUsage(Fault):
    """The command was called wrongly; it ends with 2."""

    exit_code = 2
