"""The base of the project's commands."""

from django.core.management.base import BaseCommand


class ConcordCommand(BaseCommand):
    """A command that starts without Django's checks: they import every page, which takes most of a second.

    `make lint` runs them, and so does `manage.py check`.
    """

    requires_system_checks: list[str] | tuple[str, ...] = ()
