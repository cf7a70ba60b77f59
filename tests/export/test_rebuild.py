"""A release of a corpus with every kind of task, made again in another process, on another date, in another country."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from export.formats.registry import FORMATS, NATIVE
from tests.every_kind.conftest import every_kind
from tests.export.material import contents, export
from tests.readers.every_kind import with_every_kind

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
__all__ = ["every_kind"]  # a fixture
ROOT = Path(__file__).resolve().parents[2]
AGAIN = """
import sys, time_machine
with time_machine.travel("2031-07-08T09:10:11", tick=False):
    import django
    django.setup()
    from django.core.management import call_command
    call_command(*sys.argv[1:], verbosity=0)
"""


def test_every_format_has_the_same_bytes_when_it_is_made_again_elsewhere(tmp_path: Path, every_kind: str) -> None:
    formats = [name for name in FORMATS if name != NATIVE.name]
    options = ["--incomplete", "include", "--consensus", "soft", "--seed", "3", "--formats", *formats]
    corpus = with_every_kind(every_kind)
    here = contents(export(corpus, tmp_path / "here", *options))
    home = tmp_path / "home"
    home.mkdir()
    (home / "copy.sqlite3").write_bytes(connection.connection.serialize())
    environment = {
        "CONCORD_HOME": str(home),
        "DATABASE_URL": f"sqlite://{home / 'copy.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PATH": os.environ.get("PATH", ""),
    }
    command = ["export_corpus", corpus.slug, "--out", str(tmp_path / "there"), *options]
    subprocess.run([sys.executable, "-c", AGAIN, *command], cwd=ROOT, env=environment, check=True, timeout=120)
    assert os.environ.get("PYTHONHASHSEED") != environment["PYTHONHASHSEED"]
    assert environment["TZ"] != settings.TIME_ZONE
    there = contents(tmp_path / "there")
    assert set(there) == set(here)
    assert [name for name in here if there[name] != here[name]] == []
    kinds = {Path(name).suffix for name in here}
    assert {".jsonl", ".csv", ".parquet", ".xlsx", ".json", ".eaf", ".vtt", ".md", ".cff"} <= kinds
