from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backup import databases, restoration


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """An empty installation in a folder beside others."""
    settings.CONCORD_HOME = tmp_path / "home"
    settings.MEDIA_ROOT = tmp_path / "home" / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    return settings.CONCORD_HOME  # type: ignore[no-any-return]


@pytest.fixture
def without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of the test stays as it is."""
    monkeypatch.setattr(databases, "is_empty", lambda: True)
    monkeypatch.setattr(databases, "load", lambda *_arguments: None)
    monkeypatch.setattr(restoration, "call_command", lambda *_words, **_options: None)
    monkeypatch.setattr(connection, "vendor", "sqlite")


@pytest.fixture
def restore(home: Path, without_database: None) -> Callable[..., str]:
    """Restore an archive; returns the message and exit code of a refusal, "" on success."""

    def run(*words: str, content: bytes | None = None) -> str:
        if content is not None:
            file = home.parent / "a.backup"
            file.write_bytes(content)
            words = (str(file), *words)
        try:
            call_command("restore", *words, verbosity=0)
        except CommandError as error:
            return f"{error.returncode}: {error}"
        return ""

    return run
