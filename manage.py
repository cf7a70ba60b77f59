#!/usr/bin/env python
"""Django's command line for Concord."""

import os
import sys

import django
from django.core.management import execute_from_command_line

from common.version import VERSION


def main(arguments: list[str]) -> None:
    """Run a command; `version` and `--version` print Concord's version instead of Django's alone."""
    if arguments[1:] in (["version"], ["--version"]):
        sys.stdout.write(f"Concord {VERSION} (Django {django.get_version()})\n")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
