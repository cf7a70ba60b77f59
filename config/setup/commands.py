"""Management commands on a machine without data: the data folder, and explanations of database errors."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError, connection

NO_TABLES = "The database has no tables yet, or those of an earlier version. Run `manage.py migrate` first."
UNREACHABLE = "The database cannot be opened ({reason}). Check {setting}."


def run_command(arguments: list[str]) -> None:
    """Run a management command; a missing or outdated database ends it with one sentence and exit code 1.

    Args:
        arguments: of the command line, `manage.py` first.
    """
    try:
        if connection.vendor == "sqlite":
            Path(connection.settings_dict["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        execute_from_command_line(arguments)
    except DatabaseError as error:
        explanation = explain(error)
        if explanation is None:
            raise
        sys.stderr.write(f"{explanation}\n")
        sys.exit(1)
    except OSError as error:
        if error.filename is None or Path(error.filename) not in (
            settings.CONCORD_HOME,
            *settings.CONCORD_HOME.parents,
        ):
            raise
        sys.stderr.write(f"The data folder {settings.CONCORD_HOME} cannot be created ({error.strerror}).\n")
        sys.exit(1)


def explain(error: DatabaseError) -> str | None:
    """Return what to do about a database error, None if it is not about the installation."""
    reason = str(error).partition("\n")[0]
    if any(words in reason for words in ("no such table", "no such column")) or getattr(
        error.__cause__, "pgcode", None
    ) in ("42P01", "42703"):  # undefined table, undefined column
        return NO_TABLES
    if isinstance(error, OperationalError) and ("unable to open" in reason or "connection to server" in reason):
        setting = "DATABASE_URL" if connection.vendor != "sqlite" else f"the folder {settings.CONCORD_HOME}"
        return UNREACHABLE.format(reason=reason, setting=setting)
    return None
