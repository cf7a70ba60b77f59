"""The version of the project, read from pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from baseline.errors import BaselineError

# Raise it with each change that gives other results of the same options: finished and interrupted runs of before then
# start anew.
RESULTS = 2
PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def version() -> str:
    """Return the version number of the project.

    The file is read directly: the project is not installed as a package, so `importlib.metadata` has no entry for it.

    Raises:
        BaselineError: pyproject.toml is not next to the package, or has no version.
    """
    try:
        return str(tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise BaselineError(f"Cannot read the version from {PYPROJECT}. Restore this file.") from error
