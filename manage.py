#!/usr/bin/env python
"""Django's command line for Concord."""

import gc
import os
import sys

import django

from common.version import VERSION
from config.setup.commands import run_command

COLLECTED_AFTER = 50_000  # new objects; after 700, Python's default, searching for cycles takes a tenth of a command


def main(arguments: list[str]) -> None:
    """Run a command; `version` and `--version` print Concord's version instead of Django's alone."""
    if arguments[1:] in (["version"], ["--version"]):
        sys.stdout.write(f"Concord {VERSION} (Django {django.get_version()})\n")
        return
    gc.set_threshold(COLLECTED_AFTER, 20, 20)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    run_command(arguments)


if __name__ == "__main__":
    main(sys.argv)
