#!/usr/bin/env python
"""Django's command line for Concord."""

import os
import sys

import django

from common.version import VERSION
from config.setup.commands import run_command


def main(arguments: list[str]) -> None:
    """Run a command; `version` and `--version` print Concord's version instead of Django's alone."""
    if arguments[1:] in (["version"], ["--version"]):
        sys.stdout.write(f"Concord {VERSION} (Django {django.get_version()})\n")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    run_command(arguments)


if __name__ == "__main__":
    main(sys.argv)
